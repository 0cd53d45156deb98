"""Reads of agencies: seats, applications, and the workbench of whoever holds a region."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import cast

from django.db.models import QuerySet
from django.utils import timezone

from tongbao.apps.agency.contracts import (
    LEVELS,
    POOL,
    AgencyFacts,
    AgencySettings,
    ApplicationFacts,
    ApplicationState,
    ApplicationUnknown,
    CardsNeeded,
    DayFigures,
    LevelFacts,
    NoAgency,
    RegionSummary,
    SeatFacts,
    SeatState,
)
from tongbao.apps.agency.models import Application
from tongbao.apps.agency.policy import is_over, seat_state, state_now
from tongbao.kit.errors import DomainError
from tongbao.mall.selectors import region_days
from tongbao.members.contracts import AgentFacts, MembersSettings, RegionLevel
from tongbao.members.policy.agencies import earliest_start
from tongbao.members.policy.divisions import Division, check_agency, children, full_name
from tongbao.members.selectors import (
    most_seats_taken,
    regions_taken,
    residents_count,
    standing_appointments,
)
from tongbao.points.contracts import UNITS_PER_POINT
from tongbao.points.selectors import require_pool
from tongbao.rewards.selectors import region_awards_worth
from tongbao.tenancy.selectors import tenant_settings

PAID_STATUSES = ("paid", "shipped", "received", "closed")
SHOWN_DAYS = timedelta(days=30)


def levels(*, now: datetime) -> tuple[LevelFacts, ...]:
    """Fee, seats and what is left of them, level by level, the widest first."""
    settings, own = tenant_settings(MembersSettings), tenant_settings(AgencySettings)
    taken = most_seats_taken(since=first_day(now))
    return tuple(
        LevelFacts(
            level=level,
            fee_fen=int(getattr(settings, f"{level}_agent_fee_fen")),
            seats=int(getattr(settings, f"{level}_agent_seats")),
            left=max(0, int(getattr(settings, f"{level}_agent_seats")) - taken[level]),
            card_points=own.card_points(level),
            card_months=own.card_months,
        )
        for level in LEVELS
    )


def cards_needed(*, now: datetime) -> CardsNeeded:
    """Whether the pool could give a rights card to every seat there is; the preset's own numbers don't fit."""
    return CardsNeeded(
        needed=sum(facts.seats * facts.card_points for facts in levels(now=now)),
        cap=require_pool(pool=POOL).cap // UNITS_PER_POINT,
    )


def seats_below(*, parent: str, now: datetime) -> tuple[SeatFacts, ...]:
    """The divisions below one (of "" the provinces), each with whether its seat is free. Raises DivisionUnknown."""
    return _seats(children(parent), now)


def seat_of(*, region_code: str, now: datetime) -> SeatState:
    """Whether somebody can apply for this region. Raises DivisionUnknown, DivisionIsHeading."""
    return _seats((check_agency(region_code),), now)[0].state


def applications_of(*, member_id: int, now: datetime) -> tuple[ApplicationFacts, ...]:
    """A member's applications, newest first."""
    return tuple(_facts(row, now) for row in _with_all().filter(member_id=member_id)[:100])


def application(*, member_id: int, application_id: int, now: datetime) -> ApplicationFacts:
    """One of a member's applications. Raises ApplicationUnknown."""
    row = _with_all().filter(member_id=member_id, pk=application_id).first()
    if row is None:
        raise ApplicationUnknown(key=application_id)
    return _facts(row, now)


def state_of(row: Application, now: datetime) -> ApplicationState:
    """What an application is at this moment."""
    agent = row.agent
    return state_now(
        kept=cast(ApplicationState, row.state),
        order_is_paid=row.order is not None and row.order.status in PAID_STATUSES,
        is_ended=agent is not None
        and is_over(
            revoked=agent.revoked_at is not None, ends_on=agent.ends_on, today=timezone.localdate(now)
        ),
    )


def waiting_count() -> int:
    """How many paid applications wait for a decision."""
    return Application.objects.filter(state="paid").count()


def agencies_of(*, member_id: int, now: datetime) -> tuple[AgencyFacts, ...]:
    """The agencies that a member holds today, the oldest first."""
    today = timezone.localdate(now)
    return tuple(_agency(facts) for facts in standing_appointments(member_id=member_id, on=today))


def agency_of(*, member_id: int, region_code: str, now: datetime) -> AgencyFacts:
    """The agency of one region, or of "" the oldest that is held today. Raises NoAgency."""
    for facts in agencies_of(member_id=member_id, now=now):
        if region_code in ("", facts.region_code):
            return facts
    raise NoAgency(key=region_code)


def summary(*, member_id: int, region_code: str, now: datetime) -> RegionSummary:
    """A region in figures, for its agent. Raises NoAgency."""
    agency = agency_of(member_id=member_id, region_code=region_code, now=now)
    days = region_days(region_code=agency.region_code, since=agency.since)
    worth = region_awards_worth(
        member_id=member_id, region_code=agency.region_code, level=agency.level, since=agency.since
    )
    shown_from = timezone.localdate(now) - SHOWN_DAYS
    return RegionSummary(
        agency=agency,
        orders=sum(day.orders for day in days),
        turnover_fen=sum(day.turnover_fen for day in days),
        refunded_fen=sum(day.refunded_fen for day in days),
        pending_fen=worth.get("pending", 0),
        released_fen=worth.get("released", 0),
        members=residents_count(region_code=agency.region_code),
        days=tuple(
            DayFigures(
                day=day.day,
                orders=day.orders,
                turnover_fen=day.turnover_fen,
                refunded_fen=day.refunded_fen,
            )
            for day in reversed(days)
            if day.day > shown_from
        ),
    )


def first_day(now: datetime) -> date:
    """The first day on which an agency that is decided now can begin."""
    return earliest_start(today=timezone.localdate(now))


def _seats(places: tuple[Division, ...], now: datetime) -> tuple[SeatFacts, ...]:
    taken = regions_taken(region_codes=[place.code for place in places], since=first_day(now))
    left = {facts.level: facts.left for facts in levels(now=now)}
    return tuple(
        SeatFacts(
            region_code=place.code,
            name=place.name,
            level=place.level,
            state=seat_state(
                has_seat=_has_seat(place.code), is_taken=place.code in taken, left=left[place.level]
            ),
            has_divisions=bool(children(place.code)),
        )
        for place in places
    )


def _has_seat(code: str) -> bool:
    try:
        check_agency(code)
    except DomainError:
        return False
    return True


def _agency(facts: AgentFacts) -> AgencyFacts:
    begins = datetime.combine(facts.starts_on, time.min, tzinfo=timezone.get_current_timezone())
    return AgencyFacts(
        agent_id=facts.agent_id,
        member_id=facts.member_id,
        region_code=facts.region_code,
        region_name=facts.region_name,
        level=facts.level,
        starts_on=facts.starts_on,
        ends_on=facts.ends_on,
        since=begins,
    )


def _with_all() -> QuerySet[Application]:
    return Application.objects.select_related("order", "agent").order_by("-id")


def _facts(row: Application, now: datetime) -> ApplicationFacts:
    state = state_of(row, now)
    return ApplicationFacts(
        application_id=row.pk,
        region_code=row.region_code,
        region_name=full_name(row.region_code),
        level=cast(RegionLevel, row.level),
        fee_fen=row.fee_fen,
        state=state,
        reason=row.reason,
        order_number=row.order.number if row.order is not None else "",
        is_fee_back=row.order is not None and row.order.status == "refunded",
        applied_at=row.applied_at,
        paid_at=row.paid_at,
        decided_at=row.decided_at,
        starts_on=row.agent.starts_on if row.agent is not None else None,
        ends_on=row.agent.ends_on if row.agent is not None else None,
        can_pay=state == "applied",
        can_withdraw=state in ("applied", "paid"),
    )
