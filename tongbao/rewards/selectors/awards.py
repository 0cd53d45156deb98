"""Awards with their sentences, and what a member's commission amounts to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from django.db.models import QuerySet, Sum

from tongbao.ledger.contracts import StatementLine, member_account
from tongbao.ledger.selectors import balance, statement
from tongbao.members.contracts import RegionLevel
from tongbao.members.policy.divisions import codes_within
from tongbao.plans.columns.awards import SEATS
from tongbao.rewards.contracts import AwardFacts, AwardState, AwardStep, CommissionSummary
from tongbao.rewards.models import Award, Withdrawal
from tongbao.rewards.selectors.explaining import sentence_of

PAGE = 50


def awards_of_order(*, order_id: int) -> tuple[AwardFacts, ...]:
    """Every award of an order, in the order in which they were booked."""
    return _facts(_with_all().filter(settlement__order_id=order_id).order_by("id"))


def awards_of_member(
    *, member_id: int, state: str | None = None, before_id: int | None = None, limit: int = PAGE
) -> tuple[AwardFacts, ...]:
    """A member's awards, newest first; ``before_id`` asks for the next page."""
    rows = _with_all().filter(beneficiary_id=member_id).order_by("-id")
    if state:
        rows = rows.filter(state=state)
    if before_id:
        rows = rows.filter(id__lt=before_id)
    return _facts(rows[:limit])


def region_awards_of(
    *,
    member_id: int,
    region_code: str,
    level: RegionLevel,
    since: datetime,
    before_id: int | None = None,
    limit: int = PAGE,
) -> tuple[AwardFacts, ...]:
    """What a member earned as the agent of a region from orders paid since a moment, newest first."""
    rows = _of_agency(_with_all(), member_id, region_code, level, since).order_by("-id")
    if before_id:
        rows = rows.filter(id__lt=before_id)
    return _facts(rows[:limit])


def region_awards_worth(
    *, member_id: int, region_code: str, level: RegionLevel, since: datetime
) -> dict[AwardState, int]:
    """What these awards are worth now in each state, in fen."""
    rows = _of_agency(Award.objects.all(), member_id, region_code, level, since)
    worth = rows.order_by().values("state").annotate(total=Sum("amount_fen"))
    return {cast(AwardState, row["state"]): int(row["total"]) for row in worth}


def commission_of(*, member_id: int) -> CommissionSummary:
    """What a member was promised, may withdraw, has withdrawn and owes, in fen."""
    cash = balance(account=member_account(member_id, "cash"))
    withdrawn = Withdrawal.objects.filter(member_id=member_id, state="paid").aggregate(
        total=Sum("amount_fen")
    )
    return CommissionSummary(
        pending_fen=balance(account=member_account(member_id, "pending")).posted,
        cash_fen=cash.available,
        held_fen=cash.held,
        withdrawn_fen=int(withdrawn["total"] or 0),
        receivable_fen=-balance(account=member_account(member_id, "receivable")).posted,
    )


def money_statement(
    *, member_id: int, account: str, after: tuple[int, int] = (0, -1), limit: int = PAGE
) -> tuple[StatementLine, ...]:
    """The transfers of a member's account (cash, pending, receivable) after a cursor, with running balances."""
    return statement(account=member_account(member_id, account), after=after, limit=limit)


def _of_agency(
    rows: QuerySet[Award], member_id: int, region_code: str, level: RegionLevel, since: datetime
) -> QuerySet[Award]:
    first, last = codes_within(region_code)
    return rows.filter(
        beneficiary_id=member_id,
        seat=SEATS["regions"].format(rank=level),
        settlement__region_code__gte=first,
        settlement__region_code__lte=last,
        settlement__paid_at__gte=since,
    )


def _with_all() -> QuerySet[Award]:
    related = ("settlement", "settled_line__plan_version", "beneficiary")
    return Award.objects.select_related(*related).prefetch_related("changes")


def _facts(rows: Iterable[Award]) -> tuple[AwardFacts, ...]:
    return tuple(
        AwardFacts(
            award_id=row.pk,
            order_id=row.settlement.order_id,
            order_number=row.settlement.number,
            region_code=row.settlement.region_code,
            line_position=row.settled_line.position,
            beneficiary_id=row.beneficiary_id,
            beneficiary_number=row.beneficiary.number,
            seat=row.seat,
            clause=row.clause,
            kind=row.kind,
            rank=row.rank,
            rate_bp=row.rate_bp,
            rate_before_bp=row.rate_before_bp,
            base_fen=row.base_fen,
            original_fen=row.original_fen,
            amount_fen=row.amount_fen,
            state=cast(AwardState, row.state),
            settled_at=row.settlement.settled_at,
            release_at=row.settlement.release_at,
            plan=str(row.settled_line.plan_version),
            sentence_zh=sentence_of(row, language="zh"),
            sentence_en=sentence_of(row, language="en"),
            history=tuple(
                AwardStep(
                    kind=change.kind, delta_fen=change.delta_fen, amount_fen=change.amount_fen, at=change.at
                )
                for change in row.changes.all()
            ),
        )
        for row in rows
    )
