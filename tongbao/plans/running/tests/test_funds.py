"""Funds: what orders put aside, and who gets it when the period closes."""

from __future__ import annotations

import hashlib

import pytest

from tongbao.plans.running import RunRefused, draw, explain_payment
from tongbao.plans.running.tests.build import Shop, day, plan_of

FUND = {"kind": "fund", "accrue": "10%", "close": "month"}


def fund(**keys: object) -> dict[str, object]:
    return FUND | keys


def test_a_fund_shares_out_what_orders_of_its_products_put_aside():
    event = {"products": ["tea"], "least": "100.00"}
    shop = Shop(plan_of(fund(event=event, split={"equal": "yes"})), "Ann")
    shop.paid("Ann", 100, product="tea")
    shop.paid("Ann", 99, product="tea")
    shop.paid("Ann", 100, product="oil")
    assert shop.close() == [("Ann", 1000)]


@pytest.mark.parametrize(
    ("base", "fen"), [("net", 10_000), ("freight", 1200), ("margin", 3000), ("points", 500)]
)
def test_a_fund_on_another_base_gathers_a_part_of_that(base, fen):
    plan = plan_of(fund(event={"base": base}, split={"equal": "yes"}), budget={base: "100%"})
    shop = Shop(plan, "Ann")
    shop.paid("Ann", 100, freight_fen=1200, margin_fen=3000, points_fen=500)
    assert shop.close() == [("Ann", fen // 10)]


def test_a_fund_that_waits_for_the_receipt_gathers_what_is_left_then():
    shop = Shop(plan_of(fund(event={"on": "received"}, split={"equal": "yes"})), "Ann")
    shop.paid("Ann", 100)
    assert shop.close() == []
    shop.refunded(1, 40)
    shop.run.received("1", at=day(2))
    assert shop.close() == [("Ann", 600)]


@pytest.mark.parametrize("closing", ["day", "week"])
def test_a_fund_is_shared_out_at_the_close_of_its_own_period_only(closing):
    shop = Shop(plan_of(fund(split={"equal": "yes"})), "Ann")
    shop.paid("Ann", 100)
    assert shop.close(closing) == []
    assert shop.close("month") == [("Ann", 1000)]


def test_the_inactive_and_those_who_lack_what_is_needed_get_nothing():
    select = {"rank": "vip", "recruits": 1, "own": "50.00", "team": "100.00"}
    plan = plan_of(fund(select=select, split={"equal": "yes"}))
    shop = Shop(plan, "Ann:vip", "Bob<Ann:vip", "Cid<Bob", "Dan:vip", "Eve<Dan!", "Fay:dealer!", "Gil<Fay")
    for buyer, yuan in (("Ann", 50), ("Bob", 50), ("Cid", 100), ("Dan", 50), ("Fay", 50), ("Gil", 100)):
        shop.paid(buyer, yuan)
    # Ann and Bob have all of it; Dan's team bought nothing, Fay is inactive.
    assert shop.close() == [("Ann", 2000), ("Bob", 2000)]


def test_needs_look_at_the_period_that_closes():
    shop = Shop(plan_of(fund(select={"own": "50.00"}, split={"equal": "yes"})), "Ann", "Bob")
    shop.paid("Ann", 50)
    shop.close()
    shop.paid("Bob", 60)
    assert shop.close() == [("Bob", 600)]


def test_pro_rata_goes_by_team_volume_without_the_member_s_own():
    shop = Shop(plan_of(fund(split={"pro_rata": "team"})), "Ann", "Bob<Ann", "Cid<Bob")
    shop.paid("Ann", 500)
    shop.paid("Cid", 300)
    # 80.00 by 300 to 300.
    assert shop.close() == [("Ann", 4000), ("Bob", 4000)]


def test_pro_rata_by_recruits_counts_those_of_the_period():
    shop = Shop(plan_of(fund(split={"pro_rata": "recruits"})), "Ann", "Bob<Ann")
    shop.close()
    for word in ("Cid<Ann", "Dan<Bob", "Eve<Bob"):
        shop.join(word)
    shop.paid("Ann", 90)
    assert shop.close() == [("Ann", 300), ("Bob", 600)]


def test_what_a_place_that_nobody_has_would_get_is_the_platform_s_or_stays():
    split = {"places": ["60%", "40%"], "by": "own"}
    shop = Shop(plan_of(fund(split=split)), "Ann", "Bob")
    shop.paid("Bob", 100)
    assert shop.close() == [("Bob", 600)]
    assert shop.run.book("fund").held_fen == 0
    shop = Shop(plan_of(fund(split=split, bound={"person": "1000.00", "rest": "carry"})), "Ann", "Bob")
    shop.paid("Bob", 100)
    assert shop.close() == [("Bob", 600)]
    assert shop.run.book("fund").held_fen == 400


def test_nobody_gets_more_than_the_person_s_bound_of_the_period():
    bound = {"person": "7.00", "period": "month"}
    shop = Shop(plan_of(fund(close="day", split={"equal": "yes"}, bound=bound)), "Ann")
    shop.paid("Ann", 50)
    assert shop.close("day") == [("Ann", 500)]
    shop.paid("Ann", 50)
    assert shop.close("day") == [("Ann", 200)]
    assert shop.run.payments[-1].reckoning.cut_fen == 300
    shop.close("month")
    shop.paid("Ann", 50)
    assert shop.close("day") == [("Ann", 500)]


def test_promises_above_the_fund_are_pro_rated_to_the_fen():
    plan = plan_of(fund(promise={"amount": "5.00"}))
    shop = Shop(plan, "Ann", "Bob", "Cid")
    shop.paid("Ann", 100)
    assert shop.close() == [("Ann", 334), ("Bob", 333), ("Cid", 333)]
    said = explain_payment(shop.run.payments[0], plan=plan, language="en")
    assert said == (
        "Fund: month 1, 5.00 yuan are promised, the fund holds 10.00 yuan of the 15.00 yuan promised to all, "
        "so each gets that part: 3.34 yuan."
    )


def test_a_promise_without_a_fund_is_kept_in_full_and_nothing_bounds_it():
    plan = plan_of({"kind": "fund", "close": "month", "promise": {"amount": "5.00", "once": "yes"}})
    shop = Shop(plan, "Ann", "Bob")
    assert shop.close() == [("Ann", 500), ("Bob", 500)]
    shop.join("Cid")
    assert shop.close() == [("Cid", 500)]


def test_an_amount_for_each_recruit_of_the_period():
    shop = Shop(
        plan_of(fund(promise={"amount": "2.00", "of": "recruits"})), "Ann", "Bob<Ann", "Cid<Ann", "Dan<Cid"
    )
    shop.paid("Ann", 100)
    assert shop.close() == [("Ann", 400), ("Cid", 200)]


def test_brackets_of_the_team_s_whole_volume():
    promise = {"of": "team", "brackets": {"100.00": "1%", "1000.00": "3%"}}
    shop = Shop(plan_of(fund(promise=promise)), "Ann", "Bob<Ann", "Cid<Bob")
    shop.paid("Cid", 999)
    shop.paid("Bob", 1)
    # Bob: 999 at 1 %; Ann: 1000 at 3 %.
    assert shop.close() == [("Ann", 3000), ("Bob", 999)]


def test_the_lesser_leg_of_the_sponsor_tree_is_all_but_the_strongest():
    promise = {"rate": "5%", "of": "lesser_leg"}
    shop = Shop(plan_of(fund(promise=promise)), "Ann", "Bob<Ann", "Cid<Ann", "Dan<Ann", "Eve<Dan")
    for buyer, yuan in (("Bob", 300), ("Cid", 100), ("Eve", 60)):
        shop.paid(buyer, yuan)
    # 100 and 60 against 300: 160 are matched, and Bob's leg keeps 140.
    assert shop.close() == [("Ann", 800)]
    shop.paid("Cid", 150)
    assert shop.close() == [("Ann", 700)]


def test_without_carry_what_found_no_match_is_flushed():
    placement = {"width": 2, "fill": "breadth", "carry": "no"}
    promise = {"rate": "10%", "of": "lesser_leg"}
    shop = Shop(plan_of(fund(promise=promise, placement=placement)), "Ann", "Bob<Ann", "Cid<Ann")
    shop.paid("Bob", 500)
    assert shop.close() == []
    shop.paid("Cid", 500)
    assert shop.close() == []


def test_who_doesn_t_qualify_keeps_the_legs_for_later():
    promise = {"rate": "10%", "of": "lesser_leg"}
    shop = Shop(
        plan_of(fund(promise=promise, bound={"person": "900.00", "rest": "carry"})),
        "Ann!",
        "Bob<Ann",
        "Cid<Ann",
    )
    shop.paid("Bob", 500)
    shop.paid("Cid", 300)
    assert shop.close() == []
    shop.run.set_active("Ann", active=True)
    assert shop.close() == [("Ann", 3000)]


def test_a_holding_ends_when_it_is_paid_down():
    shop = Shop(
        plan_of(fund(accrue="60%", holding={"times": 1}, split={"pro_rata": "holding"})), "Ann", "Bob"
    )
    shop.paid("Ann", 100)
    assert shop.close() == [("Ann", 6000)]
    shop.paid("Bob", 100, product="")
    # 60.00 by 40 to 100.
    assert shop.close() == [("Ann", 1715), ("Bob", 4285)]
    assert shop.run.book("fund").holding_fen("Ann") == 4000 - 1715


def test_a_holding_never_pays_more_than_it_is():
    shop = Shop(
        plan_of(
            fund(holding={"times": 1}, event={"products": ["tea"]}, split={"pro_rata": "holding"}),
            fund(id="all", split={"equal": "yes"}),
        ),
        "Ann",
        "Bob!",
    )
    shop.paid("Ann", 1, product="tea")
    shop.paid("Bob", 2000, product="tea")
    # Bob is inactive, so Ann's one yuan is the only holding; 200.10 lie there.
    assert shop.close() == [("Ann", 100), ("Ann", 20010)]


def test_a_draw_needs_a_seed_and_can_be_repeated_from_its_transcript():
    plan = plan_of(fund(close="week", split={"draw": 2}))
    shop = Shop(plan, "Ann", "Bob", "Cid", "Dan")
    shop.paid("Ann", 100)
    with pytest.raises(RunRefused, match="draws winners and no seed was given"):
        shop.close("week")
    assert sum(fen for _, fen in shop.close("week", seed=b"lotus")) == 1000
    payment = shop.run.payments[0]
    places, transcript = draw(
        seed=b"lotus", label="fund week 1", candidates=("Ann", "Bob", "Cid", "Dan"), winners=2
    )
    assert payment.reckoning.transcript == transcript
    assert transcript[0] == f"commitment {hashlib.sha256(b'lotus').hexdigest()}"
    assert [pay.beneficiary for pay in shop.run.payments] == [
        ("Ann", "Bob", "Cid", "Dan")[place] for place in places
    ]
    assert "您被抽中" in explain_payment(payment, plan=plan, language="zh")


def test_a_draw_without_anybody_to_draw_from_needs_no_seed():
    shop = Shop(plan_of(fund(select={"rank": "dealer"}, split={"draw": 1})), "Ann")
    shop.paid("Ann", 100)
    assert shop.close() == []


def test_every_candidate_is_drawn_equally_often():
    counts = [0] * 5
    for number in range(5_000):
        (place,), _ = draw(seed=str(number).encode(), label="", candidates="abcde", winners=1)
        counts[place] += 1
    # Five standard deviations of a fair draw are 141.
    assert all(abs(count - 1_000) < 141 for count in counts)


def test_more_winners_than_candidates_draw_everybody_once():
    places, _ = draw(seed=b"lotus", label="", candidates=("Ann", "Bob"), winners=9)
    assert sorted(places) == [0, 1]


def test_a_refund_after_the_close_claims_only_what_was_shared_out():
    shop = Shop(plan_of(fund(split={"places": ["25%"], "by": "own"})), "Ann", "Bob")
    shop.paid("Ann", 100)
    assert shop.close() == [("Ann", 250)]
    # Of the 10.00 that it put aside the platform has 7.50 already.
    assert shop.refunded(1, 100) == [("None", 250, "receivable")]
    shop.paid("Bob", 100)
    assert shop.close() == [("Bob", 187)]
