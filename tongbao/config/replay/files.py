"""The three files that a replay reads and the two that it writes."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tongbao.config.csv_files import agent_rows, member_rows, read_rows
from tongbao.config.replay.orders import PaidRow, StatementRow
from tongbao.config.replay.people import People
from tongbao.kit.errors import Language
from tongbao.mall.policy.order_rows import HEADERS as ORDER_HEADERS
from tongbao.mall.policy.order_rows import OrderRow, read_order_rows
from tongbao.members.contracts import AgentRow
from tongbao.members.policy.import_rows import check_agent_rows, check_member_rows
from tongbao.plans import Plan

Said = Callable[[Language], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineProblem:
    """What is wrong with a line of a file."""

    file: str
    line: int
    said: Said

    def message(self, language: Language) -> str:
        return f"{self.file}:{self.line}: {self.said(language)}"


class History:
    """People and orders from the files, and every line that can't be used."""

    def __init__(self, *, plan: Plan, members: Path, agents: Path | None, orders: Path) -> None:
        self.problems: list[LineProblem] = []
        good, bad = check_member_rows(member_rows(members), known=(), ladder=plan.ranks)
        self._note(members, ((problem.line, problem.error.message) for problem in bad))
        seats: Sequence[AgentRow] = ()
        if agents is not None:
            seats, bad = check_agent_rows(agent_rows(agents), known={row.member_id for row in good})
            self._note(agents, ((problem.line, problem.error.message) for problem in bad))
        self.members = tuple(good)
        self.agents = tuple(seats)
        self.people = People(plan=plan, members=good, agents=seats)
        self.orders = self._orders(orders)

    def _orders(self, file: Path) -> tuple[OrderRow, ...]:
        rows = read_rows(file, headers=ORDER_HEADERS, needed=("order_id", "buyer_id", "product", "paid_at"))
        orders, bad = read_order_rows(rows)
        self._note(file, ((problem.line, _said(problem.why_en, problem.why_zh)) for problem in bad))
        strangers = [row for row in orders if row.buyer_id not in self.people]
        self._note(
            file,
            (
                (
                    row.line,
                    _said(
                        f"buyer {row.buyer_id} is no member of the file", f"会员文件中没有买家{row.buyer_id}"
                    ),
                )
                for row in strangers
            ),
        )
        return orders

    def _note(self, file: Path, problems: Iterable[tuple[int, Said]]) -> None:
        self.problems += [LineProblem(file=file.name, line=line, said=said) for line, said in problems]


def _said(en: str, zh: str) -> Said:
    return lambda language: zh if language == "zh" else en


def write_awards(file: Path, rows: Iterable[PaidRow]) -> int:
    """Write awards.csv; return how many lines."""
    header = ("order_id", "beneficiary_id", "clause", "rank", "rate_bp", "fen", "status")
    lines = (
        (row.order_id, row.beneficiary, row.clause, row.rank, row.rate_bp, row.fen, row.status)
        for row in rows
    )
    return _write(file, header, lines)


def write_statement(file: Path, rows: Iterable[StatementRow]) -> int:
    """Write statement.csv; return how many lines."""
    header = ("member_id", "awarded_fen", "clawed_back_fen", "net_fen")
    lines = ((row.member, row.awarded_fen, row.clawed_back_fen, row.net_fen) for row in rows)
    return _write(file, header, lines)


def _write(file: Path, header: Sequence[str], lines: Iterable[Sequence[object]]) -> int:
    count = 0
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(header)
        for line in lines:
            writer.writerow(line)
            count += 1
    return count
