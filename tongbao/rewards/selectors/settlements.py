"""What is settled, and what is not yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from django.db import connection

from tongbao.rewards.models import Settlement

# How far behind the latest settled payment a payment may still be committed: it is looked for again.
LATE_COMMIT = timedelta(hours=1)
_SQL = resources.files("tongbao.rewards").joinpath("sql")
UNSETTLED = _SQL.joinpath("unsettled.sql").read_text(encoding="utf-8")
UNSETTLED_AFTER = _SQL.joinpath("unsettled_after.sql").read_text(encoding="utf-8")


def is_settled(*, order_id: int) -> bool:
    """Whether an order has its settlement."""
    return Settlement.objects.filter(order_id=order_id).exists()


def settled_numbers(order_ids: Sequence[int]) -> dict[int, str]:
    """The numbers of settled orders, by their ids."""
    return dict(Settlement.objects.filter(order_id__in=order_ids).values_list("order_id", "number"))


def unsettled_orders(*, upto_order_id: int) -> list[int]:
    """The paid orders without a settlement, up to and with this one, in the order of payment."""
    return _order_ids(UNSETTLED, {"upto": upto_order_id, "late": LATE_COMMIT})


def unsettled_after(*, order_id: int, upto: datetime, limit: int) -> list[int]:
    """The first paid orders without a settlement that were paid after this one, in the order of payment."""
    return _order_ids(UNSETTLED_AFTER, {"after": order_id, "until": upto, "late": LATE_COMMIT, "most": limit})


def _order_ids(statement: str, parameters: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [row[0] for row in cursor.fetchall()]


def last_settled_at() -> datetime | None:
    """The moment of the latest settlement."""
    return Settlement.objects.order_by("-id").values_list("settled_at", flat=True).first()


def release_backlog(*, now: datetime) -> tuple[int, timedelta]:
    """How many orders are due for release and not released, and for how long the oldest has been due."""
    due = Settlement.objects.filter(
        released_at__isnull=True, release_at__lte=now, order__has_open_claim=False
    )
    oldest = due.order_by("release_at").values_list("release_at", flat=True).first()
    return due.count(), now - oldest if oldest is not None else timedelta(0)
