"""A dividend goes to the register as it stands, each fen accounted for, each part once."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.apps.shares import selectors, services
from tongbao.apps.shares.contracts import DividendInvalid, DividendUnknown
from tongbao.apps.shares.models import Dividend
from tongbao.apps.shares.policy import divide
from tongbao.apps.shares.services import dividends
from tongbao.apps.shares.tests.people import CARDS, CHEN, NOON, cash, earn, holder, issue, sound
from tongbao.ledger.contracts import platform_account
from tongbao.ledger.selectors import balance


@pytest.mark.parametrize(
    ("total_fen", "held", "parts"),
    [
        (100, {7: 1, 8: 1, 9: 1}, {7: 34, 8: 33, 9: 33}),
        (100, {7: 2, 8: 1}, {7: 67, 8: 33}),
        (1, {7: 1, 8: 5}, {7: 0, 8: 1}),
        (10_000, {7: 1}, {7: 10_000}),
        (7, {7: 3, 8: 3, 9: 1}, {7: 3, 8: 3, 9: 1}),
    ],
)
def test_a_dividend_is_divided_by_shares(total_fen, held, parts):
    assert divide(total_fen=total_fen, held=held) == parts


@given(
    total_fen=st.integers(1, 10**13),
    held=st.dictionaries(st.integers(1, 10**6), st.integers(1, 10**9), min_size=1, max_size=20),
)
def test_parts_add_up_and_nobody_gets_a_fen_less_or_more_than_their_share(total_fen, held):
    parts = divide(total_fen=total_fen, held=held)
    everything = sum(held.values())
    assert sum(parts.values()) == total_fen
    assert set(parts) == set(held)
    for member, shares in held.items():
        assert abs(parts[member] * everything - total_fen * shares) < everything


@pytest.mark.parametrize("total_fen", [0, -1, 1.0, True], ids=str)
def test_what_is_no_amount_is_not_divided(total_fen):
    with pytest.raises(DividendInvalid):
        divide(total_fen=total_fen, held={7: 1})


def two_holders() -> tuple[int, int]:
    """Wang with two shares, Li with one."""
    wang, li = holder(100), holder(100, name="李四", card=CARDS[1])
    issue(wang, 2)
    issue(li, 1)
    return wang, li


def draw_up(total_fen: int = 100_00) -> str:
    return services.draw_up_dividend(total_fen=total_fen, note="2026年度分红", actor=CHEN, now=NOON)


def test_a_hundred_yuan_for_three_shares(on):
    wang, li = two_holders()
    earn(1_000_00)
    number = draw_up()
    assert (cash(wang), cash(li), selectors.dividends_of(member_id=wang)) == (0, 0, ())
    assert services.pay_dividend(number=number, actor=CHEN, now=NOON) == 2
    assert (cash(wang), cash(li)) == (66_67, 33_33)
    assert balance(account=platform_account("operating")).posted == 900_00
    (shown,) = selectors.dividends_of(member_id=wang)
    assert (shown.state, shown.shares, shown.total_shares, shown.amount_fen) == ("paid", 2, 3, 66_67)
    assert sound()


def test_shares_that_come_later_are_not_in_it(on):
    wang, li = two_holders()
    number = draw_up()
    issue(li, 10, "s-2")
    services.pay_dividend(number=number, actor=CHEN, now=NOON)
    assert (cash(wang), cash(li)) == (66_67, 33_33)


def test_what_was_drawn_up_is_dropped_and_never_paid(on):
    wang, _ = two_holders()
    number = draw_up()
    services.drop_dividend(number=number, actor=CHEN, now=NOON)
    with pytest.raises(DividendUnknown):
        services.pay_dividend(number=number, actor=CHEN, now=NOON)
    assert cash(wang) == 0


def test_a_paid_dividend_is_neither_dropped_nor_paid_again(on):
    wang, _ = two_holders()
    number = draw_up()
    services.pay_dividend(number=number, actor=CHEN, now=NOON)
    for step in (services.drop_dividend, services.pay_dividend):
        with pytest.raises(DividendUnknown):
            step(number=number, actor=CHEN, now=NOON)
    assert cash(wang) == 66_67


def test_without_a_holder_or_a_word_what_it_is_for_there_is_none(on):
    with pytest.raises(DividendInvalid):
        draw_up()
    two_holders()
    with pytest.raises(DividendInvalid):
        services.draw_up_dividend(total_fen=100, note=" ", actor=CHEN, now=NOON)
    assert not Dividend.objects.exists()


def test_a_payment_that_was_cut_off_goes_on_where_it_stopped(committed_on, monkeypatch):
    wang, li = two_holders()
    number = draw_up()
    monkeypatch.setattr(dividends, "PARTS_AT_ONCE", 1)
    real, runs = dividends._pay_run, []

    def cut_off(number, now):
        if runs:
            raise ConnectionError
        runs.append(number)
        return real(number, now)

    monkeypatch.setattr(dividends, "_pay_run", cut_off)
    with pytest.raises(ConnectionError):
        services.pay_dividend(number=number, actor=CHEN, now=NOON)
    assert (cash(wang), cash(li)) == (66_67, 0)
    monkeypatch.setattr(dividends, "_pay_run", real)
    assert services.pay_dividend(number=number, actor=CHEN, now=NOON) == 1
    assert (cash(wang), cash(li)) == (66_67, 33_33)


def test_paid_eight_times_at_once_everybody_has_it_once(committed_on, race):
    wang, li = two_holders()
    number = draw_up()
    race(*[partial(services.pay_dividend, number=number, actor=CHEN, now=NOON)] * 8)
    assert (cash(wang), cash(li)) == (66_67, 33_33)
    assert Dividend.objects.get().state == "paid"
    assert sound()


def test_dropped_and_paid_at_once_is_one_of_the_two(committed_on, race):
    wang, _ = two_holders()
    number = draw_up()
    race(
        partial(services.pay_dividend, number=number, actor=CHEN, now=NOON),
        partial(services.drop_dividend, number=number, actor=CHEN, now=NOON),
    )
    assert (Dividend.objects.get().state, cash(wang)) in {("paid", 66_67), ("dropped", 0)}


def test_a_dividend_whose_parts_were_changed_is_found(committed_on):
    two_holders()
    number = draw_up()
    with committed_on.connect_as_superuser() as admin:
        admin.execute("UPDATE shares_dividend_part SET amount_fen = amount_fen + 1 WHERE shares = 1")
    (finding,) = selectors.verify()
    assert (finding.table, finding.key) == ("shares_dividend", number)


def test_a_register_with_a_gap_is_found(committed_on):
    two_holders()
    with committed_on.connect_as_superuser() as admin:
        admin.execute("UPDATE shares_certificate SET first_share = 4, last_share = 4 WHERE first_share = 3")
    (finding,) = selectors.verify()
    assert (finding.key, finding.should) == ("GQ00000002", "begin with share 3")
