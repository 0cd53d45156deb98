"""What happens to points, stakes and money: CN6 to CN10."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tongbao.money import format_yuan
from tongbao.plans.lint.contracts import Reason
from tongbao.plans.lint.facts import Facts, Release
from tongbao.plans.lint.practice import Practice
from tongbao.plans.lint.rules.common import switch

LARGEST_PRIZE_FEN: Final = 5_000_000
SAFE_RELEASE_DAYS: Final = 8
"""The day of receipt doesn't count towards the seven days, so the seventh is over only on the eighth."""


def tokens(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    """CN6: points that do what a coupon can't."""
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
            yield switch(key=key, zh=zh, en=en)


def draws(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    """CN7: prizes above the cap, hidden terms, draws that nobody can check."""
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
                key="draw_terms_disclosed",
                zh="抽奖规则与概率没有事先公示",
                en="the terms and odds of the draw aren't disclosed",
                value="yes",
            )
        if not practice.draw_provable:
            yield switch(
                key="draw_provable",
                zh="无法证明中奖者按公布的方式抽出",
                en="nobody can check that the winner is drawn as announced",
                value="yes",
            )


def paid_stake(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    """CN7b: a stake, and cash for whoever doesn't win."""
    if practice.draws and practice.draw_stake_paid and practice.draw_consolation_cash:
        yield switch(
            key="draw_consolation_cash",
            zh="参与抽奖须付款,未中奖者获得现金",
            en="taking part in the draw is paid for, and whoever doesn't win gets cash",
        )


def early_release(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    """CN8: awards that may be drawn while goods can still be returned."""
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
    for clause in facts.never_claimed_back:
        yield Reason(
            zh=f"条款{clause.id}的奖励在退货后不追回",
            en=f"awards of clause {clause.id} aren't taken back when the goods are returned",
            clause=clause.id,
            line=clause.line,
            cure_key=f"clauses.{clause.id}.when.claws_back",
            cure_value="yes",
        )


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


def funds(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    """CN9: other people's money without a licence."""
    if practice.merchants_money_held and not practice.payment_licence:
        yield switch(
            key="merchants_money_held",
            zh="商家货款经平台账户,且没有支付牌照",
            en="merchants' money passes through the platform's account without a payment licence",
        )
    if practice.stored_value and not practice.prepaid_licence:
        yield switch(
            key="stored_value",
            zh="收取充值或预付款,且没有预付卡资质",
            en="money is taken in advance without a licence for prepaid cards",
        )


def cash_back(*, facts: Facts, practice: Practice) -> Iterator[Reason]:
    """CN10: promises beyond what a pool holds."""
    if practice.cash_back_promised:
        yield switch(
            key="cash_back_promised",
            zh="承诺返还,不以资金池内的钱为限",
            en="money back is promised whether or not a pool holds it",
        )
    for item in facts.unbounded:
        yield Reason(
            zh=item.zh, en=item.en, clause=item.clause, line=item.line, cure_key=f"clauses.{item.clause}"
        )
