"""What machines bring forth: whole days, in order, each once, out of the pool until it ends."""

from __future__ import annotations

from datetime import datetime
from importlib import resources
from typing import Any

from django.db import connection

from tongbao.apps.mining.contracts import POOL
from tongbao.apps.mining.models import Round
from tongbao.apps.mining.services.machines import sync_orders, take_back_twins
from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import InsufficientFunds
from tongbao.points.selectors import left_in
from tongbao.points.services import Share, grant_and_mint_many
from tongbao.tenancy.selectors import current_schema

GIVE = resources.files("tongbao.apps.mining").joinpath("sql", "give.sql").read_text(encoding="utf-8")
OUTPUTS_AT_ONCE = 100_000
TRIES = 5


def give_due(*, now: datetime) -> int:
    """Give every output whose day is over, oldest first; how many outputs.

    After any downtime it goes on where it stopped. Two jobs at once take turns; an output has one row, ever. A
    machine of somebody who is frozen or inactive waits.
    """
    sync_orders(now=now)
    take_back_twins(now=now)
    outputs, tries = 0, 0
    while True:
        try:
            given = give_round(now=now, most=OUTPUTS_AT_ONCE)
        except InsufficientFunds:
            # Somebody else took from the pool meanwhile. Nothing was kept; look again what is left.
            tries += 1
            if tries == TRIES:
                raise
            continue
        if not given:
            return outputs
        outputs += given
        tries = 0


def give_round(*, now: datetime, most: int) -> int:
    """One turn: at most so many outputs in one transaction; how many."""
    with transaction(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 20260301))", [f"{current_schema()}:mining"]
        )
        parameters: list[Any] = [now, now, most, left_in(pool=POOL), now, now]
        cursor.execute(GIVE, parameters)
        rows = cursor.fetchall()
        if not rows:
            return 0
        turn = Round.objects.create(
            given_at=now,
            outputs=sum(count for _member, _amount, _asked, count in rows),
            asked=sum(asked for _member, _amount, asked, _count in rows),
            granted=sum(amount for _member, amount, _asked, _count in rows),
        )
        shares = [
            Share(subject=f"mining:{turn.pk}:{member_id}", member_id=member_id, amount=amount)
            for member_id, amount, _asked, _count in rows
            if amount
        ]
        grant_and_mint_many(pool=POOL, shares=shares, now=now)
        return int(turn.outputs)
