"""The port of a price reduction at the checkout: something that makes goods cheaper for one order, as a coupon does.

What it takes off is never paid by anybody: awards, points and the reserve see what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tongbao.kit.errors import DomainError
from tongbao.mall.contracts.orders import ProductKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ReducibleLine:
    """A line of an order before any reduction: ``cost_fen`` is its price times its pieces."""

    product_code: str
    category_id: int | None
    kind: ProductKind
    cost_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReductionWish:
    """Which reduction a buyer chose, by the provider's own number."""

    reduction_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """What is taken off each line, in fen and in the order of the lines, and what the buyer reads beside it.

    Every line keeps at least 1 fen, so that it can be refunded and rewarded like any other.
    """

    title: str
    by_line_fen: tuple[int, ...]


class PriceReduction(Protocol):
    """What the mall asks of whoever makes an order cheaper. ``subject`` is ``order:<number>``.

    ``take`` and ``let_go`` run in the mall's own transaction, after it locked the variants. An order without a
    reduction asks nothing of it.
    """

    def quote(
        self, *, buyer_id: int, lines: Sequence[ReducibleLine], wish: ReductionWish, now: datetime
    ) -> Reduction:
        """What the wish would take off; nothing changes. Refuses with an error of one's own."""
        ...

    def take(
        self,
        *,
        subject: str,
        buyer_id: int,
        lines: Sequence[ReducibleLine],
        wish: ReductionWish,
        now: datetime,
    ) -> Reduction:
        """Use it for this order, once, or refuse with an error of one's own."""
        ...

    def let_go(self, *, subject: str, now: datetime) -> None:
        """The order ended unpaid, or all of it was refunded; also where the provider is switched off by now."""
        ...


class ReductionOff(DomainError):
    code = "reduction_off"
    status = 409
    message_en = "Coupons are not accepted in this mall. Order without one."
    message_zh = "本商城暂不支持优惠券。请不使用优惠券下单。"
