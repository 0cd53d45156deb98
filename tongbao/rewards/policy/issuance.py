"""What the issuance planner shows of a text: the table, the charts, the words, or what is wrong. Pure."""

from __future__ import annotations

from typing import Any

from tongbao.money import Language, StatedError
from tongbao.plans import PlanInvalid
from tongbao.plans.issuance import IssuancePlan, load_issuance
from tongbao.plans.issuance.charts import drawings
from tongbao.plans.issuance.contracts import points_text
from tongbao.plans.issuance.tables import HEADS, exact_row, shown_row, title_of
from tongbao.plans.issuance.words import sentences


def look_at_issuance(*, document: str, language: Language) -> dict[str, Any]:
    """All that the planner says of a text. A text that is no plan, or plans too much, is an answer too.

    ``problems`` have the line on which they stand; ``refused`` has a code and the batch from which on it is too much.
    """
    try:
        plan = load_issuance(document)
    except PlanInvalid as refusal:
        return {
            "plan": None,
            "problems": [
                {
                    "line": problem.line,
                    "column": problem.column,
                    "message": problem.zh if language == "zh" else problem.en,
                }
                for problem in refusal.problems
            ],
            "refused": None,
        }
    told = {"plan": plan.as_document(), "problems": [], "refused": None, "pools": _pools(plan, language)}
    try:
        rows = plan.rows()
    except StatedError as refusal:
        refused = {
            "code": refusal.code,
            "message": refusal.message(language),
            "batch": refusal.values["batch"],
        }
        return {**told, "refused": refused}
    return {
        **told,
        "heads": list(HEADS[language]),
        "rows": [
            {
                "title": title_of(row, language),
                "cells": list(shown_row(row, language=language)),
                "exact": exact_row(row, language=language),
                "sentences": list(sentences(row, language=language)),
            }
            for row in rows
        ],
        "charts": list(drawings(rows, language=language)),
    }


def _pools(plan: IssuancePlan, language: Language) -> list[dict[str, Any]]:
    return [
        {
            "title": row.pool.title_zh if language == "zh" else row.pool.title_en,
            "cap": points_text(row.pool.cap),
            "gone": points_text(row.pool.issued + row.pool.retired),
            "planned": points_text(row.planned),
            "left": points_text(row.left) if row.left >= 0 else f"-{points_text(-row.left)}",
            "is_over": row.left < 0,
        }
        for row in plan.pool_rows()
    ]
