"""A proof in sentences, for people who want to know what a plan can cost at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongbao.money import Language, format_rate, format_yuan
from tongbao.plans.algebra import Base
from tongbao.plans.plan import Plan

if TYPE_CHECKING:
    from tongbao.plans.proving import Proof, Witness

_BASES: dict[Base, tuple[str, str]] = {
    "net": ("实付金额", "the money paid"),
    "freight": ("运费", "the freight"),
    "margin": ("毛利", "the margin"),
    "points": ("积分价值", "the point value"),
}


def proof_sentences(proof: Proof, *, plan: Plan, language: Language) -> tuple[str, ...]:
    """The bound, how it is reached, what the pools hold, or which clause can't be bounded and why.

    >>> from tongbao.plans import preset, prove
    >>> plan = preset("gift-pack")
    >>> proof_sentences(prove(plan), plan=plan, language="en")[0]
    'Worst case 55% of the money paid, within the budget of 55%.'
    """
    zh = language == "zh"
    if not proof.bounded:
        return tuple(
            f"没有上限(第{item.line}行):{item.zh}。"
            if zh
            else f"Can't be bounded (line {item.line}): {item.en}."
            for item in proof.unbounded
        )
    said = []
    for part in proof.bases:
        within = part.worst_case * 10_000 <= part.budget_bp
        base_zh, base_en = _BASES[part.base]
        worst, budget = format_rate(part.worst_case_bp), format_rate(part.budget_bp)
        said.append(
            f"最坏情形拨出{base_zh}的{worst},{'未超过' if within else '超过'}预算{budget}。"
            if zh
            else f"Worst case {worst} of {base_en}, {'within' if within else 'ABOVE'} the budget of {budget}."
        )
    if plan.walks:
        said.append(_reached(proof, plan, language))
    for pool in proof.pools:
        rate = format_rate(pool.bp)
        said.append(
            f"条款{pool.clause}支付的总额不超过其计提:每单的{rate}。"
            if zh
            else f"Clause {pool.clause} never pays more than it puts aside: {rate} of every order."
        )
    return tuple(said)


def witness_seats(witness: Witness, *, plan: Plan, language: Language) -> str:
    """Everybody whom the witness's order pays, nearest first: sponsors, agents, introducers, places, the buyer.

    >>> from tongbao.plans import preset, prove
    >>> plan = preset("gift-pack")
    >>> witness_seats(prove(plan).witness, plan=plan, language="en")
    'Cofounder, Cofounder, province agent'
    """
    zh = language == "zh"
    seats = [plan.names.rank(rank, language) for rank in witness.sponsors]
    seats += [f"{level} agent" if not zh else f"{_LEVELS[level]}代" for level in witness.agents]
    seats += [
        (
            f"引荐人{plan.names.rank(seat.rank, language)}"
            if zh
            else f"introducer {plan.names.rank(seat.rank, language)}"
        )
        for seat in witness.chain.introducers
    ]
    seats += [
        (
            f"排位上级{plan.names.rank(seat.rank, language)}"
            if zh
            else f"placed {plan.names.rank(seat.rank, language)}"
        )
        for above in witness.chain.placement.values()
        for seat in above
    ]
    if witness.chain.buyer is not None:
        rank = plan.names.rank(witness.chain.buyer.rank, language)
        seats.append(f"买家{rank}" if zh else f"the buyer as {rank}")
    return ("、" if zh else ", ").join(seats) or ("无人" if zh else "nobody")


def _reached(proof: Proof, plan: Plan, language: Language) -> str:
    witness = proof.witness
    listed = witness_seats(witness, plan=plan, language=language)
    total, base = format_yuan(witness.total_fen), format_yuan(witness.base_fen)
    if language == "zh":
        return f"达到该值的链(由近及远):{listed};{base}元的订单拨出{total}元。"
    return f"Reached by (nearest first): {listed}; an order of {base} yuan pays {total} yuan in all."


_LEVELS = {"county": "区县", "city": "市", "province": "省"}

__all__ = ["proof_sentences", "witness_seats"]
