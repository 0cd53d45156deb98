"""Reads of mining."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Min

from tongbao.apps.mining.contracts import POOL, MachineFacts, MachineUnknown, OutputFacts, PropFacts
from tongbao.apps.mining.models import Machine, Output, Prop
from tongbao.apps.mining.policy import whole_days
from tongbao.mall.models import Variant
from tongbao.points.selectors import left_in


def props() -> tuple[PropFacts, ...]:
    """The props on offer, with their product's lowest price and what the pool has left."""
    rows = list(Prop.objects.filter(is_on_offer=True))
    prices = dict(
        Variant.objects.filter(
            product__code__in=[row.product_code for row in rows if row.product_code], product__is_on_sale=True
        )
        .values_list("product__code")
        .annotate(price=Min("price_fen"))
    )
    left = left_in(pool=POOL)
    return tuple(
        PropFacts(
            code=row.code,
            title_zh=row.title_zh,
            title_en=row.title_en,
            daily=row.daily,
            days=row.days,
            product_code=row.product_code or "",
            price_fen=prices.get(row.product_code or ""),
            left=left,
        )
        for row in rows
    )


def machines_of(*, member_id: int, now: datetime, limit: int = 100) -> tuple[MachineFacts, ...]:
    """A member's machines, newest first."""
    rows = Machine.objects.filter(member_id=member_id).select_related("prop").order_by("-id")[:limit]
    return tuple(_facts(row, now) for row in rows)


def outputs_of(
    *, member_id: int, machine_id: int, before_day: int | None = None, limit: int = 50
) -> tuple[OutputFacts, ...]:
    """What a member's machine gave, newest day first. Raises MachineUnknown."""
    if not Machine.objects.filter(pk=machine_id, member_id=member_id).exists():
        raise MachineUnknown(key=machine_id)
    rows = Output.objects.filter(machine_id=machine_id)
    if before_day is not None:
        rows = rows.filter(day__lt=before_day)
    return tuple(
        OutputFacts(day=row.day, amount=row.amount, given_at=row.given_at)
        for row in rows.order_by("-day")[:limit]
    )


def _facts(row: Machine, now: datetime) -> MachineFacts:
    waits = 0
    if row.state == Machine.State.WAITING:
        waits = whole_days(started_at=row.started_at, now=now, days=row.days) * row.daily
    return MachineFacts(
        machine_id=row.pk,
        title_zh=row.prop.title_zh,
        title_en=row.prop.title_en,
        state=row.state,  # type: ignore[arg-type]
        daily=row.daily,
        days=row.days,
        given_days=row.given_days,
        given=row.given,
        waits=waits,
        started_at=row.started_at,
        next_due_at=row.next_due_at if row.state == Machine.State.RUNNING else None,
    )
