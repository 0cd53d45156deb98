"""The API of points: everybody sees the pools, a member sees their own."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tongbao.kit import clock
from tongbao.members.services import open_session
from tongbao.points import services
from tongbao.points.contracts import GIFT_PACKS
from tongbao.points.tests.people import (
    NINE_DAYS_LATER,
    NOON,
    OPERATOR,
    join,
    points,
    put_into_reserve,
    set_up,
    with_points,
)


def get(path: str, *, member_id: int | None = None, language: str = "zh") -> tuple[int, object]:
    headers = {"host": "lotus.test", "accept-language": language}
    if member_id is not None:
        headers["authorization"] = f"Bearer {open_session(member_id=member_id, now=clock.now()).token}"
    response = Client(headers=headers, raise_request_exception=False).get(f"/api/v1{path}")
    return response.status_code, json.loads(response.content)


def bought(member_id: int, *, order: int, paid_fen: int = 19_800) -> None:
    services.grant_for_purchase(
        pool=GIFT_PACKS, member_id=member_id, paid_fen=paid_fen, subject=f"order:{order}", now=NOON
    )


@pytest.fixture
def wang(tenant) -> int:
    """Two packs bought, the first one's return window over."""
    member_id = join()
    bought(member_id, order=1)
    bought(member_id, order=2, paid_fen=39_800)
    services.mint(subject="order:1", now=NINE_DAYS_LATER)
    return member_id


def test_everybody_sees_what_each_pool_has_left(wang):
    status, pools = get("/points/pools")
    assert status == 200
    assert pools[0] == {
        "code": "gift_packs",
        "title": "大礼包",
        "cap": points(40_000_000),
        "left": points(40_000_000 - 596),
        "pending": points(398),
        "vesting": 0,
        "minted": points(198),
        "retired": 0,
    }
    assert [pool["title"] for pool in get("/points/pools", language="en")[1]][3] == "Mining"


def test_everybody_sees_supply_reserve_and_the_exact_floor(wang):
    services.contribute(subject="order:1", base_fen=2_000_000_000, now=NOON)
    services.confirm_contribution(subject="order:1", now=NINE_DAYS_LATER)
    status, supply = get("/points/supply")
    assert status == 200
    assert supply["supply"] == points(150_000_000)
    assert supply["floor"] == {"numerator": 4, "denominator": 3}
    assert supply["circulating"] == points(198)


def test_with_nothing_in_circulation_there_is_no_ceiling(tenant):
    supply = get("/points/supply")[1]
    assert supply["floor"] == {"numerator": 0, "denominator": 1}
    assert supply["ceiling"] is None


def test_a_member_sees_their_own_points(wang):
    assert get("/me/points", member_id=wang) == (
        200,
        {
            "available": points(198),
            "held": 0,
            "pending": points(398),
            "vesting": 0,
            "spent": 0,
            "expiring_soon": 0,
            "owed": 0,
        },
    )
    assert get("/me/points", member_id=join())[1]["available"] == 0


def test_a_statement_has_pages(wang):
    for order in (3, 4):
        bought(wang, order=order)
        services.mint(subject=f"order:{order}", now=NINE_DAYS_LATER)
    status, first = get("/me/points/statement?limit=2", member_id=wang, language="en")
    assert status == 200
    assert [line["subject"] for line in first["lines"]] == ["order:1", "order:3"]
    assert first["lines"][1]["balance_after"] == points(396)
    assert first["lines"][0]["title"] == "Points credited"
    _, second = get(f"/me/points/statement?limit=2&cursor={first['next_cursor']}", member_id=wang)
    assert [line["subject"] for line in second["lines"]] == ["order:4"]
    assert second["lines"][0]["title"] == "积分到账"
    assert second["next_cursor"] == ""


def test_grants_are_listed_newest_first(wang):
    grants = get("/me/points/grants", member_id=wang)[1]
    assert [(grant["subject"], grant["state"], grant["amount"]) for grant in grants] == [
        ("order:2", "pending", points(398)),
        ("order:1", "minted", points(198)),
    ]


@pytest.mark.parametrize("path", ["/me/points", "/me/points/statement", "/me/points/grants"])
def test_a_stranger_sees_nobodys_points(tenant, path):
    status, body = get(path)
    assert status == 401
    assert body["error"]["code"] == "not_signed_in"


@pytest.mark.parametrize(
    "query", ["cursor=abc", "cursor=1", "cursor=-1.0", "limit=0", "limit=201", "limit=x"]
)
def test_a_page_that_makes_no_sense_is_refused(wang, query):
    status, body = get(f"/me/points/statement?{query}", member_id=wang)
    assert status == 422
    assert body["error"]["code"] == "invalid_input"


def test_everybody_sees_what_is_switched_on_and_its_limits(tenant):
    set_up(redemption_is_on=True, redemption_fee_bp=1_000, redemption_member_daily_units=points(100))
    assert get("/points/rules") == (
        200,
        {
            "cut_off_minutes": 0,
            "spending_share_bp": 10_000,
            "expiry_days": 0,
            "redemption_is_on": True,
            "redemption_fee_bp": 1_000,
            "redemption_daily_fen": 0,
            "redemption_member_daily_units": points(100),
            "market_is_on": False,
            "market_jump_bp": 2_000,
            "market_daily_lots": 0,
            "market_order_days": 7,
        },
    )


def test_a_member_s_trades_are_theirs_alone_and_come_page_by_page(wang):
    set_up(market_is_on=True, market_jump_bp=0)
    seller, buyer = with_points(points(40)), join()
    services.record_paid_in(
        key="slip", member_id=buyer, amount_fen=1_000, reference="slip", actor=OPERATOR, now=NOON
    )
    services.enter_ask(member_id=seller, units=points(20), price_fen=50, client_key="a", now=NOON)
    for turn in range(2):
        services.enter_bid(member_id=buyer, lots=3, price_fen=50, client_key=f"b{turn}", now=NOON)
    status, (newest,) = get("/me/market/trades?limit=1", member_id=buyer)
    assert (status, newest["number"], newest["side"], newest["amount_fen"]) == (200, 2, "bid", 150)
    (older,) = get("/me/market/trades?before=2", member_id=buyer)[1]
    assert (older["number"], older["fee_units"]) == (1, 0)
    assert [one["side"] for one in get("/me/market/trades", member_id=seller)[1]] == ["ask", "ask"]
    assert get("/me/market/trades", member_id=wang) == (200, [])
    assert get("/me/market/trades")[0] == 401
    assert get("/me/market/trades?before=0", member_id=wang)[0] == 422


def test_the_terms_say_what_may_still_be_redeemed_today(wang):
    """Of 100 points a day, Wang redeems 60: 40 are left. Without a limit nothing is said."""
    put_into_reserve(150_000_000)
    set_up(redemption_is_on=True)
    path = f"/me/points/redemption-terms?units={points(40)}"
    assert get(path, member_id=wang)[1]["left_units"] is None
    set_up(redemption_member_daily_units=points(100))
    services.redeem(member_id=wang, units=points(60), client_key="sixty", now=clock.now())
    status, terms = get(path, member_id=wang)
    assert (status, terms["payout_fen"], terms["left_units"]) == (200, 40, points(40))
