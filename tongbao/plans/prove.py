"""The proof: the exact most that one order line can pay, and the chain of people that reaches it.

The proof is a pair that anyone can check: an upper bound for each clause (a rate; floors can't exceed the floor
of their sum, so no base amount pays more than floor(base × bound)), and a witness whose evaluation reaches the
sum of the bounds. Where both meet, the worst case is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

from tongbao.money import WHOLE_BP
from tongbao.plans.errors import PlanOverBudget
from tongbao.plans.evaluate import clause_maximum_bp, evaluate
from tongbao.plans.facts import AgentSeat, Chain, Sale, SponsorSeat
from tongbao.plans.model import LEVELS, DifferentialClause, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseBound:
    """The most that one clause pays, as a rate."""

    clause: str
    bound_bp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """People around a buyer, nearest first, and what they are paid on a base where every rate is whole."""

    sponsors: tuple[str, ...]
    agents: tuple[str, ...]
    base_fen: int
    paid_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """``bounded`` says that the witness reaches the bound, so ``worst_case_bp`` is exact."""

    bounded: bool
    worst_case_bp: int
    budget_bp: int
    bounds: tuple[ClauseBound, ...]
    witness: Witness

    @property
    def within_budget(self) -> bool:
        return self.bounded and self.worst_case_bp <= self.budget_bp


def prove(plan: Plan) -> Proof:
    """The worst case of one order line over every rank chain, every set of agents and every base amount.

    >>> from tongbao.plans import preset
    >>> prove(preset("gift-pack")).worst_case_bp
    5500
    """
    bounds = tuple(
        ClauseBound(clause=clause.id, bound_bp=clause_maximum_bp(clause, plan=plan)) for clause in plan.clauses
    )
    total_bp = sum(bound.bound_bp for bound in bounds)
    witness = _witness(plan)
    return Proof(
        bounded=witness.paid_fen == total_bp,
        worst_case_bp=total_bp,
        budget_bp=plan.budget_bp,
        bounds=bounds,
        witness=witness,
    )


def _witness(plan: Plan) -> Witness:
    """Two sponsors of every earning rank, lowest first, and an agent at every level: every gap, every pair."""
    earning: set[str] = set()
    for clause in plan.clauses:
        if isinstance(clause, DifferentialClause):
            earning |= {rank for rank, _ in clause.rates_bp}
    ranks = [rank for rank in plan.ladder if rank in earning] or list(plan.ladder[-1:])
    sponsors = tuple(rank for rank in ranks for _ in range(2))
    chain = Chain(
        buyer_key="buyer",
        sponsors=tuple(SponsorSeat(f"sponsor {place}", rank) for place, rank in enumerate(sponsors, start=1)),
        agents=tuple(AgentSeat(f"{level} agent", level) for level in LEVELS),
    )
    paid_fen = sum(award.amount_fen for award in evaluate(plan=plan, chain=chain, sale=Sale(WHOLE_BP)))
    return Witness(sponsors=sponsors, agents=tuple(LEVELS), base_fen=WHOLE_BP, paid_fen=paid_fen)


def check_publishable(plan: Plan) -> Proof:
    """The proof of a plan that may be published. Raises PlanOverBudget."""
    proof = prove(plan)
    if not proof.within_budget:
        raise PlanOverBudget(plan=plan.key, worst_case_bp=proof.worst_case_bp, budget_bp=plan.budget_bp)
    return proof
