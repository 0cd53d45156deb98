"""Worked cases: chains with amounts, as documents that a person writes and a test runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import yaml

from tongbao.money import LARGEST_AMOUNT, Language
from tongbao.plans.clauses import Walk
from tongbao.plans.contracts import REGION_LEVELS, AgentSeat, Award, Chain, Sale, SponsorSeat
from tongbao.plans.evaluating import evaluate
from tongbao.plans.language.document import Document, Fields, suggestion
from tongbao.plans.language.values import read_amount, read_yes
from tongbao.plans.plan import Plan

_SALE: Final = ("base_fen", "freight_fen", "margin_fen", "points_fen", "product")
_CHAIN: Final = ("sponsors", "agents", "buyer", "introducers", "placement")
_KEYS: Final = ("name", "why", "plan", *_SALE, *_CHAIN, "awards", "total_fen")
_SEAT: Final = ("rank", "active", "recruits", "own", "team")
_INACTIVE: Final = "inactive"
_BUYER: Final = "buyer"
_EXAMPLE: Final = "{rank: vip, recruits: 3, own: 100.00, active: no}"
_MOST_RECRUITS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class ExpectedAward:
    """One award that a case says it pays: to whom by seat, by which clause, how many fen; and where it stands."""

    to: str
    clause: str
    fen: int
    line: int

    def __str__(self) -> str:
        return f"{{to: {self.to}, clause: {self.clause}, fen: {self.fen}}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A chain and a sale under a name. Members are called by their seats.

    ``awards`` and ``total_fen`` are what the document says is paid; None where it doesn't say.
    """

    name: str
    chain: Chain
    sale: Sale
    why: str = ""
    awards: tuple[ExpectedAward, ...] | None = None
    total_fen: int | None = None
    line: int = 0


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


@dataclass(frozen=True, slots=True)
class CaseDifference:
    """Where a case says something else than the plan pays."""

    case: str
    line: int
    en: str
    zh: str

    def message(self, language: Language) -> str:
        return f"{self.line}: {self.case}: {self.zh if language == 'zh' else self.en}"


def load_cases(text: str, *, plan: Plan, source: str = "cases.yaml") -> tuple[Case, ...]:
    """The cases of a document, for the ranks of ``plan``. Raises PlanInvalid.

    A sponsor, a buyer, an introducer or a place is a rank, perhaps followed by ``inactive``, or a mapping
    ``{rank: vip, recruits: 3, own: 100.00, team: 5000.00, active: no}``. An agent is a level, perhaps followed by
    ``inactive`` or ``buyer``. ``placement`` lists the seats above by the clause whose tree they stand in.

    >>> from tongbao.plans import preset
    >>> text = "cases: [{name: one, base_fen: 100, sponsors: [vip inactive, {rank: vip, recruits: 3}]}]"
    >>> sponsors = load_cases(text, plan=preset("gift-pack"))[0].chain.sponsors
    >>> sponsors[0].active, sponsors[1].recruits
    (False, 3)
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


def check_case(*, plan: Plan, case: Case) -> tuple[CaseDifference, ...]:
    """Where ``plan`` pays something else than the case says; nothing where the case doesn't say.

    >>> from tongbao.plans import preset
    >>> text = "cases: [{name: one, base_fen: 19800, sponsors: [member], total_fen: 2377}]"
    >>> case, = load_cases(text, plan=preset("gift-pack"))
    >>> print(check_case(plan=preset("gift-pack"), case=case)[0].message("en"))
    1: one: total_fen is 2377 and 2376 are paid
    """
    (result,) = run_cases(plan=plan, cases=(case,))
    found: list[CaseDifference] = []
    unsaid = [ExpectedAward(award.seat, award.clause, award.amount_fen, case.line) for award in result.awards]
    for award in case.awards or ():
        # The order in which awards are written says nothing: people write them by person or by clause.
        paid = next((other for other in unsaid if str(other) == str(award)), None) or next(
            (other for other in unsaid if (other.to, other.clause) == (award.to, award.clause)), None
        )
        if paid is not None:
            unsaid.remove(paid)
        if paid is None:
            en, zh = f"{award} isn't paid; delete it", f"没有支付{award};请删除"
            found.append(CaseDifference(case.name, award.line, en, zh))
        elif paid.fen != award.fen:
            en, zh = f"{award} is written and {paid} is paid", f"写的是{award},实际支付{paid}"
            found.append(CaseDifference(case.name, award.line, en, zh))
    if case.awards is not None:
        for paid in unsaid:
            en, zh = f"{paid} is paid too; write it", f"还支付了{paid};请补充"
            found.append(CaseDifference(case.name, case.line, en, zh))
    if case.total_fen is not None and case.total_fen != result.total_fen:
        en = f"total_fen is {case.total_fen} and {result.total_fen} are paid"
        zh = f"total_fen为{case.total_fen},实际支付{result.total_fen}"
        found.append(CaseDifference(case.name, case.line, en, zh))
    return tuple(found)


def _case(fields: Fields, plan: Plan) -> Case:
    fields.refuse_others(_KEYS)
    return Case(
        name=fields.text("name"),
        why=fields.text("why", longest=2_000) if "why" in fields else "",
        chain=Chain(
            sponsors=_seats(fields, "sponsors", plan, "sponsor"),
            agents=_agents(fields),
            buyer_key=_BUYER,
            buyer=_seat_at(fields, fields.value_node("buyer"), plan, _BUYER) if "buyer" in fields else None,
            introducers=_seats(fields, "introducers", plan, "introducer"),
            placement=_placement(fields, plan),
        ),
        sale=Sale(
            base_fen=fields.whole("base_fen", least=0, most=LARGEST_AMOUNT, example="19800"),
            freight_fen=_fen(fields, "freight_fen"),
            margin_fen=_fen(fields, "margin_fen"),
            points_fen=_fen(fields, "points_fen"),
            product=fields.code("product", example="pack-198") if "product" in fields else "",
        ),
        awards=_awards(fields, plan) if "awards" in fields else None,
        total_fen=fields.whole("total_fen", least=0, most=LARGEST_AMOUNT, example="2376")
        if "total_fen" in fields
        else None,
        line=fields.node.start_mark.line + 1,
    )


def _fen(fields: Fields, key: str) -> int:
    return fields.whole(key, least=0, most=LARGEST_AMOUNT, example="1200") if key in fields else 0


def _seats(fields: Fields, key: str, plan: Plan, called: str) -> tuple[SponsorSeat, ...]:
    """The seats of a list, nearest first: short words or mappings."""
    node = fields.value_node(key)
    if key not in fields or not isinstance(node, yaml.SequenceNode):
        fields.words(key)
        return ()
    return tuple(
        _seat_at(fields, item, plan, f"{called} {distance}", listed=key)
        for distance, item in enumerate(node.value, start=1)
    )


def _seat_at(
    fields: Fields, node: yaml.Node, plan: Plan, member_key: str, *, listed: str | None = None
) -> SponsorSeat:
    """``vip``, ``vip inactive``, or ``{rank: vip, recruits: 3, own: 100.00, team: 5000.00, active: no}``."""
    if isinstance(node, yaml.MappingNode):
        seat = Fields(fields.document, node, known=_SEAT, what_en="a seat", what_zh="席位")
        return SponsorSeat(
            member_key,
            seat.reference("rank", options=plan.ranks, what_en="rank", what_zh="等级"),
            read_yes(seat, "active", default=True),
            seat.whole("recruits", least=0, most=_MOST_RECRUITS, example="3") if "recruits" in seat else 0,
            read_amount(seat, "own", example="100.00", may_be_zero=True) if "own" in seat else 0,
            read_amount(seat, "team", example="5000.00", may_be_zero=True) if "team" in seat else 0,
        )
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        what = f"each of {listed}" if listed else "buyer"
        what_zh = f"{listed}的每一项" if listed else "buyer"
        fields.document.note(
            node,
            en=f"{what} must be a word such as vip, or {_EXAMPLE}",
            zh=f"{what_zh}应为等级(例如vip),或{_EXAMPLE}",
        )
        return SponsorSeat(member_key, "")
    rank, remark = _words(fields, node.value.strip(), node, options=plan.ranks, remarks=(_INACTIVE,))
    return SponsorSeat(member_key, rank, remark != _INACTIVE)


def _agents(fields: Fields) -> tuple[AgentSeat, ...]:
    agents: list[AgentSeat] = []
    for words, node in fields.words("agents"):
        named, remark = _words(fields, words, node, options=REGION_LEVELS, remarks=(_INACTIVE, _BUYER))
        for level in REGION_LEVELS:
            if level != named:
                continue
            if any(agent.level == level for agent in agents):
                fields.document.note(
                    node, en=f"there are two {level} agents; keep one", zh=f"{level}代理重复,请只保留一个"
                )
                continue
            member_key = _BUYER if remark == _BUYER else f"{level} agent"
            agents.append(AgentSeat(level, member_key, remark != _INACTIVE))
    return tuple(agents)


def _placement(fields: Fields, plan: Plan) -> dict[str, tuple[SponsorSeat, ...]]:
    """``placement: {levels: [vip, vip]}``: by the clause whose tree is walked."""
    if "placement" not in fields:
        return {}
    trees = tuple(course.placement for course in plan.courses if course.graph == "placement")
    table = fields.mapping("placement", known=trees, example="{levels: [vip, vip]}")
    if table is None:
        return {}
    return {tree: _seats(table, tree, plan, f"{tree} place") for tree in table.names() if tree in trees}


def _awards(fields: Fields, plan: Plan) -> tuple[ExpectedAward, ...]:
    """What the case says is paid; ``awards: []`` says that nothing is."""
    node = fields.value_node("awards")
    if isinstance(node, yaml.SequenceNode) and not node.value:
        return ()
    clauses = tuple(clause.id for clause in plan.clauses if isinstance(clause, Walk))
    found: list[ExpectedAward] = []
    example = "{to: sponsor 1, clause: direct, fen: 2376}"
    for item in fields.items("awards", what_en="an award", what_zh="奖励", example=example):
        item.refuse_others(("to", "clause", "fen"))
        found.append(
            ExpectedAward(
                item.text("to"),
                item.reference(
                    "clause", options=clauses, what_en="clause paid order by order", what_zh="按单条款"
                ),
                item.whole("fen", least=1, most=LARGEST_AMOUNT, example="2376"),
                item.node.start_mark.line + 1,
            )
        )
    return tuple(found)


def _words(
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
