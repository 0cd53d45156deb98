"""Jars, queues and boards: who is next, and what refunds take back."""

from __future__ import annotations

import pytest

from tongbao.plans.running import explain_payment
from tongbao.plans.running.tests.build import Shop, day, plan_of

JAR = {"kind": "jar", "accrue": "20%", "every": 2}
QUEUE = {"kind": "queue", "accrue": "50%"}
BOARD = {"kind": "board", "accrue": "10%", "width": 2, "depth": 1}


def test_the_second_order_breaks_the_jar_up_to_the_own_order():
    plan = plan_of(JAR)
    shop = Shop(plan, "Ann", "Bob<Ann")
    shop.paid("Ann", 30)
    assert shop.paid("Bob", 100) == []
    assert shop.paid("Bob", 100) == [("Ann", 3000)]
    assert explain_payment(shop.run.payments[0], plan=plan, language="en") == (
        "Jar: 2 orders of your recruits were counted and put 40.00 yuan aside, your own order came to 30.00 yuan: "
        "30.00 yuan."
    )
    assert explain_payment(shop.run.payments[0], plan=plan, language="zh") == (
        "奖罐:您推荐的订单已满2笔,共积40.00元,您的自购订单为30.00元,为30.00元。"
    )


def test_each_own_order_is_given_back_once_earliest_first():
    shop = Shop(plan_of(JAR), "Ann", "Bob<Ann")
    shop.paid("Ann", 30)
    shop.paid("Ann", 10)
    got = [shop.paid("Bob", 100) for _ in range(6)]
    assert got == [[], [("Ann", 3000)], [], [("Ann", 1000)], [], []]


def test_a_jar_that_carries_keeps_what_the_own_order_didn_t_take():
    shop = Shop(plan_of(JAR | {"bound": {"person": "500.00", "rest": "carry"}}), "Ann", "Bob<Ann")
    shop.paid("Ann", 30)
    shop.paid("Bob", 100)
    assert shop.paid("Bob", 100) == [("Ann", 3000)]
    assert shop.run.book("jar").held_fen == 1000
    # Nothing of her own waits, so the next break pays nothing and all stays.
    shop.paid("Bob", 100)
    assert shop.paid("Bob", 100) == []
    assert shop.run.book("jar").held_fen == 5000
    # An order that left its part there takes it out again.
    assert shop.refunded(4, 100) == []
    assert shop.run.book("jar").held_fen == 3000


def test_a_jar_that_isn_t_up_to_the_own_order_pays_all():
    shop = Shop(plan_of(JAR | {"up_to_own": "no"}), "Ann", "Bob<Ann")
    shop.paid("Bob", 100)
    assert shop.paid("Bob", 50) == [("Ann", 3000)]


def test_compression_fills_the_jar_of_the_next_sponsor_who_counts():
    select = {"rank": "vip"}
    people = ("Ann:vip", "Bob<Ann", "Cid<Bob")
    shop = Shop(plan_of(JAR | {"every": 1, "up_to_own": "no", "select": select}), *people)
    assert shop.paid("Cid", 100) == [("Ann", 2000)]
    shop = Shop(
        plan_of(JAR | {"every": 1, "up_to_own": "no", "select": select | {"compress": "no"}}), *people
    )
    assert shop.paid("Cid", 100) == []
    assert shop.run.book("jar").held_fen == 0


def test_a_jar_that_promises_gives_the_own_order_back_whatever_was_ordered():
    shop = Shop(plan_of({"kind": "jar", "every": 2}), "Ann", "Bob<Ann")
    shop.paid("Ann", 500)
    shop.paid("Bob", 1)
    assert shop.paid("Bob", 1) == [("Ann", 50_000)]
    # Without one of the two orders nothing was due.
    assert shop.refunded(2, 1, on=day(3)) == [("Ann", 50_000, "void")]


def test_a_refund_before_the_break_takes_the_order_out_of_the_jar_and_the_count():
    shop = Shop(plan_of(JAR), "Ann", "Bob<Ann")
    shop.paid("Ann", 30)
    shop.paid("Bob", 100)
    assert shop.refunded(2, 100) == []
    assert shop.paid("Bob", 100) == []
    assert shop.paid("Bob", 100) == [("Ann", 3000)]


def test_a_refund_after_the_break_is_covered_by_what_was_left_first():
    shop = Shop(plan_of(JAR), "Ann", "Bob<Ann")
    shop.paid("Ann", 30)
    shop.paid("Bob", 100)
    shop.paid("Bob", 100)
    # The jar had 40.00 and paid 30.00: 10.00 of the 20.00 were left over.
    assert shop.refunded(2, 100, on=day(3)) == [("Ann", 1000, "void")]
    assert shop.refunded(3, 50, on=day(20)) == [("Ann", 1000, "receivable")]


def test_a_break_that_left_something_in_the_jar_takes_the_refund_from_there():
    shop = Shop(plan_of(JAR | {"bound": {"person": "500.00", "rest": "carry"}}), "Ann", "Bob<Ann")
    shop.paid("Ann", 30)
    shop.paid("Bob", 100)
    shop.paid("Bob", 100)
    assert shop.refunded(2, 50) == []
    assert shop.run.book("jar").held_fen == 0
    assert shop.refunded(2, 50) == [("Ann", 1000, "void")]


def test_who_returns_the_own_order_owes_what_came_back_for_it():
    shop = Shop(plan_of(JAR), "Ann", "Bob<Ann")
    shop.paid("Ann", 30)
    shop.paid("Bob", 100)
    shop.paid("Bob", 100)
    assert shop.refunded(1, 10, on=day(20)) == [("Ann", 1000, "receivable")]
    assert shop.refunded(1, 20, on=day(20)) == [("Ann", 2000, "receivable")]


def test_a_clause_that_doesn_t_claw_back_leaves_what_could_be_drawn():
    shop = Shop(plan_of(JAR | {"when": {"claws_back": "no"}}), "Ann", "Bob<Ann")
    shop.paid("Ann", 30)
    shop.paid("Bob", 100)
    shop.paid("Bob", 100)
    assert shop.refunded(1, 10, on=day(3)) == [("Ann", 1000, "void")]
    assert shop.refunded(1, 20, on=day(20)) == []


def test_the_head_of_the_queue_is_paid_when_the_fund_holds_enough():
    plan = plan_of(QUEUE)
    shop = Shop(plan, "Ann", "Bob")
    assert shop.paid("Ann", 100) == []
    assert shop.paid("Bob", 100) == [("Ann", 10_000)]
    assert shop.run.book("queue").waiting() == ("2",)
    assert explain_payment(shop.run.payments[0], plan=plan, language="en") == (
        "Queue: your order 1 is first in line and the fund holds 100.00 yuan, so 100% of 100.00 yuan comes back: "
        "100.00 yuan."
    )


def test_one_order_may_free_several():
    shop = Shop(plan_of(QUEUE), "Ann", "Bob")
    shop.paid("Ann", 100)
    assert shop.paid("Bob", 1000) == [("Ann", 10_000)]
    # 50 + 500 − 100 = 450 lie there; 600 more free the 1000.
    assert shop.paid("Ann", 1200) == [("Bob", 100_000)]


def test_back_is_a_part_of_the_order():
    shop = Shop(plan_of(QUEUE | {"back": "50%"}), "Ann")
    # Half of each order is put aside and half is given back: every order frees itself.
    assert shop.paid("Ann", 33) == [("Ann", 1650)]


def test_the_inactive_let_the_next_one_pass_and_wait():
    shop = Shop(plan_of(QUEUE), "Ann", "Bob", "Cid")
    shop.paid("Ann", 100)
    shop.run.set_active("Ann", active=False)
    assert shop.paid("Bob", 100) == [("Bob", 10_000)]
    shop.run.set_active("Ann", active=True)
    assert shop.paid("Cid", 200) == [("Ann", 10_000)]


def test_whose_orders_may_not_wait_put_aside_all_the_same():
    shop = Shop(plan_of(QUEUE | {"select": {"rank": "vip"}}), "Ann:vip", "Bob")
    shop.paid("Ann", 100)
    assert shop.paid("Bob", 100) == [("Ann", 10_000)]
    assert shop.run.book("queue").waiting() == ()


def test_a_queue_that_promises_frees_the_head_at_every_third_order():
    shop = Shop(plan_of({"kind": "queue", "every": 3}), "Ann", "Bob")
    assert [shop.paid(buyer, 100) for buyer in ("Ann", "Bob", "Bob")] == [[], [], [("Ann", 10_000)]]


def test_a_bound_cuts_what_the_head_gets():
    bound = {"person": "60.00", "period": "month"}
    shop = Shop(plan_of(QUEUE | {"bound": bound}), "Ann", "Bob")
    shop.paid("Ann", 100)
    assert shop.paid("Bob", 100) == [("Ann", 6000)]
    assert shop.run.payments[0].reckoning.cut_fen == 4000


def test_a_full_board_pays_its_top_and_goes_on_as_two():
    plan = plan_of(BOARD)
    shop = Shop(plan, "Ann", "Bob<Ann", "Cid<Ann")
    shop.paid("Ann", 100)
    shop.paid("Bob", 100)
    assert shop.paid("Cid", 200) == [("Ann", 4000)]
    seated = [[person.key for person in board] for board in shop.run.book("board").boards()]
    assert seated == [["Bob"], ["Cid"]]
    assert explain_payment(shop.run.payments[0], plan=plan, language="en") == (
        "Board: your board of 3 is full and holds 40.00 yuan, and you are at its top: 40.00 yuan."
    )


def test_who_sits_on_no_sponsor_s_board_sits_on_the_oldest():
    shop = Shop(plan_of(BOARD), "Ann", "Bob<Ann", "Cid<Ann", "Dan", "Eve<Cid")
    for buyer in ("Ann", "Bob", "Cid", "Dan", "Eve"):
        shop.paid(buyer, 100)
    seated = [[person.key for person in board] for board in shop.run.book("board").boards()]
    assert seated == [["Bob", "Dan"], ["Cid", "Eve"]]


def test_what_a_board_leaves_is_divided_among_its_heirs():
    shop = Shop(
        plan_of(BOARD | {"amount": "15.00", "bound": {"person": "99.00", "rest": "carry"}}),
        "Ann",
        "Bob",
        "Cid",
        "Dan",
    )
    shop.paid("Ann", 100)
    shop.paid("Bob", 100)
    assert shop.paid("Cid", 101) == [("Ann", 1500)]
    assert shop.run.book("board").held_fen == 1510
    # 7.55 lie on each. Of the 10.00 that are refunded all can be taken from there.
    assert shop.refunded(2, 100) == []
    assert shop.run.book("board").held_fen == 510
    # 5.10 are left there; the other 4.80 come from Ann.
    assert shop.refunded(1, 99) == [("Ann", 480, "void")]


def test_a_top_that_was_refunded_in_full_gets_nothing():
    shop = Shop(plan_of(BOARD), "Ann", "Bob", "Cid")
    shop.paid("Ann", 100)
    shop.refunded(1, 100)
    shop.paid("Bob", 100)
    assert shop.paid("Cid", 100) == []


def test_a_top_that_is_refunded_after_being_paid_returns_it():
    shop = Shop(plan_of(BOARD), "Ann", "Bob", "Cid")
    for buyer in ("Ann", "Bob", "Cid"):
        shop.paid(buyer, 100)
    assert shop.refunded(1, 100, on=day(20)) == [("Ann", 1000, "receivable"), ("Ann", 2000, "receivable")]


def test_a_top_that_sits_down_again_is_behind_everybody():
    shop = Shop(plan_of(BOARD | {"again": "yes"}), "Ann", "Bob<Ann", "Cid<Ann", "Dan<Bob")
    for buyer in ("Ann", "Bob", "Cid"):
        shop.paid(buyer, 100)
    seated = [[person.key for person in board] for board in shop.run.book("board").boards()]
    assert seated == [["Bob", "Ann"], ["Cid"]]
    # Dan fills Bob's board; Bob sits down again with Ann, his sponsor, who is the top of hers now.
    assert shop.paid("Dan", 100) == [("Bob", 1000)]
    seated = [[person.key for person in board] for board in shop.run.book("board").boards()]
    assert seated == [["Cid"], ["Ann", "Bob"], ["Dan"]]


def test_a_board_that_promises_pays_its_amount_whatever_was_put_aside():
    shop = Shop(plan_of({"kind": "board", "width": 2, "depth": 1, "amount": "88.00"}), "Ann", "Bob", "Cid")
    for buyer in ("Ann", "Bob"):
        shop.paid(buyer, 1)
    assert shop.paid("Cid", 1) == [("Ann", 8800)]


def test_who_has_a_seat_takes_no_second_one():
    shop = Shop(plan_of(BOARD), "Ann", "Bob")
    for buyer in ("Ann", "Ann", "Ann", "Bob"):
        assert shop.paid(buyer, 100) == []
    assert shop.run.book("board").held_fen == 4000


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_a_fund_owes_itself_is_told(language):
    plan = plan_of(QUEUE)
    shop = Shop(plan, "Ann", "Bob")
    shop.paid("Ann", 100)
    shop.paid("Bob", 100)
    assert shop.refunded(2, 100) == [("None", 5000, "receivable")]
    said = explain_payment(shop.run.payments[-1], plan=plan, language=language)
    assert (
        said
        == {
            "zh": "订单2已退款,其计提的50.00元已经发放,由后续订单的计提补足。",
            "en": "Order 2 was refunded and the 50.00 yuan that it had put aside were paid out before; what next "
            "orders put aside makes up for it first.",
        }[language]
    )


def test_what_one_break_left_and_a_later_one_paid_is_owed_by_the_fund():
    bound = {"person": "500.00", "rest": "carry"}
    shop = Shop(plan_of(JAR | {"accrue": "10%", "every": 1, "bound": bound}), "Ann", "Bob<Ann")
    shop.paid("Ann", 1)
    # 10.00 lie in the jar; 1.00 is given back and 9.00 stay.
    assert shop.paid("Bob", 100) == [("Ann", 100)]
    shop.paid("Ann", 50)
    assert shop.paid("Bob", 10) == [("Ann", 1000)]
    assert shop.refunded(2, 100) == [("Ann", 100, "void"), ("None", 900, "receivable")]


def test_what_was_returned_with_the_own_order_isn_t_returned_again_with_its_parts():
    shop = Shop(plan_of(JAR | {"every": 1}), "Ann", "Bob<Ann")
    shop.paid("Ann", 20)
    assert shop.paid("Bob", 100) == [("Ann", 2000)]
    assert shop.refunded(1, 20, on=day(20)) == [("Ann", 2000, "receivable")]
    assert shop.refunded(2, 100, on=day(20)) == []
