"""The peer-to-peer market: orders entered with their escrow, matched by whoever holds the market, cancelled, expired.

Entering and matching are two transactions. Members enter at once, without waiting for each other; whoever finds the
market free then matches all that wait, in the order of their numbers, with one request to the books.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from django.db import DatabaseError, IntegrityError, connection

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import CASH, POINT, Account, Request, Transfer, member_account, platform_account
from tongbao.ledger.services import wire
from tongbao.money import LARGEST_AMOUNT
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
    SelfTrade,
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
from tongbao.points.selectors.market import across, market_order_facts
from tongbao.points.services.booking import transfer
from tongbao.tenancy.selectors import tenant_settings

_SQL = resources.files("tongbao.points").joinpath("sql")
BATCH = _SQL.joinpath("market_batch.sql").read_text(encoding="utf-8")
ENTER = (
    "SELECT points_market_enter(%s::jsonb, %s, %s, %s, %s::bigint, %s::bigint, %s::bigint, %s::bigint, %s, %s,"
    " %s::bigint, %s)"
)
WRITE = (
    "SELECT points_market_write(%s::jsonb, %s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[],"
    " %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint, %s::bigint,"
    " %s::bigint, %s)"
)
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
    if type(wish.price_fen) is not int or not 0 < wish.price_fen <= LARGEST_AMOUNT:
        check_price(price_fen=wish.price_fen, reference_fen=None, jump_bp=0)
    found = across(
        member_id=wish.member_id, client_key=wish.client_key, side=wish.side, price_fen=wish.price_fen
    )
    if found.order_id is not None:
        return _the_same(wish, found.order_id)
    check_price(price_fen=wish.price_fen, reference_fen=found.last_price_fen, jump_bp=settings.market_jump_bp)
    if found.meets_itself:
        raise SelfTrade()
    try:
        order_id = _write_down(wish, settings, now)
    except IntegrityError as error:
        # Somebody with the same key was quicker; our escrow has gone back with our statement.
        known = MarketOrder.objects.filter(member_id=wish.member_id, client_key=wish.client_key).first()
        if known is None or "points_market_order_once" not in str(error):
            raise
        return _the_same(wish, known.pk)
    match_waiting(now=now, burns_fee=settings.market_burns_fee)
    return market_order_facts(MarketOrder.objects.get(pk=order_id))


def _the_same(wish: _Wish, order_id: int) -> MarketOrderFacts:
    row = MarketOrder.objects.get(pk=order_id)
    asked = (wish.side, wish.lots, wish.price_fen, wish.fee_units)
    if (row.side, row.lots, row.price_fen, row.fee_units) != asked:
        raise RequestDiffers(key=wish.client_key)
    return market_order_facts(row)


def _write_down(wish: _Wish, settings: PointsSettings, now: datetime) -> int:
    key = f"market:{wish.member_id}:{wish.client_key}"
    most = settings.market_daily_lots
    parameters: list[Any] = [
        wire(Request(key=key, transfers=wish.transfers(key))),
        wish.member_id,
        wish.client_key,
        wish.side,
        wish.lots,
        wish.lot_units,
        wish.price_fen,
        wish.fee_units,
        day_of(now=now, cut_off_minutes=settings.cut_off_minutes),
        now + timedelta(days=settings.market_order_days),
        most,
        now,
    ]
    # One statement is a transaction of its own; inside a caller's it needs a mark to go back to.
    try:
        with transaction() if connection.in_atomic_block else nullcontext(), connection.cursor() as cursor:
            cursor.execute(ENTER, parameters)
            return int(cursor.fetchone()[0])
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) != "TB007":
            raise
        why = json.loads(str(error).splitlines()[0])
        if why["code"] == "market_limit":
            raise MarketLimitReached(asked=wish.lots, most=most) from error
        short = PointsShort if wish.side == "ask" else MoneyShort
        raise short(asked=why["asked"], available=why["available"]) from error


def match_waiting(*, now: datetime, burns_fee: bool | None = None) -> int:
    """Match the orders that wait, if nobody else is at it; returns how many were taken.

    Whoever holds the market looks again after letting it go, so an order that came meanwhile never waits for nobody.
    ``burns_fee`` is the tenant's setting where the caller has just read it.
    """
    burns = tenant_settings(PointsSettings).market_burns_fee if burns_fee is None else burns_fee
    matched = 0
    while True:
        with transaction():
            if not _take_market(wait=False):
                return matched
            matched += _match(now, burns)
        if not MarketOrder.objects.filter(state=MarketOrder.State.WAITING).exists():
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


def _match(now: datetime, burns_fee: bool) -> int:
    """One run: the waiting orders meet the book, one after the other. Holds the market's lock."""
    with connection.cursor() as cursor:
        cursor.execute(BATCH, {"now": now, "waiting": WAITING_AT_ONCE, "depth": DEPTH})
        rows = cursor.fetchall()
    waiting = [_known(row[1:10]) for row in rows if row[0]]
    resting = [_known(row[1:10]) for row in rows if not row[0]]
    if not waiting:
        return 0
    if any(sum(one.wish.side == side for one in resting) == DEPTH for side in ("ask", "bid")):
        # The book goes deeper than was read: one order at a time can't see past it.
        waiting = waiting[:1]
    run = _Run(resting, tape=_Tape(*rows[0][10:]), burns_fee=burns_fee, now=now)
    for known in waiting:
        run.take(known)
    run.write()
    return len(waiting)


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


@dataclass(slots=True)
class _Tape:
    """Where the market stands while a run goes on."""

    sequence: int
    trades: int
    last_price_fen: int | None


class _Run:
    """One run of the matcher: the book as read, what it changes, and what it books."""

    def __init__(self, resting: Sequence[_Known], *, tape: _Tape, burns_fee: bool, now: datetime) -> None:
        self.tape, self.burns, self.now = tape, burns_fee, now
        self.known = {known.sequence: known for known in resting}
        self.book = Book(self._in_book(known) for known in resting)
        self.changed: dict[int, _Known] = {}
        self.trades: list[tuple[int, Trade, int]] = []
        self.transfers: list[Transfer] = []

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
        """Book it in one request, and write down what changed, in one statement."""
        changed = list(self.changed.values())
        key = f"market:run:{self.tape.sequence}:{self.tape.trades}"
        parameters: list[Any] = [
            wire(Request(key=key, transfers=tuple(self.transfers))) if self.transfers else None,
            [known.order_id for known in changed],
            [known.left for known in changed],
            [known.state for known in changed],
            [known.sequence for known in changed],
            [known.ended_sequence for known in changed],
            [number for number, _, _ in self.trades],
            [self.known[trade.ask].order_id for _, trade, _ in self.trades],
            [self.known[trade.bid].order_id for _, trade, _ in self.trades],
            [trade.lots for _, trade, _ in self.trades],
            [trade.price_fen for _, trade, _ in self.trades],
            [fee_units for _, _, fee_units in self.trades],
            self.tape.sequence,
            self.tape.trades,
            self.tape.last_price_fen,
            self.now,
        ]
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
    standing = MarketTape.objects.values_list("sequence", "trades", "last_price_fen").get(pk=1)
    run = _Run((), tape=_Tape(*standing), burns_fee=True, now=now)
    for known in rows:
        run.tape.sequence += 1
        run.end(known, state, run.tape.sequence)
    run.write()
    return len(rows)
