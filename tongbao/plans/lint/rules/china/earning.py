"""Who may earn, of what, and how deep: CN1 to CN5 and the rule of the platform."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tongbao.money import format_rate
from tongbao.plans.lint.contracts import Reason
from tongbao.plans.lint.facts import Facts
from tongbao.plans.lint.practice import Practice
from tongbao.plans.lint.rules.common import consideration, network, no_licence, sign_ups

MOST_OF_OWN_SALES_BP: Final = 3_000
LEVELS_OF_CRIME: Final = 3
PEOPLE_OF_CRIME: Final = 30
LEVELS_IN_WECHAT: Final = 2


def paid_entry(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    """CN1: a fee or a purchase for the right to earn."""
    yield from consideration(facts=facts, practice=practice)


def head_count(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    """CN2: pay for sign-ups, ranks by the number recruited."""
    yield from facts.head_count
    yield from sign_ups(practice=practice)


def team_pay(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    """CN3: pay on the sales of people below, beyond one level."""
    yield from (reach.reason() for reach in facts.team_pay)
    yield from facts.team_ranks


def _reaching(facts: Facts, levels: int) -> Iterator[Reason]:
    """What pays on the sales of people so many levels below. A team's sales are those of every level."""
    yield from (reach.reason() for reach in facts.reaches if reach.reaches(levels))
    yield from facts.team_ranks


def crime(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    """CN4: three levels and thirty people, allowed by the plan or seen at run time."""
    limit = practice.people_limit
    if limit is None or limit >= PEOPLE_OF_CRIME:
        people_zh = "人数没有上限" if limit is None else f"人数上限为{limit}"
        people_en = (
            "nothing limits the number of people" if limit is None else f"up to {limit} people may earn"
        )
        for reason in _reaching(facts, LEVELS_OF_CRIME):
            yield replace(reason, zh=f"{reason.zh};{people_zh}", en=f"{reason.en}, and {people_en}")
    seen = practice.levels_seen >= LEVELS_OF_CRIME and practice.people_seen >= PEOPLE_OF_CRIME
    if seen and (
        consideration(facts=facts, practice=practice)
        or tuple(head_count(facts=facts, practice=practice))
        or tuple(team_pay(facts=facts, practice=practice))
    ):
        yield Reason(
            zh=f"实际已有{practice.people_seen}人、{practice.levels_seen}级",
            en=f"{practice.people_seen} people on {practice.levels_seen} levels were seen",
        )


def direct_selling(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    """CN5: a network without a licence, pay above 30 % of the sales."""
    because = network(facts=facts, practice=practice)
    if because and not practice.direct_selling_licence:
        yield no_licence(
            key="direct_selling_licence",
            zh="没有直销经营许可证却以人员网络销售",
            en="goods are sold through a network of people and no licence is held",
            because=because,
        )
    if facts.payout_bp is None:
        yield _without_bound(facts)
    else:
        yield from _too_much(facts)


def _too_much(facts: Facts) -> Iterator[Reason]:
    """What one order can pay above 30 %: of its price, of another base, of the price and its margin together."""
    most = format_rate(MOST_OF_OWN_SALES_BP)
    above = [(base, part_bp) for base, part_bp in facts.payouts_bp.items() if part_bp > MOST_OF_OWN_SALES_BP]
    for base, part_bp in above:
        yield Reason(
            zh=f"单笔订单最多拨出{_BASES_ZH[base]}的{format_rate(part_bp)},超过{most}",
            en=f"one order can pay {format_rate(part_bp)} of its {_BASES_EN[base]}, above {most}",
            line=facts.line("budget"),
            cure_key="clauses",
        )
    # The margin is a part of the price, at most all of it.
    together_bp = facts.payouts_bp.get("net", 0) + facts.payouts_bp.get("margin", 0)
    if not above and together_bp > MOST_OF_OWN_SALES_BP:
        yield Reason(
            zh=f"单笔订单最多拨出售价与其中毛利合计{format_rate(together_bp)},超过{most}",
            en=f"one order can pay {format_rate(together_bp)} of its price and the margin in it together, above {most}",
            line=facts.line("budget"),
            cure_key="clauses",
        )


_BASES_ZH: Final = {"net": "售价", "freight": "运费", "margin": "毛利", "points": "积分价值"}
_BASES_EN: Final = {"net": "price", "freight": "freight", "margin": "margin", "points": "point value"}


def _without_bound(facts: Facts) -> Reason:
    most = format_rate(MOST_OF_OWN_SALES_BP)
    if not facts.unbounded:
        return Reason(
            zh=f"方案过于复杂,无法证明单笔订单拨出不超过{most}",
            en=f"the plan is too intertwined to prove that one order pays no more than {most}",
            line=facts.line("clauses"),
            cure_key="clauses",
        )
    first = facts.unbounded[0]
    return Reason(
        zh=f"奖励没有上限,可能超过销售收入的{most}",
        en=f"pay has no bound and may be above {most} of the sales",
        clause=first.clause,
        line=first.line,
        cure_key=f"clauses.{first.clause}",
    )


def inside_wechat(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    """CNW: more than two levels inside WeChat."""
    if practice.inside_wechat:
        yield from _reaching(facts, LEVELS_IN_WECHAT + 1)
