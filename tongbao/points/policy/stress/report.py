"""Outcomes of a stress as text, as JSON and as one HTML file."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tongbao.money import WHOLE_BP, Language
from tongbao.plans.simulation.charts import PAGE_STYLE, STYLE, Mark, Series, lines
from tongbao.points.policy.stress.scenarios import Outcome, Start

PLACES = 60
"""Points of a line at most; a longer run is drawn thinner, its last day always."""


def title_of(outcome: Outcome, language: Language) -> str:
    """What happens in it."""
    return outcome.title_zh if language == "zh" else outcome.title_en


def verdict_of(outcome: Outcome, language: Language) -> str:
    """Whether every promise held, or the first that broke, when, and by which switch."""
    broken = outcome.broken
    if broken is None:
        return "所有承诺均兑现" if language == "zh" else "every promise holds"
    switch = broken.promise.switch
    if language == "zh":
        why = f",因开关 {switch}" if switch else ""
        return f"第{broken.day}天违背承诺:{broken.promise.zh}({broken.figures}){why}"
    why = f", because of the switch {switch}" if switch else ""
    return f"broken on day {broken.day}: {broken.promise.en} ({broken.figures}){why}"


def coverage_of(outcome: Outcome) -> str:
    """The lowest coverage in per cent, rounded down; without an end where nothing circulates."""
    lowest = outcome.lowest_coverage_bp
    return "∞" if lowest is None else f"{lowest // 100:,}.{lowest % 100:02d} %"


def as_text(outcomes: Sequence[Outcome], *, language: Language) -> str:
    """A few lines for each scenario."""
    lowest = "最低覆盖率" if language == "zh" else "lowest coverage"
    parts = []
    for outcome in outcomes:
        parts.append(f"{title_of(outcome, language)}: {verdict_of(outcome, language)}")
        parts.append(f"    {lowest}: {coverage_of(outcome)}")
        parts += [f"    {zh if language == 'zh' else en}: {value}" for zh, en, value in outcome.facts]
    return "\n".join(parts) + "\n"


def as_json(outcomes: Sequence[Outcome], start: Start) -> dict[str, object]:
    """Every day of every scenario, exact: ratios as text."""
    return {
        "seed": start.seed,
        "is_sound": all(outcome.is_sound for outcome in outcomes),
        "scenarios": [
            {
                "key": outcome.key,
                "lowest_coverage_bp": outcome.lowest_coverage_bp,
                "broken": None
                if outcome.broken is None
                else {
                    "promise": outcome.broken.promise.key,
                    "day": outcome.broken.day,
                    "figures": outcome.broken.figures,
                    "switch": outcome.broken.promise.switch,
                },
                "facts": {en: value for _, en, value in outcome.facts},
                "days": [
                    {
                        "day": day.day,
                        "reserve_fen": day.reserve_fen,
                        "supply": day.supply,
                        "circulating": day.circulating,
                        "operating_fen": day.operating_fen,
                        "price": str(day.price),
                        "floor": str(day.floor),
                        "coverage_bp": day.coverage_bp,
                    }
                    for day in outcome.days
                ],
            }
            for outcome in outcomes
        ],
    }


def as_html(outcomes: Sequence[Outcome], start: Start, *, language: Language, made_with: str = "") -> str:
    """One page without script or foreign host: a table, and two charts for each scenario."""
    zh = language == "zh"
    heading = "积分经济压力测试" if zh else "The point economy under stress"
    sub = (
        f"{start.holders:,}位持有人,{start.days}天,每日销售{start.daily_sales_fen // 100:,}元,种子{start.seed}"
        if zh
        else f"{start.holders:,} holders, {start.days} days, ¥{start.daily_sales_fen // 100:,} of sales a day, "
        f"seed {start.seed}"
    )
    note = (
        "覆盖率 = 储备 ÷ (底价 × 流通积分);质押股权不计入。积分不是存款,当日价只在商品中兑现。"
        if zh
        else "Coverage = reserve / (floor × circulating); the equity pledge is never counted. Points are no deposit; "
        "the price of the day is a promise in goods."
    )
    head = ("情景", "结论", "最低覆盖率") if zh else ("Scenario", "What came of it", "Lowest coverage")
    rows = "".join(
        f"<tr><td>{escape(title_of(one, language))}</td>"
        f'<td class="{"yes" if one.broken is None else "no"}" style="white-space:normal">'
        f'{escape(verdict_of(one, language))}</td><td class="n">{coverage_of(one)}</td></tr>'
        for one in outcomes
    )
    parts = [
        f'<h1>{escape(heading)}</h1><p class="sub">{escape(sub)}</p>',
        f'<ul class="notes"><li>{escape(note)}</li></ul>',
        f'<div class="wide"><table><tr>{"".join(f"<th>{one}</th>" for one in head)}</tr>{rows}</table></div>',
        *(_scenario(outcome, language) for outcome in outcomes),
    ]
    if made_with:
        parts.append(f"<p>{'重现命令' if zh else 'To repeat it'}: <code>{escape(made_with)}</code></p>")
    return (
        f'<!doctype html><html lang="{"zh-Hans" if zh else "en"}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(heading)}</title><style>{PAGE_STYLE}\n{STYLE}</style></head>"
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


def _scenario(outcome: Outcome, language: Language) -> str:
    zh = language == "zh"
    facts = "".join(
        f'<tr><td>{escape(one_zh if zh else one_en)}</td><td class="n">{escape(value)}</td></tr>'
        for one_zh, one_en, value in outcome.facts
    )
    return (
        f"<h2>{escape(title_of(outcome, language))}</h2><p>{escape(verdict_of(outcome, language))}</p>"
        f'<div class="wide"><table>{facts}</table></div>'
        f'<div class="charts">{_coverage_chart(outcome, zh)}{_money_chart(outcome, zh)}</div>'
    )


def _thinned(outcome: Outcome) -> list[int]:
    number = len(outcome.days)
    every = max(1, -(-number // PLACES))
    places = list(range(0, number, every))
    return places if not number or places[-1] == number - 1 else [*places, number - 1]


def _labels(outcome: Outcome, places: Sequence[int], zh: bool) -> list[str]:
    shown = {0, len(places) // 2, len(places) - 1}
    return [
        (f"第{outcome.days[place].day}天" if zh else f"day {outcome.days[place].day}")
        if number in shown
        else ""
        for number, place in enumerate(places)
    ]


def _coverage_chart(outcome: Outcome, zh: bool) -> str:
    places = _thinned(outcome)
    # Far above what is owed nobody needs to see how far.
    values = [
        None if (bp := outcome.days[place].coverage_bp) is None else min(bp, 10 * WHOLE_BP)
        for place in places
    ]
    return lines(
        key=f"coverage-{outcome.key}",
        title="覆盖率(%,最多画到1000%)" if zh else "Coverage (%, drawn up to 1000 %)",
        description="每日储备对流通积分底价的覆盖"
        if zh
        else "what the reserve covers of the circulating points",
        labels=_labels(outcome, places, zh),
        series=[Series("", values)],
        text=lambda value: f"{value // 100}",
        marks=[Mark("100 %", WHOLE_BP)],
    )


def _money_chart(outcome: Outcome, zh: bool) -> str:
    places = _thinned(outcome)
    days = [outcome.days[place] for place in places]
    # Rounded down to whole fen; nothing is owed where no point is left.
    owed = [day.reserve_fen * day.circulating // max(1, day.supply) for day in days]
    return lines(
        key=f"money-{outcome.key}",
        title="储备与按底价应付(元)" if zh else "Reserve, and what is owed at the floor (yuan)",
        description="储备始终不低于应付" if zh else "the reserve is never below what is owed",
        labels=_labels(outcome, places, zh),
        series=[
            Series("储备" if zh else "reserve", [day.reserve_fen for day in days]),
            Series("应付" if zh else "owed", owed),
        ],
        text=lambda value: f"{value // 100:,}",
    )
