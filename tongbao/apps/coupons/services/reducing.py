"""Coupons as the price reduction of an order; has the shape of ``PriceReduction`` in the mall's contracts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tongbao.apps.coupons.contracts import CouponTaken
from tongbao.apps.coupons.models import Coupon, Use
from tongbao.apps.coupons.selectors import reduction_of
from tongbao.mall.contracts import ReducibleLine, Reduction, ReductionWish


class CouponReduction:
    """One coupon for one order: used at the checkout, back when the order ends unpaid or is refunded whole."""

    def quote(
        self, *, buyer_id: int, lines: Sequence[ReducibleLine], wish: ReductionWish, now: datetime
    ) -> Reduction:
        """What the coupon would take off; see ``reduction_of``."""
        title, parts = reduction_of(coupon_id=wish.reduction_id, member_id=buyer_id, lines=lines, now=now)
        return Reduction(title=title, by_line_fen=parts)

    def take(
        self,
        *,
        subject: str,
        buyer_id: int,
        lines: Sequence[ReducibleLine],
        wish: ReductionWish,
        now: datetime,
    ) -> Reduction:
        """Use the coupon for this order, in the order's transaction.

        A conditional update decides between two devices with one coupon: the other waits for the first order and is
        refused with CouponTaken; nothing of its order happened. Also raises what ``reduction_of`` raises.
        """
        reduction = self.quote(buyer_id=buyer_id, lines=lines, wish=wish, now=now)
        taken = Coupon.objects.filter(pk=wish.reduction_id, member_id=buyer_id, is_used=False).update(
            is_used=True
        )
        if not taken:
            raise CouponTaken()
        Use.objects.create(
            coupon_id=wish.reduction_id,
            subject=subject,
            reduction_fen=sum(reduction.by_line_fen),
            taken_at=now,
        )
        return reduction

    def let_go(self, *, subject: str, now: datetime) -> None:
        """The order's coupon is its member's again, once; its time goes on as before. An order without one: nothing."""
        if Use.objects.filter(subject=subject, let_go_at__isnull=True).update(let_go_at=now):
            Coupon.objects.filter(uses__subject=subject).update(is_used=False)
