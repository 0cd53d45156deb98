"""What bad input gets in the point economy: a clear refusal in both languages, and nothing moved.

Not a row of the mall is another afterwards, but what the books keep of a refusal so that the same question gets the
same answer. Checking in twice, and by a clock that was set back, is told by the app of tasks.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client

from tests.scenarios.customers import everything
from tongbao.kit import clock
from tongbao.kit.errors import DomainError
from tongbao.ledger import selectors as books
from tongbao.members.services import open_session
from tongbao.points import selectors, services
from tongbao.points.contracts import (
    PointsPriceChanged,
    PriceBelowFloor,
    PriceInvalid,
    RetirementTooLarge,
    ScheduleBeyondPool,
)
from tongbao.points.tests.people import (
    NOON,
    OPERATOR,
    join,
    points,
    put_into_reserve,
    set_up,
    with_points,
)

MARKET, REDEEM = "/me/market", "/me/points/redemptions"


@pytest.fixture
def mall(tenant) -> Iterator[None]:
    """A floor of 2 fen, redemption and market on."""
    _tokens.clear()
    put_into_reserve(300_000_000)
    set_up(redemption_is_on=True, market_is_on=True, market_jump_bp=1_000)
    yield
    assert not list(selectors.verify())
    assert not list(books.verify())


_tokens: dict[int, str] = {}


def token_of(member_id: int) -> str:
    """The member is signed in; the first time that opens a session."""
    if member_id not in _tokens:
        _tokens[member_id] = open_session(member_id=member_id, now=clock.now()).token
    return _tokens[member_id]


def ask(member_id: int, path: str, body: Any, *, language: str = "zh") -> tuple[int, Any]:
    token = token_of(member_id)
    headers = {"host": "lotus.test", "authorization": f"Bearer {token}", "accept-language": language}
    client = Client(headers=headers, raise_request_exception=False)
    answer = client.post(f"/api/v1{path}", json.dumps(body), content_type="application/json")
    return answer.status_code, json.loads(answer.content)


@contextmanager
def nothing_moves() -> Iterator[None]:
    before = everything()
    yield
    after = everything()
    assert {name for name in after if before[name] != after[name]} <= {"ledger_request"}


def refused(member_id: int, path: str, body: Any) -> tuple[int, str]:
    """Status and code of a refusal that is said in both languages."""
    token_of(member_id)
    with nothing_moves():
        zh, en = (ask(member_id, path, body, language=language) for language in ("zh", "en"))
    assert any("\u4e00" <= letter <= "\u9fff" for letter in zh[1]["error"]["message"])
    assert zh[1]["error"]["message"] != en[1]["error"]["message"]
    assert (zh[0], zh[1]["error"]["code"]) == (en[0], en[1]["error"]["code"])
    return zh[0], zh[1]["error"]["code"]


def refuses(error: type[DomainError], act: Callable[[], object]) -> DomainError:
    with nothing_moves(), pytest.raises(error) as caught:
        act()
    return caught.value


# ---- members ------------------------------------------------------------------------------------------------


def test_redeeming_more_than_one_has(mall):
    wang = with_points(points(100))
    wish = {"units": points(100) + 1, "client_key": "r"}
    assert refused(wang, REDEEM, wish) == (409, "points_short")
    message = ask(wang, REDEEM, wish)[1]["error"]["message"]
    assert message == "需要100.0001积分,可用100积分。请减少数量。"


def test_redeeming_more_than_the_day_allows(mall):
    set_up(redemption_member_daily_units=points(10))
    wang = with_points(points(100))
    assert ask(wang, REDEEM, {"units": points(7), "client_key": "r-1"})[0] == 200
    wish = {"units": points(3) + 1, "client_key": "r-2"}
    assert refused(wang, REDEEM, wish) == (422, "redemption_too_large")
    message = ask(wang, REDEEM, wish, language="en")[1]["error"]["message"]
    assert message.startswith("A member may redeem 10 points a day, 3 are left of them today")


@pytest.mark.parametrize("units", [0, -1, 1.5, "10", True, None, 10**30])
def test_redeeming_what_is_no_number_of_points(mall, units):
    wish = {"units": units, "client_key": "r"}
    assert refused(with_points(points(100)), REDEEM, wish) == (422, "invalid_input")


@pytest.mark.parametrize("side", ["asks", "bids"])
@pytest.mark.parametrize("price_fen", [0, -1, 1.5, "50", True, None, 10**15, 10**30])
def test_orders_at_zero_negative_and_absurd_prices(mall, side, price_fen):
    wang = trader()
    wish = {"price_fen": price_fen, "client_key": "o"}
    wish |= {"units": points(10)} if side == "asks" else {"lots": 10}
    assert refused(wang, f"{MARKET}/{side}", wish)[0] in (409, 422)


def test_an_order_further_from_the_last_price_than_the_mall_allows(mall):
    wang, li = trader(), trader()
    assert ask(wang, f"{MARKET}/asks", {"units": points(10), "price_fen": 50, "client_key": "a"})[0] == 200
    assert ask(li, f"{MARKET}/bids", {"lots": 9, "price_fen": 50, "client_key": "b"})[0] == 200
    far = {"lots": 1, "price_fen": 56, "client_key": "far"}
    assert refused(li, f"{MARKET}/bids", far) == (422, "market_price_invalid")
    assert "0.45元到0.55元" in ask(li, f"{MARKET}/bids", far)[1]["error"]["message"]


@pytest.mark.parametrize("lots", [0, -1, 1.5, "3", True, None, 10**9 + 1])
def test_orders_of_no_number_of_lots(mall, lots):
    wish = {"lots": lots, "price_fen": 50, "client_key": "o"}
    assert refused(trader(), f"{MARKET}/bids", wish)[0] == 422


def test_cancelling_a_filled_order_and_one_of_somebody_else(mall):
    wang, li = trader(), trader()
    order = ask(wang, f"{MARKET}/asks", {"units": points(10), "price_fen": 50, "client_key": "a"})[1]
    cancel = f"{MARKET}/orders/{order['order_id']}/cancel"
    assert refused(li, cancel, {}) == (404, "market_order_unknown")
    assert ask(li, f"{MARKET}/bids", {"lots": 9, "price_fen": 50, "client_key": "b"})[0] == 200
    assert refused(wang, cancel, {}) == (404, "market_order_unknown")


def trader() -> int:
    """Somebody with a hundred points and a hundred yuan paid in."""
    member_id = with_points(points(100))
    services.record_paid_in(
        key=f"slip:{member_id}",
        member_id=member_id,
        amount_fen=10_000,
        reference="slip",
        actor=OPERATOR,
        now=NOON,
    )
    return member_id


def test_spending_beyond_the_days_budget(mall):
    """At 50 fen over a floor of 2, twenty yuan give away 19.20: a fen less is not enough, and it is said first."""
    set_up(daily_budget_fen=1_919)
    services.order_price(price=Fraction(50), from_on=NOON.date(), actor=OPERATOR, reason="spring", now=NOON)
    services.publish_price(now=NOON)
    wang = with_points(points(1_000))
    quote = selectors.quote_spending(amount_fen=2_000, goods_fen=10_000)
    assert (quote.units, quote.is_floor) == (points(1_000), True)

    def spend() -> None:
        services.take_spending(
            subject="order:1",
            member_id=wang,
            amount_fen=2_000,
            goods_fen=10_000,
            signed_quote="",
            now=NOON,
        )

    error = refuses(PointsPriceChanged, spend)
    assert error.message("zh") == "现在抵扣20.00元需要1000积分。请查看后重新确认。"
    today = selectors.price_of_the_day()
    assert (today.budget_fen, today.given_fen) == (1_919, 0)


# ---- operators ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("price", "error"),
    [
        (Fraction(19_999, 10_000), PriceBelowFloor),
        (Fraction(0), PriceInvalid),
        (Fraction(-1), PriceInvalid),
        (Fraction(10**15), PriceInvalid),
        (Fraction(40_000, 10_001), PriceInvalid),
    ],
    ids=str,
)
def test_a_price_below_the_floor_or_absurd(mall, price, error):
    refuses(
        error,
        lambda: services.order_price(
            price=price, from_on=NOON.date(), actor=OPERATOR, reason="spring", now=NOON
        ),
    )


def test_rights_cards_beyond_their_pool_the_brief_s_own_31_million_of_30(mall):
    """Twenty-nine million are given; two more are refused whole, although one is left."""
    services.make_card(
        pool="regional_agents",
        member_id=join(),
        total=points(29_000_000),
        parts=12,
        begins_on=date(2026, 3, 1),
        subject="agents",
        now=NOON,
    )
    zhao = join()
    error = refuses(
        ScheduleBeyondPool,
        lambda: services.make_card(
            pool="regional_agents",
            member_id=zhao,
            total=points(2_000_000),
            parts=12,
            begins_on=date(2026, 3, 1),
            subject="one more",
            now=NOON,
        ),
    )
    assert error.message("zh").startswith("需要积分池regional_agents的2000000积分,该池只剩1000000积分")


def test_retiring_more_than_a_pool_has(mall):
    refuses(
        RetirementTooLarge,
        lambda: services.retire(
            pool="tasks", amount=points(10_000_001), key="r", actor=OPERATOR, reason="x", now=NOON
        ),
    )


# ---- the clock ----------------------------------------------------------------------------------------------


def test_a_clock_set_back_publishes_nothing_releases_nothing_and_gives_back_no_day(mall):
    set_up(redemption_member_daily_units=points(10))
    services.publish_price(now=NOON)
    services.make_card(
        pool="regional_agents",
        member_id=join(),
        total=points(1_200),
        parts=12,
        begins_on=date(2026, 2, 1),
        subject="agent:1",
        now=NOON,
    )
    services.release_due_parts(now=NOON)
    earlier = datetime(2026, 2, 20, 4, 0, tzinfo=UTC)
    with nothing_moves():
        services.publish_price(now=earlier)
        services.release_due_parts(now=earlier - timedelta(days=60))
        services.mint_vested(now=earlier)
        services.expire_orders(now=earlier)
