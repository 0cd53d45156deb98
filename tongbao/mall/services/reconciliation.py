"""The daily reconciliation (对账): a gateway's statement against the ledger's account ``gateway``.

Movements are matched by number and not by day: a payment made a second before midnight is booked a second
after it. Statement lines are therefore kept, and each day's run compares what is new on either side, and what
differed before.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import platform_account
from tongbao.ledger.selectors import statement as ledger_statement
from tongbao.ledger.selectors import transfers_of
from tongbao.mall.contracts import GatewayUnavailable, StatementLine
from tongbao.mall.models import (
    GatewayMessage,
    Payment,
    ReconciliationDifference,
    ReconciliationRun,
    Refund,
    StatementEntry,
)
from tongbao.mall.policy.numbers import beijing_day, end_of_day
from tongbao.mall.policy.reconciliation import Comparison, compare, signed, split_key
from tongbao.mall.services import gateways
from tongbao.mall.services.differences import clear_differences, note_difference

logger = logging.getLogger(__name__)

PAGE = 500
CATCH_UP_DAYS = 31
"""How far back a run looks for days that were missed."""
START = (0, -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciled:
    """What a day's comparison found: lines stated, movements that agree, and that don't."""

    gateway: str
    day: date
    stated: int
    matched: int
    differing: int


def reconcile_day(*, gateway_code: str, day: date, now: datetime) -> Reconciled:
    """Compare one finished day of a gateway with the ledger; write and clear differences. Safe to repeat.

    Asks the gateway outside any transaction, for the day itself and for the days on which, by its own word,
    it made movements that we booked on this day. Raises UnknownGateway, GatewayUnavailable.
    """
    port = gateways.gateway(code=gateway_code)
    end = end_of_day(day)
    begin = _cursor_before(gateway_code, day)
    booked, cursor = _booked_since(gateway_code, begin, end)
    days = {day} | _days_stated_elsewhere(gateway_code, booked)
    stated = {on: port.statement(on=on) for on in sorted(days)}
    with transaction():
        for on, lines in stated.items():
            _keep(gateway_code, on, lines)
        keys = _keys_to_compare(gateway_code, days, booked)
        there = _stated_amounts(gateway_code, keys)
        here = {key: booked[key] if key in booked else _booked_amount(gateway_code, key) for key in keys}
        result = compare(there=there, here={key: fen for key, fen in here.items() if fen})
        _write(gateway_code, keys, result, now)
        ReconciliationRun.objects.update_or_create(
            gateway=gateway_code,
            day=day,
            defaults={
                "ran_at": now,
                "stated": len(stated[day]),
                "matched": result.matched,
                "differing": len(result.differences),
                "last_batch": cursor[0],
                "last_position": cursor[1],
            },
        )
    return Reconciled(
        gateway=gateway_code,
        day=day,
        stated=len(stated[day]),
        matched=result.matched,
        differing=len(result.differences),
    )


def reconcile_missed_days(*, now: datetime) -> tuple[Reconciled, ...]:
    """Compare every finished day since the last run up to yesterday, for every gateway in use.

    A gateway without a run begins with the day of its first payment. No day is looked for further back than
    a month. A gateway that does not answer is left for the next turn and holds up no other.
    """
    yesterday = beijing_day(now) - timedelta(days=1)
    done = []
    for code in gateways.installed():
        if not gateways.gateway(code=code).is_offered() and not Payment.objects.filter(gateway=code).exists():
            continue
        day = max(_first_day(code, yesterday), yesterday - timedelta(days=CATCH_UP_DAYS))
        try:
            while day <= yesterday:
                done.append(reconcile_day(gateway_code=code, day=day, now=now))
                day += timedelta(days=1)
        except GatewayUnavailable:
            logger.warning("gateway %s gives no statement of %s yet", code, day)
    return tuple(done)


def _first_day(gateway: str, yesterday: date) -> date:
    """The first day that no run has compared yet; tomorrow's yesterday for a gateway nobody has used."""
    runs = ReconciliationRun.objects.filter(gateway=gateway).order_by("-day")
    last = runs.values_list("day", flat=True).first()
    if last is not None:
        return last + timedelta(days=1)
    attempts = Payment.objects.filter(gateway=gateway).order_by("id")
    first = attempts.values_list("created_at", flat=True).first()
    return yesterday + timedelta(days=1) if first is None else beijing_day(first)


def _cursor_before(gateway: str, day: date) -> tuple[int, int]:
    """Where the ledger had been read to by the run of the last day before; a rerun starts there again."""
    run = ReconciliationRun.objects.filter(gateway=gateway, day__lt=day).order_by("-day").first()
    return (run.last_batch, run.last_position) if run is not None else START


def _booked_since(
    gateway: str, begin: tuple[int, int], end: datetime
) -> tuple[dict[str, int], tuple[int, int]]:
    """What the ledger booked at the gateway after ``begin`` and before ``end``, signed, by key; and how far.

    The account is debited with money in, so that its balance is minus what lies at the gateway.
    """
    account = platform_account("gateway", gateway)
    sums: dict[str, int] = defaultdict(int)
    cursor = begin
    while True:
        page = ledger_statement(account=account, after=cursor, limit=PAGE)
        for line in page:
            if line.booked_at >= end:
                return dict(sums), cursor
            sums[line.subject] -= line.amount
            cursor = (line.batch, line.position)
        if len(page) < PAGE:
            return dict(sums), cursor


def _booked_amount(gateway: str, key: str) -> int:
    account = platform_account("gateway", gateway)
    fen = 0
    for transfer in transfers_of(subject=key):
        fen += transfer.amount if transfer.debit == account else 0
        fen -= transfer.amount if transfer.credit == account else 0
    return fen


def _days_stated_elsewhere(gateway: str, keys: Iterable[str]) -> set[date]:
    """The days of statements that must hold movements we booked but have not seen stated."""
    unseen = set(keys) - set(_stated_amounts(gateway, keys))
    numbers = {split_key(key)[1] for key in unseen}
    moments = [
        *Payment.objects.filter(number__in=numbers).values_list("gateway_paid_at", flat=True),
        *Refund.objects.filter(number__in=numbers).values_list("gateway_refunded_at", flat=True),
        *GatewayMessage.objects.filter(
            gateway=gateway, kind="transfer", state="succeeded", number__in=numbers
        ).values_list("occurred_at", flat=True),
    ]
    return {beijing_day(moment) for moment in moments if moment is not None}


def _keep(gateway: str, day: date, lines: Iterable[StatementLine]) -> None:
    StatementEntry.objects.bulk_create(
        (
            StatementEntry(
                gateway=gateway,
                kind=line.kind,
                number=line.number,
                amount_fen=line.amount_fen,
                gateway_reference=line.gateway_reference,
                occurred_at=line.occurred_at,
                stated_on=day,
            )
            for line in lines
        ),
        ignore_conflicts=True,
    )


def _keys_to_compare(gateway: str, days: set[date], booked: Iterable[str]) -> set[str]:
    stated = StatementEntry.objects.filter(gateway=gateway, stated_on__in=days)
    differing = ReconciliationDifference.objects.filter(gateway=gateway, state="open")
    return {
        *booked,
        *(f"{kind}:{number}" for kind, number in stated.values_list("kind", "number")),
        *(f"{kind}:{number}" for kind, number in differing.values_list("movement", "number")),
    }


def _stated_amounts(gateway: str, keys: Iterable[str]) -> dict[str, int]:
    wanted = set(keys)
    rows = StatementEntry.objects.filter(
        Q(number__in={split_key(key)[1] for key in wanted}), gateway=gateway
    ).values_list("kind", "number", "amount_fen")
    amounts: dict[str, int] = {}
    for kind, number, amount_fen in rows:
        if f"{kind}:{number}" in wanted:
            amounts[f"{kind}:{number}"] = signed(kind=kind, amount_fen=amount_fen)
    return amounts


def _write(gateway: str, keys: set[str], result: Comparison, now: datetime) -> None:
    differing = {}
    for difference in result.differences:
        movement, number = split_key(difference.key)
        differing[difference.key] = difference.kind
        note_difference(
            gateway=gateway,
            movement=movement,
            number=number,
            kind=difference.kind,
            there_fen=difference.there_fen,
            here_fen=difference.here_fen,
            now=now,
        )
    agreeing = [
        row.pk
        for row in ReconciliationDifference.objects.filter(gateway=gateway, state="open")
        if f"{row.movement}:{row.number}" in keys
        and differing.get(f"{row.movement}:{row.number}") != row.kind
    ]
    clear_differences(difference_ids=agreeing, now=now)
