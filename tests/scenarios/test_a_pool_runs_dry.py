"""points.yaml through the whole stack: the gift packs' pool has 300 points left, and a 398 yuan pack is bought."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import yaml

from tongbao.ledger import selectors as books
from tongbao.points import selectors as points
from tongbao.points.contracts import GIFT_PACKS, UNITS_PER_POINT
from tongbao.points.services import grant_pending
from tongbao.rewards.services import release_due
from tongbao.rewards.tests.street import NOON, buy, memory_gateway, pack, person, receive, refund

CASES = yaml.safe_load((Path(__file__).parents[1] / "examples" / "points.yaml").read_text(encoding="utf-8"))[
    "cases"
]
CASE = next(case for case in CASES if case["name"] == "a pool runs dry in the middle of a grant")
RELEASE = NOON + timedelta(days=9)


def whole(units: int) -> int:
    assert units % UNITS_PER_POINT == 0
    return units // UNITS_PER_POINT


def everybody_else_took_all_but(left: int) -> None:
    amount = points.left_in(pool=GIFT_PACKS) - left * UNITS_PER_POINT
    grant_pending(pool=GIFT_PACKS, member_id=person(), amount=amount, subject="earlier", now=NOON)


def test_the_buyer_gets_what_is_left_the_next_one_nothing_and_a_return_refills_the_pool(tenant):
    everybody_else_took_all_but(CASE["pool_left"])
    wang, li, zhao = person(), person(), person()
    with memory_gateway() as gateway:
        pack(CASE["paid_fen"], code="pack-398")
        bought = buy(gateway, wang, ("pack-398", 1))
        assert whole(points.member_points(member_id=wang).pending) == CASE["granted"]
        assert whole(points.left_in(pool=GIFT_PACKS)) == CASE["pool_after"]

        buy(gateway, li, ("pack-398", 1))
        assert whole(points.member_points(member_id=li).pending) == CASE["next_grant"]

        receive(bought, wang, now=NOON)
        release_due(now=RELEASE)
        assert whole(points.member_points(member_id=wang).available) == CASE["granted"]

        refund(gateway, bought, now=RELEASE)
        assert points.member_points(member_id=wang).available == 0
        assert whole(points.left_in(pool=GIFT_PACKS)) == CASE["granted"]

        buy(gateway, zhao, ("pack-398", 1), now=RELEASE)
        assert whole(points.member_points(member_id=zhao).pending) == CASE["granted"]
    assert not list(points.verify())
    assert not list(books.verify())
