"""The market: price and time decide, every trade is exact, and the same orders give the same trades."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account
from tongbao.ledger.services import post
from tongbao.points import selectors, services
from tongbao.points.contracts import (
    AskTooSmall,
    MarketLimitReached,
    MarketOff,
    MarketOrderUnknown,
    MarketPriceInvalid,
    MoneyShort,
    PointsAmountInvalid,
    PointsShort,
    RequestDiffers,
    SelfTrade,
)
from tongbao.points.models import MarketAlert, MarketOrder, MarketTrade
from tongbao.points.policy.market import Book, BookOrder, fee_after, offer_of
from tongbao.points.selectors.market import verify_market
from tongbao.points.tests.people import (
    NOON,
    OPERATOR,
    cash_of,
    join,
    points,
    put_into_reserve,
    set_up,
    with_points,
    worked_case,
)
from tongbao.tenancy.contracts import ReasonNeeded
from tongbao.tenancy.models import AuditEntry

EIGHT_DAYS_LATER = NOON + timedelta(days=8)


@pytest.fixture
def market(tenant):
    set_up(market_is_on=True, market_jump_bp=0)
    yield
    assert sound()


def sound() -> bool:
    return not list(selectors.verify()) and not list(books.verify())


def paid_in(amount_fen: int, member_id: int | None = None) -> int:
    """Somebody who has paid money in."""
    member_id = member_id or join()
    line = Transfer(
        debit=platform_account("gateway", "by_hand"),
        credit=member_account(member_id, "paid_in"),
        amount=amount_fen,
        kind="paid_in",
        subject=f"paid_in:{member_id}",
    )
    post(request=Request(key=f"paid_in:{member_id}", transfers=(line,)), now=NOON).require()
    return member_id


def ask(member_id: int, whole: int, price_fen: int, *, key: str = "", **more):
    return services.enter_ask(
        member_id=member_id,
        units=points(whole),
        price_fen=price_fen,
        client_key=key or f"a{member_id}.{MarketOrder.objects.count()}",
        now=more.get("now", NOON),
    )


def bid(member_id: int, lots: int, price_fen: int, *, key: str = "", **more):
    return services.enter_bid(
        member_id=member_id,
        lots=lots,
        price_fen=price_fen,
        client_key=key or f"b{member_id}.{MarketOrder.objects.count()}",
        now=more.get("now", NOON),
    )


def purse(member_id: int) -> tuple[int, int, int]:
    """Points that can be spent, paid-in money, and money from sales."""
    money = books.balance(account=member_account(member_id, "paid_in")).posted
    return selectors.member_points(member_id=member_id).available, money, cash_of(member_id)


def state(order) -> tuple[str, int]:
    row = MarketOrder.objects.get(pk=order.order_id)
    return row.state, row.left


def test_forty_points_at_fifty_fen_bring_eighteen_yuan_and_four_are_burned(market):
    case = worked_case("a 100 yuan bill at a merchant, one fifth in points")
    seller, buyer = with_points(points(case["points_paid"])), paid_in(100_000)
    put_into_reserve(150_000_000)
    before = selectors.floor_now()
    ask(seller, case["points_paid"], case["price_of_the_day_fen"])
    bid(buyer, 36, case["price_of_the_day_fen"])
    assert purse(seller) == (0, 0, case["merchant_sells_points_fen"])
    assert purse(buyer) == (points(36), 100_000 - 1_800, 0)
    assert selectors.supply().burned == points(4)
    assert selectors.floor_now() > before


def test_the_fee_stays_with_the_platform_where_the_tenant_says_so(market):
    set_up(market_burns_fee=False)
    ask(with_points(points(40)), 40, 50)
    bid(paid_in(10_000), 36, 50)
    assert selectors.supply().burned == 0
    assert books.balance(account=platform_account("market_fees"), asset="POINT").posted == points(4)


def test_the_best_price_sells_first_and_of_equals_the_first(market):
    dear, cheap, later = (ask(with_points(points(20)), 20, price) for price in (60, 50, 50))
    bid(paid_in(100_000), 20, 60)
    assert [state(order) for order in (dear, cheap, later)] == [("open", 18), ("filled", 0), ("open", 16)]


def test_a_bid_pays_the_price_that_waited_and_keeps_the_difference(market):
    ask(with_points(points(20)), 20, 50)
    wang = paid_in(10_000)
    order = bid(wang, 18, 70)
    assert order.state == "filled"
    assert purse(wang) == (points(18), 10_000 - 900, 0)


def test_what_is_not_filled_waits_and_is_filled_later(market):
    wang = paid_in(10_000)
    order = bid(wang, 30, 50)
    assert (order.state, purse(wang)[1]) == ("open", 8_500)
    ask(with_points(points(10)), 10, 40)
    assert state(order) == ("open", 21)
    ask(with_points(points(100)), 100, 50)
    assert state(order) == ("filled", 0)
    assert purse(wang)[0] == points(30)
    assert [trade.price_fen for trade in MarketTrade.objects.order_by("number")] == [50, 50]


def test_an_order_that_is_cancelled_gives_back_what_is_left_and_its_part_of_the_fee(market):
    seller, buyer = with_points(points(40)), paid_in(10_000)
    order = ask(seller, 40, 50)
    bid(buyer, 9, 50)
    assert services.cancel_order(order_id=order.order_id, member_id=seller, now=NOON).state == "cancelled"
    assert purse(seller) == (points(30), 0, 450)
    waiting = bid(buyer, 10, 30)
    services.cancel_order(order_id=waiting.order_id, member_id=buyer, now=NOON)
    assert purse(buyer) == (points(9), 10_000 - 450, 0)


def test_an_order_that_is_filled_or_anothers_cannot_be_cancelled(market):
    seller, buyer = with_points(points(40)), paid_in(10_000)
    order = ask(seller, 40, 50)
    with pytest.raises(MarketOrderUnknown):
        services.cancel_order(order_id=order.order_id, member_id=buyer, now=NOON)
    bid(buyer, 36, 50)
    with pytest.raises(MarketOrderUnknown):
        services.cancel_order(order_id=order.order_id, member_id=seller, now=NOON)


def test_an_order_ends_by_itself_and_trades_no_more(market):
    seller, buyer = with_points(points(40)), paid_in(10_000)
    order = ask(seller, 40, 50)
    late = bid(buyer, 10, 50, now=EIGHT_DAYS_LATER)
    row = MarketOrder.objects.get(pk=order.order_id)
    assert (late.state, row.state, row.ended_at) == ("open", "expired", EIGHT_DAYS_LATER)
    assert purse(seller) == (points(40), 0, 0)
    assert services.expire_orders(now=EIGHT_DAYS_LATER) == 0


def test_an_order_that_nobody_comes_to_ends_by_the_clock(market):
    seller = with_points(points(40))
    order = ask(seller, 40, 50)
    assert services.expire_orders(now=order.expires_at - timedelta(seconds=1)) == 0
    assert services.expire_orders(now=order.expires_at) == 1
    assert purse(seller) == (points(40), 0, 0)


def test_nobody_trades_with_themselves(market):
    wang = paid_in(10_000, with_points(points(40)))
    ask(wang, 40, 50)
    with pytest.raises(SelfTrade):
        bid(wang, 10, 50)
    assert bid(wang, 10, 49).state == "open"
    with pytest.raises(SelfTrade):
        ask(wang, 2, 49)


def test_an_order_that_meets_its_own_member_in_the_book_ends_there():
    book = Book([BookOrder(number=1, member_id=7, side="ask", price_fen=50, left=10)])
    matched = book.take(BookOrder(number=2, member_id=7, side="bid", price_fen=50, left=10))
    assert (matched.trades, matched.met_itself, book.bids) == ((), True, [])
    assert book.asks[0].left == 10


@pytest.mark.parametrize("price_fen", [0, -1, 10**15, 1.5])
def test_absurd_prices_are_refused(market, price_fen):
    with pytest.raises(MarketPriceInvalid):
        bid(paid_in(10_000), 1, price_fen)


@pytest.mark.parametrize("lots", [0, -1, 10**9 + 1, 1.5])
def test_absurd_numbers_of_lots_are_refused(market, lots):
    with pytest.raises(PointsAmountInvalid):
        bid(paid_in(10_000), lots, 1)


def test_a_price_further_from_the_last_than_the_tenant_allows_is_refused(market):
    ask(with_points(points(40)), 40, 50)
    wang = paid_in(10_000)
    bid(wang, 1, 50)
    set_up(market_jump_bp=1_000)
    with pytest.raises(MarketPriceInvalid) as refusal:
        bid(wang, 1, 44)
    assert (refusal.value.values["low_fen"], refusal.value.values["high_fen"]) == (45, 55)
    assert bid(wang, 1, 45).state == "open"


def test_what_makes_no_whole_lot_is_refused_and_what_remains_of_one_stays(market):
    wang = with_points(points(7))
    with pytest.raises(AskTooSmall):
        services.enter_ask(member_id=wang, units=11_111, price_fen=50, client_key="a", now=NOON)
    order = ask(wang, 7, 50)
    assert (order.lots, order.fee_units) == (6, 6_666)
    assert purse(wang)[0] == points(7) - points(6) - 6_666


def test_more_than_one_has_is_refused(market):
    with pytest.raises(PointsShort):
        ask(with_points(points(10)), 12, 50)
    with pytest.raises(MoneyShort):
        bid(paid_in(99), 2, 50)
    assert not MarketOrder.objects.exists()


def test_a_day_is_limited_for_each_side(market):
    set_up(market_daily_lots=10)
    wang = paid_in(10_000)
    bid(wang, 7, 50)
    with pytest.raises(MarketLimitReached):
        bid(wang, 4, 50)
    assert bid(wang, 3, 50).state == "open"
    assert purse(wang)[1] == 10_000 - 500


def test_the_same_order_sent_twice_is_one(market):
    wang = paid_in(10_000)
    assert bid(wang, 7, 50, key="once") == bid(wang, 7, 50, key="once")
    with pytest.raises(RequestDiffers):
        bid(wang, 8, 50, key="once")


def test_two_who_sell_to_each_other_are_noticed_once(market):
    wang, li = (paid_in(10_000, with_points(points(100))) for _ in range(2))
    ask(wang, 10, 50)
    bid(li, 9, 50)
    assert services.watch_market(now=NOON) == 0
    ask(li, 10, 50)
    bid(wang, 9, 50)
    assert services.watch_market(now=NOON) == 1
    assert services.watch_market(now=NOON) == 0
    alert = MarketAlert.objects.get()
    assert (alert.kind, alert.lots, alert.subject) == ("wash", 18, f"members:{wang},{li}")


@pytest.mark.parametrize(("elsewhere", "noticed"), [(0, 1), (18, 1), (19, 0)])
def test_three_who_sell_in_a_ring_are_noticed_unless_most_of_what_one_traded_was_elsewhere(
    market, elsewhere, noticed
):
    """Wang sells nine to Li, Li to Zhao, Zhao to Wang; of what Li trades these 18 are half, or one lot less."""
    wang, li, zhao, stranger = (paid_in(10_000, with_points(points(100))) for _ in range(4))
    for seller, buyer in ((wang, li), (li, zhao), (zhao, wang)):
        assert services.watch_market(now=NOON) == 0
        ask(seller, 10, 50)
        bid(buyer, 9, 50)
    if elsewhere:
        ask(stranger, 30, 50)
        bid(li, elsewhere, 50)
    assert services.watch_market(now=NOON) == noticed
    assert services.watch_market(now=NOON) == 0
    alerts = [(one.kind, one.lots, one.subject) for one in MarketAlert.objects.all()]
    assert alerts == [("wash", 9, f"members:{wang},{li},{zhao}")][:noticed]


def test_a_chain_of_sales_that_does_not_close_is_no_ring(market):
    wang, li, zhao, stranger = (paid_in(10_000, with_points(points(100))) for _ in range(4))
    for seller, buyer in ((wang, li), (li, zhao), (zhao, stranger)):
        ask(seller, 10, 50)
        bid(buyer, 9, 50)
    assert services.watch_market(now=NOON) == 0


def test_a_price_that_jumps_is_noticed(market):
    for price in (50, 55, 70):
        ask(with_points(points(10)), 10, price)
        bid(paid_in(10_000), 9, price)
    set_up(market_jump_bp=2_000)
    assert services.watch_market(now=NOON) == 1
    assert MarketAlert.objects.get().subject == "trade:3"


def test_money_that_arrived_is_booked_once_and_audited(tenant):
    wang = join()
    for _ in range(2):
        services.record_paid_in(
            key="slip-1", member_id=wang, amount_fen=5_000, reference="bank slip 1", actor=OPERATOR, now=NOON
        )
    assert purse(wang)[1] == 5_000
    assert AuditEntry.objects.filter(action="points.paid_in").count() == 1
    with pytest.raises(ReasonNeeded):
        services.record_paid_in(
            key="slip-2", member_id=wang, amount_fen=5_000, reference=" ", actor=OPERATOR, now=NOON
        )


def test_a_mall_without_a_market_has_none(tenant):
    with pytest.raises(MarketOff):
        bid(join(), 1, 50)


def test_the_book_and_the_candles_show_what_waits_and_what_was_traded(market):
    for price in (50, 51, 51):
        ask(with_points(points(20)), 20, price)
    bid(paid_in(10_000), 3, 49)
    bid(paid_in(10_000), 20, 51)
    asks, bids = selectors.order_book(now=NOON)
    assert [(level.price_fen, level.lots) for level in asks] == [(51, 34)]
    assert [(level.price_fen, level.lots) for level in bids] == [(49, 3)]
    (candle,) = selectors.candles(since=NOON - timedelta(days=1), every=timedelta(hours=1))
    assert (candle.open_fen, candle.high_fen, candle.low_fen, candle.close_fen, candle.lots) == (
        50,
        51,
        50,
        51,
        20,
    )


def test_each_stretch_of_time_with_trades_has_a_candle_of_its_own(market):
    """50 and 52 within the first hour, 40 in the third: two candles of an hour, three of a minute, one of a day."""
    wang, li = paid_in(100_000, with_points(points(1_000))), paid_in(100_000)
    for minutes, price in ((0, 50), (30, 52), (125, 40)):
        now = NOON + timedelta(minutes=minutes)
        ask(wang, 10, price, now=now)
        bid(li, 9, price, now=now)

    def drawn(**every: int) -> list[tuple[int, int, int, int, int, int]]:
        candles = selectors.candles(since=NOON - timedelta(days=1), every=timedelta(**every))
        minutes = [int((one.begins_at - NOON).total_seconds()) // 60 for one in candles]
        return [
            (begun, one.open_fen, one.high_fen, one.low_fen, one.close_fen, one.lots)
            for begun, one in zip(minutes, candles, strict=True)
        ]

    assert drawn(hours=1) == [(0, 50, 52, 50, 52, 18), (120, 40, 40, 40, 40, 9)]
    assert [candle[0] for candle in drawn(minutes=1)] == [0, 30, 125]
    assert [candle[1:] for candle in drawn(days=1)] == [(50, 52, 40, 40, 27)]


def test_a_member_sees_their_own_trades_and_nobody_elses_newest_first(market):
    """Wang sells 36 lots: 10 to Li at 50 fen, 5 to Zhao; Li sells Wang 9 of his at 40."""
    wang, li, zhao = with_points(points(40)), paid_in(10_000), paid_in(10_000)
    first = ask(wang, 40, 50)
    bid(li, 10, 50)
    bid(zhao, 5, 50)
    services.cancel_order(order_id=first.order_id, member_id=wang, now=NOON)
    paid_in(1_000, wang)
    ask(li, 10, 40)
    bid(wang, 9, 40)
    hers = selectors.member_market_trades(member_id=wang)
    assert [(one.number, one.side, one.lots, one.amount_fen, one.fee_units) for one in hers] == [
        (3, "bid", 9, 360, 0),
        (2, "ask", 5, 250, 5_555),
        (1, "ask", 10, 500, 11_111),
    ]
    assert {one.order_id for one in hers[1:]} == {first.order_id}
    assert [one.number for one in selectors.member_market_trades(member_id=wang, before=3, limit=1)] == [2]
    his = selectors.member_market_trades(member_id=zhao)
    assert [(one.side, one.lots, one.amount_fen) for one in his] == [("bid", 5, 250)]
    assert selectors.member_market_trades(member_id=join()) == ()


def test_thirty_two_bid_for_the_last_lots_and_each_lot_is_sold_once(committed_tenant, race):
    set_up(market_is_on=True, market_jump_bp=0)
    order = ask(with_points(points(100)), 100, 50)
    buyers = [paid_in(1_000) for _ in range(32)]
    race(
        *(
            partial(
                services.enter_bid, member_id=buyer, lots=5, price_fen=50, client_key=f"b{buyer}", now=NOON
            )
            for buyer in buyers
        )
    )
    services.match_waiting(now=NOON)
    assert state(order) == ("filled", 0)
    assert sorted(purse(buyer)[0] for buyer in buyers) == [0] * 14 + [points(5)] * 18
    assert not MarketOrder.objects.filter(state="waiting").exists()
    assert sound()


def test_cancelling_and_trading_at_once_end_one_way(committed_tenant, race):
    set_up(market_is_on=True, market_jump_bp=0)
    seller, buyer = with_points(points(100)), paid_in(100_000)
    order = ask(seller, 100, 50)
    race(
        *[partial(services.cancel_order, order_id=order.order_id, member_id=seller, now=NOON)] * 4,
        *(
            partial(services.enter_bid, member_id=buyer, lots=10, price_fen=50, client_key=f"b{n}", now=NOON)
            for n in range(8)
        ),
    )
    services.match_waiting(now=NOON)
    row = MarketOrder.objects.get(pk=order.order_id)
    sold = row.lots - row.left
    assert cash_of(seller) == sold * 50
    assert purse(buyer)[0] == points(sold)
    assert sound()


entries = st.lists(
    st.tuples(
        st.sampled_from(("ask", "bid", "cancel", "late")), st.integers(0, 3), st.integers(1, 30), st.integers(1, 6)
    ),
    max_size=20,
)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(entries=entries)
def test_replaying_the_orders_gives_the_same_trades(tenant, entries):
    """The database's trades are those of the pure book, fed with the orders and what ended them in their sequence."""
    with transaction.atomic():
        set_up(market_is_on=True, market_jump_bp=0)
        people = [paid_in(10_000, with_points(points(200))) for _ in range(4)]
        for number, (kind, who, amount, price) in enumerate(entries):
            try:
                with transaction.atomic():
                    if kind == "ask":
                        ask(people[who], amount, price)
                    elif kind == "bid":
                        bid(people[who], amount, price)
                    elif kind == "late":
                        bid(people[who], amount, price, now=NOON + timedelta(days=8, minutes=number))
                    else:
                        mine = MarketOrder.objects.filter(member_id=people[who], state="open").first()
                        if mine:
                            services.cancel_order(order_id=mine.pk, member_id=people[who], now=NOON)
            except (SelfTrade, AskTooSmall, PointsShort, MoneyShort):
                pass
        assert not list(verify_market())
        assert sound()
        transaction.set_rollback(True)


def test_a_trade_that_the_orders_do_not_give_is_found(market):
    """What an order asks for can't be rewritten by the application; its place in time can, and is found out."""
    first, second, buyer = with_points(points(40)), with_points(points(40)), paid_in(10_000)
    ask(first, 40, 50)
    ask(second, 40, 50)
    bid(buyer, 10, 55)
    assert not list(verify_market())
    with transaction.atomic():
        MarketOrder.objects.filter(side="ask").update(sequence=3 - F("sequence"))
        found = list(verify_market())
        assert [(one.table, one.key) for one in found] == [("points_market_trade", "1")]
        assert "ask=2" in found[0].says
        assert "ask=1" in found[0].should
        transaction.set_rollback(True)
    with transaction.atomic():
        MarketOrder.objects.filter(side="bid").update(sequence=0)
        assert [one.should for one in verify_market()] == [
            "Trade(ask=1, bid=0, lots=10, price_fen=55), as the orders give it"
        ]
        transaction.set_rollback(True)
    with transaction.atomic():
        MarketOrder.objects.filter(side="bid").update(sequence=9)
        MarketOrder.objects.filter(side="ask").update(ended_sequence=F("sequence") + 2)
        assert [one.should for one in verify_market()] == ["no trade, as the orders give it"]
        transaction.set_rollback(True)


def test_one_bid_reaches_as_deep_into_the_book_as_its_lots_do(market):
    buyer = paid_in(10_000)
    sellers = [with_points(points(2)) for _ in range(30)]
    for number, seller in enumerate(sellers):
        ask(seller, 2, 50 + number % 3)
    assert bid(buyer, 29, 52).state == "filled"
    assert [row["price_fen"] for row in MarketTrade.objects.order_by("number").values("price_fen")] == (
        [50] * 10 + [51] * 10 + [52] * 9
    )


@given(units=st.integers(1, 10**12), lot_units=st.sampled_from((1, 7, 10_000)), fee_bp=st.integers(0, 9_000))
def test_an_offer_and_its_fee_are_never_more_than_the_ask(units, lot_units, fee_bp):
    try:
        offer = offer_of(units=units, lot_units=lot_units, fee_bp=fee_bp)
    except AskTooSmall:
        return
    assert offer.escrow(lot_units=lot_units) <= units
    assert offer.fee_units * 10_000 <= (offer.lots * lot_units + offer.fee_units) * fee_bp + 10_000


@given(fee_units=st.integers(0, 10**9), lots=st.integers(1, 10**6), sold=st.integers(0, 10**6))
def test_the_fee_is_burned_as_lots_are_sold_and_all_of_it_with_the_last(fee_units, lots, sold):
    burned = fee_after(fee_units=fee_units, lots=lots, sold=min(sold, lots))
    assert 0 <= burned <= fee_units
    assert fee_after(fee_units=fee_units, lots=lots, sold=lots) == fee_units
