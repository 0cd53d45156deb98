"""The report as one HTML file: no script, no foreign host, light and dark, for the screen and for paper."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tongbao.money import Language, format_rate, format_yuan
from tongbao.plans.simulation.charts import PAGE_STYLE, STYLE
from tongbao.plans.simulation.drawn import Drawn
from tongbao.plans.simulation.market import SETTINGS, Offer, Setting
from tongbao.plans.simulation.report.drawings import charts
from tongbao.plans.simulation.report.key_figures import Row, key_figures, money_rows, notes
from tongbao.plans.simulation.report.outcome import Outcome
from tongbao.plans.simulation.words import Speaker


def as_html(outcomes: Sequence[Outcome], drawn: Drawn, *, language: Language, made_with: str = "") -> str:
    """The report of one plan or of two on the same market. ``made_with`` is the command that repeats it."""
    say = Speaker(language)
    titles = [outcome.title(language) for outcome in outcomes]
    heading = say("Simulation: ", "模拟:") + say(" beside ", " 与 ").join(titles)
    found = outcomes[0].figures
    sub = say(
        f"{found.members:,} members and {found.customers:,} retail customers, {found.orders:,} orders in "
        f"{drawn.days} days, seed {drawn.seed}",
        f"{found.members:,}位会员、{found.customers:,}位零售顾客,{drawn.days}天{found.orders:,}单,种子{drawn.seed}",
    )
    parts = [
        f"<h1>{escape(heading)}</h1>",
        f'<p class="sub">{escape(sub)}</p>',
        _list(notes(outcomes, drawn, say)),
        f"<h2>{say('Key figures', '关键数字')}</h2>",
        _table(key_figures(outcomes, say), titles, say),
        f"<h2>{say('Charts', '图表')}</h2>",
        f'<div class="charts">{"".join(charts(outcomes, say))}</div>',
        f"<h2>{say('Where the money went', '资金去向')}</h2>",
        _table(money_rows(outcomes, say), titles, say),
    ]
    for outcome in outcomes:
        parts += _of_plan(outcome, say)
    parts += [
        f"<h2>{say('The market', '市场参数')}</h2>",
        _parameters(drawn, say),
    ]
    if made_with:
        parts.append(f"<p>{say('To repeat it', '重现命令')}: <code>{escape(made_with)}</code></p>")
    lang = "zh-Hans" if language == "zh" else "en"
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(heading)}</title><style>{PAGE_STYLE}\n{STYLE}</style></head>"
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


def _list(items: Sequence[str]) -> str:
    return f'<ul class="notes">{"".join(f"<li>{escape(item)}</li>" for item in items)}</ul>'


def _table(rows: Sequence[Row], titles: Sequence[str], say: Speaker) -> str:
    head = "".join(f'<th class="n" scope="col">{escape(title)}</th>' for title in titles)
    body = "".join(
        f'<tr><th scope="row">{escape(row.name)}</th>'
        + "".join(f'<td class="n">{escape(value)}</td>' for value in row.values)
        + f'<td class="m">{escape(row.meaning)}</td></tr>'
        for row in rows
    )
    return (
        f'<div class="wide"><table><thead><tr><th scope="col">{say("Figure", "指标")}</th>{head}'
        f'<th scope="col">{say("In words", "说明")}</th></tr></thead><tbody>{body}</tbody></table></div>'
    )


def _plain_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(
        f'<th scope="col" class="{"n" if place else ""}">{escape(name)}</th>'
        for place, name in enumerate(head)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row">{escape(value)}</th>' if not place else f'<td class="n">{escape(value)}</td>'
            for place, value in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def _details(summary: str, content: str, *, is_open: bool = False) -> str:
    return f"<details{' open' if is_open else ''}><summary>{escape(summary)}</summary>{content}</details>"


def _of_plan(outcome: Outcome, say: Speaker) -> list[str]:
    found, plan = outcome.figures, outcome.plan
    names = {name.key: (name.zh if say.language == "zh" else name.en) for name in plan.rank_names}
    deciles = _plain_table(
        [
            say("Decile", "十分位"),
            say("people", "人数"),
            say("income", "收入"),
            say("cost", "成本"),
            say("after costs", "扣除成本后"),
        ],
        [
            [
                str(number),
                say.count(item.people),
                say.yuan(item.income_fen),
                say.yuan(item.cost_fen),
                say.yuan(item.net_fen),
            ]
            for number, item in enumerate(found.deciles, start=1)
        ],
    )
    cohorts = _plain_table(
        [
            say("Joined in month", "加入月份"),
            say("people", "人数"),
            say("lose money", "亏钱"),
            say("recruits to break even", "保本所需直推"),
            say("have so many", "达到者"),
            say("mean after costs", "人均净结果"),
        ],
        [
            [
                str(item.month),
                say.count(item.people),
                say.share(item.losing_bp),
                say("no number", "无")
                if item.recruits_to_break_even is None
                else say.count(item.recruits_to_break_even),
                "–" if item.recruits_to_break_even is None else say.share(item.with_so_many_bp),
                say.yuan(item.mean_net_fen),
            ]
            for item in found.cohorts
        ],
    )
    clauses = _plain_table(
        [say("Clause", "条款"), say("paid, net", "净付")],
        [[clause, say.yuan(amount_fen)] for clause, amount_fen in found.by_clause.items()],
    )
    ranks = _plain_table(
        [say("Rank at the end", "期末等级"), say("members", "会员数")],
        [[names[rank], say.count(number)] for rank, number in found.ranks.items()],
    )
    title = outcome.title(say.language)
    return [
        f"<h2>{escape(title)}: {say('what agrees, and what does not', '与已知结论的对照')}</h2>",
        _agreement(outcome, say),
        f"<h2>{escape(title)}: {say('the numbers behind the charts', '图表数据')}</h2>",
        _details(say("Deciles, mean a person", "十分位(人均)"), deciles),
        _details(say("By the month of joining", "按加入月份"), cohorts),
        _details(say("By clause", "按条款"), clauses),
        _details(say("Ranks", "等级"), ranks),
    ]


def _agreement(outcome: Outcome, say: Speaker) -> str:
    rows = []
    for item in outcome.comparisons:
        mark = say("agrees", "一致") if item.agrees else say("differs", "不一致")
        rows.append(
            f"<tr><td>{escape(item.published(say.language))}</td><td>{escape(item.simulated(say.language))}</td>"
            f'<td class="{"yes" if item.agrees else "no"}">{mark}</td>'
            f'<td class="m">{escape(item.why(say.language))}</td></tr>'
        )
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in (
            say("Published or exact", "公开数字或公式"),
            say("Here", "本次模拟"),
            say("Verdict", "结论"),
            say("Why", "原因"),
        )
    )
    return (
        f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _parameters(drawn: Drawn, say: Speaker) -> str:
    rows = [
        [say("Accounts that can ever join", "可加入的账号总数"), say.count(drawn.accounts)],
        [say("Days", "天数"), say.count(drawn.days)],
        [say("Seed", "随机种子"), str(drawn.seed)],
    ]
    rows += [
        [setting.text(say.language), _value(setting, getattr(drawn.market, setting.name), say)]
        for setting in SETTINGS
    ]
    return _plain_table([say("Parameter", "参数"), say("Value", "取值")], rows)


def _value(setting: Setting, value: object, say: Speaker) -> str:
    if isinstance(value, bool):
        return say("yes", "是") if value else say("no", "否")
    if isinstance(value, tuple):
        return "; ".join(
            f"{offer.product} {format_yuan(offer.price_fen)} ({say('worth', '价值')} {format_yuan(offer.worth_fen)}, "
            f"{format_rate(offer.share_bp)})"
            for offer in value
            if isinstance(offer, Offer)
        )
    assert isinstance(value, int)
    if setting.kind == "share":
        return format_rate(value)
    if setting.kind == "amount":
        return say.yuan(value)
    return say.count(value)
