"""How far above a buyer each clause pays: the levels in which laws count."""

from __future__ import annotations

from dataclasses import dataclass

from tongbao.plans.algebra import ByLevel, ByRank, ByRankAndLevel, Gap
from tongbao.plans.clauses import Clause, Walk
from tongbao.plans.clauses.kept import Board, Fund, Jar, Kept
from tongbao.plans.lint.contracts import Reason
from tongbao.plans.plan import Plan

PERSONAL_GRAPHS = ("sponsors", "placement", "introducers")
"""Graphs on which a member stands above others. Regions and the buyer's own seat aren't among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far above a buyer one clause pays.

    ``depth``: the deepest level, counting everyone in between who takes part, also those whom the clause passes
    over for their rank; None: no end. Accounts that are merely inactive are no level. ``people``: how many are paid
    at most of one order; None: no end.
    """

    clause: str
    line: int
    depth: int | None
    people: int | None
    by_others: bool = False
    """Whether places below are filled with people whom somebody else brought in."""

    @property
    def is_team_pay(self) -> bool:
        """Whether anyone but the buyer's own sponsor is paid."""
        return self.depth is None or self.depth > 1 or self.by_others

    def reaches(self, levels: int) -> bool:
        """Whether so many levels may be paid on."""
        return self.depth is None or self.depth >= levels

    def reason(self) -> Reason:
        if self.depth is not None:
            zh = f"条款{self.clause}按下级的销售支付,最深到第{self.depth}级"
            en = f"clause {self.clause} pays up to level {self.depth} on the sales of people below"
            if self.by_others:
                zh += ",其中有他人发展、滑落而来的人"
                en += ", whom others brought in too"
        elif self.people is not None:
            zh = f"条款{self.clause}按下级的销售支付,不限级数,每单最多{self.people}人"
            en = (
                f"clause {self.clause} pays on the sales of people below at any level, up to "
                f"{self.people} {'person' if self.people == 1 else 'people'} of one order"
            )
        else:
            zh = f"条款{self.clause}按下级团队的销售支付,不限级数"
            en = f"clause {self.clause} pays on the sales of people below at every level, without end"
        return Reason(zh=zh, en=en, clause=self.clause, line=self.line, cure_key=f"clauses.{self.clause}")


def reach_of(clause: Clause, *, plan: Plan) -> Reach | None:
    """How far a clause pays on the sales of people below; None: it doesn't look at them.

    >>> from tongbao.plans import preset
    >>> plan = preset("gift-pack")
    >>> reach_of(plan.clause("direct"), plan=plan).depth
    1
    """
    if isinstance(clause, Walk):
        return _walk_reach(clause, plan)
    if isinstance(clause, Jar):
        far = clause.select.compress and clause.select.needs.anything
        return Reach(clause=clause.id, line=clause.line, depth=None if far else 1, people=1)
    if isinstance(clause, Board):
        return Reach(clause=clause.id, line=clause.line, depth=clause.depth, people=1)
    on_team = isinstance(clause, Fund) and clause.measure in ("team", "lesser_leg", "bracket_gap")
    if on_team or (isinstance(clause, Kept) and clause.select.needs.team_fen):
        return Reach(clause=clause.id, line=clause.line, depth=None, people=None)
    return None


def _walk_reach(walk: Walk, plan: Plan) -> Reach | None:
    if walk.graph not in PERSONAL_GRAPHS:
        return None
    depth, people = _own_reach(walk, plan)
    if walk.of is not None:
        below = plan.clause(walk.of)
        reach = _walk_reach(below, plan) if isinstance(below, Walk) else None
        if reach is not None:
            depth = None if depth is None or reach.depth is None else depth + reach.depth
            people = None if people is None or reach.people is None else people * reach.people
    by_others = walk.placement is not None and walk.placement.fill != "sponsor"
    return Reach(clause=walk.id, line=walk.line, depth=depth, people=people, by_others=by_others)


def _own_reach(walk: Walk, plan: Plan) -> tuple[int | None, int | None]:
    """The depth and the number of people of one walk, from where it starts."""
    select, people = walk.select, walk.levels
    if select.peers is not None:
        people = len(walk.rate.rates_bp) if isinstance(walk.rate, ByLevel) else 1
        if select.peers.pairs == "every":
            people *= len(select.peers.ranks) or _steps(plan.clause(select.peers.of))
        return None, people
    if isinstance(walk.rate, Gap):
        people = _steps(walk) if select.limit is None else min(_steps(walk), select.limit)
        ends = select.limit is not None and not select.compress
        return (select.skip + (select.limit or 0) if ends else None), people
    if people is None or select.outranked_in is not None:
        return None, people
    if select.compress and _passes_over(walk, plan.ranks):
        return None, people
    return select.skip + people, people


def _steps(clause: Clause) -> int:
    """How many people a differential pays of one order at most: one for each step of its rates."""
    if not isinstance(clause, Walk) or not isinstance(clause.rate, Gap):
        return 0
    return len({rate_bp for _, rate_bp in clause.rate.rates if rate_bp})


def _passes_over(walk: Walk, ranks: tuple[str, ...]) -> bool:
    """Whether people who take part may be passed over, so that the levels don't limit how far the walk goes."""
    if walk.select.needs.anything or walk.select.unlock_recruits:
        return True
    match walk.rate:
        case ByRank(rates=rates):
            return any(not dict(rates).get(rank) for rank in ranks)
        case ByRankAndLevel(rates=lists):
            longest = max(len(listed) for _, listed in lists)
            return any(len(dict(lists).get(rank, ())) < longest for rank in ranks)
    return False
