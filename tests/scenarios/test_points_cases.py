"""Every case of points.yaml through the whole stack: the pages' API where there is one, orders, and the books.

Two have a story of their own: the pool that runs dry (test_a_pool_runs_dry), and the streak (the app of tasks).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.scenarios.test_paying_with_points import RELEASE, order, part, pay
from tongbao.config.provisioning import as_migrator
from tongbao.config.wiring import wire
from tongbao.kit import clock
from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import (
    CASH,
    POINT,
    Account,
    AccountKind,
    Request,
    Transfer,
    member_account,
    platform_account,
)
from tongbao.ledger.services import declare_account_kinds, post
from tongbao.mall.tests import shop
from tongbao.members.services import open_session
from tongbao.money import WHOLE_BP
from tongbao.points import selectors, services
from tongbao.points.policy.prices import fen_for, units_for
from tongbao.points.policy.redemption import reserve_pays
from tongbao.points.tasks import SCHEDULES
from tongbao.points.tests.people import (
    cash_of,
    give_points,
    put_into_reserve,
    retire_all_but,
    set_up,
    worked_case,
)
from tongbao.points.tests.people import points as units
from tongbao.rewards.services import release_due
from tongbao.rewards.tests.street import (
    NOON,
    OPERATOR,
    all_is_right,
    buy,
    memory_gateway,
    pack,
    person,
    receive,
)
from tongbao.tenancy.contexts import tenant_context


@pytest.fixture
def mall(tenant) -> Iterator[None]:
    """A mall at work; at the end books, points and awards all follow from the facts."""
    wire()
    yield
    assert all_is_right()


def ask(member_id: int, method: str, path: str, body: Any = None) -> Any:
    """What the API answers a member."""
    token = open_session(member_id=member_id, now=clock.now()).token
    client = Client(headers={"host": "lotus.test", "authorization": f"Bearer {token}"})
    answer = client.generic(method, f"/api/v1{path}", json.dumps(body or {}), content_type="application/json")
    assert answer.status_code < 300, answer.content
    return json.loads(answer.content)


def holder(whole: int) -> int:
    """Somebody with points of purchases long ago."""
    member_id = person()
    give_points(member_id, units(whole))
    return member_id


def redeem(member_id: int, whole: int) -> int:
    """Redeemed on the page: what the member was told beforehand is what they are paid; fen."""
    told = ask(member_id, "GET", f"/me/points/redemption-terms?units={units(whole)}")["payout_fen"]
    wish = {"units": units(whole), "client_key": f"run-{member_id}"}
    done = ask(member_id, "POST", "/me/points/redemptions", wish)
    assert (done["state"], done["payout_fen"], cash_of(member_id)) == ("paid", told, told)
    return int(told)


def test_rights_cards_add_up_exactly(mall):
    case = worked_case("rights cards add up exactly")
    wang = person()
    services.make_card(
        pool="regional_agents",
        member_id=wang,
        total=units(case["total"]),
        parts=case["months"],
        begins_on=date(2025, 3, 1),
        subject="agent:1",
        now=NOON,
    )
    first = [int(f"{part:.4f}".replace(".", "")) for part in case["first_parts"]]
    assert [one["amount"] for one in ask(wang, "GET", "/me/points/cards")[0]["calendar"]][:3] == first
    (release,) = (schedule for schedule in SCHEDULES if schedule.name == "points.cards")
    release.function(NOON)
    statement = ask(wang, "GET", "/me/points/statement")["lines"]
    assert len(statement) == case["months"]
    assert [line["amount"] for line in statement][:3] == first
    assert statement[-1]["balance_after"] == units(case["sum_of_parts"])
    assert ask(wang, "GET", "/me/points")["available"] == units(case["sum_of_parts"])


def test_redemption_burns_and_what_remains_is_worth_more(mall):
    case = worked_case("redemption burns, and what remains is worth more")
    set_up(redemption_is_on=True, redemption_fee_bp=case["fee_percent"] * 100)
    wang = holder(case["redeem"])
    put_into_reserve(case["reserve_fen"])
    before = selectors.supply()
    assert before.supply == units(case["supply"])
    assert redeem(wang, case["redeem"]) == case["payout_fen"]
    after = selectors.supply()
    assert books.balance(account=platform_account("reserve")).posted == case["reserve_after_fen"]
    assert after.supply == units(case["supply_after"])
    assert after.floor > before.floor


def test_a_run_to_the_last_point_can_t_break_it(mall):
    case = worked_case("a run to the last point can't break it")
    set_up(redemption_is_on=True, redemption_fee_bp=case["fee_percent"] * 100)
    people = [holder(whole) for whole in case["redeem_each"]]
    retire_all_but(units(case["supply"]))
    put_into_reserve(case["reserve_fen"])
    assert selectors.supply().circulating == units(case["circulating"])
    paid = [redeem(member, whole) for member, whole in zip(people, case["redeem_each"], strict=True)]
    assert paid == case["payouts_fen"]
    end = selectors.supply()
    assert (end.circulating, end.supply, end.pending, end.vesting) == (0, 0, 0, 0)
    assert end.reserve_fen == case["reserve_after_fen"]


def test_issuing_dilutes_nobody(mall):
    """A hundred packs of 398 yuan: ordered, paid, received, and their return windows over."""
    case = worked_case("issuing dilutes nobody")
    put_into_reserve(case["reserve_fen"])
    assert selectors.floor_now() == Fraction(case["floor_before"])
    with memory_gateway() as gateway:
        pack(39_800, code="pack-398")
        for _ in range(case["packs"]):
            wang = person()
            receive(buy(gateway, wang, ("pack-398", 1)), wang, now=NOON)
        pending_fen = books.balance(account=platform_account("reserve_pending")).posted
        assert pending_fen == case["packs"] * case["contribution_fen"]
        assert selectors.floor_now() == Fraction(case["floor_before"])
        release_due(now=RELEASE)
    economy = selectors.supply()
    assert (economy.circulating, economy.supply) == (units(case["mint"]), units(case["supply"]))
    assert economy.floor == Fraction(case["floor_after"])


@pytest.mark.parametrize(
    "name",
    [
        "spending burns, and with a reserve share of 100 % the reserve pays the floor value",
        "spending burns, and with a reserve share of 0 the floor rises",
    ],
    ids=["whole share", "no share"],
)
def test_spending_burns(mall, name):
    """An order of 100 yuan, 20 of them in points at 50 fen; it is received, and its return window closes."""
    case = worked_case(name)
    set_up(reserve_share_bp=case["reserve_share_percent"] * 100)
    put_into_reserve(case["reserve_fen"])
    services.order_price(price=Fraction(50), from_on=NOON.date(), actor=OPERATOR, reason="spring", now=NOON)
    services.publish_price(now=NOON)
    wang = holder(case["spent"])
    with memory_gateway() as gateway:
        # On no plan: turnover's own share for the reserve is not of this case.
        set_up(reserve_rate_bp=0)
        shop.product("tea", price_fen=10_000, kind="goods")
        placed = order(wang, ("tea", 1), points_fen=2_000, total_fen=8_000, shown=part(wang, 2_000, 10_000))
        assert ask(wang, "GET", "/me/points")["held"] == units(case["spent"])
        pay(gateway, placed, wang)
        assert ask(wang, "GET", "/me/points")["spent"] == units(case["spent"])
        receive(placed, wang, now=NOON)
        release_due(now=RELEASE)
    economy = selectors.supply()
    assert economy.burned == units(case["spent"])
    assert economy.reserve_fen == case["reserve_fen"] - case["reserve_pays_fen"]
    if "supply_after" in case:
        assert economy.supply == units(case["supply_after"])
    if "floor_after" in case:
        assert economy.floor == Fraction(case["floor_after"])


# ---- the merchant's bill, as far as the ledger ------------------------------------------------------------------

SHOP = 7
MERCHANTS = (
    AccountKind(owner_kind="merchant", kind="points", asset=POINT, has_balance=True, least=0),
    AccountKind(owner_kind="merchant", kind="cash", asset=CASH, has_balance=True, least=0),
)


def merchant(kind: str) -> Account:
    return Account("merchant", SHOP, kind)


def book(key: str, *lines: tuple[Account, Account, int, str]) -> None:
    transfers = tuple(
        Transfer(debit=debit, credit=credit, amount=amount, kind="settled", subject=key, asset=asset)
        for debit, credit, amount, asset in lines
    )
    post(request=Request(key=key, transfers=transfers), now=NOON).require()


@pytest.fixture
def mall_with_a_shop(committed_tenant) -> Iterator[None]:
    """A mall in whose books merchants have accounts, as the app to come will declare them."""
    wire()
    with as_migrator(committed_tenant.access), tenant_context(committed_tenant.schema_name):
        declare_account_kinds(MERCHANTS)
    connection.set_schema(committed_tenant.schema_name)
    yield
    assert all_is_right()


def test_a_100_yuan_bill_at_a_merchant_one_fifth_in_points(mall_with_a_shop):
    """The customer pays 40 points and 80 yuan; the shop gets 40 points and 50 yuan, and cashes its points.

    Of the 14 yuan, the reserve pays what the fee leaves of 40 points' floor value (2 fen each), the platform's
    provision the rest.
    """
    case = worked_case("a 100 yuan bill at a merchant, one fifth in points")
    put_into_reserve(300_000_000)
    wang = holder(case["points_paid"])
    price = Fraction(case["price_of_the_day_fen"])
    by_points_fen = case["bill_fen"] // 5
    paid = units_for(amount_fen=by_points_fen, price=price)
    owed_fen = case["bill_fen"] * case["settlement_percent"] // 100
    gets_fen = owed_fen - fen_for(units=paid, price=price)
    operating = platform_account("operating")
    operating_before = books.balance(account=operating).posted
    book(
        "bill:1",
        (platform_account("gateway", "shop"), operating, case["bill_fen"] - by_points_fen, CASH),
        (member_account(wang, "points"), merchant("points"), paid, POINT),
        (operating, merchant("cash"), gets_fen, CASH),
    )
    assert books.balance(account=merchant("points"), asset=POINT).posted == units(
        case["merchant_gets"]["points"]
    )
    assert books.balance(account=merchant("cash")).posted == case["merchant_gets"]["cash_fen"]
    kept_fen = books.balance(account=operating).posted - operating_before
    assert kept_fen == case["platform_keeps_cash_fen"]
    assert ask(wang, "GET", "/me/points")["available"] == 0
    assert selectors.supply().circulating == units(case["points_paid"])

    floor = selectors.floor_now()
    left_bp = WHOLE_BP - 3_000
    cashed_fen = fen_for(units=paid, price=price) * left_bp // WHOLE_BP
    economy = selectors.supply()
    by_reserve_fen = reserve_pays(
        units=paid, reserve_fen=economy.reserve_fen, supply=economy.supply, share_bp=left_bp
    )
    book(
        "cashed:1",
        (merchant("points"), platform_account("burned"), paid, POINT),
        (platform_account("reserve"), merchant("cash"), by_reserve_fen, CASH),
        (operating, merchant("cash"), cashed_fen - by_reserve_fen, CASH),
    )
    assert by_reserve_fen == 56
    cash_fen = books.balance(account=merchant("cash")).posted - case["merchant_gets"]["cash_fen"]
    assert cash_fen == case["merchant_cashes_points_fen"]
    assert selectors.supply().burned == units(case["points_paid"])
    assert selectors.floor_now() > floor


def test_the_merchants_other_way_is_the_market(mall):
    """Offered at the same price, a tenth leaves first and is burned."""
    case = worked_case("a 100 yuan bill at a merchant, one fifth in points")
    set_up(market_is_on=True, market_jump_bp=0)
    seller, buyer = holder(case["points_paid"]), person()
    services.record_paid_in(
        key="slip", member_id=buyer, amount_fen=10_000, reference="slip", actor=OPERATOR, now=NOON
    )
    price_fen = case["price_of_the_day_fen"]
    offer = {"units": units(case["points_paid"]), "price_fen": price_fen, "client_key": "a"}
    assert ask(seller, "POST", "/me/market/asks", offer)["lots"] == 36
    bid = {"lots": 36, "price_fen": price_fen, "client_key": "b"}
    assert ask(buyer, "POST", "/me/market/bids", bid)["state"] == "filled"
    assert cash_of(seller) == case["merchant_sells_points_fen"]
    assert ask(buyer, "GET", "/me/points")["available"] == units(36)
    assert selectors.supply().burned == units(4)
