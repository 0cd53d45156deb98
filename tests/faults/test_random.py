"""A few seconds of the long run, so that ``make soak`` is known to work: workload, orders, workers, seals, faults."""

from __future__ import annotations

from collections import Counter

from tests.faults.soak import one_round


def test_faults_at_random_lose_nothing_double_nothing_and_falsify_nothing(server):
    totals: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    assert one_round(server, seed=11, seconds=3, totals=totals, faults=faults) == []
    assert totals["lost"] == totals["doubled"] == totals["wrong"] == 0
    assert totals["operations"] > 100
    assert totals["orders"] > 0
    assert faults.total() > 0
