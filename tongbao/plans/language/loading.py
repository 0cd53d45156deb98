"""From a document to a Plan."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from tongbao.plans.clauses import KINDS, Clause, Scope
from tongbao.plans.contracts import PromotionRules, RankName, RecruitRule
from tongbao.plans.language.document import Document, Fields
from tongbao.plans.plan import Plan

_TOP: Final = ("plan", "title", "rule", "ranks", "clauses", "budget", "promotions")


def load_plan(text: str, *, source: str = "plan.yaml") -> Plan:
    """The plan that a YAML document states.

    Raises PlanInvalid with every problem found: line, column, and what to write instead. A plan above its
    budget loads; ``check_publishable`` refuses it.

    >>> load_plan("plan: small\\nclauses: []")            # doctest: +ELLIPSIS
    Traceback (most recent call last):
    tongbao.plans.contracts.PlanInvalid: plan.yaml:1:1: the document needs title; write 'title: ...
    """
    document = Document(text, source=source)
    top = document.mapping(known=_TOP)
    key = top.identifier("plan", example="gift-pack")
    title_zh, title_en = _both(top, "title", longest=60)
    rule_zh, rule_en = _both(top, "rule", longest=5_000) if "rule" in top else ("", "")
    rank_names = _ranks(top)
    ranks = tuple(name.key for name in rank_names)
    clauses = _clauses(top, ranks)
    budget_bp = top.rate("budget")
    promotions = _promotions(top, ranks) if "promotions" in top else PromotionRules()
    document.require_sound()
    return Plan(
        key=key,
        title_zh=title_zh,
        title_en=title_en,
        rule_zh=rule_zh,
        rule_en=rule_en,
        rank_names=rank_names,
        clauses=clauses,
        budget_bp=budget_bp,
        promotions=promotions,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def _both(fields: Fields, key: str, *, longest: int) -> tuple[str, str]:
    """The Chinese and the English text under ``key``."""
    languages = fields.mapping(key, known=("zh", "en"), example="{zh: 大礼包, en: Gift pack}")
    if languages is None:
        return "", ""
    return languages.text("zh", longest=longest), languages.text("en", longest=longest)


def _ranks(top: Fields) -> tuple[RankName, ...]:
    example = "{key: member, zh: 普通会员, en: Member}"
    names: list[RankName] = []
    for fields in top.items("ranks", what_en="a rank", what_zh="等级", example=example):
        fields.refuse_others(("key", "zh", "en"))
        name = RankName(fields.identifier("key", example="vip"), fields.text("zh"), fields.text("en"))
        if name.key and any(name.key == other.key for other in names):
            fields.note(
                "key", en=f"rank {name.key} is listed twice; keep one", zh=f"等级{name.key}重复,请只保留一个"
            )
        names.append(name)
    return tuple(names)


def _clauses(top: Fields, ranks: tuple[str, ...]) -> tuple[Clause, ...]:
    kinds = {kind.kind: kind for kind in KINDS}
    clauses: list[Clause] = []
    example = "{id: direct, kind: direct, rate: 12%}"
    for fields in top.items("clauses", what_en="a clause", what_zh="条款", example=example):
        kind = kinds.get(fields.choice("kind", options=tuple(kinds)))  # type: ignore[call-overload]
        clause_id = fields.identifier("id", example="direct")
        if kind is None:
            continue
        fields.what_en, fields.what_zh = f"a clause of kind {kind.kind}", f"{kind.kind}条款"
        fields.refuse_others(("id", "kind", *kind.keys))
        if clause_id and any(clause_id == other.id for other in clauses):
            fields.note(
                "id", en=f"clause {clause_id} is there twice; rename one", zh=f"条款{clause_id}重复,请改名"
            )
        clauses.append(kind.read(fields, clause_id=clause_id, scope=Scope(ranks=ranks, above=tuple(clauses))))
    return tuple(clauses)


def _promotions(top: Fields, ranks: Sequence[str]) -> PromotionRules:
    promotions = top.mapping(
        "promotions", known=("by_purchase", "by_recruits"), example="{by_purchase: {pack-198: vip}}"
    )
    if promotions is None:
        return PromotionRules()
    purchases = _by_purchase(promotions, ranks) if "by_purchase" in promotions else ()
    recruits = _by_recruits(promotions, ranks) if "by_recruits" in promotions else ()
    return PromotionRules(by_purchase=purchases, by_recruits=recruits)


def _by_purchase(promotions: Fields, ranks: Sequence[str]) -> tuple[tuple[str, str], ...]:
    table = promotions.mapping("by_purchase", known=None, example="{pack-198: vip}")
    if table is None:
        return ()
    return tuple(
        (product, table.reference(product, options=ranks, what_en="rank", what_zh="等级"))
        for product in table.names()
    )


def _by_recruits(promotions: Fields, ranks: Sequence[str]) -> tuple[RecruitRule, ...]:
    rules: list[RecruitRule] = []
    example = "{from: vip, recruits: 5, recruit_rank: vip, to: dealer}"
    for fields in promotions.items(
        "by_recruits", what_en="a promotion by recruits", what_zh="发展晋升", example=example
    ):
        fields.refuse_others(("from", "recruits", "recruit_rank", "to"))
        rule = RecruitRule(
            from_rank=fields.reference("from", options=ranks, what_en="rank", what_zh="等级"),
            recruits=fields.whole("recruits", least=1, most=1_000_000, example="5"),
            recruit_rank=fields.reference("recruit_rank", options=ranks, what_en="rank", what_zh="等级"),
            to_rank=fields.reference("to", options=ranks, what_en="rank", what_zh="等级"),
        )
        if rule.from_rank and rule.to_rank and ranks.index(rule.to_rank) <= ranks.index(rule.from_rank):
            fields.note(
                "to",
                en=f"{rule.to_rank} doesn't stand above {rule.from_rank}; name a higher rank",
                zh=f"{rule.to_rank}不高于{rule.from_rank};请填写更高的等级",
            )
        rules.append(rule)
    return tuple(rules)
