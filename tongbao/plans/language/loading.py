"""From a document to a Plan."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

import yaml

from tongbao.plans.algebra import BASES, Base
from tongbao.plans.clauses import Clause, Scope
from tongbao.plans.clauses.kinds import KINDS, keys_of, read_clause
from tongbao.plans.contracts import PromotionRules, RankName, RecruitRule
from tongbao.plans.language.document import Document, Fields
from tongbao.plans.plan import Plan

_TOP: Final = ("plan", "title", "rule", "ranks", "clauses", "budget", "cap", "promotions")


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
    budgets = _budgets(top)
    cap_bp = top.rate("cap") if "cap" in top else None
    _refuse_unbudgeted(top, clauses, budgets)
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
        budgets=budgets,
        cap_bp=cap_bp,
        promotions=promotions,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        lines={name: top.key_node(name).start_mark.line + 1 for name in top.names()},
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


def _budgets(top: Fields) -> dict[Base, int]:
    """``budget: 55%`` of the money paid, or ``budget: {net: 55%, freight: 30%}``; the first is told first."""
    if not isinstance(top.value_node("budget"), yaml.MappingNode) or "budget" not in top:
        return {"net": top.rate("budget")}
    table = top.mapping("budget", known=BASES, example="{net: 55%, freight: 30%}")
    assert table is not None
    budgets: dict[Base, int] = {
        base: table.rate(base) for name in table.names() for base in BASES if base == name
    }
    if not budgets:
        top.note("budget", en="budget is empty; write 'budget: 55%'", zh="budget为空;请写“budget: 55%”")
    return budgets or {"net": 0}


def _refuse_unbudgeted(top: Fields, clauses: tuple[Clause, ...], budgets: dict[Base, int]) -> None:
    for clause in clauses:
        if clause.event.base not in budgets:
            base = clause.event.base
            top.note(
                "budget",
                en=f"clause {clause.id} pays on {base}, which has no budget; write 'budget: {{{base}: 30%}}' or add it",
                zh=f"条款{clause.id}以{base}为基数,但没有预算;请在budget中补充{base}",
            )


def _clauses(top: Fields, ranks: tuple[str, ...]) -> tuple[Clause, ...]:
    clauses: list[Clause] = []
    example = "{id: direct, kind: direct, rate: 12%}"
    listed = top.items("clauses", what_en="a clause", what_zh="条款", example=example)
    links = [(_word(fields, "id"), _word(fields, "of")) for fields in listed]
    for place, fields in enumerate(listed):
        kind = fields.choice("kind", options=KINDS, default="walk")
        clause_id = fields.identifier("id", example="direct")
        if not kind:
            continue
        fields.what_en, fields.what_zh = f"a clause of kind {kind}", f"{kind}条款"
        fields.refuse_others(("id", "kind", *keys_of(kind)))
        if clause_id and any(clause_id == other.id for other in clauses):
            fields.note(
                "id", en=f"clause {clause_id} is there twice; rename one", zh=f"条款{clause_id}重复,请改名"
            )
        scope = Scope(ranks=ranks, above=tuple(clauses), below=tuple(links[place + 1 :]))
        clauses.append(read_clause(fields, kind=kind, clause_id=clause_id, scope=scope))
    return tuple(clauses)


def _word(fields: Fields, key: str) -> str:
    return str(getattr(fields.value_node(key), "value", "")).strip() if key in fields else ""


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
