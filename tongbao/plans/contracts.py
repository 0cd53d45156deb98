"""The vocabulary of plans: who stands where, what was sold, what is awarded, what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from tongbao.money import AmountInvalid, Language, StatedError, format_rate
from tongbao.plans.algebra import Base

MemberKey = int | str
"""How the caller names a member: a number in the database, text in a file."""

AwardKind = Literal["direct", "differential", "peer", "region", "walk", "fund", "jar", "queue", "board"]
RegionLevel = Literal["county", "city", "province"]

REGION_LEVELS: Final[tuple[RegionLevel, ...]] = ("county", "city", "province")
"""Lowest first, as the regional share climbs them."""


@dataclass(frozen=True, slots=True)
class Sale:
    """One order line, in fen: ``base_fen`` is what the customer paid for it in real money, without freight.

    ``product`` is the product's code; clauses for certain products don't look at others.
    """

    base_fen: int
    freight_fen: int = 0
    margin_fen: int = 0
    points_fen: int = 0
    product: str = ""

    def __post_init__(self) -> None:
        for amount_fen in (self.base_fen, self.freight_fen, self.margin_fen, self.points_fen):
            if type(amount_fen) is not int or amount_fen < 0:
                raise AmountInvalid(
                    text=str(amount_fen),
                    why_en="give a whole number of fen from 0",
                    why_zh="必须是非负整数(分)",
                )

    def of(self, base: Base) -> int:
        """The amount that rates on ``base`` are a part of, in fen."""
        if base == "net":
            return self.base_fen
        return {"freight": self.freight_fen, "margin": self.margin_fen, "points": self.points_fen}[base]


@dataclass(frozen=True, slots=True)
class SponsorSeat:
    """A sponsor of the buyer, as they stood before the order. Inactive: frozen, closed or set so.

    Direct recruits, own and team volume only matter to plans that ask for them.
    """

    member_key: MemberKey
    rank: str
    active: bool = True
    recruits: int = 0
    own_fen: int = 0
    team_fen: int = 0


@dataclass(frozen=True, slots=True)
class AgentSeat:
    """The agent of one level of the delivery address."""

    level: RegionLevel
    member_key: MemberKey
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Everyone whom an order may pay: sponsors nearest first, and the agents of its region.

    ``buyer`` is needed by clauses that pay the buyer or start at the buyer's rank, ``introducers`` (who brought
    the merchant, and their sponsors) and ``placement`` (the seats above, by clause) by clauses that walk them.

    Raises ChainInvalid for an unknown level or two agents of one level.
    """

    sponsors: tuple[SponsorSeat, ...] = ()
    agents: tuple[AgentSeat, ...] = ()
    buyer_key: MemberKey | None = None
    buyer: SponsorSeat | None = None
    introducers: tuple[SponsorSeat, ...] = ()
    placement: Mapping[str, tuple[SponsorSeat, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.agents:
            return
        levels = [agent.level for agent in self.agents]
        for level in levels:
            if level not in REGION_LEVELS:
                raise ChainInvalid(
                    why_en=f"there is no region level {level}; use {', '.join(REGION_LEVELS)}",
                    why_zh=f"没有区域级别{level},可用:{'、'.join(REGION_LEVELS)}",
                )
        if len(set(levels)) != len(levels):
            raise ChainInvalid(
                why_en="a level of the region has two agents; name one for each",
                why_zh="同一级区域有两位代理,每级只能有一位",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """What one clause gives one person for one sale, with its arithmetic.

    ``rate_bp`` is the rate that was paid (the gap), ``rate_before_bp`` what had been earned nearer to the
    buyer, so ``amount_fen = floor(base × (before + rate)) − floor(base × before)``. ``rank`` is the rank that
    earned it, or the region's level. ``seat`` says where the person stands: "sponsor 1", "county agent".
    ``base_fen`` of an award on awards is what those awards came to. ``cut_fen`` is what a bound took off.
    """

    beneficiary: MemberKey
    seat: str
    clause: str
    kind: AwardKind
    rank: str
    rate_bp: int
    rate_before_bp: int
    base_fen: int
    amount_fen: int
    cut_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Remainder:
    """What of a clause's maximum nobody earned; it stays with the platform."""

    clause: str
    kind: AwardKind
    amount_fen: int


@dataclass(frozen=True, slots=True)
class RankName:
    """A rank's key and its names."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecruitRule:
    """``recruits`` direct recruits at ``recruit_rank`` or above lift ``from_rank`` to ``to_rank``."""

    from_rank: str
    recruits: int
    recruit_rank: str
    to_rank: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeRule:
    """All that is asked for together lifts ``from_rank`` to ``to_rank``: own and team volume so far, in fen,
    direct recruits, and direct recruits in whose leg somebody has ``leg_rank`` or above. Zero asks nothing."""

    from_rank: str
    to_rank: str
    own_fen: int = 0
    team_fen: int = 0
    recruits: int = 0
    legs: int = 0
    leg_rank: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromotionRules:
    """How ranks rise: by buying a product, by developing recruits, by volume."""

    by_purchase: tuple[tuple[str, str], ...] = ()
    by_recruits: tuple[RecruitRule, ...] = ()
    by_volume: tuple[VolumeRule, ...] = ()

    def rank_for(self, product: str) -> str | None:
        """The rank that buying ``product`` gives, if any."""
        return dict(self.by_purchase).get(product)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with a document, at a line and column counted from 1, and what to write instead."""

    line: int
    column: int
    en: str
    zh: str


class PlanInvalid(StatedError):
    """A document that is no plan. ``problems`` lists all that is wrong; nothing of it is used."""

    code = "plan_invalid"

    def __init__(self, *, source: str, problems: tuple[Problem, ...]) -> None:
        self.source = source
        self.problems = problems
        super().__init__(source=source, problems=problems)

    def message(self, language: Language) -> str:
        """One line for each problem, starting with ``file:line:column:``."""
        return "\n".join(
            f"{self.source}:{problem.line}:{problem.column}: {problem.zh if language == 'zh' else problem.en}"
            for problem in self.problems
        )


class PlanOverBudget(StatedError):
    """A plan that one order could make pay more than its budget."""

    code = "plan_over_budget"
    message_en = (
        "Plan {plan} can pay {worst} of an order and its budget is {budget}; it pays that much to "
        "{chain_en} (nearest first). Lower a rate, or raise the budget if that is meant."
    )
    message_zh = (
        "方案{plan}最多会拨出订单金额的{worst},超过预算{budget};由近及远为{chain_zh}时达到该值。"
        "请降低比例,或确认后提高预算。"
    )

    def __init__(
        self, *, plan: str, worst_case_bp: int, budget_bp: int, chain_en: str, chain_zh: str
    ) -> None:
        self.worst_case_bp = worst_case_bp
        self.budget_bp = budget_bp
        super().__init__(
            plan=plan,
            worst=format_rate(worst_case_bp),
            budget=format_rate(budget_bp),
            chain_en=chain_en,
            chain_zh=chain_zh,
        )


class PlanUnbounded(StatedError):
    """A plan with a clause that promises more than any order gives it."""

    code = "plan_unbounded"
    message_en = "Plan {plan} can't be bounded (line {line}): {why_en}."
    message_zh = "方案{plan}的支付没有上限(第{line}行):{why_zh}。"


class ColumnsUnfit(StatedError):
    """A plan that can't be evaluated a million orders at a time, because a clause needs its books between orders."""

    code = "columns_unfit"
    message_en = (
        "Plan {plan} can't be settled in one batch: clause {clause} needs its books between orders. "
        "Run it order by order."
    )
    message_zh = "方案{plan}不能批量计算:条款{clause}需要逐单记账。请逐单计算。"


class UnknownPreset(StatedError):
    code = "unknown_preset"
    status = 404
    message_en = "There is no preset {name!r}. {hint_en}Presets: {known}."
    message_zh = "没有预设方案{name!r}。{hint_zh}可用预设:{known}。"


class UnknownRank(StatedError):
    code = "unknown_rank"
    message_en = "The plan has no rank {rank!r}. Its ranks are {known}; give the member one of them."
    message_zh = "方案没有等级{rank!r}。可用等级:{known},请改用其中之一。"


class ChainInvalid(StatedError):
    code = "chain_invalid"
    message_en = "Nobody can be paid on this chain: {why_en}."
    message_zh = "无法按此推荐链计算:{why_zh}。"
