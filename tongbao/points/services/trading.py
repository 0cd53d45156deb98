"""The peer-to-peer market: orders entered with their escrow, matched by whoever holds the market, cancelled, expired.

Entering and matching are two transactions. Members enter at once, without waiting for each other; whoever finds the
market free then matches all that wait, in the order of their numbers, with one request to the books.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from django.db import IntegrityError, connection

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import CASH, POINT, Account, Request, Transfer, member_account, platform_account
from tongbao.ledger.services import post
from tongbao.points.contracts import (
    MarketLimitReached,
    MarketOff,
    MarketOrderFacts,
    MarketOrderUnknown,
    MarketSide,
    MoneyShort,
    PointsAmountInvalid,
    PointsSettings,
    PointsShort,
    RequestDiffers,
)
from tongbao.points.models import MarketOrder, MarketTape
from tongbao.points.policy.market import (
    MOST_LOTS,
    Book,
    BookOrder,
    Trade,
    check_price,
    fee_after,
    offer_of,
)
from tongbao.points.policy.prices import day_of
from tongbao.points.selectors.market import market_order_facts, own_price_across
from tongbao.points.services.booking import book, transfer
from tongbao.tenancy.selectors import tenant_settings

_SQL = resources.files("tongbao.points").joinpath("sql")
ENTER = _SQL.joinpath("market_enter.sql").read_text(encoding="utf-8")
BATCH = _SQL.joinpath("market_batch.sql").read_text(encoding="utf-8")
WRITE = _SQL.joinpath("market_write.sql").read_text(encoding="utf-8")
LOCK = "hashtext('points.market'), 'points_market_order'::regclass::oid::int"
WAITING_AT_ONCE = 200
DEPTH = 2_000


def enter_ask(
    *, member_id: int, units: int, price_fen: int, client_key: str, now: datetime
) -> MarketOrderFacts:
    """Offer points for at least ``price_fen`` a lot; the fee leaves them first, and is burned as they sell.

    Matched at once if the market is free, else in a moment by whoever has it. The same ``client_key`` with the same
    contents answers with the same order. Raises MarketOff, PointsAmountInvalid, AskTooSmall, MarketPriceInvalid,
    SelfTrade, PointsShort, MarketLimitReached, RequestDiffers.

    >>> enter_ask(member_id=7, units=400_000, price_fen=50, client_key="a-1", now=now).lots       # doctest: +SKIP
    36
    """
    settings = _settings()
    offer = offer_of(units=units, lot_units=settings.market_lot_units, fee_bp=settings.market_fee_bp)
    wish = _Wish(
        member_id=member_id,
        client_key=client_key,
        side="ask",
        lots=offer.lots,
        lot_units=settings.market_lot_units,
        price_fen=price_fen,
        fee_units=offer.fee_units,
    )
    return _enter(wish, settings, now)


def enter_bid(
    *, member_id: int, lots: int, price_fen: int, client_key: str, now: datetime
) -> MarketOrderFacts:
    """Bid at most ``price_fen`` a lot, out of paid-in money. Otherwise as ``enter_ask``; MoneyShort for want of it."""
    settings = _settings()
    if type(lots) is not int or not 0 < lots <= MOST_LOTS:
        raise PointsAmountInvalid(amount=lots)
    wish = _Wish(
        member_id=member_id,
        client_key=client_key,
        side="bid",
        lots=lots,
        lot_units=settings.market_lot_units,
        price_fen=price_fen,
        fee_units=0,
    )
    return _enter(wish, settings, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """An order as asked for, with what it sets aside."""

    member_id: int
    client_key: str
    side: MarketSide
    lots: int
    lot_units: int
    price_fen: int
    fee_units: int

    def transfers(
        self, subject: str, *, back: bool = False, lots: int = 0, fee_units: int = 0
    ) -> tuple[Transfer, ...]:
        """The escrow, or what of it goes back."""
        lots, fee_units = (lots, fee_units) if back else (self.lots, self.fee_units)
        free, offered = _purse(self.member_id, self.side)
        amount = lots * self.lot_units + fee_units if self.side == "ask" else lots * self.price_fen
        return transfer(
            debit=offered if back else free,
            credit=free if back else offered,
            amount=amount,
            kind="market_returned" if back else "market_offered",
            subject=subject,
            asset=POINT if self.side == "ask" else CASH,
        )


def _purse(member_id: int, side: str) -> tuple[Account, Account]:
    """Where a member's points or money lie, and where what they offer of them does."""
    names = ("points", "points_offered") if side == "ask" else ("paid_in", "paid_in_offered")
    return member_account(member_id, names[0]), member_account(member_id, names[1])


def _settings() -> PointsSettings:
    settings = tenant_settings(PointsSettings)
    if not settings.market_is_on:
        raise MarketOff()
    return settings


def _enter(wish: _Wish, settings: PointsSettings, now: datetime) -> MarketOrderFacts:
    known = _entered_before(wish)
    if known is not None:
        return market_order_facts(known)
    crossing = own_price_across(member_id=wish.member_id, side=wish.side, price_fen=wish.price_fen)
    check_price(
        price_fen=wish.price_fen, reference_fen=crossing.last_price_fen, jump_bp=settings.market_jump_bp
    )
    crossing.refuse()
    try:
        with transaction():
            _set_aside(wish, now)
            order_id = _write_down(wish, settings, now)
    except IntegrityError as error:
        known = _entered_before(wish) if "points_market_order_once" in str(error) else None
        if known is None:
            raise
        return market_order_facts(known)
    match_waiting(now=now)
    return market_order_facts(MarketOrder.objects.get(pk=order_id))


def _entered_before(wish: _Wish) -> MarketOrder | None:
    row = MarketOrder.objects.filter(member_id=wish.member_id, client_key=wish.client_key).first()
    if row is not None and (row.side, row.lots, row.price_fen, row.fee_units) != (
        wish.side,
        wish.lots,
        wish.price_fen,
        wish.fee_units,
    ):
        raise RequestDiffers(key=wish.client_key)
    return row


def _set_aside(wish: _Wish, now: datetime) -> None:
    key = f"market:{wish.member_id}:{wish.client_key}"
    receipt = post(request=Request(key=key, transfers=wish.transfers(key)), now=now)
    if receipt.refusal is not None:
        error = PointsShort if wish.side == "ask" else MoneyShort
        raise error(asked=receipt.refusal.asked, available=receipt.refusal.available)


def _write_down(wish: _Wish, settings: PointsSettings, now: datetime) -> int:
    parameters = {
        "member": wish.member_id,
        "key": wish.client_key,
        "side": wish.side,
        "lots": wish.lots,
        "lot_units": wish.lot_units,
        "price_fen": wish.price_fen,
        "fee_units": wish.fee_units,
        "on": day_of(now=now, cut_off_minutes=settings.cut_off_minutes),
        "now": now,
        "expires": now + timedelta(days=settings.market_order_days),
        "most": settings.market_daily_lots,
    }
    with connection.cursor() as cursor:
        cursor.execute(ENTER, parameters)
        row = cursor.fetchone()
    if row is None:
        raise MarketLimitReached(asked=wish.lots, most=settings.market_daily_lots)
    return int(row[0])


def match_waiting(*, now: datetime) -> int:
    """Match the orders that wait, if nobody else is at it; returns how many were taken.

    Whoever holds the market looks again after letting it go, so an order that came meanwhile never waits for nobody.
    """
    matched = 0
    while MarketOrder.objects.filter(state=MarketOrder.State.WAITING).exists():
        with transaction():
            if not _take_market(wait=False):
                return matched
            matched += _match(now)
    return matched


def _take_market(*, wait: bool) -> bool:
    name = "pg_advisory_xact_lock" if wait else "pg_try_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}({LOCK})")
        return wait or bool(cursor.fetchone()[0])


@dataclass(slots=True, kw_only=True)
class _Known:
    """An order of the run, as it stands while the run goes on."""

    order_id: int
    wish: _Wish
    lots: int
    left: int
    sequence: int | None
    state: str = "open"
    ended_sequence: int | None = None

    @property
    def sold_fee(self) -> int:
        """What of its fee was burned so far."""
        return fee_after(fee_units=self.wish.fee_units, lots=self.lots, sold=self.lots - self.left)


def _match(now: datetime) -> int:
    """One run: the waiting orders meet the book, one after the other. Holds the market's lock."""
    waiting, resting = _batch(now)
    if not waiting:
        return 0
    run = _Run(resting, tape=MarketTape.objects.get_or_create(pk=1)[0], now=now)
    for known in waiting:
        run.take(known)
    run.write()
    return len(waiting)


def _batch(now: datetime) -> tuple[list[_Known], list[_Known]]:
    with connection.cursor() as cursor:
        cursor.execute(BATCH, {"now": now, "waiting": WAITING_AT_ONCE, "depth": DEPTH})
        rows = cursor.fetchall()
    found = [(row[0], _known(row[1:])) for row in rows]
    waiting = [known for kind, known in found if kind == "waiting"]
    resting = [known for kind, known in found if kind == "open"]
    if any(sum(one.wish.side == side for one in resting) == DEPTH for side in ("ask", "bid")):
        # The book goes deeper than was read: one order at a time can't see past it.
        waiting = waiting[:1]
    return waiting, resting


def _known(row: Sequence[Any]) -> _Known:
    order_id, member_id, side, lots, left, lot_units, price_fen, fee_units, sequence = row
    wish = _Wish(
        member_id=member_id,
        client_key="",
        side=side,
        lots=lots,
        lot_units=lot_units,
        price_fen=price_fen,
        fee_units=fee_units,
    )
    return _Known(order_id=order_id, wish=wish, lots=lots, left=left, sequence=sequence)


class _Run:
    """One run of the matcher: the book as read, what it changes, and what it books."""

    def __init__(self, resting: Sequence[_Known], *, tape: MarketTape, now: datetime) -> None:
        self.tape, self.now = tape, now
        self.known = {known.sequence: known for known in resting}
        self.book = Book(self._in_book(known) for known in resting)
        self.changed: dict[int, _Known] = {}
        self.trades: list[tuple[int, Trade, int]] = []
        self.transfers: list[Transfer] = []
        self.burns = tenant_settings(PointsSettings).market_burns_fee

    def _in_book(self, known: _Known) -> BookOrder:
        assert known.sequence is not None
        return BookOrder(
            number=known.sequence,
            member_id=known.wish.member_id,
            side=known.wish.side,
            price_fen=known.wish.price_fen,
            left=known.left,
        )

    def take(self, known: _Known) -> None:
        """An order comes: it gets its place in time, and trades with what it meets."""
        self.tape.sequence += 1
        known.sequence = self.tape.sequence
        self.known[known.sequence] = self.changed[known.order_id] = known
        matched = self.book.take(self._in_book(known))
        for trade in matched.trades:
            self._settle(trade)
        if matched.met_itself:
            self.end(known, "met_itself", known.sequence)

    def _settle(self, trade: Trade) -> None:
        ask, bid = self.known[trade.ask], self.known[trade.bid]
        fee_before = ask.sold_fee
        for side in (ask, bid):
            side.left -= trade.lots
            side.state = "open" if side.left else "filled"
            self.changed[side.order_id] = side
        fee_units = ask.sold_fee - fee_before
        self.tape.trades += 1
        self.tape.last_price_fen = trade.price_fen
        self.trades.append((self.tape.trades, trade, fee_units))
        self.transfers += self._transfers(trade, ask.wish, bid.wish, fee_units, f"trade:{self.tape.trades}")

    def _transfers(
        self, trade: Trade, ask: _Wish, bid: _Wish, fee_units: int, subject: str
    ) -> tuple[Transfer, ...]:
        sold, offered = _purse(ask.member_id, "ask")[1], _purse(bid.member_id, "bid")[1]
        fee_goes_to = platform_account("burned" if self.burns else "market_fees")
        points = trade.lots * ask.lot_units
        saved_fen = trade.lots * (bid.price_fen - trade.price_fen)
        return (
            *_line(sold, member_account(bid.member_id, "points"), points, "market_bought", subject, POINT),
            *_line(sold, fee_goes_to, fee_units, "market_fee", subject, POINT),
            *_line(
                offered,
                member_account(ask.member_id, "cash"),
                trade.lots * trade.price_fen,
                "market_sold",
                subject,
                CASH,
            ),
            *_line(
                offered, member_account(bid.member_id, "paid_in"), saved_fen, "market_returned", subject, CASH
            ),
        )

    def end(self, known: _Known, state: str, sequence: int) -> None:
        """What is left of an order goes back to its member."""
        known.state, known.ended_sequence = state, sequence
        self.changed[known.order_id] = known
        rest = known.wish.fee_units - known.sold_fee if known.wish.side == "ask" else 0
        self.transfers += known.wish.transfers(
            f"market_order:{known.order_id}", back=True, lots=known.left, fee_units=rest
        )

    def write(self) -> None:
        """Book it in one request, and write down what changed in one statement."""
        key = f"market:run:{self.tape.sequence}:{self.tape.trades}"
        book(key=key, transfers=tuple(self.transfers), now=self.now)
        changed = list(self.changed.values())
        parameters = {
            "ids": [known.order_id for known in changed],
            "lefts": [known.left for known in changed],
            "states": [known.state for known in changed],
            "sequences": [known.sequence for known in changed],
            "ended": [known.ended_sequence for known in changed],
            "numbers": [number for number, _, _ in self.trades],
            "asks": [self.known[trade.ask].order_id for _, trade, _ in self.trades],
            "bids": [self.known[trade.bid].order_id for _, trade, _ in self.trades],
            "lots": [trade.lots for _, trade, _ in self.trades],
            "prices": [trade.price_fen for _, trade, _ in self.trades],
            "fees": [fee_units for _, _, fee_units in self.trades],
            "sequence": self.tape.sequence,
            "trades": self.tape.trades,
            "last": self.tape.last_price_fen,
            "now": self.now,
        }
        with connection.cursor() as cursor:
            cursor.execute(WRITE, parameters)


def _line(
    debit: Account, credit: Account, amount: int, kind: str, subject: str, asset: str
) -> tuple[Transfer, ...]:
    return transfer(debit=debit, credit=credit, amount=amount, kind=kind, subject=subject, asset=asset)


def cancel_order(*, order_id: int, member_id: int, now: datetime) -> MarketOrderFacts:
    """End an order of one's own that is not filled; what is left of its escrow goes back. Waits for the market.

    Raises MarketOrderUnknown for an order that has ended, or is another's.
    """
    with transaction():
        _take_market(wait=True)
        mine = MarketOrder.objects.filter(pk=order_id, member_id=member_id)
        if not _end(mine, MarketOrder.State.CANCELLED, now):
            raise MarketOrderUnknown(order=order_id)
    return market_order_facts(MarketOrder.objects.get(pk=order_id))


def expire_orders(*, now: datetime) -> int:
    """End the orders whose time is over; returns how many."""
    ended = 0
    while True:
        with transaction():
            _take_market(wait=True)
            count = _end(MarketOrder.objects.filter(expires_at__lte=now), MarketOrder.State.EXPIRED, now)
        if not count:
            return ended
        ended += count


def _end(orders: Any, state: str, now: datetime) -> int:
    alive = orders.filter(state__in=(MarketOrder.State.OPEN, MarketOrder.State.WAITING))
    fields = (
        "id",
        "member_id",
        "side",
        "lots",
        "left",
        "lot_units",
        "price_fen",
        "fee_units",
        "sequence",
    )
    rows = [_known(row) for row in alive.order_by("id").values_list(*fields)[:WAITING_AT_ONCE]]
    if not rows:
        return 0
    run = _Run((), tape=MarketTape.objects.get_or_create(pk=1)[0], now=now)
    for known in rows:
        run.tape.sequence += 1
        run.end(known, state, run.tape.sequence)
    run.write()
    return len(rows)
