"""Orders by where they go, for the agent of a region. Nobody's name, phone or street is among it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate

from tongbao.mall.contracts import OrderStatus
from tongbao.mall.models import Order, OrderLine
from tongbao.members.policy.divisions import codes_within, full_name
from tongbao.members.policy.people import mask_name


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionOrder:
    """A paid order that went to a region: what was paid for its lines, and of that refunded, in fen."""

    order_id: int
    number: str
    status: OrderStatus
    region_name: str
    recipient_masked: str
    pieces: int
    turnover_fen: int
    refunded_fen: int
    paid_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionDay:
    """What a region ordered on one day, by the time of payment."""

    day: date
    orders: int
    turnover_fen: int
    refunded_fen: int


def orders_of_region(
    *, region_code: str, since: datetime, before_id: int | None = None, limit: int = 20
) -> tuple[RegionOrder, ...]:
    """Paid orders that went to a region since a moment, newest first; ``before_id`` asks for the next page."""
    rows = _paid_in(region_code, since)
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    # The lines of the page alone are read, not those of all the region's orders.
    found = rows.order_by("-id").prefetch_related("lines")[:limit]
    return tuple(
        RegionOrder(
            order_id=row.pk,
            number=row.number,
            status=row.status,  # type: ignore[arg-type]
            region_name=full_name(row.region_code),
            recipient_masked=mask_name(row.recipient),
            pieces=sum(line.quantity for line in row.lines.all()),
            turnover_fen=sum(line.base_fen for line in row.lines.all()),
            refunded_fen=sum(line.refunded_fen for line in row.lines.all()),
            paid_at=row.paid_at,  # type: ignore[arg-type]
        )
        for row in found
    )


def region_days(*, region_code: str, since: datetime) -> tuple[RegionDay, ...]:
    """A region's orders and turnover since a moment, by day in the tenant's time zone, oldest first."""
    first, last = codes_within(region_code)
    rows = (
        OrderLine.objects.filter(
            order__region_code__gte=first,
            order__region_code__lte=last,
            order__paid_at__gte=since,
        )
        .annotate(day=TruncDate("order__paid_at"))
        .values("day")
        .order_by("day")
        .annotate(
            orders=Count("order_id", distinct=True),
            turnover=Sum("base_fen"),
            refunded=Sum("refunded_fen"),
        )
    )
    return tuple(
        RegionDay(
            day=row["day"],
            orders=row["orders"],
            turnover_fen=row["turnover"],
            refunded_fen=row["refunded"],
        )
        for row in rows
    )


def _paid_in(region_code: str, since: datetime) -> QuerySet[Order]:
    first, last = codes_within(region_code)
    return Order.objects.filter(region_code__gte=first, region_code__lte=last, paid_at__gte=since)
