"""The charts of a report: each from the figures of one plan, or of two side by side."""

from __future__ import annotations

from collections.abc import Sequence

from tongbao.money import WHOLE_BP
from tongbao.plans.simulation.charts import Mark, Series, bars, histogram, lines, stacked
from tongbao.plans.simulation.figures import Figures
from tongbao.plans.simulation.report.outcome import Outcome
from tongbao.plans.simulation.statistics import SPREAD_YUAN
from tongbao.plans.simulation.words import Speaker

WEEK_DAYS = 7
DEEPEST_SHOWN = 20


def charts(outcomes: Sequence[Outcome], say: Speaker) -> list[str]:
    """All charts in the order of the page."""
    found = [_joining(outcomes[0].figures, say)]
    for number, outcome in enumerate(outcomes):
        found.append(_cash(outcome, say, key=f"cash-{number}"))
        found.append(_where(outcome, say, key=f"where-{number}"))
    found.append(_payout(outcomes, say))
    if len(outcomes) == 1:
        found.append(_deciles(outcomes[0], say))
    else:
        found.append(_deciles_beside(outcomes, say))
    found += [
        _losing(outcomes, say),
        _break_even(outcomes, say),
        _depth(outcomes, say),
        _lorenz(outcomes, say),
        _spread(outcomes, say),
    ]
    return found


def _weeks(daily: Sequence[int]) -> list[int]:
    """Sums of whole weeks; days over at the end aren't shown."""
    return [
        sum(daily[start : start + WEEK_DAYS])
        for start in range(0, max(len(daily) - WEEK_DAYS + 1, 1), WEEK_DAYS)
    ]


def _week_labels(number: int, say: Speaker) -> list[str]:
    every = max(1, -(-number // 8))
    return [
        (say(f"week {place + 1}", f"第{place + 1}周") if place % every == 0 else "")
        for place in range(number)
    ]


def _of_weeks(found: Figures) -> tuple[list[int], list[int], list[int], list[int]]:
    days = found.by_day
    return (
        _weeks(days.paid_in_fen),
        _weeks(days.refunded_fen),
        _weeks(days.awarded_fen),
        _weeks(days.taken_back_fen),
    )


def _joining(found: Figures, say: Speaker) -> str:
    joined = found.by_day.joined
    every = max(1, len(joined) // 8)
    labels = [
        (say(f"day {place + 1}", f"第{place + 1}天") if place % every == 0 else "")
        for place in range(len(joined))
    ]
    saturated = say.day(found.saturation_day)
    return lines(
        key="joining",
        title=say(f"New members by day; 90 % had joined: {saturated}", f"每日新会员;已有90%加入:{saturated}"),
        description=say(
            f"{found.members:,} members joined in {len(joined)} days, most of them on day {found.busiest_day + 1}.",
            f"{len(joined)}天内共{found.members:,}位会员加入,第{found.busiest_day + 1}天最多。",
        ),
        labels=labels,
        series=[Series(say("new members", "新会员"), joined)],
        text=say.short,
    )


def _cash(outcome: Outcome, say: Speaker, *, key: str) -> str:
    paid, refunded, awarded, back = _of_weeks(outcome.figures)
    title = outcome.title(say.language)
    return lines(
        key=key,
        title=say(f"{title}: cash in and out by week, yuan", f"{title}:每周收支(元)"),
        description=say(
            "What was paid for orders, what was refunded, what was awarded, and what was taken back, week by week.",
            "每周订单付款、退款、奖金与收回的奖金。",
        ),
        labels=_week_labels(len(paid), say),
        series=[
            Series(say("paid in", "付款"), paid),
            Series(say("awarded", "奖金"), awarded),
            Series(say("refunded", "退款"), refunded),
            Series(say("taken back", "收回奖金"), back),
        ],
        text=say.short_yuan,
    )


def _where(outcome: Outcome, say: Speaker, *, key: str) -> str:
    paid, refunded, awarded, back = _of_weeks(outcome.figures)
    title = outcome.title(say.language)
    to_people = [max(0, given - taken) for given, taken in zip(awarded, back, strict=True)]
    rest = [max(0, into - out - given) for into, out, given in zip(paid, refunded, to_people, strict=True)]
    return stacked(
        key=key,
        title=say(f"{title}: where each week's net sales go, yuan", f"{title}:每周净销售额的去向(元)"),
        description=say(
            "Below what people are paid, above it what stays for goods, operation and profit.",
            "下方为支付给会员的奖金,上方为留作商品成本、运营与利润的部分。",
        ),
        labels=_week_labels(len(paid), say),
        series=[
            Series(say("paid to people", "支付给会员"), to_people),
            Series(say("stays", "留存"), rest),
        ],
        text=say.short_yuan,
    )


def _payout(outcomes: Sequence[Outcome], say: Speaker) -> str:
    series, marks = [], []
    for outcome in outcomes:
        paid, refunded, awarded, back = _of_weeks(outcome.figures)
        values = [
            (given - taken) * WHOLE_BP // (into - out) if into > out else None
            for into, out, given, taken in zip(paid, refunded, awarded, back, strict=True)
        ]
        title = outcome.title(say.language)
        series.append(Series(title, values))
        bound_bp = outcome.figures.bound_bp
        if bound_bp is not None:
            name = say("proven bound", "已证明的上限")
            marks.append(Mark(f"{name} {title}" if len(outcomes) > 1 else name, bound_bp))
    return lines(
        key="payout",
        title=say("Payout share by week, against the proven bound", "每周支付比例与已证明的上限"),
        description=say(
            "Awards less what was taken back, as a part of what was paid less what was refunded. A refund counts in "
            "the week in which it happens, so weeks with few sales may stand out.",
            "净奖金占净销售额的比例;退款计入发生的那一周,销售很少的周可能偏离。",
        ),
        labels=_week_labels(len(series[0].values), say),
        series=series,
        text=say.share,
        marks=marks,
    )


def _tenths(say: Speaker) -> list[str]:
    return [say(f"{number}", f"第{number}组") for number in range(1, 11)]


def _deciles(outcome: Outcome, say: Speaker) -> str:
    deciles = outcome.figures.deciles
    return bars(
        key="deciles",
        title=say("Income by decile after costs, mean yuan a person", "各十分位的收入、成本与结果(人均,元)"),
        description=say(
            "Ten groups of people, from the worst result to the best: what they were paid, what it cost, what is left.",
            "按结果从差到好分为十组:所得、成本与净结果。",
        ),
        labels=_tenths(say),
        series=[
            Series(say("income", "收入"), [item.income_fen for item in deciles]),
            Series(say("cost", "成本"), [item.cost_fen for item in deciles]),
            Series(say("after costs", "扣除成本后"), [item.net_fen for item in deciles]),
        ],
        text=say.short_yuan,
    )


def _deciles_beside(outcomes: Sequence[Outcome], say: Speaker) -> str:
    return bars(
        key="deciles",
        title=say("Result by decile after costs, mean yuan a person", "各十分位扣除成本后的结果(人均,元)"),
        description=say(
            "For each plan ten groups of people, from the worst result to the best.",
            "每个方案各按结果从差到好分为十组。",
        ),
        labels=_tenths(say),
        series=[
            Series(outcome.title(say.language), [item.net_fen for item in outcome.figures.deciles])
            for outcome in outcomes
        ],
        text=say.short_yuan,
    )


def _months(outcomes: Sequence[Outcome], say: Speaker) -> list[str]:
    return [say(f"m{cohort.month}", f"第{cohort.month}月") for cohort in outcomes[0].figures.cohorts]


def _losing(outcomes: Sequence[Outcome], say: Speaker) -> str:
    return bars(
        key="losing",
        title=say("People who lose money, by the month they joined", "亏钱的人所占比例(按加入月份)"),
        description=say(
            "Of those who joined in each month of 30 days, the share whose result after costs is below nought.",
            "每月(30天)加入者中,扣除成本后为负的比例。",
        ),
        labels=_months(outcomes, say),
        series=[
            Series(outcome.title(say.language), [cohort.losing_bp for cohort in outcome.figures.cohorts])
            for outcome in outcomes
        ],
        text=say.share,
    )


def _break_even(outcomes: Sequence[Outcome], say: Speaker) -> str:
    return bars(
        key="break-even",
        title=say(
            "Recruits of their own needed to break even, by the month they joined",
            "保本所需的直推人数(按加入月份)",
        ),
        description=say(
            "The least number of recruits from which half of those who have so many don't lose. ∞: for no number "
            "was that so.",
            "达到该直推数的人中至少一半不亏的最小人数;∞表示无论多少都不够。",
        ),
        labels=_months(outcomes, say),
        series=[
            Series(
                outcome.title(say.language),
                [cohort.recruits_to_break_even for cohort in outcome.figures.cohorts],
            )
            for outcome in outcomes
        ],
        text=say.count,
        nothing="∞",
    )


def _depth(outcomes: Sequence[Outcome], say: Speaker) -> str:
    deepest = max([1, *(depth for outcome in outcomes for depth in outcome.figures.by_depth)])
    shown = range(1, min(deepest, DEEPEST_SHOWN) + 1)
    return bars(
        key="depth",
        title=say("Payout by depth up the sponsors, yuan", "按推荐层级的支付额(元)"),
        description=say(
            "What went to the buyer's own sponsor (1), to theirs (2), and so on. What isn't paid up the sponsors "
            f"isn't here, nor is what is deeper than {DEEPEST_SHOWN}.",
            f"第1层为买家的直接推荐人,依此类推;不沿推荐关系支付的部分与{DEEPEST_SHOWN}层以上未列。",
        ),
        labels=[str(depth) for depth in shown],
        series=[
            Series(
                outcome.title(say.language),
                [outcome.figures.by_depth.get(depth, 0) for depth in shown],
            )
            for outcome in outcomes
        ],
        text=say.short_yuan,
    )


def _lorenz(outcomes: Sequence[Outcome], say: Speaker) -> str:
    labels = [f"{place * 5} %" if place % 4 == 0 else "" for place in range(21)]
    same = [place * WHOLE_BP // 20 for place in range(21)]
    return lines(
        key="lorenz",
        title=say("Who has the income: Lorenz curve", "收入分布:洛伦兹曲线"),
        description=say(
            "What share of all income the lower 5, 10, 15 … per cent of the people have together.",
            "收入较低的5%、10%、15%……的人合计占全部收入的比例。",
        ),
        labels=labels,
        series=[
            *(Series(outcome.title(say.language), outcome.figures.lorenz_bp) for outcome in outcomes),
            Series(say("if all had the same", "人人相同时"), same),
        ],
        text=say.share,
    )


def _spread(outcomes: Sequence[Outcome], say: Speaker) -> str:
    return histogram(
        key="spread",
        title=say("Results after costs: how many people, by yuan", "扣除成本后的结果分布(人数,按元)"),
        description=say(
            "How many people end below each amount and not below the one before it; the last column is all above.",
            "结果低于该金额且不低于前一金额的人数;最后一列为其余。",
        ),
        labels=[*(f"<{yuan:,}" for yuan in SPREAD_YUAN), f"≥{SPREAD_YUAN[-1]:,}"],
        series=[
            Series(outcome.title(say.language), list(outcome.figures.spread.values())) for outcome in outcomes
        ],
        text=say.short,
    )
