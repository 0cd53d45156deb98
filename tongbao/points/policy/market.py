"""The peer-to-peer market (点对点挂卖): limit orders by price and time; the same orders, the same trades.

Points are traded in whole lots, prices are whole fen for a lot, so that every trade is exact. The fee leaves before
matching: an ask for 40 points at a fee of 10 % offers 36. Source: business rules §4.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from tongbao.money import LARGEST_AMOUNT, WHOLE_BP
from tongbao.points.contracts import AskTooSmall, MarketPriceInvalid, PointsAmountInvalid

Side = Literal["ask", "bid"]
MOST_LOTS = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What an ask puts on the market: whole lots for buyers, and the fee that is burned as they sell."""

    lots: int
    fee_units: int

    def escrow(self, *, lot_units: int) -> int:
        """The units that are set aside: what is offered, and its fee."""
        return self.lots * lot_units + self.fee_units


def offer_of(*, units: int, lot_units: int, fee_bp: int) -> Offer:
    """The whole lots that remain of an ask when the fee has left. Raises PointsAmountInvalid, AskTooSmall.

    What makes no whole lot, and the fee on it, stays with the member.

    >>> offer_of(units=400_000, lot_units=10_000, fee_bp=1_000)
    Offer(lots=36, fee_units=40000)
    >>> offer_of(units=70_000, lot_units=10_000, fee_bp=1_000)      # 6.3 points: six are offered
    Offer(lots=6, fee_units=6666)
    """
    if type(units) is not int or not 0 < units <= LARGEST_AMOUNT:
        raise PointsAmountInvalid(amount=units)
    offered = units - -(-units * fee_bp // WHOLE_BP)
    lots = offered // lot_units
    if not 0 < lots <= MOST_LOTS:
        raise AskTooSmall(units=units, lot_units=lot_units)
    if lots * lot_units == offered:
        return Offer(lots=lots, fee_units=units - offered)
    return Offer(lots=lots, fee_units=lots * lot_units * fee_bp // (WHOLE_BP - fee_bp))


def fee_after(*, fee_units: int, lots: int, sold: int) -> int:
    """What of an ask's fee is burned when so many of its lots are sold; all of it with the last.

    >>> [fee_after(fee_units=10, lots=3, sold=sold) for sold in (1, 2, 3)]
    [3, 6, 10]
    """
    return fee_units * sold // lots


def check_price(*, price_fen: int, reference_fen: int | None, jump_bp: int) -> int:
    """A price for a lot that can be asked or bid. Raises MarketPriceInvalid.

    Not zero, not negative, not absurd; and no further from the reference, where there is one, than the tenant's jump.

    >>> check_price(price_fen=55, reference_fen=50, jump_bp=1_000)
    55
    """
    if type(price_fen) is not int or not 0 < price_fen <= LARGEST_AMOUNT // MOST_LOTS * 1_000:
        raise MarketPriceInvalid(price_fen=price_fen, low_fen=1, high_fen=LARGEST_AMOUNT // MOST_LOTS * 1_000)
    if reference_fen is not None and jump_bp:
        low_fen = max(1, -(-reference_fen * (WHOLE_BP - min(jump_bp, WHOLE_BP)) // WHOLE_BP))
        high_fen = max(low_fen, reference_fen * (WHOLE_BP + jump_bp) // WHOLE_BP)
        if not low_fen <= price_fen <= high_fen:
            raise MarketPriceInvalid(price_fen=price_fen, low_fen=low_fen, high_fen=high_fen)
    return price_fen


@dataclass(slots=True, kw_only=True)
class BookOrder:
    """An order in the book. ``number`` is its place in time: lower came first. ``left`` lots are not traded yet."""

    number: int
    member_id: int
    side: Side
    price_fen: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """``lots`` went from the ask to the bid at ``price_fen`` a lot, which is the price of whoever waited."""

    ask: int
    bid: int
    lots: int
    price_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """What an order brought: its trades, and whether it met an order of the same member, which ends it."""

    trades: tuple[Trade, ...]
    met_itself: bool


class Book:
    """The open orders of a market; the best price first, of equal prices the one that came first."""

    def __init__(self, orders: Iterable[BookOrder] = ()) -> None:
        self.asks: list[BookOrder] = []
        self.bids: list[BookOrder] = []
        self._orders: dict[int, BookOrder] = {}
        for order in orders:
            self._put(order)

    def take(self, order: BookOrder) -> Matched:
        """Match an order that came last; what is left of it waits in the book, unless it met its own member's order.

        >>> book = Book([BookOrder(number=1, member_id=7, side="ask", price_fen=50, left=36)])
        >>> book.take(BookOrder(number=2, member_id=8, side="bid", price_fen=55, left=10)).trades
        (Trade(ask=1, bid=2, lots=10, price_fen=50),)
        >>> book.asks[0].left
        26
        """
        waiting = self.asks if order.side == "bid" else self.bids
        trades: list[Trade] = []
        met_itself = False
        while order.left and waiting and _crosses(order, waiting[0]):
            best = waiting[0]
            if best.member_id == order.member_id:
                met_itself = True
                break
            lots = min(order.left, best.left)
            ask, bid = (best, order) if order.side == "bid" else (order, best)
            trades.append(Trade(ask=ask.number, bid=bid.number, lots=lots, price_fen=best.price_fen))
            order.left -= lots
            best.left -= lots
            if not best.left:
                del self._orders[waiting.pop(0).number]
        if order.left and not met_itself:
            self._put(order)
        return Matched(trades=tuple(trades), met_itself=met_itself)

    def remove(self, number: int) -> None:
        """An order was cancelled, or its time is over. Nothing happens if it isn't in the book."""
        order = self._orders.pop(number, None)
        if order is not None:
            side = self._side(order)
            del side[bisect_left(side, _rank(order), key=_rank)]

    def _put(self, order: BookOrder) -> None:
        insort(self._side(order), order, key=_rank)
        self._orders[order.number] = order

    def _side(self, order: BookOrder) -> list[BookOrder]:
        return self.asks if order.side == "ask" else self.bids


def replay(happened: Iterable[BookOrder | int]) -> Iterator[Trade]:
    """The trades that orders make, and ends of orders (their numbers), in the sequence in which they came.

    What was traded on a market can be checked by anybody who has its orders: they give these trades and no others.

    >>> first = BookOrder(number=1, member_id=7, side="ask", price_fen=50, left=5)
    >>> second = BookOrder(number=3, member_id=8, side="ask", price_fen=60, left=5)
    >>> bid = BookOrder(number=4, member_id=9, side="bid", price_fen=60, left=5)
    >>> list(replay([first, 1, second, bid]))                                # the first was cancelled
    [Trade(ask=3, bid=4, lots=5, price_fen=60)]
    """
    book = Book()
    for one in happened:
        if isinstance(one, int):
            book.remove(one)
        else:
            yield from book.take(one).trades


def _rank(order: BookOrder) -> tuple[int, int]:
    return (order.price_fen if order.side == "ask" else -order.price_fen, order.number)


def _crosses(order: BookOrder, best: BookOrder) -> bool:
    return best.price_fen <= order.price_fen if order.side == "bid" else best.price_fen >= order.price_fen
