"""Who makes an order cheaper: said once at start by the floor that knows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tongbao.mall import selectors
from tongbao.mall.contracts import PriceReduction, ReductionOff, ReductionWish, Wish
from tongbao.mall.models import Order
from tongbao.mall.policy.pricing import Quote
from tongbao.mall.services.parts import subject_of

_reductions: list[PriceReduction] = []


def use_price_reduction(reduction: PriceReduction | None) -> None:
    """Say who makes orders cheaper, or that nobody does; called once at start."""
    _reductions[:] = [] if reduction is None else [reduction]


def price_reduction() -> PriceReduction:
    """Who makes orders cheaper. Raises ReductionOff where nobody does."""
    if not _reductions:
        raise ReductionOff()
    return _reductions[0]


def let_go_of_reduction(*, order: Order, now: datetime) -> None:
    """An order ended: what made it cheaper can be used again. Nothing happens where it cost what it costs.

    An app that was taken out of the mall has nothing to give back; its orders still end.
    """
    if order.reduction_fen and _reductions:
        _reductions[0].let_go(subject=subject_of(order.number), now=now)


def quote_with(*, buyer_id: int, wishes: Iterable[Wish], wish: ReductionWish | None, now: datetime) -> Quote:
    """What these wishes cost now with the reduction chosen (优惠券), or without; nothing is reserved.

    Raises what ``policy.pricing`` raises, ReductionOff, and what the reduction refuses.
    """
    found = selectors.quote_for(wishes=wishes)
    if wish is None:
        return found
    reduction = price_reduction().quote(buyer_id=buyer_id, lines=found.reducible, wish=wish, now=now)
    return found.reduced(reduction)
