"""Rows of a ``balances.csv`` into typed facts, or into problems that name the line. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tongbao.kit.errors import DomainError
from tongbao.members.contracts import RowNotValid, RowProblem, RowRepeated
from tongbao.money import AmountInvalid, parse_points, parse_yuan
from tongbao.points.contracts import GIFT_PACKS, POOLS

LONGEST_KEY = 64
LARGEST_FEN_DIGITS = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceRow:
    """What one member brings along: cash in fen, points in 1/10 000 and the pool that they come out of."""

    line: int
    member: str
    cash_fen: int
    points: int
    pool: str


def read_balance_rows(
    rows: Iterable[tuple[int, Mapping[str, str]]],
) -> tuple[tuple[BalanceRow, ...], tuple[RowProblem, ...]]:
    """Read ``(line number, row)`` pairs; every line ends up either as a row or as a problem.

    Columns: ``member_id``; ``cash_fen`` or ``cash`` (yuan); ``points`` (up to four decimals); ``pool``, empty for
    the gift packs'. An empty amount is nothing; a line with nothing at all is a problem.

    >>> good, bad = read_balance_rows([(2, {"member_id": "A1", "cash": "12.50", "points": "3"})])
    >>> good[0].cash_fen, good[0].points, bad
    (1250, 30000, ())
    """
    taken: list[BalanceRow] = []
    problems: list[RowProblem] = []
    first_line: dict[str, int] = {}
    for line, raw in rows:
        try:
            row = _read(line, raw)
            if row.member in first_line:
                raise RowRepeated(what="member_id", key=row.member, first_line=first_line[row.member])
        except DomainError as error:
            problems.append(RowProblem(line=line, error=error))
            continue
        first_line[row.member] = line
        taken.append(row)
    return tuple(taken), tuple(problems)


def _read(line: int, raw: Mapping[str, str]) -> BalanceRow:
    member = (raw.get("member_id") or "").strip()
    if not member or len(member) > LONGEST_KEY:
        raise RowNotValid(
            field="member_id",
            why_en=f"it must have 1 to {LONGEST_KEY} characters",
            why_zh=f"长度须为1到{LONGEST_KEY}个字符",
        )
    cash_fen, points = _cash_fen(raw), _points(raw)
    if not cash_fen and not points:
        raise RowNotValid(field="cash", why_en="the line brings nothing", why_zh="该行没有任何余额")
    pool = (raw.get("pool") or "").strip() or GIFT_PACKS
    known = [kind.code for kind in POOLS]
    if pool not in known:
        raise RowNotValid(
            field="pool",
            why_en=f"known pools are {', '.join(known)}",
            why_zh=f"可用积分池:{'、'.join(known)}",
        )
    return BalanceRow(line=line, member=member, cash_fen=cash_fen, points=points, pool=pool)


def _cash_fen(raw: Mapping[str, str]) -> int:
    fen, yuan = (raw.get("cash_fen") or "").strip(), (raw.get("cash") or "").strip()
    if fen:
        if not (fen.isascii() and fen.isdigit() and len(fen) <= LARGEST_FEN_DIGITS):
            raise RowNotValid(
                field="cash_fen",
                why_en=f"it must be a whole number of fen, not {fen[:40]!r}",
                why_zh=f"必须是非负整数(单位:分),而不是{fen[:40]!r}",
            )
        return int(fen)
    return _amount("cash", yuan, parse_yuan) if yuan else 0


def _points(raw: Mapping[str, str]) -> int:
    text = (raw.get("points") or "").strip()
    return _amount("points", text, parse_points) if text else 0


def _amount(field: str, text: str, parse: Callable[[str], int]) -> int:
    try:
        return parse(text)
    except AmountInvalid as error:
        raise RowNotValid(
            field=field, why_en=error.values["why_en"], why_zh=error.values["why_zh"]
        ) from error
