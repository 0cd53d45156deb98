"""What a member reads when something is refused: points and yuan, never 1/10 000 points and fen."""

from __future__ import annotations

import doctest

import pytest

from tongbao.points import contracts
from tongbao.points.contracts import refusals


def test_the_example_holds():
    assert doctest.testmod(refusals).failed == 0


@pytest.mark.parametrize(
    ("refusal", "zh", "en"),
    [
        (
            contracts.PointsShort(asked=1_000_000, available=5_000),
            "需要100积分,可用0.5积分。请减少数量。",
            "100 points are needed and 0.5 are available. Ask for less.",
        ),
        (
            contracts.RedemptionTooLarge(most=100_000, left=30_000, asked=40_000),
            "每位会员每天最多兑现10积分,今天还剩3积分,申请了4积分。请减少数量或明日再试。",
            "A member may redeem 10 points a day, 3 are left of them today, 4 were asked for. "
            "Ask for less, or come back tomorrow.",
        ),
        (
            contracts.RedemptionTooSmall(asked=9_999),
            "0.9999积分按底价不足一分(0.01元)。请一次多兑换一些。",
            "0.9999 points are worth less than one fen (¥0.01) at the floor. Redeem more at once.",
        ),
        (
            contracts.PointsPriceChanged(amount_fen=2_000, units=10_000_000),
            "现在抵扣20.00元需要1000积分。请查看后重新确认。",
            "Paying ¥20.00 now takes 1000 points. Look at that, and confirm it again.",
        ),
        (
            contracts.SpendingTooLarge(most_fen=2_000, asked_fen=2_001),
            "本单最多可用积分抵扣20.00元,不能抵扣20.01元。请减少抵扣。",
            "At most ¥20.00 of this order can be paid with points, not ¥20.01. Ask for less.",
        ),
        (
            contracts.AskTooSmall(units=11_111, lot_units=10_000),
            "1.1111积分扣除手续费后不足一手(1积分),或数量过大。请调整数量。",
            "1.1111 points make no whole lot of 1 points once the fee has left, or far too many. "
            "Offer another number.",
        ),
        (
            contracts.MarketPriceInvalid(price_fen=44, low_fen=45, high_fen=55),
            "每手价格0.44元不可用。今日可用范围为0.45元到0.55元。",
            "A price of ¥0.44 for a lot can't be taken. Today it may be ¥0.45 to ¥0.55.",
        ),
        (
            contracts.MoneyShort(asked=100, available=99),
            "需要1.00元,充值余额为0.99元。请先充值或减少数量。",
            "¥1.00 are needed and ¥0.99 of paid-in money are there. Pay in first, or bid for less.",
        ),
        (
            contracts.RetirementTooLarge(pool="tasks", left=10_000, asked=20_000),
            "积分池tasks剩余1积分未发放,不能注销2积分。最多注销剩余部分。",
            "Pool tasks has 1 points left to issue, 2 can't be retired. Retire at most what is left.",
        ),
    ],
    ids=lambda value: value.code if hasattr(value, "code") else "",
)
def test_a_refusal_speaks_of_points_and_yuan(refusal, zh, en):
    assert (refusal.message("zh"), refusal.message("en")) == (zh, en)


@pytest.mark.parametrize("odd", [1.5, True, "ten", None, -1, 10**30])
def test_what_is_no_whole_number_is_shown_as_it_came(odd):
    """A refusal of an odd price must not fail itself over it."""
    assert (
        contracts.MarketPriceInvalid(price_fen=odd, low_fen=1, high_fen=2)
        .message("zh")
        .startswith("每手价格")
    )
    assert str(odd) in contracts.PointsAmountInvalid(amount=odd).message("en")
