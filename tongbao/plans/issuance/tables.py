"""The table for other programs (CSV, JSON: whole fen, whole 1/10 000 points, exact ratios) and for a terminal."""

from __future__ import annotations

import csv
import io
import re
from typing import Any, Final

from tongbao.money import Language, format_rate
from tongbao.plans.issuance.batches import BatchRow
from tongbao.plans.issuance.contracts import points_text
from tongbao.plans.issuance.plan import IssuancePlan
from tongbao.plans.issuance.words import exact, points_for_a_yuan, sentences, yuan_for_a_point, yuan_text

COLUMNS: Final = (
    "batch",
    "title",
    "sales_fen",
    "cumulative_sales_fen",
    "rate_bp",
    "fund_fen",
    "cumulative_fund_fen",
    "issued_units",
    "cumulative_issued_units",
    "burned_units",
    "supply_units",
    "circulating_units",
    "ratio_points_per_yuan",
    "small_fen_per_point",
    "large_fen_per_point",
    "floor_fen_per_point",
    "ceiling_fen_per_point",
)
"""Units are 1/10 000 point. Ratios are ``numerator/denominator``, empty where there is none."""
RATIOS: Final = COLUMNS[12:]
PARTS: Final = ("numerator", "denominator")
CSV_COLUMNS: Final = (*COLUMNS[:12], *(f"{name}_{part}" for name in RATIOS for part in PARTS))
"""In CSV a ratio is two columns: a spreadsheet would take 2/3 for the third of February."""
HEADS: Final[dict[Language, tuple[str, ...]]] = {
    "zh": (
        *("批次", "销售额(元)", "累计销售额(元)", "资金池(元)", "累计资金池(元)", "发行积分", "累计发行积分"),
        *("配比", "小值(元/个)不兑换", "大值(元/个)全部兑换", "底价(元/个)", "天花板价(元/个)"),
    ),
    "en": (
        *("batch", "sales, yuan", "cumulative", "fund, yuan", "cumulative", "issued", "cumulative"),
        *("points a yuan", "small value", "large value", "floor", "ceiling"),
    ),
}
_FORMULA: Final = re.compile(r"\s*[=+\-@|%]|[\t\r\n]")


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("第一批")
    ("'=HYPERLINK(1)", '第一批')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def title_of(row: BatchRow, language: Language) -> str:
    return row.batch.title_zh if language == "zh" else row.batch.title_en


def exact_row(row: BatchRow, *, language: Language) -> dict[str, Any]:
    """One line in whole numbers and exact ratios, by the names of COLUMNS."""
    return {
        "batch": row.number,
        "title": title_of(row, language),
        "sales_fen": row.sales_fen,
        "cumulative_sales_fen": row.cumulative_sales_fen,
        "rate_bp": row.batch.rate_bp,
        "fund_fen": row.fund_fen,
        "cumulative_fund_fen": row.cumulative_fund_fen,
        "issued_units": row.issued,
        "cumulative_issued_units": row.cumulative_issued,
        "burned_units": row.after.burned,
        "supply_units": row.after.supply,
        "circulating_units": row.after.circulating,
        "ratio_points_per_yuan": exact(row.ratio),
        "small_fen_per_point": exact(row.small),
        "large_fen_per_point": exact(row.large),
        "floor_fen_per_point": exact(row.floor),
        "ceiling_fen_per_point": exact(row.ceiling),
    }


def as_csv(plan: IssuancePlan, *, language: Language) -> str:
    """The table as CSV with a header line of CSV_COLUMNS. Raises what ``plan.rows`` raises."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for row in plan.rows():
        told = exact_row(row, language=language)
        told["title"] = safe_cell(told["title"])
        ratios = (told[name].split("/") if told[name] else ("", "") for name in RATIOS)
        writer.writerow([*(told[name] for name in COLUMNS[:12]), *(part for both in ratios for part in both)])
    return written.getvalue()


def as_json(plan: IssuancePlan, *, language: Language) -> dict[str, Any]:
    """The table as one object, with the plan itself, its pools and its sentences. Raises what ``plan.rows`` raises."""
    return {
        "plan": plan.as_document(),
        "rows": [
            {**exact_row(row, language=language), "sentences": list(sentences(row, language=language))}
            for row in plan.rows()
        ],
        "pools": [
            {
                "key": row.pool.key,
                "cap_units": row.pool.cap,
                "issued_units": row.pool.issued,
                "retired_units": row.pool.retired,
                "planned_units": row.planned,
                "left_units": row.left,
            }
            for row in plan.pool_rows()
        ],
    }


def shown_row(row: BatchRow, *, language: Language) -> tuple[str, ...]:
    """One line for readers, a cell for each of HEADS; ratios rounded down."""
    return (
        f"{row.number} {title_of(row, language)}",
        yuan_text(row.sales_fen),
        yuan_text(row.cumulative_sales_fen),
        yuan_text(row.fund_fen),
        yuan_text(row.cumulative_fund_fen),
        points_text(row.issued),
        points_text(row.cumulative_issued),
        points_for_a_yuan(row.ratio),
        yuan_for_a_point(row.small),
        yuan_for_a_point(row.large),
        yuan_for_a_point(row.floor),
        yuan_for_a_point(row.ceiling),
    )


def as_text(plan: IssuancePlan, *, language: Language) -> str:
    """The table for a terminal, with the sentences below it. Raises what ``plan.rows`` raises."""
    rows = plan.rows()
    lines = [HEADS[language], *(shown_row(row, language=language) for row in rows)]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(HEADS[language]))]
    told = [f"{plan.title(language)} ({plan.key}, {format_rate(plan.rate_bp)})"]
    for line in lines:
        first, *others = (
            cell + "\0" * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        )
        right = (other.rstrip("\0").rjust(len(other)) for other in others)
        told.append("  ".join([first, *right]).replace("\0", " ").rstrip())
    for row in rows:
        told.append(f"\n{row.number} {title_of(row, language)}")
        told += [f"  {sentence}" for sentence in sentences(row, language=language)]
    return "\n".join(told)


def _width(text: str) -> int:
    """How many columns a text takes in a terminal: Chinese two a character."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
