"""From a document to a Plan."""

from __future__ import annotations

import hashlib

import yaml

from tongbao.plans.algebra import BASES, Base
from tongbao.plans.clauses import Clause, Scope
from tongbao.plans.clauses.kinds import KINDS, keys_of, read_clause
from tongbao.plans.contracts import PromotionRules, RankName
from tongbao.plans.language.document import Document, Fields
from tongbao.plans.language.promotions import read_promotions
from tongbao.plans.language.shapes import RANK, TOP
from tongbao.plans.plan import Plan


def load_plan(text: str, *, source: str = "plan.yaml") -> Plan:
    """The plan that a YAML document states.

    Raises PlanInvalid with every problem found: line, column, and what to write instead. A plan above its
    budget loads; ``check_publishable`` refuses it.

    >>> load_plan("plan: small\\nclauses: []")            # doctest: +ELLIPSIS
    Traceback (most recent call last):
    tongbao.plans.contracts.PlanInvalid: plan.yaml:1:1: the document needs title; write 'title: ...
    """
    document = Document(text, source=source)
    top = document.mapping(known=TOP)
    key = top.identifier("plan", example="gift-pack")
    title_zh, title_en = _both(top, "title", longest=60)
    rule_zh, rule_en = _both(top, "rule", longest=5_000) if "rule" in top else ("", "")
    rank_names = _ranks(top)
    ranks = tuple(dict.fromkeys(name.key for name in rank_names if name.key))
    clauses = _clauses(top, ranks)
    budgets = _budgets(top)
    cap_bp = top.rate("cap") if "cap" in top else None
    _refuse_unbudgeted(top, clauses, budgets)
    promotions = read_promotions(top, ranks=ranks) if "promotions" in top else PromotionRules()
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
        lines=_lines(top),
    )


def _lines(top: Fields) -> dict[str, int]:
    """Where each key of the document stands, and each of its promotions, as ``promotions.by_purchase``."""
    lines = {name: top.key_node(name).start_mark.line + 1 for name in top.names()}
    promotions = top.value_node("promotions")
    if "promotions" in top and isinstance(promotions, yaml.MappingNode):
        for key, _ in promotions.value:
            lines[f"promotions.{key.value}"] = key.start_mark.line + 1
    return lines


def _both(fields: Fields, key: str, *, longest: int) -> tuple[str, str]:
    """The Chinese and the English text under ``key``."""
    languages = fields.mapping(key, known=("zh", "en"), example="{zh: 大礼包, en: Gift pack}")
    if languages is None:
        return "", ""
    return languages.text("zh", longest=longest), languages.text("en", longest=longest)


def _ranks(top: Fields) -> tuple[RankName, ...]:
    example = "{key: member, zh: 普通会员, en: Member}"
    names: list[RankName] = []
    before = len(top.document.problems)
    for fields in top.items("ranks", what_en="a rank", what_zh="等级", example=example):
        fields.refuse_others(tuple(RANK))
        name = RankName(fields.identifier("key", example="vip"), fields.text("zh"), fields.text("en"))
        if name.key and any(name.key == other.key for other in names):
            fields.note(
                "key", en=f"rank {name.key} is listed twice; keep one", zh=f"等级{name.key}重复,请只保留一个"
            )
        names.append(name)
    top.document.ranks_known = len(top.document.problems) == before
    for name in names:
        for title in (name.zh, name.en):
            top.document.titles.setdefault(title.casefold(), name.key)
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
                zh=f"条款{clause.id}以{base}为基数,但没有预算;请写“budget: {{{base}: 30%}}”或补充该项",
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
