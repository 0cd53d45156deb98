"""What a product gives before it is bought, as anyone may read it."""

from __future__ import annotations

import pytest

from tongbao.kit import clock
from tongbao.rewards.tests import street
from tongbao.rewards.tests.test_api import ask, code

POINT = 10_000


@pytest.fixture
def gateway(tenant):
    with street.memory_gateway() as gateway:
        yield gateway


def test_the_198_yuan_pack_gives_vip_and_198_points(gateway):
    street.pack(19_800)
    status, said = ask("GET", "/products/pack-198/gifts")
    assert status == 200
    assert (said["rank"], said["rank_name"], said["plan_key"]) == ("vip", "VIP会员", "gift-pack")
    assert said["variants"] == [{"sku": "pack-198", "points": 198 * POINT}]
    assert said["pool"] == {
        "code": "gift_packs",
        "title": "大礼包",
        "cap": 40_000_000 * POINT,
        "left": 40_000_000 * POINT,
    }
    assert said["return_days"] == 8
    assert ask("GET", "/products/pack-198/gifts", language="en")[1]["rank_name"] == "VIP"


def test_what_was_granted_is_no_longer_left(gateway):
    street.pack(19_800)
    street.buy(gateway, street.person(), ("pack-198", 1), now=clock.now())
    assert ask("GET", "/products/pack-198/gifts")[1]["pool"]["left"] == (40_000_000 - 198) * POINT


def test_an_unknown_product_gives_a_refusal(tenant):
    assert code(ask("GET", "/products/moon/gifts"))[0] == 404
    assert code(ask("GET", "/products/%2e%2e/gifts"))[0] in (404, 422)
