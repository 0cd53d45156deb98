"""Balances of another system: taken over once, all or nothing, bad lines by their numbers."""

from __future__ import annotations

import pytest

from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import POINT, member_account, platform_account
from tongbao.points import selectors as points
from tongbao.rewards import selectors, services
from tongbao.rewards.policy import read_balance_rows
from tongbao.rewards.tests import street
from tongbao.tenancy.contracts import Actor

NOON = street.NOON
ACTOR = Actor.system("import")


def take(*rows: dict[str, str], leave_out: bool = False):
    return services.import_opening_balances(
        rows=list(enumerate(rows, start=2)), actor=ACTOR, now=NOON, leave_out_bad_lines=leave_out
    )


def number(member_id: int) -> str:
    return f"M{member_id:07d}"


def spendable(member_id: int) -> tuple[int, int]:
    account = member_account(member_id, "points")
    return street.cash(member_id), books.balance(account=account, asset=POINT).available


def test_cash_and_points_come_along(tenant):
    ann, bob = street.person(), street.person()
    report = take(
        {"member_id": number(ann), "cash": "12.50", "points": "3.5"},
        {"member_id": number(bob), "cash_fen": "100", "points": "1", "pool": "tasks"},
    )
    assert (report.imported, report.problems) == (2, ())
    assert spendable(ann) == (1_250, 35_000)
    assert spendable(bob) == (100, 10_000)
    assert books.balance(account=platform_account("opening")).posted == -1_350
    assert points.require_pool(pool="tasks").minted == 10_000
    assert [*books.verify(), *points.verify(), *selectors.verify()] == []


def test_a_balance_comes_along_once(tenant):
    ann = street.person()
    for row in ({"member_id": number(ann), "cash": "1"}, {"member_id": number(ann), "points": "1"}):
        take(row)
    report = take({"member_id": number(ann), "cash": "1"})
    assert [(problem.line, problem.error.code) for problem in report.problems] == [
        (2, "opening_balance_known")
    ]
    assert spendable(ann) == (100, 0)


def test_one_bad_line_stops_the_file_and_all_bad_lines_are_named(tenant):
    ann = street.person()
    rows = (
        {"member_id": number(ann), "cash": "1"},
        {"member_id": "nobody", "cash": "1"},
        {"member_id": number(ann), "cash": "1"},
        {"member_id": number(street.person()), "points": "10000001", "pool": "tasks"},
        {"member_id": number(street.person()), "cash": "-1"},
    )
    report = take(*rows)
    assert report.imported == 0
    assert [(problem.line, problem.error.code) for problem in report.problems] == [
        (3, "member_unknown"),
        (4, "row_repeated"),
        (5, "pool_too_small"),
        (6, "row_not_valid"),
    ]
    assert spendable(ann) == (0, 0)
    assert take(*rows, leave_out=True).imported == 1
    assert spendable(ann) == (100, 0)
    assert [*books.verify(), *points.verify()] == []


@pytest.mark.parametrize(
    "row",
    [
        {"cash": "1"},
        {"member_id": "A" * 65, "cash": "1"},
        {"member_id": "A"},
        {"member_id": "A", "cash": "0.00", "points": "0"},
        {"member_id": "A", "cash": "1.234"},
        {"member_id": "A", "cash_fen": "1.5"},
        {"member_id": "A", "cash_fen": "-1"},
        {"member_id": "A", "cash_fen": "1" * 16},
        {"member_id": "A", "cash_fen": "١"},
        {"member_id": "A", "points": "0.00001"},
        {"member_id": "A", "points": "1e3"},
        {"member_id": "A", "points": "1", "pool": "mine"},
    ],
)
def test_a_line_that_says_nothing_clear_is_a_problem(row):
    good, bad = read_balance_rows([(7, row)])
    assert (good, [problem.line for problem in bad]) == ((), [7])
    assert bad[0].error.message("zh")
    assert bad[0].error.message("en")
