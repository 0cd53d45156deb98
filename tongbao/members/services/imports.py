"""Members and agents taken over from another system, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.db.models import Q

from tongbao.kit.transactions import transaction
from tongbao.members.contracts import (
    ACTIVE,
    INACTIVE,
    AgencyTaken,
    AgencyTermNotValid,
    AgentRow,
    ImportReport,
    MemberRow,
    MembersSettings,
    RowProblem,
)
from tongbao.members.models import Member, RankGrant, RegionalAgent
from tongbao.members.policy.divisions import full_name, level_of
from tongbao.members.policy.import_rows import check_agent_rows, check_member_rows
from tongbao.members.policy.people import member_number, normalise_phone
from tongbao.members.services.rows import lock_tree, new_invite_code, new_member_ids
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.selectors import tenant_settings
from tongbao.tenancy.services import audit

BATCH = 2000

Item = TypeVar("Item")


def import_members(
    *,
    rows: Iterable[MemberRow],
    ladder: Sequence[str],
    actor: Actor,
    now: datetime,
    leave_out_bad_lines: bool = False,
) -> ImportReport:
    """Take members over with their sponsors, opening ranks and status, sponsors before recruits.

    Sponsors may stand in the file, in any order, or be here already (by former or public number). A bad line
    (unknown sponsor, circle, repeated or known member, unknown rank) stops the whole file, unless bad lines
    are to be left out; then everybody below them is left out as well. Nobody "joins": no event is written.

    Locks: the tenant's tree. Problems come back in the report, by line; nothing is raised for them.
    """
    listed = list(rows)
    with transaction():
        lock_tree()
        ids = _ids_by_key(key for row in listed for key in (row.member_id, row.sponsor_id))
        good, problems = check_member_rows(
            listed, known=ids, known_phones=_known_phones(listed), ladder=ladder
        )
        if problems and not leave_out_bad_lines:
            return ImportReport(imported=0, problems=problems)
        entry_rank = tenant_settings(MembersSettings).entry_rank
        for batch in _batches(good):
            new_ids = new_member_ids(count=len(batch))
            ids |= {row.member_id: new_id for row, new_id in zip(batch, new_ids, strict=True)}
            Member.objects.bulk_create(_member(row, ids=ids, entry_rank=entry_rank) for row in batch)
            RankGrant.objects.bulk_create(
                RankGrant(
                    member_id=ids[row.member_id],
                    rank=row.rank,
                    basis=RankGrant.Basis.OPENING,
                    source="opening",
                    granted_at=row.joined_at,
                )
                for row in batch
                if row.rank and row.rank != ladder[0]
            )
        _audit("members.import", len(good), problems, actor=actor, now=now)
    return ImportReport(imported=len(good), problems=problems)


def import_agents(
    *,
    rows: Iterable[AgentRow],
    starts_on: date,
    actor: Actor,
    now: datetime,
    ends_on: date | None = None,
    leave_out_bad_lines: bool = False,
) -> ImportReport:
    """Take regional agents over, for one common term and without a fee: it was paid elsewhere.

    A bad line (unknown region or member, a region twice or taken) stops the whole file, unless bad lines are
    to be left out. The number of seats is not checked: these people hold them already.
    Raises AgencyTermNotValid.
    """
    if ends_on is not None and ends_on < starts_on:
        raise AgencyTermNotValid(starts_on=starts_on, ends_on=ends_on)
    listed = list(rows)
    until_on = None if ends_on is None else ends_on + timedelta(days=1)
    with transaction():
        ids = _ids_by_key(row.member_id for row in listed)
        good, problems = check_agent_rows(listed, known=ids)
        taken = _taken_regions(good, starts_on=starts_on, until_on=until_on)
        problems += tuple(
            RowProblem(line=row.line, error=AgencyTaken(region=full_name(row.region_code)))
            for row in good
            if row.region_code in taken
        )
        problems = tuple(sorted(problems, key=lambda problem: problem.line))
        if problems and not leave_out_bad_lines:
            return ImportReport(imported=0, problems=problems)
        new = [
            RegionalAgent(
                region_code=row.region_code,
                level=level_of(row.region_code),
                member_id=ids[row.member_id],
                fee_fen=0,
                starts_on=starts_on,
                ends_on=ends_on,
                until_on=until_on,
                appointed_at=now,
                appointed_by=actor.name,
            )
            for row in good
            if row.region_code not in taken
        ]
        RegionalAgent.objects.bulk_create(new, batch_size=BATCH)
        _audit("members.import_agents", len(new), problems, actor=actor, now=now)
    return ImportReport(imported=len(new), problems=problems)


def _member(row: MemberRow, *, ids: dict[str, int], entry_rank: str) -> Member:
    member_id = ids[row.member_id]
    sponsor_id = ids[row.sponsor_id] if row.sponsor_id else None
    return Member(
        pk=member_id,
        number=member_number(member_id),
        external_number=row.member_id,
        phone=normalise_phone(row.phone) if row.phone else None,
        name=row.name[:40],
        invite_code=new_invite_code(),
        sponsor_id=sponsor_id,
        sponsor_fixed_at=row.joined_at if sponsor_id is not None else None,
        rank=row.rank or entry_rank,
        status=ACTIVE if row.active else INACTIVE,
        joined_at=row.joined_at,
    )


def _ids_by_key(keys: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for batch in _batches(sorted({key for key in keys if key})):
        rows = Member.objects.filter(Q(external_number__in=batch) | Q(number__in=batch))
        asked = set(batch)
        for pk, number, external_number in rows.values_list("pk", "number", "external_number"):
            if external_number in asked:
                found[external_number] = pk
            if number in asked:
                found.setdefault(number, pk)
    return found


def _known_phones(rows: Sequence[MemberRow]) -> set[str]:
    found: set[str] = set()
    for batch in _batches(row.phone for row in rows if row.phone):
        phones = Member.objects.filter(phone__in=batch).values_list("phone", flat=True)
        found.update(phone for phone in phones if phone)
    return found


def _taken_regions(rows: Sequence[AgentRow], *, starts_on: date, until_on: date | None) -> set[str]:
    standing = RegionalAgent.objects.filter(region_code__in=[row.region_code for row in rows])
    standing = standing.filter(Q(until_on__isnull=True) | Q(until_on__gt=starts_on))
    if until_on is not None:
        standing = standing.filter(starts_on__lt=until_on)
    return set(standing.values_list("region_code", flat=True))


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    source = iter(items)
    while batch := list(islice(source, BATCH)):
        yield batch


def _audit(
    action: str, imported: int, problems: Sequence[RowProblem], *, actor: Actor, now: datetime
) -> None:
    detail = {"imported": imported, "left_out": len(problems)}
    audit(AuditFact(actor=actor, action=action, subject="import", detail=detail), now=now)
