"""Clauses that are decided order by order, over time: release, instalments, bounds of a period, refunds, ranks."""

from __future__ import annotations

import pytest

from tongbao.plans import AgentSeat, preset
from tongbao.plans.running import Run, RunOrder, RunRefused, explain_payment
from tongbao.plans.running.tests.build import Shop, day, plan_of

DIRECT = {"kind": "direct", "rate": "10%"}


def test_an_order_sees_ranks_before_it_and_promotions_follow():
    shop = Shop(preset("gift-pack"), "Ann", "Bob<Ann", "Cid<Bob")
    shop.paid("Bob", 198, product="pack-198")
    assert shop.run.rank("Bob") == "vip"
    # Bob is a VIP now: 12 % direct and 10 % of the differential.
    assert shop.paid("Cid", 100) == [("Bob", 1200), ("Bob", 1000)]


def test_agents_and_introducers_of_an_order_are_paid():
    walk = {"id": "introduce", "graph": "introducers", "rate": {"by_level": ["2%", "1%"]}}
    plan = plan_of({"kind": "region", "rates": {"county": "4%", "city": "6%"}}, walk)
    shop = Shop(plan, "Ann", "Bob<Ann", "Cid")
    got = shop.paid("Cid", 100, agents=(AgentSeat("city", "Eva"),), introducer="Bob")
    assert got == [("Eva", 600), ("Bob", 200), ("Ann", 100)]


def test_a_walk_that_waits_for_the_receipt_pays_on_what_remains():
    shop = Shop(plan_of(DIRECT | {"event": {"on": "received"}}), "Ann", "Bob<Ann")
    assert shop.paid("Bob", 100) == []
    shop.refunded(1, 30)
    assert [pay.amount_fen for pay in shop.run.received("1", at=day(5))] == [700]


def test_an_award_may_be_drawn_some_days_after_the_receipt():
    shop = Shop(plan_of(DIRECT | {"when": {"release": "8 days"}}), "Ann", "Bob<Ann")
    shop.paid("Bob", 100)
    assert shop.run.payments[0].due_at is None
    shop.run.received("1", at=day(5))
    assert shop.run.payments[0].due_at == day(13)


def test_instalments_add_up_and_come_a_month_apart():
    plan = plan_of(DIRECT | {"when": {"parts": 3, "every": "month"}})
    shop = Shop(plan, "Ann", "Bob<Ann", release_days=0)
    assert shop.paid("Bob", 0, base_fen=10_010) == [("Ann", 333), ("Ann", 334), ("Ann", 334)]
    shop.run.received("1", at=day(31))
    assert [pay.due_at for pay in shop.run.payments] == [day(31), day(28, month=2), day(31, month=3)]
    said = explain_payment(shop.run.payments[1], plan=plan, language="en")
    assert said.endswith("This is part 2 of 3: 3.34 yuan.")
    assert "本期为第2期,3.34元" in explain_payment(shop.run.payments[1], plan=plan, language="zh")


def test_a_refund_takes_the_last_parts_first_void_before_receivable():
    shop = Shop(plan_of(DIRECT | {"when": {"parts": 2, "every": "month"}}), "Ann", "Bob<Ann", release_days=0)
    shop.paid("Bob", 100)
    shop.run.received("1", at=day(1))
    # The first 5.00 could be drawn from the first of January on, the other in February.
    assert shop.refunded(1, 60, on=day(10)) == [("Ann", 500, "void"), ("Ann", 100, "receivable")]
    assert shop.refunded(1, 40, on=day(10)) == [("Ann", 400, "receivable")]


def test_many_partial_refunds_end_exactly_at_zero():
    shop = Shop(preset("gift-pack"), "Ann:cofounder", "Bob<Ann:dealer", "Cid<Bob:vip", "Dan<Cid")
    shop.paid("Dan", 0, base_fen=9_999)
    for part_fen in (1, 7, 333, 1_000, 8_658):
        shop.run.refunded("1", amount_fen=part_fen, at=day(2))
    for member in ("Ann", "Bob", "Cid"):
        stands = sum(
            pay.amount_fen if pay.status == "due" else -pay.amount_fen
            for pay in shop.run.payments
            if pay.beneficiary == member
        )
        assert stands == 0


def test_a_clause_that_doesn_t_claw_back_leaves_what_could_be_drawn():
    shop = Shop(plan_of(DIRECT | {"when": {"claws_back": "no"}}), "Ann", "Bob<Ann")
    shop.paid("Bob", 100)
    shop.run.received("1", at=day(1))
    assert shop.refunded(1, 50, on=day(3)) == [("Ann", 500, "void")]
    assert shop.refunded(1, 50, on=day(20)) == []


@pytest.mark.parametrize(("rest", "later"), [("platform", []), ("carry", [("Ann", 500)])])
def test_what_a_month_s_bound_cuts_is_the_platform_s_or_comes_next_month(rest, later):
    plan = plan_of(DIRECT | {"bound": {"person": "15.00", "period": "month", "rest": rest}})
    shop = Shop(plan, "Ann", "Bob<Ann")
    assert shop.paid("Bob", 100) == [("Ann", 1000)]
    assert shop.paid("Bob", 100) == [("Ann", 500)]
    assert shop.close("week") == []
    assert shop.close("month") == later
    if later:
        assert explain_payment(shop.run.payments[-1], plan=plan, language="en") == (
            "5.00 yuan that your limit of an earlier period deferred."
        )
        # What was deferred counts in the month in which it is paid.
        assert shop.paid("Bob", 200) == [("Ann", 1000)]
    else:
        assert shop.paid("Bob", 200) == [("Ann", 1500)]


def test_what_is_deferred_shrinks_first_when_its_order_is_refunded():
    plan = plan_of(DIRECT | {"bound": {"person": "6.00", "period": "month", "rest": "carry"}})
    shop = Shop(plan, "Ann", "Bob<Ann")
    assert shop.paid("Bob", 100) == [("Ann", 600)]
    assert shop.refunded(1, 30) == []
    assert shop.close("month") == [("Ann", 100)]
    assert shop.refunded(1, 50) == [("Ann", 100, "void"), ("Ann", 400, "void")]
    assert shop.close("month") == []


def test_an_award_that_is_wholly_deferred_ends_with_its_order():
    plan = plan_of(DIRECT | {"bound": {"person": "6.00", "period": "month", "rest": "carry"}})
    shop = Shop(plan, "Ann", "Bob<Ann")
    shop.paid("Bob", 100)
    assert shop.paid("Bob", 100) == []
    assert shop.refunded(2, 100) == []
    assert shop.close("month") == [("Ann", 400)]
    assert shop.close("month") == []


def test_a_full_refund_takes_back_the_rank_and_what_only_stood_because_of_it():
    people = ("Ann:vip", *(f"{name}<Ann" for name in ("Bob", "Cid", "Dan", "Eve", "Fay")))
    shop = Shop(preset("gift-pack"), *people)
    for name in ("Bob", "Cid", "Dan", "Eve", "Fay"):
        shop.paid(name, 198, product="pack-198")
    assert shop.run.rank("Ann") == "dealer"
    shop.refunded(3, 100)
    assert shop.run.rank("Dan") == "vip"
    shop.refunded(3, 98)
    assert (shop.run.rank("Dan"), shop.run.rank("Ann")) == ("member", "vip")
    shop.paid("Dan", 398, product="pack-398")
    assert (shop.run.rank("Dan"), shop.run.rank("Ann")) == ("dealer", "dealer")


VOLUMES = {
    "by_volume": [
        {"from": "member", "own": "100.00", "recruits": 1, "to": "vip"},
        {"from": "vip", "team": "1000.00", "legs": 2, "leg_rank": "vip", "to": "dealer"},
    ]
}


def test_ranks_rise_by_own_volume_recruits_team_and_legs():
    shop = Shop(
        plan_of(DIRECT, promotions=VOLUMES), "Ann", "Bob<Ann", "Cid<Ann", "Dan<Bob", "Eve<Dan", "Fay<Cid"
    )
    shop.paid("Fay", 500)
    shop.paid("Ann", 100)
    assert shop.run.rank("Ann") == "vip"
    shop.paid("Cid", 100)
    shop.paid("Dan", 500)
    # Dan has a recruit and 500 of his own: he is the VIP in Bob's leg, Cid is the one in hers.
    assert {name: shop.run.rank(name) for name in ("Ann", "Bob", "Cid", "Dan")} == {
        "Ann": "dealer",
        "Bob": "member",
        "Cid": "vip",
        "Dan": "vip",
    }
    shop.refunded(4, 401)
    assert (shop.run.rank("Ann"), shop.run.rank("Dan")) == ("vip", "member")


def test_a_refund_lifts_nobody():
    shop = Shop(plan_of(DIRECT, promotions=VOLUMES), "Ann", "Bob")
    shop.paid("Ann", 100)
    shop.join("Cid<Ann")
    shop.paid("Bob", 10)
    shop.refunded(2, 10)
    # Ann has all that a VIP needs since Cid came; the next order of hers or below lifts her.
    assert shop.run.rank("Ann") == "member"
    shop.paid("Cid", 1)
    assert shop.run.rank("Ann") == "vip"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda run: run.join("Ann", at=day(1)), "member Ann joined before"),
        (lambda run: run.join("Bob", sponsor="Zoe", at=day(1)), "member Zoe never joined"),
        (lambda run: run.join("Bob", rank="boss", at=day(1)), "the plan has no rank boss"),
        (
            lambda run: run.paid(RunOrder(key="1", buyer="Ann", base_fen=1, at=day(1))),
            "order 1 was paid before",
        ),
        (
            lambda run: run.paid(RunOrder(key="2", buyer="Zoe", base_fen=1, at=day(1))),
            "member Zoe never joined",
        ),
        (lambda run: run.received("9", at=day(1)), "order 9 was never paid"),
        (lambda run: run.refunded("1", amount_fen=101, at=day(1)), "order 1 has 100 fen left and 101"),
        (lambda run: run.refunded("1", amount_fen=0, at=day(1)), "order 1 has 100 fen left and 0"),
    ],
)
def test_what_can_t_have_happened_is_refused(wrong, says):
    run = Run(plan_of(DIRECT))
    run.join("Ann", at=day(1))
    run.paid(RunOrder(key="1", buyer="Ann", base_fen=100, at=day(1)))
    with pytest.raises(RunRefused) as refusal:
        wrong(run)
    assert says in refusal.value.message("en")
    assert refusal.value.message("zh").startswith("无法执行:")
    assert len(run.payments) == 0


def test_an_order_is_received_once():
    shop = Shop(plan_of(DIRECT), "Ann", "Bob<Ann")
    shop.paid("Bob", 100)
    shop.run.received("1", at=day(2))
    with pytest.raises(RunRefused, match="order 1 was received before"):
        shop.run.received("1", at=day(3))
