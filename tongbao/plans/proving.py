"""The most that one order can make a plan pay, exactly, with a chain that reaches it.

Why this is exact. Each clause states a bound that no chain exceeds (argued in ``docs/rules/``), so the sum of
the bounds is never exceeded. The chain that has every rank twice, lowest first, and all agents is then
*evaluated*, by the evaluator that pays; it reaches that sum. What can't be exceeded and is reached is the
worst case itself, for chains of any length.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from math import gcd

from tongbao.money import WHOLE_BP
from tongbao.plans.contracts import REGION_LEVELS, AgentSeat, Chain, PlanOverBudget, Sale, SponsorSeat
from tongbao.plans.evaluating import evaluate
from tongbao.plans.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A chain that makes the plan pay its worst case: ranks nearest first, levels of agents."""

    sponsors: tuple[str, ...]
    agents: tuple[str, ...]
    base_fen: int
    total_fen: int

    @property
    def chain(self) -> Chain:
        return _chain(self.sponsors, self.agents)

    def as_json(self) -> dict[str, object]:
        return {
            "sponsors": list(self.sponsors),
            "agents": list(self.agents),
            "base_fen": self.base_fen,
            "total_fen": self.total_fen,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """No order of any base pays a larger part of it than ``worst_case_bp``; the witness pays exactly that."""

    bounded: bool
    worst_case_bp: int
    budget_bp: int
    witness: Witness

    @property
    def within_budget(self) -> bool:
        return self.bounded and self.worst_case_bp <= self.budget_bp

    def as_json(self) -> dict[str, object]:
        return {
            "bounded": self.bounded,
            "worst_case_bp": self.worst_case_bp,
            "budget_bp": self.budget_bp,
            "witness": self.witness.as_json(),
        }


def prove(plan: Plan) -> Proof:
    """The exact worst case over every chain of sponsors, every set of agents and every base in fen.

    >>> from tongbao.plans import preset
    >>> proof = prove(preset("gift-pack"))
    >>> proof.worst_case_bp, proof.witness.sponsors, proof.witness.agents
    (5500, ('cofounder', 'cofounder'), ('province',))
    """
    worst_case_bp = sum(clause.maximum_bp for clause in plan.clauses)
    # The smallest base on which no rate rounds, so that the witness pays the very rate.
    rates = (rate_bp for clause in plan.clauses for rate_bp in clause.rates_bp)
    base_fen = WHOLE_BP // reduce(gcd, rates, WHOLE_BP)
    target_fen = worst_case_bp * base_fen // WHOLE_BP
    sponsors = tuple(rank for rank in plan.ranks for _ in range(2))
    agents: tuple[str, ...] = REGION_LEVELS
    reached_fen = _total_fen(plan, sponsors, agents, base_fen)
    if reached_fen != target_fen:
        raise AssertionError(
            f"{plan.key}: the bound is {target_fen} fen and the witness reaches {reached_fen}"
        )
    sponsors = _shortest(sponsors, lambda kept: _total_fen(plan, kept, agents, base_fen) == target_fen)
    agents = _shortest(agents, lambda kept: _total_fen(plan, sponsors, kept, base_fen) == target_fen)
    return Proof(
        bounded=True,
        worst_case_bp=worst_case_bp,
        budget_bp=plan.budget_bp,
        witness=Witness(sponsors=sponsors, agents=agents, base_fen=base_fen, total_fen=target_fen),
    )


def worst_case_fen(*, plan: Plan, base_fen: int) -> int:
    """The most that a sale of exactly ``base_fen`` pays, over every chain; some chain pays it.

    Never above ``floor(base × worst_case_bp)``; below it where several clauses each round down.

    >>> from tongbao.plans import preset
    >>> worst_case_fen(plan=preset("gift-pack"), base_fen=9_999)
    5496
    """
    return sum(clause.most_fen(base_fen) for clause in plan.clauses)


def check_publishable(plan: Plan) -> Proof:
    """The plan's proof, if it can't pay above its budget. Raises PlanOverBudget."""
    proof = prove(plan)
    if not proof.within_budget:
        chain = " → ".join([*proof.witness.sponsors, *(f"{level} agent" for level in proof.witness.agents)])
        raise PlanOverBudget(
            plan=plan.key, worst_case_bp=proof.worst_case_bp, budget_bp=proof.budget_bp, chain=chain
        )
    return proof


def _shortest(items: tuple[str, ...], reaches: Callable[[tuple[str, ...]], bool]) -> tuple[str, ...]:
    """The items without every one that isn't needed, the first ones dropped first."""
    kept = items
    position = 0
    while position < len(kept):
        without = (*kept[:position], *kept[position + 1 :])
        if reaches(without):
            kept = without
        else:
            position += 1
    return kept


def _chain(sponsors: tuple[str, ...], agents: tuple[str, ...]) -> Chain:
    return Chain(
        sponsors=tuple(SponsorSeat(f"sponsor {place}", rank) for place, rank in enumerate(sponsors, start=1)),
        agents=tuple(AgentSeat(level, f"{level} agent") for level in REGION_LEVELS if level in agents),
    )


def _total_fen(plan: Plan, sponsors: tuple[str, ...], agents: tuple[str, ...], base_fen: int) -> int:
    awards = evaluate(plan=plan, chain=_chain(sponsors, agents), sale=Sale(base_fen=base_fen))
    return sum(award.amount_fen for award in awards)
