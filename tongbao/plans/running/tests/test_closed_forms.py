"""Where a sum or an order is known without keeping a book, the book comes to the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tongbao.plans.running.tests.build import Shop, plan_of

FUND = {"kind": "fund", "accrue": "100%", "close": "day"}
LEGS = FUND | {
    "promise": {"rate": "1%", "of": "lesser_leg"},
    "placement": {"width": 2, "fill": "weak_leg"},
    "bound": {"rest": "carry"},
}
orders = st.lists(st.tuples(st.integers(1, 2), st.integers(1, 500), st.booleans()), max_size=25)


@given(orders=orders)
def test_with_carry_the_lesser_leg_of_all_days_is_the_lesser_of_both_sums(orders):
    shop = Shop(plan_of(LEGS), "Ann", "Bob<Ann", "Cid<Ann")
    sums = {1: 0, 2: 0}
    for leg, yuan, closes in orders:
        shop.paid(("Bob", "Cid")[leg - 1], yuan)
        sums[leg] += yuan
        if closes:
            shop.close("day")
    shop.close("day")
    # One per cent of whole yuan is whole fen: nothing is rounded.
    assert sum(pay.amount_fen for pay in shop.run.payments) == min(sums.values())


@given(orders=orders)
def test_without_carry_each_day_stands_alone(orders):
    flushed = LEGS | {"placement": {"width": 2, "fill": "weak_leg", "carry": "no"}}
    shop = Shop(plan_of(flushed), "Ann", "Bob<Ann", "Cid<Ann")
    expected, sums = 0, {1: 0, 2: 0}
    for leg, yuan, closes in orders:
        shop.paid(("Bob", "Cid")[leg - 1], yuan)
        sums[leg] += yuan
        if closes:
            shop.close("day")
            expected += min(sums.values())
            sums = {1: 0, 2: 0}
    assert sum(pay.amount_fen for pay in shop.run.payments) == expected


@given(
    sponsors=st.lists(st.integers(0, 99), max_size=12),
    bought=st.lists(st.tuples(st.integers(0, 99), st.integers(1, 900)), max_size=20),
)
def test_bracket_gaps_telescope_to_the_bracket_of_the_top(sponsors, bought):
    brackets = {"100.00": "1%", "500.00": "4%", "2000.00": "9%"}
    shop = Shop(plan_of(FUND | {"promise": {"of": "bracket_gap", "brackets": brackets}}), "m0")
    for number, word in enumerate(sponsors, start=1):
        shop.join(f"m{number}<m{word % number}")
    team = 0
    for word, yuan in bought:
        buyer = word % (len(sponsors) + 1)
        shop.paid(f"m{buyer}", yuan)
        team += yuan if buyer else 0
    rate = max((rate for least, rate in ((100, 1), (500, 4), (2000, 9)) if team >= least), default=0)
    # Everybody's gap is taken off the next one above: what all get is what the top's whole bracket is.
    assert sum(fen for _, fen in shop.close("day")) == team * rate


@given(
    times=st.integers(1, 5),
    bought=st.lists(st.tuples(st.sampled_from(("Ann", "Bob", "Cid")), st.integers(1, 300)), max_size=20),
)
def test_nobody_gets_back_more_than_the_holding_and_with_enough_orders_all_of_it(times, bought):
    holding = FUND | {
        "holding": {"times": times},
        "split": {"pro_rata": "holding"},
        "bound": {"rest": "carry"},
    }
    shop = Shop(plan_of(holding), "Ann", "Bob", "Cid")
    spent = {"Ann": 0, "Bob": 0, "Cid": 0}
    for buyer, yuan in bought:
        shop.paid(buyer, yuan)
        spent[buyer] += yuan * 100
        shop.close("day")
        for member, spent_fen in spent.items():
            got = sum(pay.amount_fen for pay in shop.run.payments if pay.beneficiary == member)
            assert got + shop.run.book("fund").holding_fen(member) == times * spent_fen
    if times == 1:
        # All of each order is put aside, so each day gives all back that was spent on it.
        assert sum(pay.amount_fen for pay in shop.run.payments) == sum(spent.values())


@given(amounts=st.lists(st.integers(1, 900), max_size=30))
def test_a_queue_gives_back_in_the_order_of_payment_as_far_as_the_money_reaches(amounts):
    shop = Shop(plan_of({"kind": "queue", "accrue": "40%"}), "Ann")
    for yuan in amounts:
        shop.paid("Ann", yuan)
    aside = sum(amounts) * 40
    reached = 0
    for place, yuan in enumerate(amounts):
        if sum(amounts[: place + 1]) * 100 > aside:
            break
        reached = place + 1
        assert shop.run.payments[place].amount_fen == yuan * 100
    assert [pay.order for pay in shop.run.payments] == [str(place + 1) for place in range(reached)]


@given(buyers=st.integers(0, 60))
def test_boards_of_seven_pay_one_of_four_newcomers_after_the_first_seven(buyers):
    board = {"kind": "board", "accrue": "10%", "width": 2, "depth": 2}
    shop = Shop(plan_of(board))
    for number in range(buyers):
        shop.join(f"m{number}")
        shop.paid(f"m{number}", 100)
    # Nobody was recommended, so all sit on the oldest board; tops are paid in the order of arrival.
    expected = max(0, (buyers - 3) // 4)
    assert [pay.beneficiary for pay in shop.run.payments] == [f"m{number}" for number in range(expected)]
    assert [pay.amount_fen for pay in shop.run.payments] == [7000, *([4000] * (expected - 1))][:expected]
