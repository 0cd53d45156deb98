"""One account pays many members in one request: the same as a request of as many transfers, to the last byte."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongbao.kit import clock
from tongbao.kit.transactions import transaction
from tongbao.ledger import selectors, services
from tongbao.ledger.contracts import (
    POINT,
    InsufficientFunds,
    Receipt,
    Request,
    RequestChanged,
    Transfer,
    TransferAmountInvalid,
    UnknownAccountKind,
    member_account,
    platform_account,
)

WANG, LI, ZHAO = 1, 2, 3
POOL = platform_account("pool", "mining")


def pay_out(key: str, *lines: tuple[int, int, str], account_kind: str = "points") -> Receipt:
    members, amounts, subjects = zip(*lines, strict=True)
    return services.pay_out(
        key=key,
        debit=POOL,
        member_ids=members,
        amounts=amounts,
        subjects=subjects,
        account_kind=account_kind,
        kind="points_minted",
        asset=POINT,
        now=clock.now(),
    )


def the_same(key: str, *lines: tuple[int, int, str]) -> Request:
    return Request(
        key=key,
        transfers=tuple(
            Transfer(
                debit=POOL,
                credit=member_account(member, "points"),
                amount=amount,
                kind="points_minted",
                subject=subject,
                asset=POINT,
            )
            for member, amount, subject in lines
        ),
    )


def points_of(member_id: int) -> int:
    return selectors.balance(account=member_account(member_id, "points"), asset=POINT).posted


def test_wang_and_li_are_paid_once_whoever_asks_again(tenant):
    lines = ((WANG, 5, "mining:1:1"), (LI, 70, "mining:1:2"), (WANG, 1, "mining:2:1"))
    assert not pay_out("round:1", *lines).require().replayed
    assert pay_out("round:1", *lines).replayed
    assert (points_of(WANG), points_of(LI)) == (6, 70)
    with pytest.raises(RequestChanged):
        pay_out("round:1", *lines[:2])


LINES = st.tuples(st.integers(1, 6), st.integers(1, 1_000), st.text("ab:'\"\\\n王", max_size=6))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINES, min_size=1, max_size=12))
def test_it_is_the_request_of_these_transfers(tenant, lines):
    """The books compare what a key asks for by its hash: they take the one for the other, whichever came first."""
    key = f"round:{hash(tuple(lines))}"
    first = pay_out(key, *lines).require()
    assert services.post(request=the_same(key, *lines), now=clock.now()).batch == first.batch
    second = services.post(request=the_same(f"other:{key}", *lines), now=clock.now())
    assert pay_out(f"other:{key}", *lines).batch == second.batch


def test_a_pool_that_has_less_pays_nobody(tenant):
    left = selectors.balance(account=POOL, asset=POINT).available
    with pytest.raises(InsufficientFunds):
        pay_out("round:1", (WANG, left, "a"), (LI, 1, "b")).require()
    assert (points_of(WANG), points_of(LI)) == (0, 0)
    pay_out("round:2", (WANG, left - 1, "a"), (LI, 1, "b")).require()
    assert selectors.balance(account=POOL, asset=POINT).available == 0


@pytest.mark.parametrize("amount", [0, -1])
def test_an_amount_of_nothing_or_less_is_refused(tenant, amount):
    with pytest.raises(TransferAmountInvalid):
        pay_out("round:1", (WANG, 5, "a"), (LI, amount, "b"))


def test_an_account_of_no_known_kind_is_refused(tenant):
    with pytest.raises(UnknownAccountKind), transaction():
        pay_out("round:1", (WANG, 5, "a"), account_kind="treasure")


def test_columns_of_unequal_length_are_refused(tenant):
    columns = {"member_ids": [WANG, LI], "amounts": [5], "subjects": ["a", "b"]}
    with pytest.raises(ValueError, match="a member, an amount and a subject"):
        services.pay_out(key="round:1", debit=POOL, account_kind="points", kind="points_minted", asset=POINT,
                         now=clock.now(), **columns)  # fmt: skip
