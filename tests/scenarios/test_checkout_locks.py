"""What points cost a checkout: where none are used, no query and no lock more than in a mall that knows no points."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.scenarios.test_paying_with_points import mall_with_points as at_fifty_fen
from tests.scenarios.test_paying_with_points import order, part, wang_under_li
from tongbao.mall.services import parts
from tongbao.points.services import PointsPart
from tongbao.points.tests.people import set_up
from tongbao.rewards.tests.street import memory_gateway, pack

LOCKS = """
SELECT locktype, coalesce(relation::regclass::text, ''), mode, coalesce(objsubid, 0), count(*)
FROM pg_locks
WHERE pid = pg_backend_pid() AND locktype NOT IN ('virtualxid', 'transactionid')
  AND coalesce(relation::regclass::text, '') NOT LIKE 'pg\\_%'
GROUP BY 1, 2, 3, 4
"""
VALUES = re.compile(r"'(?:[^']|'')*'(?:::\w+)?|\b\d+(?:\.\d+)?\b|\bNULL\b")


class NoPart:
    """A mall that knows no points: whoever asks it for anything fails."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"a checkout without points asked for {name}")


@pytest.fixture
def mall(committed_tenant) -> Iterator[None]:
    """A mall where a point is sold at 50 fen today; commits are real, and so are the locks until then."""
    yield from at_fifty_fen.__wrapped__(committed_tenant)


@contextmanager
def paying_by(payment_part: object) -> Iterator[None]:
    parts.use_payment_part(payment_part)
    try:
        yield
    finally:
        parts.use_payment_part(PointsPart())


def checkout(buyer: int, **how: object) -> tuple[Counter[str], Counter[tuple[object, ...]]]:
    """Order a pack; the statements that it took, without their values, and the locks it held at its end."""
    with transaction.atomic():
        with CaptureQueriesContext(connection) as seen:
            order(buyer, ("pack-198", 1), **how)
        with connection.cursor() as cursor:
            cursor.execute(LOCKS)
            locks = Counter({row[:4]: row[4] for row in cursor.fetchall()})
    asked = (query["sql"] for query in seen if not query["sql"].startswith(("SAVEPOINT", "RELEASE")))
    return Counter(VALUES.sub("?", sql) for sql in asked), locks


def test_a_checkout_without_points_is_that_of_a_mall_that_knows_none(mall):
    wang, _ = wang_under_li()
    with memory_gateway():
        pack(19_800)
        checkout(wang, points_fen=0, total_fen=19_800)
        with paying_by(NoPart()):
            queries_before, locks_before = checkout(wang, points_fen=0, total_fen=19_800)
        queries, locks = checkout(wang, points_fen=0, total_fen=19_800)
        assert queries == queries_before
        assert locks == locks_before
        assert any(name == "mall_variant" for _, name, _, _ in locks), "the locks of the stock are seen"
        assert not any(name.startswith(("points_", "ledger_")) for _, name, _, _ in locks)


def test_points_cost_three_queries_and_lock_the_member_s_balance_and_the_day(mall):
    set_up(daily_budget_fen=10_000_000)
    wang, _ = wang_under_li()
    with memory_gateway():
        pack(19_800)
        checkout(wang, points_fen=0, total_fen=19_800)
        without, locks_without = checkout(wang, points_fen=0, total_fen=19_800)
        shown = part(wang, 4_000, 19_800)
        queries, locks = checkout(wang, points_fen=4_000, total_fen=15_800, shown=shown)
        assert 0 < (queries - without).total() <= 3
        assert (without - queries).total() <= (queries - without).total()
        more = {name for _, name, _, _ in locks - locks_without if name}
        assert {"ledger_balance", "points_spending", "points_day_price"} <= more
        # A lock of one number is the booking's own key; the economy's is made of two, and all would wait for it.
        shared = [kind for kind, _, _, numbers in locks - locks_without if kind == "advisory" and numbers == 2]
        assert shared == []
