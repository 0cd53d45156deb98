"""What changes from one plan to another, as sentences."""

from __future__ import annotations

from tongbao.money import format_rate
from tongbao.plans.errors import Language
from tongbao.plans.explain import describe_clause
from tongbao.plans.model import Plan
from tongbao.plans.prove import prove


def compare_plans(before: Plan, after: Plan, *, language: Language) -> tuple[str, ...]:
    """One sentence for every clause that was added, dropped or changed, and for the worst case and the budget.

    >>> from tongbao.plans import preset
    >>> compare_plans(preset("gift-pack"), preset("gift-pack"), language="en")
    ()
    """
    zh = language == "zh"
    old = {clause.id: clause for clause in before.clauses}
    new = {clause.id: clause for clause in after.clauses}
    lines: list[str] = []
    for clause_id, clause in old.items():
        if clause_id not in new:
            said = describe_clause(clause, plan=before, language=language)
            lines.append(f"取消{clause_id}:{said}" if zh else f"Dropped {clause_id}: {said}")
        elif new[clause_id] != clause:
            was = describe_clause(clause, plan=before, language=language)
            now = describe_clause(new[clause_id], plan=after, language=language)
            lines.append(f"修改{clause_id}:原为“{was}”,现为“{now}”" if zh else f'Changed {clause_id}: was "{was}", is "{now}"')
    for clause_id, clause in new.items():
        if clause_id not in old:
            said = describe_clause(clause, plan=after, language=language)
            lines.append(f"新增{clause_id}:{said}" if zh else f"Added {clause_id}: {said}")
    if before.promotions != after.promotions:
        lines.append("晋升规则有变。" if zh else "The promotion rules differ.")
    for title_zh, title_en, was_bp, now_bp in (
        ("最高分配", "Worst case", prove(before).worst_case_bp, prove(after).worst_case_bp),
        ("预算", "Budget", before.budget_bp, after.budget_bp),
    ):
        if was_bp != now_bp:
            change = f"{format_rate(was_bp)} → {format_rate(now_bp)}"
            lines.append(f"{title_zh}:{change}" if zh else f"{title_en}: {change}")
    return tuple(lines)
