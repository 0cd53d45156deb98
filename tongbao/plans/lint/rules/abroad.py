"""The United States, the European Union, Hong Kong, Singapore and Malaysia."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tongbao.money import format_yuan
from tongbao.plans.lint.contracts import Reason, Rule, Source
from tongbao.plans.lint.facts import Facts
from tongbao.plans.lint.practice import Practice
from tongbao.plans.lint.rules.common import (
    consideration,
    fees,
    introductions,
    network,
    no_licence,
    switch,
)


def _unrelated_to_sales(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    yield from introductions(facts=facts, practice=practice)
    if network(facts=facts, practice=practice) and not practice.retail_base_verified:
        yield switch(
            key="retail_base_verified",
            zh="未核实奖励来自对最终消费者的销售",
            en="nobody verifies that awards come from sales to people who use the goods",
            value="yes",
        )


def _no_safeguards(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    if not network(facts=facts, practice=practice):
        return
    for key, is_on, zh, en in (
        ("buy_back", practice.buy_back, "没有回购承诺", "there is no promise to buy unsold goods back"),
        ("seventy_percent_rule", practice.seventy_percent_rule, "没有70%规则", "there is no 70 % rule"),
        ("ten_customer_rule", practice.ten_customer_rule, "没有十客户规则", "there is no ten-customer rule"),
    ):
        if not is_on:
            yield switch(key=key, zh=zh, en=en, value="yes")


def _earnings_claims(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    if practice.earnings_claims == "undisclosed":
        yield switch(
            key="earnings_claims",
            zh="宣传收入,却没有披露零收入者与成本",
            en="earnings are advertised without those who earn nothing and without costs",
            value="disclosed",
        )


def _security(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    if practice.points_sold and practice.points_pooled and practice.points_promoted_to_rise:
        yield switch(
            key="points_promoted_to_rise",
            zh="积分收费发售、由共同资金池支撑并宣传增值",
            en="points are sold, backed by a common pool, and advertised as rising in value",
        )


def _lottery(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    if practice.draw_free_entry:
        return
    if practice.draws and practice.draw_stake_paid:
        yield switch(
            key="draw_free_entry",
            zh="付款参与抽奖,且不能免费参与",
            en="a prize is drawn among people who pay, and there is no free way to enter",
            value="yes",
        )
    payment = consideration(facts=facts, practice=practice)
    for draw in facts.draws:
        if payment:
            yield Reason(
                zh=f"条款{draw.clause}抽奖分配,而参与资格须付费:{payment[0].zh}",
                en=f"clause {draw.clause} draws its winners, and taking part costs money: {payment[0].en}",
                clause=draw.clause,
                line=draw.line,
                cure_key="practice.draw_free_entry",
                cure_value="yes",
            )


def _pyramid(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    """A payment to take part, and pay for bringing people in: only both together fire."""
    given, paid = consideration(facts=facts, practice=practice), introductions(facts=facts, practice=practice)
    if given and paid:
        yield from given
        yield from paid


def _circulating(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    if practice.points_transferable:
        yield switch(key="points_transferable", zh="积分可转让", en="points can be transferred")
    if practice.points_accepted_elsewhere:
        yield switch(
            key="points_accepted_elsewhere",
            zh="积分可在发行方以外的商家使用",
            en="points are accepted beyond their issuer",
        )


def _beyond_a_kit(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    yield from facts.paid_entry
    yield from fees(practice=practice)
    if practice.starter_kit_fen and not practice.starter_kit_at_cost:
        yield switch(
            key="starter_kit_at_cost",
            zh=f"{format_yuan(practice.starter_kit_fen)}元的入门套装并非按成本提供",
            en=f"the starter kit of {format_yuan(practice.starter_kit_fen)} yuan isn't sold at cost",
            value="yes",
        )
    yield from introductions(facts=facts, practice=practice)


def _malaysia(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    because = network(facts=facts, practice=practice)
    if because and not practice.malaysian_licence:
        yield no_licence(
            key="malaysian_licence",
            zh="没有马来西亚直销执照却以人员网络销售",
            en="goods are sold through a network of people and no licence is held",
            because=because,
        )
    yield from consideration(facts=facts, practice=practice)
    yield from introductions(facts=facts, practice=practice)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="US1",
        jurisdiction="US",
        severity="error",
        title_zh="奖励与对最终消费者的销售无关",
        title_en="Rewards unrelated to sales to ultimate users",
        source=Source(
            zh="FTC诉Koscot案(1975年)",
            en="FTC v. Koscot (1975)",
            unverified_zh="年份",
            unverified_en="the year",
        ),
        cure_zh="核实零售基础:奖励只来自对最终消费者的销售",
        cure_en="verify the retail base: pay only on sales to people who use the goods",
        check=_unrelated_to_sales,
    ),
    Rule(
        id="US2",
        jurisdiction="US",
        severity="warn",
        title_zh="缺少回购、70%规则或十客户规则",
        title_en="No buy-back, no 70 % rule, or no ten-customer rule",
        source=Source(
            zh="FTC诉Amway案(1979年)",
            en="FTC v. Amway (1979)",
            unverified_zh="年份",
            unverified_en="the year",
        ),
        cure_zh="启用这三项规则",
        cure_en="switch them on",
        check=_no_safeguards,
    ),
    Rule(
        id="US3",
        jurisdiction="US",
        severity="error",
        title_zh="收入宣传未包含零收入者或成本",
        title_en="Earnings claims that leave out zero-earners or costs",
        source=Source(zh="FTC关于收入宣传的指引", en="FTC guidance on earnings claims"),
        cure_zh="附上模拟与账本得出的全体会员收入披露",
        cure_en="show beside them the disclosure of the simulator and the books",
        check=_earnings_claims,
    ),
    Rule(
        id="US4",
        jurisdiction="US",
        severity="block",
        title_zh="积分发售、汇集资金并宣传增值",
        title_en="Points sold, pooled, and marketed for their rise",
        source=Source(
            zh="SEC诉Howey案(1946年)",
            en="SEC v. Howey (1946)",
            verified=False,
            unverified_zh="整条",
            unverified_en="the whole rule",
        ),
        cure_zh="改为闭环积分",
        cure_en="keep points in a closed loop",
        check=_security,
    ),
    Rule(
        id="US5",
        jurisdiction="US",
        severity="block",
        title_zh="奖品、机会与付费并存",
        title_en="Prize, chance and payment together",
        source=Source(
            zh="各州彩票法",
            en="state lottery laws",
            verified=False,
            unverified_zh="整条",
            unverified_en="the whole rule",
        ),
        cure_zh="提供免费参与方式",
        cure_en="give a free way to enter",
        check=_lottery,
    ),
    Rule(
        id="EU1",
        jurisdiction="EU",
        severity="block",
        title_zh="付出对价,而报酬主要来自介绍他人加入",
        title_en="Any consideration, and pay mainly from introductions",
        source=Source(
            zh="《不公平商业行为指令》(2005/29/EC)附件一第14项;欧盟法院C-667/15号案(2016年)",
            en="UCPD (2005/29/EC) annex I no. 14; CJEU C-667/15 (2016)",
            unverified_zh="年份",
            unverified_en="the years",
        ),
        cure_zh="报酬只来自销售",
        cure_en="pay on sales, not on introductions",
        check=_pyramid,
    ),
    Rule(
        id="EU2",
        jurisdiction="EU",
        severity="block",
        title_zh="积分可转让,或可在发行方以外使用",
        title_en="Points transferable, or accepted beyond the issuer",
        source=Source(
            zh="《加密资产市场条例》(MiCA,2023年)序言第17段",
            en="MiCA (2023), recital 17",
            unverified_zh="年份",
            unverified_en="the year",
        ),
        cure_zh="改为仅在发行方使用的忠诚度积分",
        cure_en="make them loyalty points that only their issuer accepts",
        check=_circulating,
    ),
    Rule(
        id="HK1",
        jurisdiction="HK",
        severity="block",
        title_zh="付款加入,而吸引力主要来自介绍他人的报酬",
        title_en="A payment to join, substantially induced by pay for recruiting",
        source=Source(
            zh="香港法例第617章《禁止层压式计划条例》(2011年)",
            en="Cap. 617, Pyramid Schemes Prohibition Ordinance (2011)",
            unverified_zh="年份",
            unverified_en="the year",
        ),
        cure_zh="免费加入,商品按市价出售",
        cure_en="let people join for free, and sell goods at market prices",
        check=_pyramid,
    ),
    Rule(
        id="SG1",
        jurisdiction="SG",
        severity="block",
        title_zh="入门付费超出按成本提供的演示套装,或为招募付酬",
        title_en="More than an at-cost demonstration kit, or pay for recruiting",
        source=Source(
            zh="新加坡S 617/2001号令的条件",
            en="S 617/2001 conditions",
        ),
        cure_zh="满足豁免条件:只收成本价演示套装,不为招募付酬",
        cure_en="meet the conditions: nothing but a kit at cost, no pay for recruiting",
        check=_beyond_a_kit,
    ),
    Rule(
        id="MY1",
        jurisdiction="MY",
        severity="block",
        title_zh="无直销执照,或具有附表所列特征",
        title_en="No licence, or any feature of the Schedule",
        source=Source(
            zh="马来西亚第500号法令(1993年)第4条、第27条",
            en="Act 500 (1993) s. 4, 27",
        ),
        cure_zh="取得执照,并去除付费入门与招募报酬",
        cure_en="get a licence, and ask no payment to join and pay nothing for recruiting",
        check=_malaysia,
    ),
)
