"""What differs between two plans, as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tongbao.money import Language, format_rate
from tongbao.plans.clauses.base import yuan
from tongbao.plans.contracts import VolumeRule
from tongbao.plans.plan import Plan
from tongbao.plans.proving import prove


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDifference:
    """One thing that differs. ``part`` is a clause's id, or budget, worst case, ranks, promotions."""

    part: str
    zh: str
    en: str

    def sentence(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


def compare_plans(before: Plan, after: Plan) -> tuple[PlanDifference, ...]:
    """What changes from ``before`` to ``after``, clause by clause; nothing if they pay and promote alike.

    >>> from tongbao.plans import preset
    >>> differences = compare_plans(preset("gift-pack"), preset("lottery-winner"))
    >>> differences[0].en
    "direct changes. Before: Direct: the buyer's nearest sponsor, whatever their rank, earns 12%. \
After: Direct: the buyer's nearest sponsor, whatever their rank, earns 6%."
    """
    return (
        *_clauses(before, after),
        *_ranks(before, after),
        *_promotions(before, after),
        *_bounds(before, after),
    )


def _clauses(before: Plan, after: Plan) -> Iterator[PlanDifference]:
    old = {clause.id: clause for clause in before.clauses}
    new = {clause.id: clause for clause in after.clauses}
    for clause_id in (*old, *(key for key in new if key not in old)):
        said_before = {
            language: old[clause_id].sentence(names=before.names, language=language)
            if clause_id in old
            else None
            for language in ("zh", "en")
        }
        said_after = {
            language: new[clause_id].sentence(names=after.names, language=language)
            if clause_id in new
            else None
            for language in ("zh", "en")
        }
        if clause_id not in new:
            yield PlanDifference(
                part=clause_id,
                zh=f"删除条款{clause_id}。{said_before['zh']}",
                en=f"{clause_id} goes. {said_before['en']}",
            )
        elif clause_id not in old:
            yield PlanDifference(
                part=clause_id,
                zh=f"新增条款{clause_id}。{said_after['zh']}",
                en=f"{clause_id} is new. {said_after['en']}",
            )
        elif old[clause_id] != new[clause_id]:
            yield PlanDifference(
                part=clause_id,
                zh=f"条款{clause_id}变更。原:{said_before['zh']}新:{said_after['zh']}",
                en=f"{clause_id} changes. Before: {said_before['en']} After: {said_after['en']}",
            )
    if [key for key in old if key in new] != [key for key in new if key in old]:
        yield PlanDifference(
            part="order",
            zh=f"条款顺序变为:{'、'.join(new)}。",
            en=f"The order of the clauses becomes {', '.join(new)}.",
        )


def _ranks(before: Plan, after: Plan) -> Iterator[PlanDifference]:
    if before.rank_names != after.rank_names:
        yield PlanDifference(
            part="ranks",
            zh=f"等级(由低到高)原:{_ladder(before, 'zh')};新:{_ladder(after, 'zh')}。",
            en=f"The ranks, lowest first, were {_ladder(before, 'en')} and become {_ladder(after, 'en')}.",
        )


def _promotions(before: Plan, after: Plan) -> Iterator[PlanDifference]:
    if before.promotions != after.promotions:
        yield PlanDifference(
            part="promotions",
            zh=f"晋升规则变更。原:{_ways_up(before, 'zh')}新:{_ways_up(after, 'zh')}",
            en=f"The promotions change. Before: {_ways_up(before, 'en')} After: {_ways_up(after, 'en')}",
        )


def _bounds(before: Plan, after: Plan) -> Iterator[PlanDifference]:
    worst_before, worst_after = prove(before).worst_case_bp, prove(after).worst_case_bp
    if worst_before != worst_after:
        yield PlanDifference(
            part="worst case",
            zh=f"单笔最高拨出由{format_rate(worst_before)}变为{format_rate(worst_after)}。",
            en=f"An order's worst case goes from {format_rate(worst_before)} to {format_rate(worst_after)}.",
        )
    if before.budget_bp != after.budget_bp:
        yield PlanDifference(
            part="budget",
            zh=f"预算由{format_rate(before.budget_bp)}变为{format_rate(after.budget_bp)}。",
            en=f"The budget goes from {format_rate(before.budget_bp)} to {format_rate(after.budget_bp)}.",
        )


def _ladder(plan: Plan, language: Language) -> str:
    return ("、" if language == "zh" else ", ").join(plan.names.rank(key, language) for key in plan.ranks)


def promotion_sentences(plan: Plan, language: Language) -> tuple[str, ...]:
    """The plan's ways up as sentences.

    >>> from tongbao.plans import preset
    >>> promotion_sentences(preset("gift-pack"), "en")[0]
    'Buying pack-198 makes a VIP.'
    """
    rank = plan.names.rank
    zh = language == "zh"
    bought = (
        f"购买{product}升级为{rank(key, language)}。"
        if zh
        else f"Buying {product} makes a {rank(key, language)}."
        for product, key in plan.promotions.by_purchase
    )
    recruited = (
        f"{rank(rule.from_rank, language)}直接发展{rule.recruits}位"
        f"{rank(rule.recruit_rank, language)}及以上会员,升级为{rank(rule.to_rank, language)}。"
        if zh
        else f"A {rank(rule.from_rank, language)} with {rule.recruits} direct recruits at "
        f"{rank(rule.recruit_rank, language)} or above becomes a {rank(rule.to_rank, language)}."
        for rule in plan.promotions.by_recruits
    )
    grown = (_volume_sentence(plan, rule, language) for rule in plan.promotions.by_volume)
    return (*bought, *recruited, *grown)


def _volume_sentence(plan: Plan, rule: VolumeRule, language: Language) -> str:
    def rank(key: str) -> str:
        return plan.names.rank(key, language)

    own, team = yuan(rule.own_fen, language), yuan(rule.team_fen, language)
    asked: list[str] = []
    if language == "zh":
        asked += [f"个人累计业绩达{own}"] if rule.own_fen else []
        asked += [f"团队累计业绩达{team}"] if rule.team_fen else []
        asked += [f"直接推荐{rule.recruits}人"] if rule.recruits else []
        inside = f",每条线中有{rank(rule.leg_rank)}及以上" if rule.leg_rank else ""
        asked += [f"发展{rule.legs}条线{inside}"] if rule.legs else []
        return f"{rank(rule.from_rank)}{'、'.join(asked)},升级为{rank(rule.to_rank)}。"
    asked += [f"own purchases of {own}"] if rule.own_fen else []
    asked += [f"a team volume of {team}"] if rule.team_fen else []
    asked += [f"{rule.recruits} direct recruits"] if rule.recruits else []
    inside = f" that each hold a {rank(rule.leg_rank)} or above" if rule.leg_rank else ""
    asked += [f"{rule.legs} legs{inside}"] if rule.legs else []
    return f"A {rank(rule.from_rank)} with {', '.join(asked)} becomes a {rank(rule.to_rank)}."


def _ways_up(plan: Plan, language: Language) -> str:
    sentences = promotion_sentences(plan, language)
    if not sentences:
        return "无。" if language == "zh" else "none."
    return ("" if language == "zh" else " ").join(sentences)
