"""Watching the market: the same two trading to and fro (对敲), and prices that jump."""

from __future__ import annotations

from datetime import datetime
from importlib import resources
from typing import Any

from django.db import connection

from tongbao.kit.transactions import transaction
from tongbao.points.contracts import PointsSettings
from tongbao.points.policy.prices import beginning_of, day_of
from tongbao.tenancy.selectors import tenant_settings

ALERTS = resources.files("tongbao.points").joinpath("sql", "market_alerts.sql").read_text(encoding="utf-8")


def watch_market(*, now: datetime) -> int:
    """Write down what an operator should look at in today's trades; returns how many alerts are new."""
    settings = tenant_settings(PointsSettings)
    if not settings.market_is_on:
        return 0
    on = day_of(now=now, cut_off_minutes=settings.cut_off_minutes)
    since = beginning_of(on=on, cut_off_minutes=settings.cut_off_minutes)
    parameters: dict[str, Any] = {"since": since, "on": on, "jump_bp": settings.market_jump_bp, "now": now}
    with transaction(), connection.cursor() as cursor:
        cursor.execute(ALERTS, parameters)
        return int(cursor.rowcount)
