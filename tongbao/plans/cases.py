"""Worked cases: chains with amounts, as documents that a person writes and a test runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import yaml

from tongbao.money import LARGEST_AMOUNT
from tongbao.plans.contracts import REGION_LEVELS, AgentSeat, Award, Chain, Sale, SponsorSeat
from tongbao.plans.evaluating import evaluate
from tongbao.plans.language.document import Document, Fields, suggestion
from tongbao.plans.plan import Plan

_KEYS: Final = ("name", "why", "plan", "base_fen", "sponsors", "agents", "awards", "total_fen")
_INACTIVE: Final = "inactive"
_BUYER: Final = "buyer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A chain and a sale under a name. Members are called by their seats."""

    name: str
    chain: Chain
    sale: Sale


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """What a plan pays in a case."""

    name: str
    awards: tuple[Award, ...]

    @property
    def total_fen(self) -> int:
        return sum(award.amount_fen for award in self.awards)

    def as_json(self) -> dict[str, object]:
        awards = [
            {"to": award.seat, "clause": award.clause, "fen": award.amount_fen} for award in self.awards
        ]
        return {"name": self.name, "awards": awards, "total_fen": self.total_fen}


def load_cases(text: str, *, plan: Plan, source: str = "cases.yaml") -> tuple[Case, ...]:
    """The cases of a document, for the ranks of ``plan``. Raises PlanInvalid.

    A sponsor is a rank, an agent a level; either may be followed by ``inactive``, an agent by ``buyer``.

    >>> from tongbao.plans import preset
    >>> text = "cases: [{name: one, base_fen: 100, sponsors: [vip inactive]}]"
    >>> load_cases(text, plan=preset("gift-pack"))[0].chain.sponsors[0].active
    False
    """
    document = Document(text, source=source)
    top = document.mapping(known=("plan", "cases", "why"))
    cases = tuple(
        _case(fields, plan)
        for fields in top.items(
            "cases", what_en="a case", what_zh="用例", example="{name: …, base_fen: 19800, sponsors: [vip]}"
        )
    )
    document.require_sound()
    return cases


def run_cases(*, plan: Plan, cases: tuple[Case, ...]) -> tuple[CaseResult, ...]:
    """What ``plan`` pays in each case."""
    return tuple(
        CaseResult(name=case.name, awards=evaluate(plan=plan, chain=case.chain, sale=case.sale))
        for case in cases
    )


def _case(fields: Fields, plan: Plan) -> Case:
    fields.refuse_others(_KEYS)
    buyer_key = _BUYER
    sponsors = []
    for distance, (words, node) in enumerate(fields.words("sponsors"), start=1):
        rank, remark = _seat(fields, words, node, options=plan.ranks, remarks=(_INACTIVE,))
        sponsors.append(SponsorSeat(f"sponsor {distance}", rank, remark != _INACTIVE))
    agents: list[AgentSeat] = []
    for words, node in fields.words("agents"):
        named, remark = _seat(fields, words, node, options=REGION_LEVELS, remarks=(_INACTIVE, _BUYER))
        for level in REGION_LEVELS:
            if level != named:
                continue
            if any(agent.level == level for agent in agents):
                fields.document.note(
                    node, en=f"there are two {level} agents; keep one", zh=f"{level}代理重复,请只保留一个"
                )
                continue
            member_key = buyer_key if remark == _BUYER else f"{level} agent"
            agents.append(AgentSeat(level, member_key, remark != _INACTIVE))
    return Case(
        name=fields.text("name"),
        chain=Chain(sponsors=tuple(sponsors), agents=tuple(agents), buyer_key=buyer_key),
        sale=Sale(base_fen=fields.whole("base_fen", least=0, most=LARGEST_AMOUNT, example="19800")),
    )


def _seat(
    fields: Fields, words: str, node: yaml.Node, *, options: tuple[str, ...], remarks: tuple[str, ...]
) -> tuple[str, str]:
    """``vip`` or ``vip inactive`` as the two words, the second perhaps empty."""
    first, _, remark = words.partition(" ")
    if first not in options:
        en, zh = suggestion(first, options)
        fields.document.note(
            node, en=f"{first[:40]!r} isn't known here; {en}", zh=f"{first[:40]!r}无法识别;{zh}"
        )
    if remark and remark not in remarks:
        en, zh = suggestion(remark, remarks)
        fields.document.note(
            node,
            en=f"{remark[:40]!r} isn't known behind {first}; {en}",
            zh=f"{first}后的{remark[:40]!r}无法识别;{zh}",
        )
    return first, remark
