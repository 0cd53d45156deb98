"""The three files that a replay reads and the two that it writes."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tongbao.config.csv_files import agent_rows, member_rows, read_rows
from tongbao.config.replay.orders import PaidRow, StatementRow
from tongbao.config.replay.people import People
from tongbao.kit.errors import DomainError, Language
from tongbao.mall.policy.order_rows import HEADERS as ORDER_HEADERS
from tongbao.mall.policy.order_rows import OrderRow, read_order_rows
from tongbao.members.contracts import AgentRow, RankUnknown, RowSponsorLeftOut
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
        self._plan = plan
        listed = member_rows(members)
        good, bad = check_member_rows(listed, known=(), ladder=plan.ranks)
        # Who stands under a bad line, or bought, is none of the file's mistakes: the cause is told once.
        self._listed = frozenset(row.member_id for row in listed)
        causes = [problem for problem in bad if not isinstance(problem.error, RowSponsorLeftOut)]
        self._note(members, ((problem.line, self._with_cure(problem.error)) for problem in causes))
        seats: Sequence[AgentRow] = ()
        if agents is not None:
            seats, bad = check_agent_rows(agent_rows(agents), known=self._listed)
            self._note(agents, ((problem.line, problem.error.message) for problem in bad))
        self.members = tuple(good)
        taken = {row.member_id for row in good}
        seats = [seat for seat in seats if seat.member_id in taken]
        self.agents = tuple(seats)
        self.people = People(plan=plan, members=good, agents=seats)
        self.orders = self._orders(orders)

    def _orders(self, file: Path) -> tuple[OrderRow, ...]:
        rows = read_rows(file, headers=ORDER_HEADERS, needed=("order_id", "buyer_id", "product", "paid_at"))
        orders, bad = read_order_rows(rows)
        self._note(file, ((problem.line, _said(problem.why_en, problem.why_zh)) for problem in bad))
        strangers = [row for row in orders if row.buyer_id not in self._listed]
        self._note(
            file,
            (
                (
                    row.line,
                    _said(
                        f"buyer {row.buyer_id} is no member of the file; add the member there, or correct buyer_id",
                        f"会员文件中没有买家{row.buyer_id};请在其中补充,或更正买家编号",
                    ),
                )
                for row in strangers
            ),
        )
        return orders

    def _with_cure(self, error: DomainError) -> Said:
        """The message; for a rank by the name that people use also the key that the file must have."""
        if not isinstance(error, RankUnknown):
            return error.message
        word = str(error.values["rank"]).casefold()
        for name in self._plan.rank_names:
            if word in (name.key.casefold(), name.zh.casefold(), name.en.casefold()):
                return _said(
                    f"{error.message('en')} Write {name.key}.", f"{error.message('zh')}请写{name.key}。"
                )
        return error.message

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
