"""Arithmetic of orders and refunds, in whole fen. Nothing here rounds except where it says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tongbao.mall.contracts import (
    MAX_ORDER_FEN,
    MAX_PRICE_FEN,
    MAX_QUANTITY,
    BadAmount,
    BadQuantity,
    OrderTooLarge,
    RefundTooLarge,
)


def check_amount(*, what: str, value: object, low: int, high: int) -> int:
    """Return ``value`` if it is a whole number of fen from ``low`` to ``high``; raise BadAmount otherwise.

    ``True`` is not an amount, and neither is ``19800.0``.

    >>> check_amount(what="price", value=19800, low=1, high=100_000_000)
    19800
    """
    if type(value) is not int or not low <= value <= high:
        raise BadAmount(what=what, low=low, high=high)
    return value


def check_price(value: object) -> int:
    """A price of one piece: 1 fen to one million yuan. Raises BadAmount."""
    return check_amount(what="price_fen", value=value, low=1, high=MAX_PRICE_FEN)


def check_quantity(value: object) -> int:
    """A quantity of one line: 1 to 999 pieces. Raises BadQuantity."""
    if type(value) is not int or not 1 <= value <= MAX_QUANTITY:
        raise BadQuantity(limit=MAX_QUANTITY)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class FreightTerms:
    """Flat freight: ``fee_fen`` for an order, nothing from ``free_above_fen`` of goods on (0: never free)."""

    fee_fen: int
    free_above_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """The goods of one order that travel on the same terms; ``terms_id`` 0 stands for the shop's own."""

    terms_id: int
    terms: FreightTerms
    goods_fen: int


def freight(parcels: Iterable[Parcel]) -> int:
    """Freight of an order in fen: each set of terms is charged once, by the goods that travel on it.

    >>> standard = FreightTerms(fee_fen=1000, free_above_fen=9900)
    >>> freight([Parcel(terms_id=1, terms=standard, goods_fen=5000)])
    1000
    >>> freight([Parcel(terms_id=1, terms=standard, goods_fen=5000)] * 2)   # 10 000 fen together: free
    0
    """
    sums: dict[int, int] = {}
    terms: dict[int, FreightTerms] = {}
    for parcel in parcels:
        sums[parcel.terms_id] = sums.get(parcel.terms_id, 0) + parcel.goods_fen
        terms[parcel.terms_id] = parcel.terms
    return sum(
        terms[key].fee_fen
        for key, goods_fen in sums.items()
        if not (terms[key].free_above_fen and goods_fen >= terms[key].free_above_fen)
    )


def order_total(*, goods_fen: int, freight_fen: int) -> int:
    """Goods and freight, at most ten million yuan. Raises OrderTooLarge."""
    total = goods_fen + freight_fen
    if total > MAX_ORDER_FEN:
        raise OrderTooLarge(limit_fen=MAX_ORDER_FEN)
    return total


def refund_for_pieces(*, base_fen: int, quantity: int, already_back: int, pieces: int) -> int:
    """What ``pieces`` of a line cost, when ``already_back`` pieces of it went back before, in fen.

    Telescopes, rounded down: however a line is taken back piece by piece, the parts add up to the whole.

    >>> [refund_for_pieces(base_fen=1000, quantity=3, already_back=n, pieces=1) for n in range(3)]
    [333, 333, 334]
    """
    return base_fen * (already_back + pieces) // quantity - base_fen * already_back // quantity


def points_to_give_back(
    *,
    points_fen: int,
    promised_points_fen: int,
    base_fen: int,
    promised_fen: int,
    quantity: int,
    pieces_back: int,
) -> int:
    """What goes back of the part that points paid for a line, when ``promised_fen`` of its money has gone back in all.

    In the same proportion as the money; where points paid all of it, in proportion to the pieces. Telescopes, rounded
    down: with the last of the money, or the last piece, the last of the points.

    >>> points_to_give_back(points_fen=1_000, promised_points_fen=0, base_fen=3_000, promised_fen=1_000,
    ...                     quantity=1, pieces_back=0)
    333
    >>> points_to_give_back(points_fen=1_000, promised_points_fen=0, base_fen=0, promised_fen=0,
    ...                     quantity=3, pieces_back=1)
    333
    """
    part, of = (promised_fen, base_fen) if base_fen else (pieces_back, quantity)
    return max(0, points_fen * part // of - promised_points_fen)


def check_refundable(*, what: str, asked_fen: object, left_fen: int) -> int:
    """Return the amount asked for if it is from 0 to what is left. Raises BadAmount, RefundTooLarge."""
    asked = check_amount(what=what, value=asked_fen, low=0, high=MAX_ORDER_FEN)
    if asked > left_fen:
        raise RefundTooLarge(what=what, left_fen=left_fen, asked_fen=asked)
    return asked


def freight_to_give_back(*, was_sent: bool, takes_back_all: bool, freight_left_fen: int) -> int:
    """Freight that goes back with a buyer's own claim: all of it if nothing was sent and nothing is kept.

    After sending, the way there was used; an operator may still add it to a claim.
    """
    return freight_left_fen if takes_back_all and not was_sent else 0
