"""Incomes counted for disclosure (收入披露), once a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from django.db import connection

from tongbao.kit.transactions import transaction
from tongbao.members.selectors import ladder, members_by_rank
from tongbao.rewards.models import IncomeDisclosure, IncomeRow
from tongbao.rewards.policy.income import groups_to_show

YEAR = timedelta(days=365)
_INCOME = (
    resources.files("tongbao.rewards").joinpath("sql").joinpath("income.sql").read_text(encoding="utf-8")
)


def disclose_income(*, now: datetime) -> int:
    """Count what members earned until now, and publish it; a second time at the same moment changes nothing.

    Returns how many members there are. Fewer than may be shown: that is published, and no figure.
    """
    with transaction():
        sizes = members_by_rank(at=now)
        disclosure, is_new = IncomeDisclosure.objects.get_or_create(
            as_of=now, defaults={"since": now - YEAR, "members": sum(sizes.values())}
        )
        groups = groups_to_show(sizes=sizes, ladder=ladder())
        if is_new and groups:
            IncomeRow.objects.bulk_create(_rows(disclosure, groups))
    return disclosure.members


def _rows(disclosure: IncomeDisclosure, groups: tuple[tuple[str, ...], ...]) -> list[IncomeRow]:
    place_of = {rank: place for place, ranks in enumerate(groups, start=1) for rank in ranks}
    parameters: dict[str, Any] = {
        "ranks": list(place_of),
        "groups": list(place_of.values()),
        "since": disclosure.since,
        "now": disclosure.as_of,
    }
    with connection.cursor() as cursor:
        cursor.execute(_INCOME, parameters)
        names = [column.name for column in cursor.description or ()]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    rows = []
    for figures in found:
        place = figures.pop("group")
        ranks = list(groups[place - 1]) if place else []
        rows.append(IncomeRow(disclosure=disclosure, place=place, ranks=ranks, **figures))
    return rows
