"""Members and agents of another system: what is wrong with a file, and in which order to write it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from tongbao.kit.errors import DomainError
from tongbao.members.contracts import (
    AgentRow,
    MemberRow,
    MemberUnknown,
    PhoneTaken,
    RowInCycle,
    RowKnown,
    RowNotValid,
    RowProblem,
    RowRepeated,
    RowSponsorLeftOut,
    RowSponsorUnknown,
)
from tongbao.members.policy.divisions import check_agency
from tongbao.members.policy.people import mask_phone, normalise_phone
from tongbao.members.policy.ranks import check_rank

MOST_KEY_CHARACTERS = 64
MOST_NAMES_IN_A_CIRCLE = 10


def check_member_rows(
    rows: Iterable[MemberRow],
    *,
    known: Collection[str],
    known_phones: Collection[str] = (),
    ladder: Sequence[str],
) -> tuple[tuple[MemberRow, ...], tuple[RowProblem, ...]]:
    """The rows that can be taken over, sponsors before their recruits, and the problems of the others.

    ``known`` are the keys of members who are there already: they can be sponsors, and can't come again.
    Whoever stands under a bad row is a problem too, so that leaving bad lines out leaves no hole in the tree.

    >>> from datetime import UTC, datetime
    >>> def row(line, key, sponsor):
    ...     joined_at = datetime(2026, 1, 1, tzinfo=UTC)
    ...     return MemberRow(line=line, member_id=key, sponsor_id=sponsor, rank="vip", joined_at=joined_at)
    >>> good, bad = check_member_rows([row(2, "B", "A"), row(3, "A", "")], known=(), ladder=("member", "vip"))
    >>> [member.member_id for member in good], bad
    (['A', 'B'], ())
    """
    listed = list(rows)
    by_key: dict[str, MemberRow] = {}
    problems: dict[int, DomainError] = {}
    phones: dict[str, int] = {}
    for row in listed:
        try:
            _check_row(row, by_key=by_key, known=known, ladder=ladder)
            _check_phone(row, first_lines=phones, known=known_phones)
        except DomainError as problem:
            problems[row.line] = problem
        if row.member_id:
            by_key.setdefault(row.member_id, row)

    for row in by_key.values():
        is_there = row.sponsor_id in by_key or row.sponsor_id in known
        if row.sponsor_id and not is_there:
            problems.setdefault(row.line, RowSponsorUnknown(key=row.member_id, sponsor=row.sponsor_id))
    for circle in _circles(by_key):
        names = [*circle[:MOST_NAMES_IN_A_CIRCLE], "…"] if len(circle) > MOST_NAMES_IN_A_CIRCLE else circle
        for key in circle:
            problems.setdefault(by_key[key].line, RowInCycle(circle=" → ".join([*names, circle[0]])))

    good = []
    for row in _sponsors_first(by_key):
        sponsor = by_key.get(row.sponsor_id)
        if sponsor is not None and sponsor.line in problems:
            problems.setdefault(
                row.line,
                RowSponsorLeftOut(key=row.member_id, sponsor=row.sponsor_id, sponsor_line=sponsor.line),
            )
        if row.line not in problems:
            good.append(row)
    return tuple(good), _by_line(problems)


def check_agent_rows(
    rows: Iterable[AgentRow], *, known: Collection[str]
) -> tuple[tuple[AgentRow, ...], tuple[RowProblem, ...]]:
    """The appointments that can be taken over, and the others' problems. ``known`` are keys of members."""
    problems: dict[int, DomainError] = {}
    first: dict[str, int] = {}
    good = []
    for row in rows:
        try:
            check_agency(row.region_code)
        except DomainError as error:
            problems[row.line] = error
            continue
        if row.member_id not in known:
            problems[row.line] = MemberUnknown(key=row.member_id)
        elif row.region_code in first:
            problems[row.line] = RowRepeated(
                what="region_code", key=row.region_code, first_line=first[row.region_code]
            )
        else:
            first[row.region_code] = row.line
            good.append(row)
    return tuple(good), _by_line(problems)


def _check_row(
    row: MemberRow, *, by_key: Mapping[str, MemberRow], known: Collection[str], ladder: Sequence[str]
) -> None:
    if not row.member_id or len(row.member_id) > MOST_KEY_CHARACTERS:
        raise RowNotValid(
            field="member_id",
            why_en=f"it must have 1 to {MOST_KEY_CHARACTERS} characters",
            why_zh=f"长度须为1到{MOST_KEY_CHARACTERS}个字符",
        )
    if row.joined_at.tzinfo is None:
        raise RowNotValid(
            field="joined_at", why_en="it needs an offset, like +08:00", why_zh="须带时区,如 +08:00"
        )
    if row.member_id in by_key:
        raise RowRepeated(what="member_id", key=row.member_id, first_line=by_key[row.member_id].line)
    if row.member_id in known:
        raise RowKnown(key=row.member_id)
    if row.rank:
        check_rank(row.rank, ladder=ladder)


def _check_phone(row: MemberRow, *, first_lines: dict[str, int], known: Collection[str]) -> None:
    if not row.phone:
        return
    phone = normalise_phone(row.phone)
    if phone in known:
        raise PhoneTaken()
    if first_lines.setdefault(phone, row.line) != row.line:
        raise RowRepeated(what="phone", key=mask_phone(phone), first_line=first_lines[phone])


def _circles(by_key: Mapping[str, MemberRow]) -> list[list[str]]:
    """Every circle of sponsors once, each from the member who stands first in the file."""
    settled: set[str] = set()
    circles = []
    for start in by_key:
        path: dict[str, int] = {}
        key = start
        while key in by_key and key not in settled and key not in path:
            path[key] = len(path)
            key = by_key[key].sponsor_id
        if key in path:
            circle = [member for member, place in path.items() if place >= path[key]]
            first = min(range(len(circle)), key=lambda place: by_key[circle[place]].line)
            circles.append(circle[first:] + circle[:first])
        settled.update(path)
    return circles


def _sponsors_first(by_key: Mapping[str, MemberRow]) -> list[MemberRow]:
    """The rows in an order in which nobody comes before their sponsor, circles aside."""
    placed: dict[str, MemberRow] = {}
    for start in by_key:
        path: dict[str, MemberRow] = {}
        key = start
        while key in by_key and key not in placed and key not in path:
            path[key] = by_key[key]
            key = by_key[key].sponsor_id
        placed.update(reversed(path.items()))
    return list(placed.values())


def _by_line(problems: Mapping[int, DomainError]) -> tuple[RowProblem, ...]:
    return tuple(RowProblem(line=line, error=problems[line]) for line in sorted(problems))
