"""Proofs, chains and findings in a reader's words, as plain data that a page or a script can show."""

from __future__ import annotations

from typing import Any, Final

from tongbao.kit.errors import Language
from tongbao.money import format_rate, format_yuan
from tongbao.plans import Award, Plan, Proof, SponsorSeat, Witness, evaluate, explain
from tongbao.plans.algebra import BASES
from tongbao.plans.lint import Finding

SEVERITY_TITLES: Final = {
    "critical": ("严重,阻断发布", "critical, blocks"),
    "block": ("阻断发布", "blocks"),
    "error": ("错误", "error"),
    "warn": ("警告", "warning"),
    "info": ("提示", "for information"),
}
LEVEL_TITLES: Final = {
    "county": ("区县代理", "County agent"),
    "city": ("市级代理", "City agent"),
    "province": ("省级代理", "Province agent"),
}
BASE_TITLES: Final = {
    "net": ("实付金额", "money paid"),
    "freight": ("运费", "freight"),
    "margin": ("毛利", "margin"),
    "points": ("积分价值", "point value"),
}
_SEAT_TITLES: Final = {
    "sponsor": ("第{number}级推荐人", "sponsor {number}"),
    "introducer": ("第{number}级招商人", "introducer {number}"),
    "place": ("安置关系第{number}层", "place {number}"),
}


def said(pair: tuple[str, str], language: Language) -> str:
    """The one of a Chinese and an English text that a reader reads."""
    return pair[0] if language == "zh" else pair[1]


def seat_title(kind: str, number: int, language: Language) -> str:
    """Where somebody stands: ``seat_title("sponsor", 2, "en")`` is "sponsor 2"."""
    return said(_SEAT_TITLES[kind], language).format(number=number)


def proof_to_show(*, plan: Plan, proof: Proof, language: Language) -> dict[str, Any]:
    """The worst case beside its budget, the chain that reaches it, the pools, and what can't be bounded.

    Bars are in thousandths of the wider of worst case and budget.
    """
    widest = max(proof.worst_case_bp, proof.budget_bp, 1)
    return {
        "bounded": proof.bounded,
        "within": proof.within_budget,
        "worst": format_rate(proof.worst_case_bp),
        "worst_bp": proof.worst_case_bp,
        "budget": format_rate(proof.budget_bp),
        "budget_bp": proof.budget_bp,
        "worst_width": proof.worst_case_bp * 1_000 // widest,
        "budget_width": proof.budget_bp * 1_000 // widest,
        "bases": [
            {
                "base": said(BASE_TITLES[part.base], language),
                "worst": format_rate(part.worst_case_bp),
                "budget": format_rate(part.budget_bp),
                "within": part.worst_case_bp <= part.budget_bp,
            }
            for part in proof.bases
        ],
        "pools": [{"clause": pool.clause, "rate": format_rate(pool.bp)} for pool in proof.pools],
        "unbounded": [
            {
                "clause": item.clause,
                "line": item.line,
                "text": item.zh if language == "zh" else item.en,
            }
            for item in proof.unbounded
        ],
        "witness": witness_to_show(plan=plan, witness=proof.witness, language=language),
    }


def witness_to_show(*, plan: Plan, witness: Witness, language: Language) -> dict[str, Any]:
    """The chain of the worst case as people with what each gets, nearest to the buyer first, agents after them.

    ``drawn`` is the same as ``what_if`` is told it.
    """
    chain = witness.chain
    awards = evaluate(plan=plan, chain=chain, sale=witness.sale)
    rank = plan.names.rank
    people: list[dict[str, Any]] = []

    def add(seat: SponsorSeat, title: str, side: bool) -> None:
        people.append(
            {
                "title": title,
                "rank": rank(seat.rank, language),
                "side": side,
                **received(plan=plan, awards=awards, member_key=seat.member_key, language=language),
            }
        )

    for number, seat in enumerate(chain.sponsors, start=1):
        add(seat, seat_title("sponsor", number, language), False)
    for number, seat in enumerate(chain.introducers, start=1):
        add(seat, seat_title("introducer", number, language), True)
    for seats in chain.placement.values():
        for number, seat in enumerate(seats, start=1):
            add(seat, seat_title("place", number, language), True)
    for agent in chain.agents:
        people.append(
            {
                "title": said(LEVEL_TITLES[agent.level], language),
                "rank": "",
                "side": True,
                **received(plan=plan, awards=awards, member_key=agent.member_key, language=language),
            }
        )
    buyer: dict[str, Any] = {"title": "买家" if language == "zh" else "buyer", "rank": "", "side": False}
    if chain.buyer is not None:
        buyer["rank"] = rank(chain.buyer.rank, language)
    buyer.update(received(plan=plan, awards=awards, member_key="buyer", language=language))
    return {
        "buyer": buyer,
        "people": people,
        "base": format_yuan(witness.base_fen),
        "total": format_yuan(witness.total_fen),
        "product": witness.product,
        "drawn": {
            "amounts": {base: format_yuan(witness.sale.of(base)) for base in BASES},
            "product": witness.product,
            "buyer_rank": chain.buyer.rank if chain.buyer else plan.ranks[0],
            "sponsors": [
                {
                    "rank": seat.rank,
                    "active": seat.active,
                    "recruits": seat.recruits,
                    "own": format_yuan(seat.own_fen),
                    "team": format_yuan(seat.team_fen),
                }
                for seat in chain.sponsors
            ],
            "agents": [{"level": agent.level, "active": agent.active} for agent in chain.agents],
        },
    }


def received(
    *, plan: Plan, awards: tuple[Award, ...], member_key: int | str, language: Language
) -> dict[str, Any]:
    """What one person gets of an order: the sum and each award with its sentence."""
    own = [award for award in awards if award.beneficiary == member_key]
    return {
        "amount_fen": sum(award.amount_fen for award in own),
        "amount": format_yuan(sum(award.amount_fen for award in own)),
        "awards": [
            {
                "clause": award.clause,
                "rate": format_rate(award.rate_bp),
                "amount": format_yuan(award.amount_fen),
                "sentence": explain(award, plan=plan, language=language),
            }
            for award in own
        ],
    }


def finding_to_show(finding: Finding, language: Language) -> dict[str, Any]:
    """A finding of the lint with its law, its reasons and its cure."""
    rule = finding.rule
    return {
        "id": finding.id,
        "jurisdiction": rule.jurisdiction,
        "severity": finding.severity,
        "severity_title": said(SEVERITY_TITLES[finding.severity], language),
        "blocks": finding.blocks,
        "title": rule.title(language),
        "source": rule.source.text(language),
        "verified": finding.verified,
        "cure": rule.cure(language),
        "reasons": [
            {
                "text": reason.text(language),
                "line": reason.line,
                "cure": " → ".join(part for part in (reason.cure_key, reason.cure_value) if part),
            }
            for reason in finding.reasons
        ],
    }
