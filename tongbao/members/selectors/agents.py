"""Who is the agent of which region."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from importlib import resources

from django.db import connection
from django.db.models import F, Q, QuerySet

from tongbao.members.contracts import ACTIVE, AgentFacts, RegionalSeat, RegionLevel
from tongbao.members.models import RegionalAgent
from tongbao.members.policy.agencies import Term, most_at_once
from tongbao.members.policy.divisions import full_name, seats_of

OF_PLACES = (
    resources.files("tongbao.members").joinpath("sql", "agents_of_places.sql").read_text(encoding="utf-8")
)


def agents_for(*, region_code: str, on: date) -> tuple[RegionalSeat, ...]:
    """The agents of an address's county, city and province on a day, nearest first; empty seats are missing.

    Works by the code's digits, so an order placed to a county that has been abolished since still finds its
    city and province.

    >>> [seat.level for seat in agents_for(region_code="440106", on=date(2026, 1, 1))]    # doctest: +SKIP
    ['county', 'city', 'province']
    """
    codes = {code: level for level, code in seats_of(region_code)}
    standing = (
        _standing_on(on)
        .filter(region_code__in=codes)
        .values_list("region_code", "member_id", "member__status")
    )
    by_code = {code: (member_id, status) for code, member_id, status in standing}
    return tuple(
        RegionalSeat(level=level, member_id=by_code[code][0], active=by_code[code][1] == ACTIVE)
        for code, level in codes.items()
        if code in by_code
    )


def agents_of_places(
    *, places: Iterable[tuple[str, date]]
) -> dict[tuple[str, date], tuple[RegionalSeat, ...]]:
    """``agents_for`` of many addresses, each on its day, in one query."""
    asked = list(dict.fromkeys(places))
    seats = [(place, code, level) for place in asked for level, code in seats_of(place[0])]
    pairs = list(dict.fromkeys((code, place[1]) for place, code, _ in seats))
    with connection.cursor() as cursor:
        cursor.execute(OF_PLACES, {"regions": [code for code, _ in pairs], "days": [on for _, on in pairs]})
        standing = {(code, on): (member_id, status) for code, on, member_id, status in cursor.fetchall()}
    found: dict[tuple[str, date], list[RegionalSeat]] = {place: [] for place in asked}
    for place, code, level in seats:
        agent = standing.get((code, place[1]))
        if agent is not None:
            seat = RegionalSeat(level=level, member_id=agent[0], active=agent[1] == ACTIVE)
            found[place].append(seat)
    return {place: tuple(seats) for place, seats in found.items()}


def standing_agent(*, region_code: str, on: date) -> AgentFacts | None:
    """The appointment for exactly this region that is in force on a day."""
    row = _standing_on(on).filter(region_code=region_code).first()
    return None if row is None else agent_facts_of(row)


def appointments(*, member_id: int) -> tuple[AgentFacts, ...]:
    """All appointments a member ever had, newest first."""
    return tuple(
        agent_facts_of(row) for row in RegionalAgent.objects.filter(member_id=member_id).order_by("-id")
    )


def standing_appointments(*, member_id: int, on: date) -> tuple[AgentFacts, ...]:
    """The appointments of a member that are in force on a day, the oldest first."""
    rows = _standing_on(on).filter(member_id=member_id, revoked_at__isnull=True).order_by("starts_on", "id")
    return tuple(agent_facts_of(row) for row in rows)


def agent(*, agent_id: int) -> AgentFacts | None:
    """One appointment, whether in force or not."""
    row = RegionalAgent.objects.filter(pk=agent_id).first()
    return None if row is None else agent_facts_of(row)


def regions_taken(*, region_codes: Iterable[str], since: date) -> frozenset[str]:
    """Which of these regions have an agent on some day from ``since`` on."""
    rows = _from(since).filter(region_code__in=list(region_codes))
    return frozenset(rows.values_list("region_code", flat=True))


def most_seats_taken(*, since: date) -> dict[RegionLevel, int]:
    """How many agents of each level hold a seat on the same day, at the most, from ``since`` on."""
    terms: dict[RegionLevel, list[Term]] = {"county": [], "city": [], "province": []}
    for level, starts_on, until_on in _from(since).values_list("level", "starts_on", "until_on"):
        terms[level].append(Term(starts_on, until_on))  # type: ignore[index]
    return {level: most_at_once(found, within=Term(since, None)) for level, found in terms.items()}


def agent_facts_of(row: RegionalAgent) -> AgentFacts:
    """An appointment as other packages may know it."""
    return AgentFacts(
        agent_id=row.pk,
        region_code=row.region_code,
        region_name=full_name(row.region_code),
        level=row.level,  # type: ignore[arg-type]
        member_id=row.member_id,
        fee_fen=row.fee_fen,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        revoked_at=row.revoked_at,
    )


def _from(since: date) -> QuerySet[RegionalAgent]:
    """Appointments with a day of their term at or after ``since``."""
    return RegionalAgent.objects.filter(Q(until_on__isnull=True) | Q(until_on__gt=since)).exclude(
        until_on=F("starts_on")
    )


def _standing_on(on: date) -> QuerySet[RegionalAgent]:
    return RegionalAgent.objects.filter(starts_on__lte=on).filter(
        Q(until_on__isnull=True) | Q(until_on__gt=on)
    )
