"""The port of a part payment: something other than money that pays a part of an order's goods, as points do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class PartWish:
    """What a buyer wants to pay otherwise: ``amount_fen`` of the goods, as the ``quote`` said that they were shown."""

    amount_fen: int
    quote: str


class PaymentPart(Protocol):
    """What the mall asks of whoever pays a part of an order; each step in the mall's transaction, and once.

    ``subject`` is ``order:<number>``. An order without such a part asks nothing of it.
    """

    def take(self, *, subject: str, buyer_id: int, goods_fen: int, wish: PartWish, now: datetime) -> None:
        """Set aside what pays ``wish.amount_fen``, or refuse with an error of one's own."""
        ...

    def confirm(self, *, subject: str, now: datetime) -> None:
        """The order is paid."""
        ...

    def let_go(self, *, subject: str, now: datetime) -> None:
        """The order was cancelled, or never paid."""
        ...

    def give_back(self, *, subject: str, amount_fen: int, key: str, now: datetime) -> None:
        """Goods worth ``amount_fen`` of this part were refunded, under a ``key`` of the refund's own."""
        ...
