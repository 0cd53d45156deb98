"""Orders taken over from another system: as they were, in the order of time, all or none."""

from __future__ import annotations

from datetime import datetime

import pytest

from tongbao.kit.models import OutboxEvent
from tongbao.ledger.contracts import platform_account
from tongbao.ledger.selectors import balance
from tongbao.mall import selectors
from tongbao.mall.contracts import OrderRowsRefused
from tongbao.mall.models import Order
from tongbao.mall.services.imports import import_orders
from tongbao.mall.tests import shop
from tongbao.members.selectors import member


@pytest.fixture
def buyer(tenant):
    return member(member_id=shop.buyer()).number


def row(order_id: str, buyer: str, **change: str) -> dict[str, str]:
    return {
        "order_id": order_id,
        "buyer_id": buyer,
        "product": "pack-198",
        "base_fen": "19800",
        "freight_fen": "1000",
        "region_code": "440106",
        "paid_at": "2026-01-01T12:00:00+08:00",
        "received_at": "",
        "refunded_fen": "",
        "refunded_at": "",
        **change,
    }


def take(*rows: dict[str, str], leave_out_bad: bool = False):
    return import_orders(
        rows=enumerate(rows, start=2),
        plan_key="gift-pack",
        pack_codes={"pack-198"},
        leave_out_bad=leave_out_bad,
        now=shop.NOON,
    )


def operating_fen() -> int:
    return balance(account=platform_account("operating")).posted


def test_a_paid_a_received_and_a_refunded_order_are_taken_over_as_they_were(buyer):
    received = {"received_at": "2026-01-05T12:00:00+08:00"}
    report = take(
        row("A1", buyer),
        row("A2", buyer, **received),
        row("A3", buyer, **received, refunded_fen="20800", refunded_at="2026-01-20T12:00:00+08:00"),
        row("A4", buyer, refunded_fen="9800", refunded_at="2026-01-02T12:00:00+08:00"),
    )
    assert (report.imported, report.problems) == (4, ())
    statuses = {view.number: view.status for view in map(one, ("A1", "A2", "A3", "A4"))}
    assert statuses == {"A1": "paid", "A2": "received", "A3": "refunded", "A4": "paid"}
    facts = selectors.order_facts(order_id=one("A4").order_id)
    assert (facts.lines[0].base_fen, facts.lines[0].remaining_base_fen) == (19_800, 10_000)
    assert (facts.lines[0].is_pack, facts.lines[0].plan_key, facts.region_code) == (
        True,
        "gift-pack",
        "440106",
    )
    assert one("A3").paid_at == datetime.fromisoformat("2026-01-01T12:00:00+08:00")
    assert operating_fen() == 4 * 20_800 - 20_800 - 9_800
    assert balance(account=platform_account("gateway", "imported")).posted == -operating_fen()


def one(number: str):
    return selectors.order(number=number)


def test_what_happened_is_told_in_the_order_of_time_and_then_of_lines(buyer):
    take(
        row("late", buyer, paid_at="2026-01-03T12:00:00+08:00"),
        row("b", buyer, refunded_fen="19800", refunded_at="2026-01-02T12:00:00+08:00"),
        row("a", buyer),
    )
    numbers = dict(Order.objects.values_list("id", "number"))
    told = [
        (event.name, numbers[event.payload["order_id"]])
        for event in OutboxEvent.objects.filter(name__startswith="mall.").order_by("id")
    ]
    assert told == [
        ("mall.order_paid", "b"),
        ("mall.order_paid", "a"),
        ("mall.order_refunded", "b"),
        ("mall.order_paid", "late"),
    ]


def test_one_bad_line_refuses_all_and_every_bad_line_is_named(buyer):
    with pytest.raises(OrderRowsRefused) as refused:
        take(
            row("A1", buyer),
            row("A2", "nobody"),
            row("A3", buyer, base_fen="-1"),
            row("A1", buyer),
        )
    assert [(problem.line, problem.why_en[:20]) for problem in refused.value.problems] == [
        (3, "buyer nobody is no m"),
        (4, "base_fen must be a w"),
        (5, "order A1 is already "),
    ]
    assert not Order.objects.exists()
    assert operating_fen() == 0


def test_bad_lines_are_left_out_on_request(buyer):
    report = take(row("A1", buyer), row("A2", "nobody"), leave_out_bad=True)
    assert (report.imported, [problem.line for problem in report.problems]) == (1, [3])
    assert list(Order.objects.values_list("number", flat=True)) == ["A1"]


def test_taking_the_same_file_over_again_books_nothing(buyer):
    take(row("A1", buyer))
    with pytest.raises(OrderRowsRefused):
        take(row("A1", buyer))
    report = take(row("A1", buyer), leave_out_bad=True)
    assert (report.imported, operating_fen()) == (0, 20_800)
