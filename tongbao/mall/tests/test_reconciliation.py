"""The daily reconciliation: every way in which a gateway and the ledger can disagree, and how it ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tongbao.mall.contracts import ClaimWish, TransitionRefused
from tongbao.mall.models import ReconciliationDifference, ReconciliationRun, StatementEntry
from tongbao.mall.services import claims, differences, payments, reconciliation, refunds
from tongbao.mall.services.reconciliation import reconcile_day, reconcile_missed_days
from tongbao.mall.tests import shop
from tongbao.tenancy.contracts import ReasonNeeded
from tongbao.tenancy.models import AuditEntry

DAY = timedelta(days=1)
MONDAY = date(2026, 3, 2)
TUESDAY_MORNING = shop.NOON + DAY - timedelta(hours=4)


@pytest.fixture
def gateway(tenant):
    gateway = shop.MemoryGateway()
    with shop.only(gateway):
        yield gateway


def compare(day: date = MONDAY, now=TUESDAY_MORNING) -> tuple[int, int, int]:
    done = reconcile_day(gateway_code="memory", day=day, now=now)
    return done.stated, done.matched, done.differing


def open_differences() -> list[tuple[str, str, int, int]]:
    return [
        (row.movement, row.kind, row.there_fen, row.here_fen)
        for row in ReconciliationDifference.objects.filter(state="open").order_by("id")
    ]


def only_payment(gateway) -> shop.Movement:
    return next(movement for movement in gateway.movements.values() if movement.kind == "payment")


def test_a_day_on_which_all_agrees_has_no_differences(gateway):
    member, pack = shop.buyer(), shop.pack_198()
    shop.paid(gateway, member, (pack, 1))
    placed = shop.paid(gateway, member, (pack, 1))
    number = claims.refund_order(
        order_number=placed.number,
        lines=[ClaimWish(position=1, amount_fen=5_000)],
        reason="goodwill",
        actor=shop.OPERATOR,
        now=shop.NOON,
    )
    refunds.submit_refund(number=number, now=shop.NOON)
    gateway.finish(number, at=shop.NOON)
    shop.notify(gateway, number, now=shop.NOON)
    assert compare() == (3, 3, 0)
    assert open_differences() == []


def test_a_payment_the_gateway_states_and_we_never_booked_is_missing_here(gateway):
    member = shop.buyer()
    started = shop.start(member, shop.order(member, (shop.pack_198(), 1)))
    gateway.finish(started.number, at=shop.NOON)
    assert compare() == (1, 0, 1)
    assert open_differences() == [("payment", "missing_here", 19_800, 0)]
    # Its notification arrives after all: the difference ends by itself at the next run.
    shop.notify(gateway, started.number, now=TUESDAY_MORNING)
    compare(day=MONDAY + DAY, now=TUESDAY_MORNING + DAY)
    assert open_differences() == []
    assert ReconciliationDifference.objects.get().state == "cleared"


def test_a_payment_we_booked_and_the_gateway_does_not_state_is_missing_there(gateway):
    shop.paid(gateway, shop.buyer(), (shop.pack_198(), 1))
    only_payment(gateway).state = "failed"
    assert compare() == (0, 0, 1)
    assert open_differences() == [("payment", "missing_there", 0, 19_800)]


def test_a_payment_of_another_amount_differs(gateway):
    shop.paid(gateway, shop.buyer(), (shop.pack_198(), 1))
    only_payment(gateway).amount_fen = 19_700
    assert compare() == (1, 0, 1)
    assert open_differences() == [("payment", "amount_differs", 19_700, 19_800)]


def test_a_refund_the_gateway_states_and_we_never_asked_for_is_missing_here(gateway):
    gateway.refund(number="P0", refund_number="R0", amount_fen=500)
    gateway.finish("R0", at=shop.NOON)
    assert compare() == (1, 0, 1)
    assert open_differences() == [("refund", "missing_here", -500, 0)]


def test_comparing_a_day_again_changes_nothing(gateway):
    member = shop.buyer()
    shop.paid(gateway, member, (shop.pack_198(), 1))
    gateway.refund(number="P0", refund_number="R0", amount_fen=500)
    gateway.finish("R0", at=shop.NOON)
    first = compare()
    found_at = ReconciliationDifference.objects.get().found_at
    for _ in range(2):
        assert compare(now=TUESDAY_MORNING + timedelta(hours=1)) == first == (2, 1, 1)
    assert ReconciliationDifference.objects.get().found_at == found_at
    assert (ReconciliationRun.objects.count(), StatementEntry.objects.count()) == (1, 2)


def test_a_payment_just_before_midnight_booked_just_after_it_is_no_difference(gateway):
    member = shop.buyer()
    midnight = shop.NOON + timedelta(hours=12)
    placed = shop.order(member, (shop.pack_198(), 1), now=midnight - timedelta(minutes=1))
    started = shop.start(member, placed, now=midnight - timedelta(minutes=1))
    gateway.finish(started.number, at=midnight - timedelta(seconds=1))
    shop.notify(gateway, started.number, now=midnight + timedelta(seconds=1))
    assert compare() == (1, 1, 0)
    assert compare(day=MONDAY + DAY, now=TUESDAY_MORNING + DAY) == (0, 1, 0)
    assert open_differences() == []


def test_what_is_booked_after_the_day_waits_for_its_own_day(gateway):
    member, pack = shop.buyer(), shop.pack_198()
    shop.paid(gateway, member, (pack, 1))
    shop.paid(gateway, member, (pack, 1), now=shop.NOON + DAY)
    assert compare(now=shop.NOON + 2 * DAY) == (1, 1, 0)
    assert compare(day=MONDAY + DAY, now=shop.NOON + 2 * DAY) == (1, 1, 0)


def test_a_gateway_in_another_time_than_ours_still_matches(gateway):
    """A demo's clock runs ahead of the gateway's: what counts is the day that the gateway itself named."""
    member = shop.buyer()
    ahead = shop.NOON + 8 * DAY
    placed = shop.order(member, (shop.pack_198(), 1), now=ahead)
    started = shop.start(member, placed, now=ahead)
    gateway.finish(started.number, at=shop.NOON)
    headers, body = gateway.notice(started.number, at=shop.NOON)
    payments.take_notification(
        gateway_code="memory", headers=headers, body=body, received_at=shop.NOON, now=ahead
    )
    assert compare(day=MONDAY + 8 * DAY, now=ahead + DAY) == (0, 1, 0)
    assert open_differences() == []


def test_days_that_were_missed_are_caught_up(gateway):
    member, pack = shop.buyer(), shop.pack_198()
    for day in range(3):
        shop.paid(gateway, member, (pack, 1), now=shop.NOON + day * DAY)
    done = reconcile_missed_days(now=shop.NOON + 3 * DAY)
    assert [(one.day, one.matched) for one in done] == [
        (MONDAY, 1),
        (MONDAY + DAY, 1),
        (MONDAY + 2 * DAY, 1),
    ]
    assert [one.day for one in reconcile_missed_days(now=shop.NOON + 4 * DAY)] == [MONDAY + 3 * DAY]


def test_a_gateway_that_does_not_answer_leaves_the_day_for_later(gateway):
    shop.paid(gateway, shop.buyer(), (shop.pack_198(), 1))
    gateway.is_down = True
    assert reconcile_missed_days(now=TUESDAY_MORNING) == ()
    assert not ReconciliationRun.objects.exists()
    gateway.is_down = False
    assert [one.matched for one in reconcile_missed_days(now=TUESDAY_MORNING)] == [1]


def test_a_difference_is_resolved_once_with_a_reason_and_stays_resolved(gateway):
    gateway.refund(number="P0", refund_number="R0", amount_fen=500)
    gateway.finish("R0", at=shop.NOON)
    compare()
    row = ReconciliationDifference.objects.get()

    def resolve(reason: str) -> None:
        differences.resolve_difference(
            difference_id=row.pk, reason=reason, actor=shop.OPERATOR, now=TUESDAY_MORNING
        )

    with pytest.raises(ReasonNeeded):
        resolve("ok")
    resolve("made by hand in the gateway's console")
    with pytest.raises(TransitionRefused):
        resolve("made by hand in the gateway's console")
    compare()
    row.refresh_from_db()
    assert (row.state, row.resolved_by) == ("resolved", "李经理")
    assert AuditEntry.objects.filter(action="reconciliation.resolve").count() == 1


def test_a_long_statement_is_read_to_its_end(gateway, monkeypatch):
    monkeypatch.setattr(reconciliation, "PAGE", 2)
    member, pack = shop.buyer(), shop.pack_198()
    for _ in range(5):
        shop.paid(gateway, member, (pack, 1))
    assert compare() == (5, 5, 0)
