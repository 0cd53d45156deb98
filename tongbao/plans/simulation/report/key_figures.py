"""The key figures in plain words, and what a reader has to know about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tongbao.plans.simulation.drawn import Drawn
from tongbao.plans.simulation.figures import Figures
from tongbao.plans.simulation.report.outcome import Outcome
from tongbao.plans.simulation.words import Speaker


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: its name, what it is for each plan, and what it means."""

    name: str
    values: tuple[str, ...]
    meaning: str


def key_figures(outcomes: Sequence[Outcome], say: Speaker) -> list[Row]:
    """The table at the top."""

    def row(name: str, of: Callable[[Figures], str], meaning: str) -> Row:
        return Row(name, tuple(of(outcome.figures) for outcome in outcomes), meaning)

    return [
        row(
            say("People who lose money", "亏钱的人"),
            lambda found: say.share(found.losing_bp),
            say(
                "what they were paid doesn't cover packs beyond their worth and the cost of recruiting",
                "所得不足以抵偿礼包高于其价值的部分与推广花费",
            ),
        ),
        row(
            say("People who earn nothing", "没有收入的人"),
            lambda found: say.share(found.nothing_bp),
            say("before any cost", "扣除成本之前"),
        ),
        row(
            say("Median result after costs", "扣除成本后的中位数"),
            lambda found: say.yuan(found.median_net_fen),
            say("half of the people do worse", "一半的人比这更差"),
        ),
        row(
            say("Median income", "收入中位数"),
            lambda found: say.yuan(found.median_income_fen),
            say("before costs", "扣除成本之前"),
        ),
        row(
            say("Earned back what their packs cost", "收入达到礼包价款的人"),
            lambda found: say.share(found.earned_back_bp),
            say("of those who bought one", "占购买礼包者的比例"),
        ),
        row(
            say("Taken by the top 1 %", "前1%的人所得"),
            lambda found: say.share(found.top_hundredth_bp),
            say("of all that was paid to people", "占全部奖金的比例"),
        ),
        row(
            say("Gini coefficient of incomes", "收入基尼系数"),
            lambda found: f"0.{found.gini_bp:04d}" if found.gini_bp < 10_000 else "1",
            say("0: all alike; 1: one person has all", "0为人人相同,1为一人独得"),
        ),
        row(
            say("Payout share", "支付比例"),
            lambda found: say.exact_share(found.payout_bp),
            say("of what was paid and not refunded", "占未退款销售额的比例"),
        ),
        row(
            say("Proven bound", "已证明的上限"),
            lambda found: _bound(found, say),
            say("no order can ever pay more", "任何一单都不会超过"),
        ),
        row(
            say("Retail share of sales", "零售占销售额"),
            lambda found: say.share(found.retail_bp),
            say(
                "bought by customers who never recruit; the same for every plan",
                "由从不推荐的顾客购买;各方案相同",
            ),
        ),
        row(
            say("90 % of all who can join have joined", "可加入者已有90%加入"),
            lambda found: say.day(found.saturation_day),
            say("saturation; the same for every plan", "饱和日;各方案相同"),
        ),
        row(
            say("Most sign-ups", "加入最多的一天"),
            lambda found: say.day(found.busiest_day),
            say("from then on fewer join every day", "此后每天加入者减少"),
        ),
    ]


def _bound(found: Figures, say: Speaker) -> str:
    if not found.bounded:
        return say("none: the plan promises more than it is given", "无:方案的承诺超过其来源")
    if found.bound_bp is None:
        return say("not told in net sales: other bases count too", "方案含其他计算基数,不以实付表示")
    return say.exact_share(found.bound_bp)


def money_rows(outcomes: Sequence[Outcome], say: Speaker) -> list[Row]:
    """Where the money went; the last line is nought."""

    def row(name: str, of: Callable[[Figures], int], meaning: str = "") -> Row:
        return Row(name, tuple(say.yuan(of(outcome.figures)) for outcome in outcomes), meaning)

    return [
        row(say("Paid in by members and customers", "会员与顾客付款"), lambda found: found.money.paid_in_fen),
        row(say("− refunded", "− 退款"), lambda found: found.money.refunded_fen),
        row(
            say("− paid to people, net", "− 净付奖金"),
            lambda found: found.money.awarded_fen,
            say("after what was taken back because of refunds", "已扣除因退款收回的部分"),
        ),
        row(
            say("− unearned, or still in a fund", "− 无人应得或仍在资金池"),
            lambda found: found.money.unearned_fen,
            say("of the most that the clauses could have paid", "占各条款最高可支付额"),
        ),
        row(
            say("− what the plan never touches", "− 方案不涉及的部分"),
            lambda found: found.money.platform_fen,
            say("goods, operation, profit", "商品成本、运营与利润"),
        ),
        row(
            say("= difference", "= 差额"),
            lambda found: found.money.difference_fen,
            say("exactly", "精确相等"),
        ),
        row(
            say("Taken back because of refunds", "因退款收回"),
            lambda found: found.money.taken_back_fen,
            say("counted as given back in full", "按全部收回计算"),
        ),
    ]


def notes(outcomes: Sequence[Outcome], drawn: Drawn, say: Speaker) -> list[str]:
    """What a reader should know before believing a number."""
    found = [
        say(
            "This follows from assumptions; it is no forecast, and no promise of income.",
            "本报告是假设条件下的推算,不是预测,更不是收入承诺。",
        ),
        say(
            "Nobody reacts to what they earn: the market is drawn before any plan is looked at. That makes plans "
            "comparable, and flatters those that disappoint.",
            "市场先于方案生成,会员不会因收入高低而改变行为。因此方案之间可比,但会高估令人失望的方案。",
        ),
        say(
            "What is owed back after a refund counts as given back; nobody's debts go bad here.",
            "退款后应退回的奖金按全部退回计算,不计坏账。",
        ),
    ]
    for outcome in outcomes:
        found += _of_plan(outcome, drawn, say)
    return found


def _of_plan(outcome: Outcome, drawn: Drawn, say: Speaker) -> list[str]:
    plan, figures, found = outcome.plan, outcome.figures, []
    title = outcome.title(say.language)
    if figures.stands_for:
        pairs = ", ".join(f"{pack} → {name}" for pack, name in figures.stands_for.items())
        found.append(
            say(
                f"{title} gives ranks for products that this market doesn't sell; its packs stand for them: {pairs}.",
                f"{title}按本市场未售的商品授予等级,由市场的礼包代替:{pairs}。",
            )
        )
    unreached = [rank for rank in plan.ranks[1:] if not figures.ranks[rank]]
    if unreached:
        found.append(
            say(
                f"Nobody in {title} stood at {', '.join(unreached)} in the end.",
                f"{title}期末无人处于等级:{'、'.join(unreached)}。",
            )
        )
    if len(plan.ranks) > 1 and len(unreached) == len(plan.ranks) - 1 and outcome.member_rank is None:
        found.append(
            say(
                f"If ranks of {title} are appointed, try --member-rank {plan.ranks[1]}.",
                f"如{title}的等级由平台任命,可使用 --member-rank {plan.ranks[1]}。",
            )
        )
    if any(course.graph == "introducers" for course in plan.courses):
        found.append(
            say(
                f"This market knows no merchants, so what {title} pays for introducing them is nought.",
                f"本市场没有商家,{title}的招商奖为零。",
            )
        )
    if figures.route == "books":
        found.append(
            say(
                f"{title} keeps books between orders, so it was run order by order; a month is 30 days.",
                f"{title}需跨单记账,因此逐单计算;一个月按30天。",
            )
        )
    return found
