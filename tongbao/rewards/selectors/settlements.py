"""What is settled, and what is not yet."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from tongbao.mall.models import Order
from tongbao.rewards.models import Settlement

# How far behind the latest settled payment a payment may still be committed: it is looked for again.
LATE_COMMIT = timedelta(hours=1)


def unsettled_orders(*, upto_order_id: int) -> list[int]:
    """The paid orders without a settlement, up to and with this one, in the order of payment.

    An order paid in the same moment comes in the order of its number.
    """
    last = (
        Order.objects.filter(id=upto_order_id, paid_at__isnull=False)
        .values_list("paid_at", flat=True)
        .first()
    )
    if last is None:
        return []
    paid = Order.objects.filter(paid_at__isnull=False).filter(
        Q(paid_at__lt=last) | Q(paid_at=last, id__lte=upto_order_id)
    )
    latest = Settlement.objects.order_by("-paid_at").values_list("paid_at", flat=True).first()
    if latest is not None:
        paid = paid.filter(Q(paid_at__gte=min(latest, last) - LATE_COMMIT))
    settled = Settlement.objects.filter(order_id=OuterRef("id"))
    return list(paid.filter(~Exists(settled)).order_by("paid_at", "id").values_list("id", flat=True))


def last_settled_at() -> datetime | None:
    """The moment of the latest settlement."""
    return Settlement.objects.order_by("-id").values_list("settled_at", flat=True).first()
