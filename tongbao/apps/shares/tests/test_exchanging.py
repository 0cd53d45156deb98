"""Seven and a half points are a share: asked for, decided, entered in the register."""

from __future__ import annotations

from collections import Counter

import pytest
from django.db import DatabaseError, connection, transaction

from tongbao.apps.shares import selectors, services
from tongbao.apps.shares.contracts import (
    CapBelowIssued,
    ExchangeUnknown,
    HolderNotVerified,
    SharesCapReached,
    SharesInvalid,
)
from tongbao.apps.shares.models import Certificate, Exchange
from tongbao.apps.shares.tests.people import CARDS, CHEN, NOON, POINT, ask, has, holder, issue, sound
from tongbao.ledger.contracts import platform_account
from tongbao.ledger.selectors import balance
from tongbao.points.contracts import PointsShort, RequestDiffers
from tongbao.tenancy.selectors import audited


def test_ten_shares_cost_seventy_five_points_which_are_burned(on):
    wang = holder(100)
    certificate = issue(wang, 10)
    assert (certificate.number, certificate.shares, certificate.units) == ("GQ00000001", 10, 75 * POINT)
    assert (certificate.first_share, certificate.last_share) == (1, 10)
    assert has(wang) == 25 * POINT
    assert balance(account=platform_account("burned"), asset="POINT").posted == 75 * POINT
    assert selectors.shares_of(member_id=wang) == 10
    terms = selectors.share_terms()
    assert (terms.cap, terms.issued, terms.left) == (20_000_000, 10, 19_999_990)
    assert sound()


def test_points_are_set_aside_while_a_request_waits(on):
    wang = holder(100)
    ask(wang, 10)
    assert has(wang) == 25 * POINT
    with pytest.raises(PointsShort) as refused:
        ask(wang, 4, "s-2")
    assert (refused.value.values["asked"], refused.value.values["available"]) == (30 * POINT, 25 * POINT)


def test_a_refused_request_gives_the_points_back_and_says_why(on):
    wang = holder(100)
    number = ask(wang, 10)
    services.refuse_exchange(number=number, reason="资料不全", actor=CHEN, now=NOON)
    (request,) = selectors.exchanges_of(member_id=wang)
    assert (request.state, request.reason, has(wang)) == ("refused", "资料不全", 100 * POINT)
    with pytest.raises(ExchangeUnknown):
        services.approve_exchange(number=number, actor=CHEN, now=NOON)
    assert [detail["reason"] for _, detail in audited(action="shares.refuse")] == ["资料不全"]


def test_a_member_takes_their_own_request_back_and_nobody_elses(on):
    wang, li = holder(100), holder(100, name="李四", card=CARDS[1])
    number = ask(wang, 10)
    with pytest.raises(ExchangeUnknown):
        services.withdraw_exchange(number=number, member_id=li, now=NOON)
    assert services.withdraw_exchange(number=number, member_id=wang, now=NOON).state == "withdrawn"
    assert has(wang) == 100 * POINT


def test_an_answer_that_was_lost_is_given_again(on):
    wang = holder(100)
    assert ask(wang, 10) == ask(wang, 10)
    assert has(wang) == 25 * POINT
    with pytest.raises(RequestDiffers):
        ask(wang, 11)


@pytest.mark.parametrize("shares", [0, -1, 1.0, True, 10**12 + 1, 10**12], ids=str)
def test_what_is_no_number_of_shares_is_refused(on, shares):
    wang = holder(100)
    with pytest.raises((SharesInvalid, SharesCapReached)):
        ask(wang, shares)
    assert has(wang) == 100 * POINT


def test_a_register_names_people(on):
    nobody = holder(100, name="")
    with pytest.raises(HolderNotVerified):
        ask(nobody, 1)


def test_the_last_share_below_the_cap_is_issued_and_no_other(on):
    services.set_cap(cap=10, reason="第一期", actor=CHEN, now=NOON)
    wang = holder(100)
    first, second = ask(wang, 10), ask(wang, 1, "s-2")
    services.approve_exchange(number=first, actor=CHEN, now=NOON)
    with pytest.raises(SharesCapReached) as refused:
        services.approve_exchange(number=second, actor=CHEN, now=NOON)
    assert refused.value.values["left"] == 0
    with pytest.raises(SharesCapReached):
        ask(wang, 1, "s-3")
    with pytest.raises(CapBelowIssued):
        services.set_cap(cap=9, reason="", actor=CHEN, now=NOON)
    services.set_cap(cap=11, reason="第二期", actor=CHEN, now=NOON)
    assert services.approve_exchange(number=second, actor=CHEN, now=NOON).first_share == 11
    assert sound()


def test_eight_operators_at_once_issue_what_the_cap_allows_in_numbers_without_a_gap(committed_on, race):
    services.set_cap(cap=5, reason="第一期", actor=CHEN, now=NOON)
    wang = holder(100)
    numbers = [ask(wang, 1, f"s-{turn}") for turn in range(5)] + [
        ask(wang, 1, f"t-{turn}") for turn in range(3)
    ]
    approvals = [
        (lambda number=number: services.approve_exchange(number=number, actor=CHEN, now=NOON))
        for number in numbers
    ]
    answers = Counter(type(answer).__name__ for answer in race(*approvals))
    assert answers == {"CertificateFacts": 5, "SharesCapReached": 3}
    firsts = Certificate.objects.order_by("first_share").values_list("first_share", flat=True)
    assert list(firsts) == [1, 2, 3, 4, 5]
    assert sound()


def test_approved_and_withdrawn_at_once_is_one_of_the_two(committed_on, race):
    wang = holder(100)
    number = ask(wang, 10)
    approved, withdrawn = race(
        lambda: services.approve_exchange(number=number, actor=CHEN, now=NOON),
        lambda: services.withdraw_exchange(number=number, member_id=wang, now=NOON),
    )
    assert [isinstance(one, ExchangeUnknown) for one in (approved, withdrawn)].count(True) == 1
    state = Exchange.objects.get().state
    assert (state, has(wang)) in {("approved", 25 * POINT), ("withdrawn", 100 * POINT)}
    assert sound()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE shares_certificate SET member_id = member_id",
        "DELETE FROM shares_certificate",
        "DELETE FROM shares_issue",
        "UPDATE shares_dividend_part SET amount_fen = 1",
    ],
)
def test_the_register_can_not_be_rewritten_by_the_application(on, statement):
    issue(holder(100), 1)
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
