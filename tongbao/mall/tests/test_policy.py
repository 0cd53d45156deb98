"""The pure rules: tables of examples, boundaries, and what must hold for every input."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.kit.errors import InvalidInput
from tongbao.mall.contracts import MallSettings, OrderTooLarge, TransitionRefused
from tongbao.mall.policy import numbers
from tongbao.mall.policy.amounts import (
    FreightTerms,
    Parcel,
    freight,
    freight_to_give_back,
    order_total,
    refund_for_pieces,
)
from tongbao.mall.policy.life import (
    CLAIM_STEPS,
    ENDED_CLAIMS,
    ENDED_ORDERS,
    OPEN_CLAIMS,
    ORDER_STEPS,
    may,
)
from tongbao.mall.policy.order_rows import read_order_rows
from tongbao.mall.policy.reconciliation import compare
from tongbao.mall.policy.retries import pause_after

STATUSES = {"unpaid", "paid", "shipped", "received", "closed", "cancelled", "timed_out", "refunded"}


def test_every_status_is_reached_and_an_ended_order_stays_ended_but_for_a_refund():
    assert {step.target for step in ORDER_STEPS.values()} == STATUSES - {"unpaid"}
    for status in ENDED_ORDERS:
        leads_on = {step for step in ORDER_STEPS if may(step, status)}
        assert leads_on == ({"refund_fully"} if status == "closed" else set())


def test_no_order_is_sent_or_refunded_before_it_is_paid():
    for status in ("unpaid", "cancelled", "timed_out"):
        for step in ("ship", "receive", "use", "close", "refund_fully"):
            assert not may(step, status)


def test_every_open_claim_leads_somewhere_and_an_ended_one_nowhere():
    sources = {source for step in CLAIM_STEPS.values() for source in step.sources}
    assert sources == set(OPEN_CLAIMS)
    assert not sources & set(ENDED_CLAIMS)


@given(
    base_fen=st.integers(0, 10**9),
    quantity=st.integers(1, 999),
    data=st.data(),
)
def test_pieces_given_back_in_any_portions_cost_the_whole_line(base_fen, quantity, data):
    back, total_fen = 0, 0
    while back < quantity:
        pieces = data.draw(st.integers(1, quantity - back))
        part_fen = refund_for_pieces(base_fen=base_fen, quantity=quantity, already_back=back, pieces=pieces)
        assert part_fen >= 0
        total_fen, back = total_fen + part_fen, back + pieces
    assert total_fen == base_fen


@pytest.mark.parametrize(
    ("goods_fen", "fee_fen", "free_above_fen", "expected_fen"),
    [(100, 1_000, 0, 1_000), (9_899, 1_000, 9_900, 1_000), (9_900, 1_000, 9_900, 0), (1, 0, 0, 0)],
)
def test_freight_is_flat_and_free_from_an_amount_on(goods_fen, fee_fen, free_above_fen, expected_fen):
    terms = FreightTerms(fee_fen=fee_fen, free_above_fen=free_above_fen)
    assert freight([Parcel(terms_id=1, terms=terms, goods_fen=goods_fen)]) == expected_fen


def test_goods_on_different_terms_pay_each():
    terms = FreightTerms(fee_fen=1_000, free_above_fen=0)
    assert freight([Parcel(terms_id=key, terms=terms, goods_fen=1) for key in (1, 2)]) == 2_000


def test_an_order_comes_to_ten_million_yuan_at_most():
    assert order_total(goods_fen=999_999_999, freight_fen=1) == 10**9
    with pytest.raises(OrderTooLarge):
        order_total(goods_fen=10**9, freight_fen=1)


@pytest.mark.parametrize(
    ("was_sent", "takes_back_all", "expected_fen"), [(False, True, 500), (False, False, 0), (True, True, 0)]
)
def test_freight_goes_back_if_nothing_was_sent_and_nothing_is_kept(was_sent, takes_back_all, expected_fen):
    given_back = freight_to_give_back(was_sent=was_sent, takes_back_all=takes_back_all, freight_left_fen=500)
    assert given_back == expected_fen


@given(
    age=st.integers(0, 2 * 10**9),
    seconds=st.integers(1, 10**8),
    random_part=st.integers(0, 10**10 - 1),
)
def test_numbers_sort_by_time_and_have_one_length(age, seconds, random_part):
    earlier = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=age)
    first = numbers.number(prefix="P", now=earlier, random_part=random_part)
    later = numbers.number(prefix="P", now=earlier + timedelta(seconds=seconds), random_part=0)
    assert first < later
    assert len(first) == len(later) == 25


def test_a_day_of_a_statement_is_a_day_in_china():
    before = datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC)
    assert numbers.beijing_day(before).isoformat() == "2026-03-02"
    assert numbers.beijing_day(before + timedelta(seconds=1)).isoformat() == "2026-03-03"
    assert numbers.end_of_day(numbers.beijing_day(before)) == before + timedelta(seconds=1)


@given(st.integers(0, 1_000))
def test_pauses_grow_and_stay_under_an_hour(tries):
    assert timedelta(seconds=30) <= pause_after(tries) <= pause_after(tries + 1) <= timedelta(hours=1)


amounts = st.dictionaries(st.sampled_from([f"payment:P{n}" for n in range(6)]), st.integers(1, 3))


@given(there=amounts, here=amounts)
def test_every_movement_matches_or_differs_and_nothing_is_lost(there, here):
    result = compare(there=there, here=here)
    assert result.matched + len(result.differences) == len({*there, *here})
    assert sum(d.there_fen - d.here_fen for d in result.differences) == sum(there.values()) - sum(
        here.values()
    )


@pytest.mark.parametrize(
    "values",
    [
        {"payment_minutes": 0},
        {"payment_minutes": 1441},
        {"automatic_receipt_days": -1},
        {"freight_fen": 1.5},
        {"return_window_days": True},
        {"payment_gateways": (1,)},
    ],
)
def test_settings_that_make_no_sense_are_refused(values):
    with pytest.raises(InvalidInput):
        MallSettings(**values)


def test_a_refused_step_speaks_both_languages():
    refused = TransitionRefused(number="2026", status="timed_out", step="ship")
    assert refused.message("zh") == "2026当前状态为已超时关闭,无法执行发货。请刷新后查看可用操作。"
    assert refused.message("en").startswith("2026 is timed out, so it can't be shipped.")


GOOD = {
    "order_id": "A1",
    "buyer_id": "7",
    "product": "pack-198",
    "base_fen": "19800",
    "freight_fen": "500",
    "region_code": "440106",
    "paid_at": "2026-01-01T12:00:00+08:00",
    "received_at": "2026-01-03T12:00:00+08:00",
    "refunded_fen": "",
    "refunded_at": "",
}


def test_a_row_with_chinese_headers_and_yuan_reads_the_same():
    chinese = {
        "订单号": "A1",
        "买家": "7",
        "商品": "pack-198",
        "实付金额": "198.00",
        "运费": "5.00",
        "地区代码": "440106",
        "支付时间": "2026-01-01T12:00:00+08:00",
        "收货时间": "2026-01-03T12:00:00+08:00",
    }
    assert read_order_rows([(2, chinese)]) == read_order_rows([(2, GOOD)])
    assert read_order_rows([(2, GOOD)])[0][0].total_fen == 20_300


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"order_id": ""}, "order_id is empty"),
        ({"buyer_id": " "}, "buyer_id is empty"),
        ({"base_fen": "198.00"}, "base_fen must be a whole number of fen, not '198.00'"),
        ({"base_fen": "-1"}, "base_fen must be a whole number of fen, not '-1'"),
        ({"base_fen": "1e9"}, "base_fen must be"),
        ({"base_fen": "１９８００"}, "base_fen must be"),
        ({"base_fen": ""}, "base_fen must be"),
        (
            {"base_fen": "9999999999"},
            "base_fen with freight_fen is above 1000000000 fen (10000000.00 yuan), the most that one order may come to",
        ),
        ({"base_fen": "99999999999999"}, "base_fen is above 1000000000 fen (10000000.00 yuan)"),
        ({"base_fen": "", "base": "999999999.00"}, "correct the number, or split the order"),
        ({"base_fen": "0", "freight_fen": "0"}, "nothing was paid"),
        ({"region_code": "44010"}, "not a six-digit code"),
        ({"paid_at": ""}, "paid_at is empty"),
        ({"paid_at": "2026-01-01T12:00:00"}, "paid_at must look like"),
        ({"paid_at": "yesterday"}, "paid_at must look like"),
        ({"received_at": "9999-12-31T12:00:00+08:00"}, "received_at lies in the year 9999; correct it"),
        ({"received_at": "2025-12-31T12:00:00+08:00"}, "received_at is before paid_at"),
        ({"refunded_fen": "100"}, "come together"),
        ({"refunded_at": "2026-01-05T12:00:00+08:00"}, "come together"),
        (
            {"refunded_fen": "20301", "refunded_at": "2026-01-05T12:00:00+08:00"},
            "20301 fen refunded of 20300 fen paid (base and freight); correct the refund, or the amounts paid",
        ),
        ({"product": "x" * 61}, "longer than 60"),
    ],
)
def test_a_row_that_can_not_be_taken_says_why_and_on_which_line(change, why):
    rows, (problem,) = read_order_rows([(2, {**GOOD, "order_id": "A0"}), (3, {**GOOD, **change})])
    assert [row.order_id for row in rows] == ["A0"]
    assert problem.line == 3
    assert why in problem.why_en
    assert problem.why_zh


def test_an_order_that_is_there_twice_is_named():
    rows, problems = read_order_rows([(2, GOOD), (3, GOOD)])
    assert len(rows) == 1
    assert (problems[0].line, problems[0].why_en) == (3, "order A1 is already on line 2")
