"""The most that one order can make a plan pay, exactly, with a chain that reaches it.

The walks' part is the longest path through everything that they can do (``bounding``); a clause that keeps books
never pays more than it puts aside of each order, so what it puts aside is its bound. What a clause promises
beyond that can't be bounded, and the proof says so, with the clause and its line.
"""

from __future__ import annotations

from functools import lru_cache

from tongbao.money import WHOLE_BP
from tongbao.plans.contracts import (
    PlanOverBudget,
    PlanUnbounded,
)
from tongbao.plans.plan import Plan
from tongbao.plans.proof_words import witness_seats
from tongbao.plans.proving.facts import BaseBound, PoolBound, Proof, Unbounded
from tongbao.plans.proving.witness import witness_of
from tongbao.plans.proving.worst import in_fen, worst_at, worst_on


@lru_cache(maxsize=128)
def prove(plan: Plan) -> Proof:
    """The exact worst case over every chain of sponsors, every set of agents and every base in fen.

    >>> from tongbao.plans import preset
    >>> proof = prove(preset("gift-pack"))
    >>> proof.worst_case_bp, proof.witness.sponsors, proof.witness.agents
    (5500, ('cofounder', 'cofounder'), ('province',))
    """
    plan = plan.in_full
    found = {base: worst_on(plan, base) for base in plan.budgets}
    bases = tuple(
        BaseBound(base=base, worst_case=worst.part, budget_bp=plan.budgets[base])
        for base, worst in found.items()
    )
    unbounded = (*_endless(plan), *_unfunded(plan))
    first = found[plan.base]
    return Proof(
        bounded=not unbounded,
        worst_case=bases[0].worst_case,
        worst_case_bp=bases[0].worst_case_bp,
        budget_bp=plan.budget_bp,
        witness=witness_of(plan, plan.base, first),
        bases=bases,
        pools=tuple(
            PoolBound(clause=clause.id, bp=put_aside)
            for clause in plan.kept
            if (put_aside := getattr(clause, "accrue_bp", None))
        ),
        unbounded=unbounded,
    )


def worst_case_fen(*, plan: Plan, base_fen: int, product: str = "") -> int:
    """The most that the walks pay of a sale of exactly ``base_fen``, over every chain; some chain pays it.

    Never above ``floor(base × worst_case_bp)``; below it where several clauses each round down.

    >>> from tongbao.plans import preset
    >>> worst_case_fen(plan=preset("gift-pack"), base_fen=9_999)
    5496
    """
    return worst_at(plan.in_full, plan.base, product, base_fen, in_fen(base_fen)).total_fen


def check_publishable(plan: Plan) -> Proof:
    """The plan's proof, if it can't pay above its budget. Raises PlanOverBudget, PlanUnbounded."""
    proof = prove(plan)
    if not proof.bounded:
        first = proof.unbounded[0]
        raise PlanUnbounded(
            plan=plan.key, clause=first.clause, line=first.line, why_en=first.en, why_zh=first.zh
        )
    for part in proof.bases:
        if part.worst_case * WHOLE_BP > part.budget_bp:
            worst = witness_of(plan.in_full, part.base, worst_on(plan.in_full, part.base))
            raise PlanOverBudget(
                plan=plan.key,
                worst_case_bp=part.worst_case_bp,
                budget_bp=part.budget_bp,
                chain_en=witness_seats(worst, plan=plan, language="en"),
                chain_zh=witness_seats(worst, plan=plan, language="zh"),
            )
    return proof


def _endless(plan: Plan) -> tuple[Unbounded, ...]:
    """Walks that pay at every level and name no last one, and fixed amounts on orders of any size."""
    found: list[Unbounded] = []
    for walk in plan.walks:
        if not walk.ends:
            found.append(
                Unbounded(
                    clause=walk.id,
                    line=walk.line,
                    en=f"clause {walk.id} pays at every level and names no last one; "
                    "write a limit, or a list of rates by_level",
                    zh=f"条款{walk.id}对每一层都支付且没有最后一层;请写limit,或用by_level逐层列出比例",
                )
            )
    for walk in plan.walks:
        amount_fen = getattr(walk.rate, "amount_fen", 0)
        if amount_fen and walk.event.least_fen == 0:
            found.append(
                Unbounded(
                    clause=walk.id,
                    line=walk.line,
                    en=f"clause {walk.id} promises a fixed amount on an order however small; "
                    "write event: {least: 100.00}, or a rate",
                    zh=f"条款{walk.id}对再小的订单也支付固定金额;请写event: {{least: 100.00}},或改用比例",
                )
            )
    return tuple(found)


def _unfunded(plan: Plan) -> tuple[Unbounded, ...]:
    """Clauses that keep books and promise something without putting anything aside."""
    return tuple(
        Unbounded(
            clause=clause.id,
            line=clause.line,
            en=f"clause {clause.id} promises more than it is given; write accrue: what part of each order it gets",
            zh=f"条款{clause.id}承诺的超出其所得;请写accrue:每单计提的比例",
        )
        for clause in plan.kept
        if getattr(clause, "accrue_bp", None) is None
    )
