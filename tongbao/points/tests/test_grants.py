"""Grants: promised with an order, minted when returns are over, taken back with the goods."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import POINT, platform_account
from tongbao.members.tests.people import CHEN
from tongbao.points import policy, selectors, services
from tongbao.points.contracts import (
    GIFT_PACKS,
    POOLS,
    TOTAL_CAP_POINTS,
    GrantExists,
    PointsAmountInvalid,
    PointsSettings,
    PoolUnknown,
    Purchase,
)
from tongbao.points.tests.people import NINE_DAYS_LATER, NOON, join, points, set_up, spend
from tongbao.tenancy.services import change_settings

EXAMPLES = Path(__file__).resolve().parents[3] / "tests" / "examples"
PACK_398 = 39_800


def left(pool: str = GIFT_PACKS) -> int:
    return selectors.left_in(pool=pool)


def leave_in_pool(amount: int, *, pool: str = GIFT_PACKS) -> None:
    """Somebody got all the others."""
    services.grant_pending(
        pool=pool, member_id=join(), amount=left(pool) - amount, subject=f"earlier:{pool}", now=NOON
    )


def bought(member_id: int, *, order: int, paid_fen: int = 19_800) -> int:
    return services.grant_for_purchase(
        pool=GIFT_PACKS, member_id=member_id, paid_fen=paid_fen, subject=f"order:{order}", now=NOON
    )


def minted(member_id: int, *, order: int, paid_fen: int = 19_800) -> None:
    bought(member_id, order=order, paid_fen=paid_fen)
    services.mint(subject=f"order:{order}", now=NINE_DAYS_LATER)


def sound() -> bool:
    return not list(selectors.verify()) and not list(books.verify())


def test_a_tenant_starts_with_six_pools_of_150_million_points(tenant):
    found = selectors.pools()
    assert [(pool.code, pool.cap // points(1)) for pool in found] == [
        ("gift_packs", 40_000_000),
        ("regional_agents", 30_000_000),
        ("lottery_winners", 20_000_000),
        ("mining", 30_000_000),
        ("tasks", 10_000_000),
        ("founding_team", 20_000_000),
    ]
    assert all((pool.left, pool.pending, pool.minted) == (pool.cap, 0, 0) for pool in found)
    assert selectors.supply().supply == points(TOTAL_CAP_POINTS)
    assert sum(kind.cap_points for kind in POOLS) == TOTAL_CAP_POINTS
    assert books.balance(account=platform_account("issuance"), asset=POINT).posted == -points(
        TOTAL_CAP_POINTS
    )


def test_opening_the_pools_again_changes_nothing(tenant):
    bought(join(), order=1)
    before = selectors.pools()
    services.set_up_tenant(now=NINE_DAYS_LATER)
    assert selectors.pools() == before
    assert sound()


def test_a_pack_gives_a_point_for_each_yuan_pending_at_first(tenant):
    wang = join()
    assert bought(wang, order=1) == points(198)
    owns = selectors.member_points(member_id=wang)
    assert (owns.available, owns.pending) == (0, points(198))
    assert left() == points(40_000_000 - 198)
    assert sound()


def test_fen_give_hundredths_of_a_point(tenant):
    assert bought(join(), order=1, paid_fen=19_899) == 1_989_900


def test_pending_points_are_minted_once(tenant):
    wang = join()
    bought(wang, order=1)
    assert services.mint(subject="order:1", now=NINE_DAYS_LATER) == points(198)
    assert services.mint(subject="order:1", now=NINE_DAYS_LATER) == 0
    owns = selectors.member_points(member_id=wang)
    assert (owns.available, owns.pending) == (points(198), 0)
    pool = selectors.require_pool(pool=GIFT_PACKS)
    assert (pool.pending, pool.minted) == (0, points(198))
    assert sound()


def test_an_order_without_a_grant_mints_nothing(tenant):
    assert services.mint(subject="order:404", now=NOON) == 0
    assert services.void(subject="order:404", now=NOON) == 0
    assert services.reduce_purchase_grant(subject="order:404", remaining_fen=0, now=NOON) == 0


def test_the_same_grant_asked_twice_is_booked_once(tenant):
    wang = join()
    assert bought(wang, order=1) == bought(wang, order=1) == points(198)
    assert left() == points(40_000_000 - 198)
    with pytest.raises(GrantExists):
        bought(wang, order=1, paid_fen=39_800)
    with pytest.raises(GrantExists):
        bought(join(), order=1)


def test_a_pool_that_runs_dry_gives_what_is_left_and_then_nothing(tenant):
    case = next(
        case
        for case in yaml.safe_load((EXAMPLES / "points.yaml").read_text("utf-8"))["cases"]
        if case["name"] == "a pool runs dry in the middle of a grant"
    )
    leave_in_pool(points(case["pool_left"]))
    wang = join()
    assert bought(wang, order=1, paid_fen=case["paid_fen"]) == points(case["granted"])
    assert left() == points(case["pool_after"])
    assert bought(wang, order=2) == points(case["next_grant"])
    assert bought(wang, order=1, paid_fen=case["paid_fen"]) == points(case["granted"])
    assert selectors.grant(subject="order:2").state == "voided"
    assert sound()


def test_one_pool_running_dry_leaves_the_others_alone(tenant):
    leave_in_pool(0)
    assert services.grant_pending(
        pool="tasks", member_id=join(), amount=points(3), subject="task:1", now=NOON
    )
    assert left("tasks") == points(10_000_000 - 3)


def test_a_refund_before_minting_gives_the_points_back_to_the_pool(tenant):
    wang = join()
    bought(wang, order=1)
    assert services.void(subject="order:1", now=NOON) == points(198)
    assert services.void(subject="order:1", now=NOON) == 0
    assert services.mint(subject="order:1", now=NINE_DAYS_LATER) == 0
    assert left() == points(40_000_000)
    assert selectors.grant(subject="order:1").state == "voided"
    assert sound()


def test_a_partial_refund_leaves_the_points_for_what_remains(tenant):
    wang = join()
    bought(wang, order=1)
    assert services.reduce_purchase_grant(subject="order:1", remaining_fen=9_900, now=NOON) == points(99)
    assert services.reduce_purchase_grant(subject="order:1", remaining_fen=9_900, now=NOON) == 0
    assert services.mint(subject="order:1", now=NINE_DAYS_LATER) == points(99)
    assert left() == points(40_000_000 - 99)
    assert sound()


def test_a_grant_cut_short_by_a_dry_pool_shrinks_only_below_what_remains_paid(tenant):
    """300 of 398 were granted; a refund to 350 yuan leaves 300, one to 250 yuan leaves 250."""
    leave_in_pool(points(300))
    bought(join(), order=1, paid_fen=PACK_398)
    assert services.reduce_purchase_grant(subject="order:1", remaining_fen=35_000, now=NOON) == 0
    assert services.reduce_purchase_grant(subject="order:1", remaining_fen=25_000, now=NOON) == points(50)
    assert left() == points(50)


def test_the_rate_of_the_order_counts_for_its_refund_whatever_is_set_since(tenant):
    wang = join()
    bought(wang, order=1)
    change_settings(
        settings_class=PointsSettings,
        values={"units_per_fen": 50},
        actor=CHEN,
        now=NOON,
        reason="half from now on",
    )
    assert services.reduce_purchase_grant(subject="order:1", remaining_fen=9_900, now=NOON) == points(99)
    assert bought(wang, order=2) == points(99)
    assert bought(join(), order=3) == points(99)


def test_a_refund_after_minting_takes_the_points_from_the_member(tenant):
    wang = join()
    minted(wang, order=1)
    assert services.void(subject="order:1", now=NINE_DAYS_LATER) == points(198)
    owns = selectors.member_points(member_id=wang)
    assert (owns.available, owns.owed) == (0, 0)
    assert left() == points(40_000_000)
    assert selectors.grant(subject="order:1").state == "returned"
    assert sound()


def test_points_spent_before_the_goods_went_back_are_owed_and_repaid_first(tenant):
    """ERPNext #32951: points kept after the goods went back."""
    wang = join()
    minted(wang, order=1)
    spend(wang, points(150))
    services.void(subject="order:1", now=NINE_DAYS_LATER)
    owns = selectors.member_points(member_id=wang)
    assert (owns.available, owns.owed) == (0, points(150))
    assert left() == points(40_000_000 - 150)
    assert sound()

    minted(wang, order=2, paid_fen=10_000)
    owns = selectors.member_points(member_id=wang)
    assert (owns.available, owns.owed) == (0, points(50))
    minted(wang, order=3, paid_fen=10_000)
    owns = selectors.member_points(member_id=wang)
    assert (owns.available, owns.owed) == (points(50), 0)
    assert left() == points(40_000_000 - 200)
    assert sound()


def test_debts_are_repaid_to_the_pool_that_gave_oldest_first(tenant):
    set_up(tasks_vesting_days=0)
    wang = join()
    minted(wang, order=1, paid_fen=10_000)
    services.grant_pending(pool="tasks", member_id=wang, amount=points(10), subject="task:1", now=NOON)
    services.mint(subject="task:1", now=NINE_DAYS_LATER)
    spend(wang, points(110))
    services.void(subject="order:1", now=NINE_DAYS_LATER)
    services.void(subject="task:1", now=NINE_DAYS_LATER)
    minted(wang, order=2, paid_fen=10_500)
    assert selectors.grant(subject="order:1").owed == 0
    assert selectors.grant(subject="task:1").owed == points(5)
    assert left("tasks") == points(10_000_000 - 5)
    assert sound()


@pytest.mark.parametrize("amount", [-1, 1.5, "10", True])
def test_an_amount_that_is_no_whole_number_from_zero_up_is_refused(tenant, amount):
    with pytest.raises(PointsAmountInvalid):
        services.grant_pending(pool="tasks", member_id=1, amount=amount, subject="task:1", now=NOON)


def test_an_unknown_pool_is_refused(tenant):
    with pytest.raises(PoolUnknown, match="gift_packs"):
        services.grant_pending(pool="gift_pack", member_id=join(), amount=1, subject="task:1", now=NOON)
    with pytest.raises(PoolUnknown):
        selectors.require_pool(pool="gift_pack")


def test_a_statement_and_the_grants_say_where_points_came_from(tenant):
    wang = join()
    minted(wang, order=1)
    bought(wang, order=2, paid_fen=PACK_398)
    (line,) = selectors.member_statement(member_id=wang)
    assert (line.amount, line.balance_after, line.subject) == (points(198), points(198), "order:1")
    assert [(item.subject, item.state) for item in selectors.member_grants(member_id=wang)] == [
        ("order:2", "pending"),
        ("order:1", "minted"),
    ]
    assert selectors.grant_states(subjects=["order:1", "order:9"]) == {"order:1": "minted"}


def test_a_grant_that_was_tampered_with_is_found(tenant):
    bought(join(), order=1)
    from tongbao.points.models import Grant

    Grant.objects.filter(subject="order:1").update(amount=points(197))
    findings = {(finding.table, finding.key) for finding in selectors.verify()}
    assert ("points_grant", "order:1") in findings
    assert ("points_pool", GIFT_PACKS) in findings


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE points_pool SET cap = cap + 1",
        "DELETE FROM points_pool",
        "UPDATE points_grant SET member_id = member_id + 1",
        "UPDATE points_grant SET asked = asked + 1",
        "DELETE FROM points_grant",
        "UPDATE points_contribution SET base_fen = base_fen + 1",
        "DELETE FROM points_contribution",
    ],
)
def test_no_cap_rises_and_no_fact_is_rewritten_even_by_sql(tenant, change):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["grant", "return", "burn", "contribute"]), st.integers(0, 10**9))
    ),
    cap=st.integers(10**9, 10**12),
)
def test_the_floor_never_falls_by_any_sequence_of_operations(steps, cap):
    """Granting and returning leave it, burning and contributing raise it or leave it."""
    reserve_fen = burned = circulating = 0
    floor = policy.price_of_one_point(reserve_fen=0, units=cap)
    for kind, amount in steps:
        if kind == "grant":
            circulating += min(amount, cap - burned - circulating)
        if kind == "return":
            circulating -= min(amount, circulating)
        if kind == "burn":
            amount = min(amount, circulating)
            circulating, burned = circulating - amount, burned + amount
        if kind == "contribute":
            reserve_fen += amount
        supply = policy.supply_of(cap=cap, burned=burned)
        price = policy.price_of_one_point(reserve_fen=reserve_fen, units=supply)
        if price is None:
            return
        assert price >= floor
        assert policy.floor_covers(reserve_fen=reserve_fen, supply=supply, circulating=circulating)
        floor = price


def test_with_a_supply_of_zero_there_is_no_price():
    assert policy.price_of_one_point(reserve_fen=1_000, units=0) is None
    assert not policy.floor_covers(reserve_fen=1, supply=10, circulating=11)


@pytest.mark.parametrize("name", ["supply", "prices", "redemption", "vesting"])
def test_the_examples_in_the_docstrings_hold(name):
    result = doctest.testmod(import_module(f"tongbao.points.policy.{name}"))
    assert result.attempted > 0
    assert result.failed == 0


def together(*wanted: tuple[str, int]) -> dict[str, int]:
    """Purchases of 1 fen for each unit of a hundred, granted in one call; what each got, in points."""
    purchases = [
        Purchase(subject=subject, member_id=join(), paid_fen=worth * 100) for subject, worth in wanted
    ]
    granted = services.grant_for_purchases(pool=GIFT_PACKS, purchases=purchases, now=NOON)
    return {subject: units // 10_000 for subject, units in granted.items()}


@pytest.mark.parametrize(
    ("in_pool", "each_gets"),
    [
        (594, (198, 198, 198)),
        (593, (198, 198, 197)),
        (396, (198, 198, 0)),
        (300, (198, 102, 0)),
        (1, (1, 0, 0)),
        (0, (0, 0, 0)),
    ],
)
def test_where_a_pool_ends_among_many_the_first_ones_get_what_is_left(tenant, in_pool, each_gets):
    leave_in_pool(points(in_pool))
    found = together(("order:1", 198), ("order:2", 198), ("order:3", 198))
    assert tuple(found.values()) == each_gets
    assert left() == points(max(0, in_pool - 594))
    states = [selectors.grant(subject=f"order:{one}").state for one in (1, 2, 3)]
    assert states == ["pending" if got else "voided" for got in each_gets]
    assert sound()


def test_an_empty_pool_costs_the_same_for_two_and_for_two_hundred(tenant):
    leave_in_pool(0)
    members = [join() for _ in range(200)]

    def queries(count: int, start: int) -> int:
        purchases = [
            Purchase(subject=f"order:{start + one}", member_id=members[one], paid_fen=19_800)
            for one in range(count)
        ]
        with CaptureQueriesContext(connection) as seen:
            granted = services.grant_for_purchases(pool=GIFT_PACKS, purchases=purchases, now=NOON)
        assert set(granted.values()) == {0}
        return len(seen)

    assert queries(2, 1_000) == queries(200, 2_000)


def test_many_asked_for_again_get_the_same(tenant):
    leave_in_pool(points(300))
    members = [join(), join()]
    purchases = [Purchase(subject=f"order:{member}", member_id=member, paid_fen=19_800) for member in members]
    first = services.grant_for_purchases(pool=GIFT_PACKS, purchases=purchases, now=NOON)
    assert list(first.values()) == [points(198), points(102)]
    assert services.grant_for_purchases(pool=GIFT_PACKS, purchases=purchases, now=NOON) == first
    assert sound()
