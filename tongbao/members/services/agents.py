"""Regional agents: appointed for a term, revoked with a reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, connection
from django.utils import timezone

from tongbao.kit.transactions import transaction
from tongbao.members.contracts import (
    CLOSED,
    MOST_FEE_FEN,
    AgencyEnded,
    AgencySeatsFull,
    AgencyStartsTooEarly,
    AgencyTaken,
    AgencyTermNotValid,
    AgentFacts,
    FeeNotValid,
    MembersSettings,
    MemberUnknown,
    RegionLevel,
)
from tongbao.members.models import Member, RegionalAgent
from tongbao.members.policy.agencies import Term, earliest_start, most_at_once
from tongbao.members.policy.divisions import check_agency, full_name
from tongbao.members.selectors.agents import agent_facts_of
from tongbao.members.services.rows import constraint_of
from tongbao.tenancy.contracts import Actor, AuditFact, ReasonNeeded
from tongbao.tenancy.selectors import tenant_settings
from tongbao.tenancy.services import audit

ONE_AT_A_TIME = "members_regional_agent_one_at_a_time"
# Appointments take turns, so that the count of seats holds for the one that follows.
LOCK_SEATS = (
    "SELECT pg_advisory_xact_lock(hashtext('members.seats'), 'members_regional_agent'::regclass::oid::int)"
)


def appoint_from_a_day_to_come(
    *,
    region_code: str,
    member_id: int,
    starts_on: date | None,
    actor: Actor,
    now: datetime,
    ends_on: date | None = None,
    fee_fen: int | None = None,
) -> AgentFacts:
    """``appoint_agent`` as an operator decides it today: tomorrow at the earliest, and unless another day is named.

    So nothing is retroactive: who earns the region's award of an order stays as it was. Raises AgencyStartsTooEarly,
    and as ``appoint_agent``.
    """
    earliest = earliest_start(today=timezone.localdate(now))
    starts_on = starts_on or earliest
    if starts_on < earliest:
        raise AgencyStartsTooEarly(earliest=earliest.isoformat())
    return appoint_agent(
        region_code=region_code,
        member_id=member_id,
        starts_on=starts_on,
        ends_on=ends_on,
        fee_fen=fee_fen,
        actor=actor,
        now=now,
    )


def appoint_agent(
    *,
    region_code: str,
    member_id: int,
    starts_on: date,
    actor: Actor,
    now: datetime,
    ends_on: date | None = None,
    fee_fen: int | None = None,
) -> AgentFacts:
    """Appoint a member agent of a county, city or province from ``starts_on`` to ``ends_on``, both included.

    Takes over what is: any first day. Operators decide by ``appoint_from_a_day_to_come``.
    The level follows from the code; the fee, in fen, is the level's unless another is written.
    Locks: the tenant's seats. Raises DivisionUnknown, DivisionIsHeading, MemberUnknown, FeeNotValid,
    AgencyTermNotValid, AgencyTaken (the constraint decides), AgencySeatsFull.

    >>> appoint_agent(region_code="440106", member_id=1, starts_on=date(2026, 1, 1), actor=actor,
    ...     now=now).fee_fen                                                   # doctest: +SKIP
    2000000
    """
    level = check_agency(region_code).level
    settings = tenant_settings(MembersSettings)
    fee_fen = fee_of(level, settings) if fee_fen is None else fee_fen
    if type(fee_fen) is not int or not 0 <= fee_fen <= MOST_FEE_FEN:
        raise FeeNotValid(most=MOST_FEE_FEN)
    if ends_on is not None and ends_on < starts_on:
        raise AgencyTermNotValid(starts_on=starts_on, ends_on=ends_on)
    with transaction():
        if not Member.objects.filter(pk=member_id).exclude(status=CLOSED).exists():
            raise MemberUnknown(key=member_id)
        with connection.cursor() as cursor:
            cursor.execute(LOCK_SEATS)
        until_on = None if ends_on is None else ends_on + timedelta(days=1)
        row = _write(
            region_code=region_code,
            level=level,
            member_id=member_id,
            fee_fen=fee_fen,
            starts_on=starts_on,
            ends_on=ends_on,
            until_on=until_on,
            appointed_at=now,
            appointed_by=actor.name,
        )
        terms = [Term(*days) for days in _others(row).values_list("starts_on", "until_on")]
        seats = getattr(settings, f"{level}_agent_seats")
        if most_at_once(terms, within=Term(starts_on, until_on)) + 1 > seats:
            raise AgencySeatsFull(level=level, seats=seats)
        audit(
            AuditFact(
                actor=actor,
                action="members.appoint_agent",
                subject=f"region:{region_code}",
                detail={
                    "member": member_id,
                    "fee_fen": fee_fen,
                    "starts_on": starts_on.isoformat(),
                    "ends_on": ends_on.isoformat() if ends_on else None,
                },
            ),
            now=now,
        )
        return agent_facts_of(row)


def revoke_agent(*, agent_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """End an appointment: from today on the seat is free. Whatever was awarded before stays.

    Decided once, by a conditional update. Raises MemberUnknown, AgencyEnded, ReasonNeeded.
    """
    if len(reason.strip()) < 4:
        raise ReasonNeeded(action="members.revoke_agent")
    with transaction():
        row = RegionalAgent.objects.select_for_update().filter(pk=agent_id).first()
        if row is None:
            raise MemberUnknown(key=f"(agent {agent_id})")
        today = timezone.localdate(now)
        if row.revoked_at is not None or (row.until_on is not None and row.until_on <= today):
            raise AgencyEnded(agent_id=agent_id)
        RegionalAgent.objects.filter(pk=agent_id).update(
            until_on=max(row.starts_on, today), revoked_at=now, revoked_by=actor.name, reason=reason[:300]
        )
        audit(
            AuditFact(
                actor=actor,
                action="members.revoke_agent",
                subject=f"region:{row.region_code}",
                reason=reason,
                detail={"member": row.member_id, "agent": agent_id},
            ),
            now=now,
        )


def fee_of(level: RegionLevel, settings: MembersSettings) -> int:
    """What an agency of this level costs by default, in fen."""
    return int(getattr(settings, f"{level}_agent_fee_fen"))


def _write(**values: object) -> RegionalAgent:
    try:
        with transaction():
            return RegionalAgent.objects.create(**values)
    except IntegrityError as error:
        if constraint_of(error) == ONE_AT_A_TIME:
            raise AgencyTaken(region=full_name(str(values["region_code"]))) from error
        raise


def _others(row: RegionalAgent):  # type: ignore[no-untyped-def]
    return RegionalAgent.objects.filter(level=row.level).exclude(pk=row.pk)
