"""Mainland China."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tongbao.money import format_rate, format_yuan
from tongbao.plans.lint.contracts import Reason, Rule, Source
from tongbao.plans.lint.facts import Facts, Release
from tongbao.plans.lint.practice import Practice
from tongbao.plans.lint.rules.common import consideration, network, no_licence, sign_ups, switch

MOST_OF_OWN_SALES_BP: Final = 3_000
LARGEST_PRIZE_FEN: Final = 5_000_000
LEVELS_OF_CRIME: Final = 3
PEOPLE_OF_CRIME: Final = 30
SAFE_RELEASE_DAYS: Final = 8
"""The day of receipt doesn't count towards the seven days, so the seventh is over only on the eighth."""
LEVELS_IN_WECHAT: Final = 2


def _paid_entry(facts: Facts, practice: Practice) -> Iterator[Reason]:
    yield from consideration(facts, practice)


def _head_count(facts: Facts, practice: Practice) -> Iterator[Reason]:
    yield from facts.head_count
    yield from sign_ups(practice)


def _team_pay(facts: Facts, practice: Practice) -> Iterator[Reason]:
    yield from (reach.reason() for reach in facts.team_pay)
    yield from facts.team_ranks


def _reaching(facts: Facts, levels: int) -> Iterator[Reason]:
    """What pays on the sales of people so many levels below. A team's sales are those of every level."""
    yield from (reach.reason() for reach in facts.reaches if reach.reaches(levels))
    yield from facts.team_ranks


def _crime(facts: Facts, practice: Practice) -> Iterator[Reason]:
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
        consideration(facts, practice)
        or tuple(_head_count(facts, practice))
        or tuple(_team_pay(facts, practice))
    ):
        yield Reason(
            zh=f"实际已有{practice.people_seen}人、{practice.levels_seen}级",
            en=f"{practice.people_seen} people on {practice.levels_seen} levels were seen",
        )


def _direct_selling(facts: Facts, practice: Practice) -> Iterator[Reason]:
    because = network(facts, practice)
    if because and not practice.direct_selling_licence:
        yield no_licence(
            "direct_selling_licence",
            zh="没有直销经营许可证却以人员网络销售",
            en="goods are sold through a network of people and no licence is held",
            because=because,
        )
    if facts.payout_bp is None:
        first = facts.unbounded[0]
        yield Reason(
            zh=f"奖励没有上限,可能超过销售收入的{format_rate(MOST_OF_OWN_SALES_BP)}",
            en=f"pay has no bound and may be above {format_rate(MOST_OF_OWN_SALES_BP)} of the sales",
            clause=first.clause,
            line=first.line,
            cure_key=f"clauses.{first.clause}",
        )
    elif facts.payout_bp > MOST_OF_OWN_SALES_BP:
        yield Reason(
            zh=f"单笔订单最多拨出{format_rate(facts.payout_bp)},超过{format_rate(MOST_OF_OWN_SALES_BP)}",
            en=f"one order can pay {format_rate(facts.payout_bp)} of its price, above "
            f"{format_rate(MOST_OF_OWN_SALES_BP)}",
            line=facts.line("budget"),
            cure_key="clauses",
        )


def _tokens(facts: Facts, practice: Practice) -> Iterator[Reason]:
    for key, is_so, zh, en in (
        ("points_transferable", practice.points_transferable, "积分可转让", "points can be transferred"),
        ("points_cashable", practice.points_cashable, "积分可兑换现金", "points can be cashed"),
        ("points_quoted", practice.points_quoted, "积分有公布的价格", "points are quoted at a price"),
        ("points_mined", practice.points_mined, "积分可“挖矿”产出", "points are mined"),
        (
            "points_for_equity",
            practice.points_for_equity,
            "积分可兑换股权",
            "points can be exchanged for equity",
        ),
    ):
        if is_so:
            yield switch(key, zh=zh, en=en)


def _draws(facts: Facts, practice: Practice) -> Iterator[Reason]:
    cap_zh, cap_en = format_yuan(LARGEST_PRIZE_FEN), format_yuan(LARGEST_PRIZE_FEN)
    for draw in facts.draws:
        if draw.prize_fen is None or draw.prize_fen > LARGEST_PRIZE_FEN:
            is_zh = "没有上限" if draw.prize_fen is None else f"可达{format_yuan(draw.prize_fen)}元"
            is_en = "has no limit" if draw.prize_fen is None else f"can be {format_yuan(draw.prize_fen)} yuan"
            yield Reason(
                zh=f"条款{draw.clause}抽出的奖金{is_zh},应不超过{cap_zh}元",
                en=f"the prize that clause {draw.clause} draws {is_en}; at most {cap_en} yuan are allowed",
                clause=draw.clause,
                line=draw.line,
                cure_key=f"clauses.{draw.clause}.bound.person",
            )
    if practice.draws and practice.draw_prize_fen > LARGEST_PRIZE_FEN:
        yield Reason(
            zh=f"最高奖{format_yuan(practice.draw_prize_fen)}元,超过{cap_zh}元",
            en=f"the highest prize is {format_yuan(practice.draw_prize_fen)} yuan, above {cap_en}",
            cure_key="practice.draw_prize",
            cure_value=cap_en,
        )
    if practice.draws or facts.draws:
        if not practice.draw_terms_disclosed:
            yield switch(
                "draw_terms_disclosed",
                zh="抽奖规则与概率没有事先公示",
                en="the terms and odds of the draw aren't disclosed",
                value="yes",
            )
        if not practice.draw_provable:
            yield switch(
                "draw_provable",
                zh="无法证明中奖者按公布的方式抽出",
                en="nobody can check that the winner is drawn as announced",
                value="yes",
            )


def _paid_stake(facts: Facts, practice: Practice) -> Iterator[Reason]:
    if practice.draws and practice.draw_stake_paid and practice.draw_consolation_cash:
        yield switch(
            "draw_consolation_cash",
            zh="参与抽奖须付款,未中奖者获得现金",
            en="taking part in the draw is paid for, and whoever doesn't win gets cash",
        )


def _early_release(facts: Facts, practice: Practice) -> Iterator[Reason]:
    if practice.release_days < SAFE_RELEASE_DAYS and any(item.days is None for item in facts.releases):
        yield Reason(
            zh=f"奖励在收货后{practice.release_days}天即可提现,早于退货期结束",
            en=f"awards may be drawn {_days(practice.release_days)} after receipt, before the return window has closed",
            cure_key="practice.release_days",
            cure_value=str(SAFE_RELEASE_DAYS),
        )
    for item in facts.releases:
        if not item.from_receipt:
            yield Reason(
                zh=f"条款{item.clause}在订单付款后即计入并支付,不论是否已收货",
                en=f"clause {item.clause} counts orders when they are paid, and pays whether or not they were received",
                clause=item.clause,
                line=item.line,
                cure_key=f"clauses.{item.clause}.event.on",
                cure_value="received",
            )
        if item.days is not None and item.days < SAFE_RELEASE_DAYS:
            yield _released_by_clause(item, item.days)


def _released_by_clause(item: Release, days: int) -> Reason:
    return Reason(
        zh=f"条款{item.clause}的奖励在收货后{days}天即可提现,早于退货期结束",
        en=f"awards of clause {item.clause} may be drawn {_days(days)} after receipt, before the return window "
        "has closed",
        clause=item.clause,
        line=item.line,
        cure_key=f"clauses.{item.clause}.when.release",
        cure_value=f"{SAFE_RELEASE_DAYS} days",
    )


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _funds(facts: Facts, practice: Practice) -> Iterator[Reason]:
    if practice.merchants_money_held and not practice.payment_licence:
        yield switch(
            "merchants_money_held",
            zh="商家货款经平台账户,且没有支付牌照",
            en="merchants' money passes through the platform's account without a payment licence",
        )
    if practice.stored_value and not practice.prepaid_licence:
        yield switch(
            "stored_value",
            zh="收取充值或预付款,且没有预付卡资质",
            en="money is taken in advance without a licence for prepaid cards",
        )


def _cash_back(facts: Facts, practice: Practice) -> Iterator[Reason]:
    if practice.cash_back_promised:
        yield switch(
            "cash_back_promised",
            zh="承诺返还,不以资金池内的钱为限",
            en="money back is promised whether or not a pool holds it",
        )
    for item in facts.unbounded:
        yield Reason(
            zh=item.zh, en=item.en, clause=item.clause, line=item.line, cure_key=f"clauses.{item.clause}"
        )


def _wechat(facts: Facts, practice: Practice) -> Iterator[Reason]:
    if practice.inside_wechat:
        yield from _reaching(facts, LEVELS_IN_WECHAT + 1)


_ARTICLE_7 = Source(
    zh="《禁止传销条例》(2005年)第七条",
    en="禁止传销条例 (Regulation on Prohibiting Pyramid Selling, 2005), art. 7",
)

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="CN1",
        jurisdiction="CN",
        severity="block",
        title_zh="付费入门:须缴费或购买才有获利资格",
        title_en="Paid entry: the right to earn needs a fee or a purchase",
        source=_ARTICLE_7,
        cure_zh="免费加入,不收代理费,等级不靠购买取得",
        cure_en="let people join for free, ask no agent fee, and give no rank for a purchase",
        check=_paid_entry,
    ),
    Rule(
        id="CN2",
        jurisdiction="CN",
        severity="block",
        title_zh="人头计酬:按发展人数计酬或升级",
        title_en="Head count: pay for sign-ups, or a rank by the number recruited",
        source=_ARTICLE_7,
        cure_zh="等级按本人零售业绩评定",
        cure_en="let ranks rise by own retail sales",
        check=_head_count,
    ),
    Rule(
        id="CN3",
        jurisdiction="CN",
        severity="block",
        title_zh="团队计酬:按下级销售支付且超过一级(行政责任)",
        title_en="Team pay: on the sales of people below, deeper than one level (administrative)",
        source=_ARTICLE_7,
        cure_zh="只支付一级",
        cure_en="pay a single level",
        check=_team_pay,
    ),
    Rule(
        id="CN4",
        jurisdiction="CN",
        severity="critical",
        title_zh="刑事立案标准:三级以上且三十人以上",
        title_en="Criminal threshold: three levels or more and thirty people or more",
        source=Source(
            zh="《刑法》第二百二十四条之一及2013年司法解释性意见",
            en="刑法 (Criminal Law) art. 224-1 and the opinion of 2013",
        ),
        cure_zh="同CN1至CN3:免费加入、不按人头、只支付一级",
        cure_en="as CN1 to CN3: free joining, no head count, a single level",
        check=_crime,
    ),
    Rule(
        id="CN5",
        jurisdiction="CN",
        severity="block",
        title_zh="直销:无许可证的人员网络销售,或报酬超过本人销售收入的30%",
        title_en="Direct selling: a network of sellers without a licence, or pay above 30% of own sales",
        source=Source(
            zh="《直销管理条例》(2005年)第二十四条",
            en="直销管理条例 (Regulation on Direct Selling, 2005), art. 24",
            unverified_zh="年份",
            unverified_en="the year",
        ),
        cure_zh="取得直销经营许可证,或不采用人员网络;报酬降到30%以内",
        cure_en="get a licence, or do none of it; lower what one order pays to 30%",
        check=_direct_selling,
    ),
    Rule(
        id="CN6",
        jurisdiction="CN",
        severity="block",
        title_zh="代币:积分可转让、兑现、报价、挖矿或兑换股权",
        title_en="Tokens: points are transferred, cashed, quoted, mined, or exchanged for equity",
        source=Source(
            zh="银发〔2026〕42号(2026年2月6日,取代2021年通知)",
            en="银发〔2026〕42号 (6 Feb 2026; replaces the notice of 2021)",
        ),
        cure_zh="改为面值固定、只在本店使用的闭环优惠券",
        cure_en="make them closed-loop coupons of fixed value",
        check=_tokens,
    ),
    Rule(
        id="CN7",
        jurisdiction="CN",
        severity="block",
        title_zh="抽奖:超过奖金上限、规则未公示或无法证明按公布方式抽出",
        title_en="Prize draws: a prize above the cap, terms not disclosed, a winner not drawn as announced",
        source=Source(
            zh="《反不正当竞争法》(修订后自2025年10月15日施行)",
            en="Anti-Unfair-Competition Law, revised from 15 Oct 2025",
            verified=False,
            unverified_zh="5万元上限出自旧条文,新条文未核实",
            unverified_en="the cap of 50 000 yuan is of the earlier text, not checked in the new one",
        ),
        cure_zh="事先公示、可验证开奖、奖金不超上限",
        cure_en="disclose the terms, draw so that anyone can check it, keep to the cap",
        check=_draws,
    ),
    Rule(
        id="CN7b",
        jurisdiction="CN",
        severity="error",
        title_zh="付费抽奖:付款参与且未中奖者得现金",
        title_en="Paid stake: a stake is paid and whoever doesn't win gets cash",
        source=Source(
            zh="依据未核实",
            en="no source at hand",
            verified=False,
            unverified_zh="整条",
            unverified_en="the whole rule",
        ),
        cure_zh="改为普通拼团",
        cure_en="make it an ordinary group-buy",
        check=_paid_stake,
    ),
    Rule(
        id="CN8",
        jurisdiction="CN",
        severity="error",
        title_zh="退货期:佣金在收货后七天退货期内结算",
        title_en="Returns: commission is released before receipt + 7 days have passed",
        source=Source(
            zh="《消费者权益保护法》第二十五条",
            en="消费者权益保护法 (Consumer Rights Law) art. 25",
            verified=False,
            unverified_zh="细节",
            unverified_en="detail",
        ),
        cure_zh="收货后满8天结算,退货时追回",
        cure_en="hold awards for 8 days, and claw back what is returned",
        check=_early_release,
    ),
    Rule(
        id="CN9",
        jurisdiction="CN",
        severity="block",
        title_zh="资金:无牌照持有商家货款或预付款",
        title_en="Funds: merchants' money or stored value is held without a licence",
        source=Source(
            zh="支付与预付卡管理规定",
            en="payment and prepaid-card rules",
            verified=False,
            unverified_zh="条文",
            unverified_en="the texts",
        ),
        cure_zh="由持牌机构分账",
        cure_en="let a licensed institution split the money",
        check=_funds,
    ),
    Rule(
        id="CN10",
        jurisdiction="CN",
        severity="block",
        title_zh="消费返利:承诺的返还超过资金池所有",
        title_en="Cash-back: a return is promised beyond what a pool holds",
        source=Source(
            zh="关于消费返利的风险提示",
            en="official warnings on consumption rebates",
        ),
        cure_zh="只以资金池内的钱为限",
        cure_en="promise only what a pool holds",
        check=_cash_back,
    ),
    Rule(
        id="CNW",
        jurisdiction="CN",
        severity="error",
        title_zh="微信平台规则:微信内分销超过两级",
        title_en="Platform: more than two levels inside WeChat",
        source=Source(zh="微信平台规则", en="WeChat's platform rule"),
        cure_zh="不超过两级",
        cure_en="pay two levels at most",
        check=_wechat,
    ),
)
