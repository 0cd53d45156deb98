"""Schedules of packages, and the tick that runs those that are due in one tenant."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A function of ``now`` that runs at most once every so often in each tenant."""

    name: str
    every: timedelta
    function: Callable[[datetime], object]


_schedules: list[Schedule] = []

# Insert or move the mark only if it is old enough: of many ticks at once, one gets a row back. A mark that lies a
# whole turn ahead was made before a demo's clock was set back; it would hold the schedule up until then.
TAKE = """
INSERT INTO kit_schedule_run AS run (name, last_run_at) VALUES (%s, %s)
ON CONFLICT (name) DO UPDATE SET last_run_at = excluded.last_run_at
WHERE run.last_run_at <= excluded.last_run_at - %s OR run.last_run_at > excluded.last_run_at + %s
RETURNING name
"""


def register(schedule: Schedule) -> None:
    """Add a schedule; called by ``config`` alone."""
    if schedule.name not in {known.name for known in _schedules}:
        _schedules.append(schedule)


def tick(*, now: datetime) -> list[str]:
    """Run the schedules that are due in the current tenant; return their names.

    One that fails is logged and does not hold up the others; it runs again at its next turn.
    """
    ran = []
    for schedule in _schedules:
        parameters: list[Any] = [schedule.name, now, schedule.every, schedule.every]
        with connection.cursor() as cursor:
            cursor.execute(TAKE, parameters)
            taken = cursor.fetchone()
        if taken:
            try:
                schedule.function(now)
                ran.append(schedule.name)
            except Exception:
                logger.exception("schedule %s failed", schedule.name)
    return ran
