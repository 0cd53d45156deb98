"""Every fen is explained: one sentence for each award, in Chinese and in English, whatever became of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tongbao.plans import preset_text
from tongbao.rewards import selectors, services
from tongbao.rewards.models import Award
from tongbao.rewards.tests import street

NOON = street.NOON
HOUR = timedelta(hours=1)
RECEIVED = NOON + timedelta(days=3)
RELEASED = RECEIVED + timedelta(days=8)


@pytest.fixture
def gateway():
    with street.memory_gateway() as gateway:
        yield gateway


def sentences(placed) -> list[tuple[str, str]]:
    rows = Award.objects.filter(settlement__number=placed.number).order_by("id")
    return [
        tuple(selectors.explain_award(award_id=row.pk, language=language) for language in ("zh", "en"))
        for row in rows
    ]


def test_a_member_is_told_why_with_the_plan_the_rate_and_the_arithmetic(tenant, gateway):
    buyer, _ = street.street(["vip"], [])
    placed = street.buy(gateway, buyer, (street.pack(19_800), 1))
    assert sentences(placed)[0] == (
        "一级分销:您是买家的直接推荐人,198.00元的12%,舍去不足一分的部分,为23.76元(gift-pack v1)。",
        "Direct: you are the buyer's nearest sponsor, and 12% of 198.00 yuan, rounded down to the fen, is "
        "23.76 yuan (gift-pack v1).",
    )
    zh, en = sentences(placed)[1]
    assert "VIP会员" in zh
    assert "19.80" in zh
    assert "VIP" in en
    assert "10%" in en


def test_after_a_refund_the_arithmetic_is_that_of_what_remains(tenant, gateway):
    buyer, _ = street.street(["member"], [])
    placed = street.buy(gateway, buyer, (street.pack(19_800), 1))
    street.refund(gateway, placed, amount_fen=9_900, now=NOON + HOUR)
    zh, en = sentences(placed)[0]
    assert "99.00元的12%" in zh
    assert zh.endswith("为11.88元(gift-pack v1);最初为23.76元,退款后按剩余金额重新计算。")
    assert "12% of 99.00 yuan" in en
    assert en.endswith("(gift-pack v1); at first it was 23.76 yuan, recomputed on what a refund left.")
    street.refund(gateway, placed, now=NOON + 2 * HOUR)
    zh, en = sentences(placed)[0]
    assert zh.endswith("为23.76元(gift-pack v1);订单退款后已全部收回。")
    assert en.endswith("is 23.76 yuan (gift-pack v1); all of it was taken back after a refund.")


def test_a_rank_that_went_back_is_named_as_the_reason_for_everybody_concerned(tenant, gateway):
    """Bob's rank was bought and returned: his award ends, and the one above him gets the gap that he closed."""
    street.pack(39_800, code="pack-398")
    street.pack(19_800)
    carl = street.person("cofounder")
    bob = street.person(sponsor=carl)
    his = street.buy(gateway, bob, ("pack-398", 1))
    buyer = street.person(sponsor=bob)
    placed = street.buy(gateway, buyer, ("pack-198", 1), now=NOON + HOUR)
    assert street.amounts(placed) == [2_376, 3_960, 1_980]
    street.refund(gateway, his, now=NOON + 2 * HOUR)
    street.receive(placed, buyer, now=RECEIVED)
    services.release_due(now=RELEASED)
    assert street.amounts(placed) == [2_376, 0, 5_940]
    _, (bob_zh, bob_en), (carl_zh, carl_en) = sentences(placed)
    assert bob_zh.endswith("所用等级随退货收回,该奖励已取消。")
    assert bob_en.endswith("it was cancelled because a rank it used went back with a refund.")
    assert "59.40元" in carl_zh
    assert carl_zh.endswith("最初为19.80元,所用等级随退货收回,已重新计算。")
    assert "59.40 yuan" in carl_en
    assert "at first it was 19.80 yuan" in carl_en
    assert street.all_is_right()


def test_an_order_is_explained_down_to_what_stays_with_the_platform(tenant, gateway):
    buyer, people = street.street(["member"], [])
    street.pack(19_800)
    street.pack(10_000, code="tea", plan="")
    placed = street.buy(gateway, buyer, ("pack-198", 1), ("tea", 1))
    zh = selectors.explain_order(number=placed.number, language="zh")
    assert zh[0] == "第1行 pack-198:198.00元,按方案gift-pack v1结算。"
    assert zh[1].strip().startswith(f"M{people['sponsor 1']:07d} [待结算] 一级分销")
    assert zh[2].strip() == "无人获得的份额留在平台(元):tier 59.40、peer 9.90、region 15.84。"
    assert zh[3] == "第2行 tea:100.00元,不参与分销。"
    street.refund(gateway, placed, amount_fen=9_900, now=NOON + HOUR)
    en = selectors.explain_order(number=placed.number, language="en")
    assert (
        en[0] == "Line 1 pack-198: 198.00 yuan, settled by plan gift-pack v1, 99.00 yuan left after refunds."
    )
    assert "stays with the platform (yuan): tier 29.70, peer 4.95, region 7.92." in en[2]


def test_what_a_limit_took_off_several_rates_together_is_told_to_the_fen(tenant, gateway):
    """Bob manages two gaps below him, 50 % of Ann's and 30 % of Cai's: 9.90 + 5.94, and 10 yuan are the most."""
    document = preset_text("gift-pack").replace("plan: gift-pack", "plan: managed")
    document = document.replace("budget: 55%", "budget: 85%")
    care = """
  - id: care
    of: tier
    rate: {by_level: [50%, 30%]}
    bound: {person: 10.00}
"""
    document = document.replace("\npromotions:", f"{care}\npromotions:")
    street.publish(document, NOON)
    buyer, people = street.street(["vip", "dealer", "cofounder"], [])
    street.pack(19_800, code="tea", plan="managed")
    placed = street.buy(gateway, buyer, ("tea", 1))
    (row,) = Award.objects.filter(clause="care", beneficiary_id=people["sponsor 3"])
    assert row.amount_fen == 1_000
    zh, en = (selectors.explain_award(award_id=row.pk, language=language) for language in ("zh", "en"))
    assert "15.84元" in zh
    assert "5.84元" in zh
    assert "15.84 yuan" in en
    assert "takes off 5.84 yuan" in en
    street.refund(gateway, placed, amount_fen=9_900, now=NOON + HOUR)
    _, en = (selectors.explain_award(award_id=row.pk, language=language) for language in ("zh", "en"))
    assert "7.92 yuan" in en
    assert "takes off" not in en
    assert street.all_is_right()


def test_an_order_that_is_not_settled_says_so(tenant):
    assert selectors.explain_order(number="N1", language="zh") == ("订单N1尚未结算。",)
    assert selectors.explain_order(number="N1", language="en") == ("Order N1 is not settled yet.",)
    assert selectors.explain_award(award_id=1, language="zh") == ""
