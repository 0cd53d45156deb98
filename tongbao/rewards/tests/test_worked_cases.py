"""The worked cases of the gift pack through the whole stack: sign-up, order, payment, settlement, books."""

from __future__ import annotations

import pytest

from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import platform_account
from tongbao.rewards import selectors
from tongbao.rewards.tests import street

GIFT_PACK = street.cases("gift_pack.yaml")


@pytest.mark.parametrize("case", GIFT_PACK, ids=[case["name"] for case in GIFT_PACK])
def test_the_order_pays_everyone_it_should(tenant, case):
    buyer, people = street.street(case["sponsors"], case["agents"])
    with street.memory_gateway() as gateway:
        sku = street.pack(case["base_fen"])
        placed = street.buy(gateway, buyer, (sku, 1))

    assert street.awarded(placed, people) == case["awards"]
    for seat, member in people.items():
        assert street.pending(member) == sum(a["fen"] for a in case["awards"] if a["to"] == seat)
    shares = {"direct": 1_200, "tier": 3_000, "peer": 500, "region": 800}
    for clause, rate_bp in shares.items():
        earned = sum(award["fen"] for award in case["awards"] if award["clause"] == clause)
        assert street.unallocated()[clause] == case["base_fen"] * rate_bp // 10_000 - earned
    reserve = case["base_fen"] // 10
    assert books.balance(account=platform_account("reserve_pending")).posted == reserve
    assert list(books.verify()) == []
    assert list(selectors.verify()) == []
