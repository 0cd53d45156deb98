"""What if: a chain of people that somebody draws, paid by the evaluator that pays orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tongbao.kit.errors import InvalidInput, Language
from tongbao.money import WHOLE_BP, floor_share, format_rate, format_yuan, parse_yuan
from tongbao.plans import (
    REGION_LEVELS,
    AgentSeat,
    Chain,
    Plan,
    Sale,
    SponsorSeat,
    evaluate,
    load_plan,
    prove,
    remainders,
)
from tongbao.rewards.policy.studio.showing import LEVEL_TITLES, received, said, seat_title

MOST_SPONSORS: Final = 40
LARGEST_COUNT: Final = 10_000_000
_AMOUNTS: Final = {
    "net": "base_fen",
    "freight": "freight_fen",
    "margin": "margin_fen",
    "points": "points_fen",
}


def what_if(*, document: str, told: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Who gets what of one sale on the chain that was drawn, with the sentence of each amount.

    ``told``: ``amounts`` (base → text in yuan), ``product``, ``buyer_rank``, ``sponsors`` (nearest first: rank,
    active, recruits, own, team) and ``agents`` (level, active). A rank that the plan doesn't have counts as its
    lowest, as when orders are settled. Raises PlanInvalid, AmountInvalid, InvalidInput.

    >>> from tongbao.plans import preset_text
    >>> seen = what_if(document=preset_text("gift-pack"), language="en", told={
    ...     "amounts": {"net": "198.00"}, "sponsors": [{"rank": "vip"}]})
    >>> [award["amount"] for award in seen["sponsors"][0]["awards"]], seen["total"], seen["bound"]
    (['23.76', '19.80'], '43.56', '108.90')
    """
    plan = load_plan(document)
    sale = _sale(told)
    chain = _chain(plan, told)
    awards = evaluate(plan=plan, chain=chain, sale=sale)
    rests = remainders(plan=plan, sale=sale, awards=awards)
    proof = prove(plan)
    total_fen = sum(award.amount_fen for award in awards)
    base_fen = sale.of(plan.base)
    aside = {pool.clause: floor_share(amount=base_fen, rate_bp=pool.bp) for pool in proof.pools}
    bound_fen = floor_share(amount=base_fen, rate_bp=min(proof.worst_case_bp, WHOLE_BP))
    spent_fen = total_fen + sum(aside.values())
    widest = max(bound_fen, spent_fen, 1)

    def person(seat: SponsorSeat, title: str) -> dict[str, Any]:
        return {
            "title": title,
            "rank": seat.rank,
            "rank_title": plan.names.rank(seat.rank, language),
            "active": seat.active,
            **received(plan=plan, awards=awards, member_key=seat.member_key, language=language),
        }

    assert chain.buyer is not None
    return {
        "buyer": person(chain.buyer, "买家" if language == "zh" else "buyer"),
        "sponsors": [
            person(seat, seat_title("sponsor", number, language))
            for number, seat in enumerate(chain.sponsors, start=1)
        ],
        "agents": [
            {
                "level": agent.level,
                "title": said(LEVEL_TITLES[agent.level], language),
                "active": agent.active,
                **received(plan=plan, awards=awards, member_key=agent.member_key, language=language),
            }
            for agent in chain.agents
        ],
        "base": format_yuan(base_fen),
        "total": format_yuan(total_fen),
        "rate": format_rate(total_fen * WHOLE_BP // base_fen) if base_fen else format_rate(0),
        "bound": format_yuan(bound_fen) if proof.bounded else "",
        "bound_rate": format_rate(proof.worst_case_bp) if proof.bounded else "",
        "total_width": spent_fen * 1_000 // widest,
        "bound_width": bound_fen * 1_000 // widest,
        "aside": [{"clause": clause, "amount": format_yuan(fen)} for clause, fen in aside.items()],
        "rests": [{"clause": rest.clause, "amount": format_yuan(rest.amount_fen)} for rest in rests],
        "platform": format_yuan(base_fen - spent_fen),
    }


def _sale(told: Mapping[str, Any]) -> Sale:
    amounts = told.get("amounts", {})
    product = told.get("product", "")
    if not isinstance(amounts, Mapping) or not isinstance(product, str) or len(product) > 64:
        raise _wrong("amounts", "give an amount in yuan for each base", "请按元填写金额")
    fen = {}
    for base, name in _AMOUNTS.items():
        text = amounts.get(base, "0")
        if not isinstance(text, str) or len(text) > 20:
            raise _wrong(f"amounts.{base}", "write it as text, such as 198.00", "请写成文本,如198.00")
        fen[name] = parse_yuan(text.strip() or "0")
    if min(fen.values()) < 0:
        raise _wrong("amounts", "an amount can't be below zero", "金额不能为负")
    return Sale(product=product, **fen)


def _chain(plan: Plan, told: Mapping[str, Any]) -> Chain:
    sponsors = told.get("sponsors", [])
    if not isinstance(sponsors, Sequence) or isinstance(sponsors, str) or len(sponsors) > MOST_SPONSORS:
        raise _wrong("sponsors", f"draw at most {MOST_SPONSORS} sponsors", f"推荐人最多{MOST_SPONSORS}位")
    seats = tuple(_seat(plan, f"sponsor {number}", seat) for number, seat in enumerate(sponsors, start=1))
    buyer = _seat(plan, "buyer", {"rank": told.get("buyer_rank", plan.ranks[0])})
    trees = {course.placement for course in plan.courses if course.graph == "placement"}
    return Chain(
        sponsors=seats,
        agents=_agents(told.get("agents", [])),
        buyer_key="buyer",
        buyer=buyer,
        # Drawn people stand in every tree as they stand in the tree of sponsors.
        placement=dict.fromkeys(trees, seats),
    )


def _seat(plan: Plan, key: str, told: Any) -> SponsorSeat:
    if not isinstance(told, Mapping):
        raise _wrong(key, "name a rank", "请给出等级")
    rank, active, recruits = told.get("rank"), told.get("active", True), told.get("recruits", 0)
    if type(recruits) is not int or not 0 <= recruits <= LARGEST_COUNT:
        raise _wrong(f"{key}: recruits", "give a whole number from 0", "须为非负整数")
    if type(active) is not bool:
        raise _wrong(f"{key}: active", "write true or false", "须为true或false")
    own, team = (str(told.get(name, "0")).strip() or "0" for name in ("own", "team"))
    return SponsorSeat(
        key,
        rank if rank in plan.ranks else plan.ranks[0],
        active,
        recruits,
        parse_yuan(own),
        parse_yuan(team),
    )


def _agents(told: Any) -> tuple[AgentSeat, ...]:
    if not isinstance(told, Sequence) or isinstance(told, str) or len(told) > len(REGION_LEVELS):
        raise _wrong("agents", "name each level once", "每级区域只能有一位代理")
    by_level: dict[str, bool] = {}
    for agent in told:
        level = agent.get("level") if isinstance(agent, Mapping) else None
        if level not in REGION_LEVELS or level in by_level:
            raise _wrong("agents", "name each level once", "每级区域只能有一位代理")
        by_level[level] = agent.get("active", True) is True
    return tuple(
        AgentSeat(level, f"{level} agent", by_level[level]) for level in REGION_LEVELS if level in by_level
    )


def _wrong(field: str, why_en: str, why_zh: str) -> InvalidInput:
    return InvalidInput(field=field, why_en=why_en, why_zh=why_zh)
