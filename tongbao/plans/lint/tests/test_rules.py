"""Each rule with a plan or practice on which it fires, one on its boundary, and one on which it doesn't."""

from __future__ import annotations

import pytest

from tongbao.plans import preset
from tongbao.plans.lint import RULES, Practice
from tongbao.plans.lint.tests.shops import (
    REFERRAL,
    THREE_LEVELS,
    TIER,
    TWO_LEVELS,
    finding,
    plan_of,
    said,
)

BOUGHT = "{by_purchase: {pack-198: vip}}"
RECRUITED = "{by_recruits: [{from: member, recruits: 5, recruit_rank: member, to: vip}]}"
BY_TEAM = "{by_volume: [{from: member, to: vip, team: 10000.00}]}"
BY_RECRUITS = "{by_volume: [{from: member, to: vip, recruits: 3}]}"
BY_LEGS = "{by_volume: [{from: member, to: vip, legs: 2, leg_rank: member}]}"
BY_OWN = "{by_volume: [{from: member, to: vip, own: 500.00}]}"
VIP_ONLY = "id: one, select: {rank: vip, compress: no, limit: 1}, rate: 5%"
RETAIL = plan_of(REFERRAL)
DRAW = "id: draw, kind: fund, accrue: 1%, close: month, split: {draw: 1}"
HELD = Practice(direct_selling_licence=True)

# rule, what is looked at, plan, practice, whether it fires
CASES = [
    (
        "CN1",
        "a rank is bought that earns as much as the lowest",
        plan_of(
            "id: a, select: {limit: 1}, rate: {by_rank: {member: 5%, vip: 5%, dealer: 5%}}", promotions=BOUGHT
        ),
        Practice(),
        False,
    ),
    (
        "CN1",
        "a rank is bought that earns as much on every level",
        plan_of(
            "id: a, rate: {by_rank_and_level: {member: [5%], vip: [5%], dealer: [5%]}}", promotions=BOUGHT
        ),
        Practice(),
        False,
    ),
    (
        "CN1",
        "a rank is bought that earns on one level more",
        plan_of(
            "id: a, rate: {by_rank_and_level: {member: [5%], vip: [5%, 1%], dealer: [5%, 1%]}}",
            promotions=BOUGHT,
        ),
        Practice(),
        True,
    ),
    (
        "CN1",
        "a clause asks for the rank that everybody has",
        plan_of("id: a, select: {rank: member, limit: 1}, rate: 5%", promotions=BOUGHT),
        Practice(),
        False,
    ),
    (
        "CN1",
        "a rank is bought that moves up the tree",
        plan_of(
            "id: a, graph: placement, placement: {leaves_at: vip, stays_behind: 2}, select: {limit: 1}, rate: 5%",
            promotions=BOUGHT,
        ),
        Practice(),
        True,
    ),
    (
        "CN1",
        "a jar that asks for no own order",
        plan_of("id: j, kind: jar, accrue: 5%, every: 3, up_to_own: no"),
        Practice(),
        False,
    ),
    (
        "CN3",
        "a rank that earns nothing more by the team's sales",
        plan_of(REFERRAL, promotions=BY_TEAM),
        Practice(),
        False,
    ),
    (
        "CN7",
        "a fund is drawn by hidden terms",
        plan_of(f"{DRAW}, bound: {{person: 50.00, period: month}}"),
        Practice(draw_terms_disclosed=False),
        True,
    ),
    ("CN1", "a rank that earns is bought", plan_of(TIER, promotions=BOUGHT), Practice(), True),
    (
        "CN1",
        "a rank that earns nothing more is bought",
        plan_of(REFERRAL, promotions=BOUGHT),
        Practice(),
        False,
    ),
    ("CN1", "joining costs a fen", RETAIL, Practice(joining_fee_fen=1), True),
    ("CN1", "joining costs nothing", RETAIL, Practice(joining_fee_fen=0), False),
    ("CN1", "an agent pays", RETAIL, Practice(city_agent_fee_fen=5_000_000), True),
    ("CN1", "a kit must be bought", RETAIL, Practice(starter_kit_fen=9_900), True),
    (
        "CN1",
        "own purchases are asked for",
        plan_of("id: a, select: {own: 100.00}, rate: 5%"),
        Practice(),
        True,
    ),
    ("CN1", "own purchases lift the rank", plan_of(VIP_ONLY, promotions=BY_OWN), Practice(), True),
    ("CN1", "team sales lift the rank", plan_of(VIP_ONLY, promotions=BY_TEAM), Practice(), False),
    (
        "CN1",
        "an own order is given back",
        plan_of("id: jar, kind: jar, accrue: 5%, every: 3"),
        Practice(),
        True,
    ),
    (
        "CN1",
        "a place on a board is bought",
        plan_of("id: board, kind: board, accrue: 5%, width: 2, depth: 2"),
        Practice(),
        True,
    ),
    ("CN2", "recruits lift the rank", plan_of(TIER, promotions=RECRUITED), Practice(), True),
    ("CN2", "recruits lift the rank with others", plan_of(TIER, promotions=BY_RECRUITS), Practice(), True),
    ("CN2", "legs lift the rank", plan_of(TIER, promotions=BY_LEGS), Practice(), True),
    ("CN2", "own purchases lift the rank", plan_of(TIER, promotions=BY_OWN), Practice(), False),
    ("CN2", "one recruit is needed", plan_of("id: a, select: {recruits: 1}, rate: 5%"), Practice(), True),
    (
        "CN2",
        "levels open by recruits",
        plan_of("id: a, select: {limit: 2, unlock_recruits: 1}, rate: 5%"),
        Practice(),
        True,
    ),
    (
        "CN2",
        "each recruit is paid for",
        plan_of("id: f, kind: fund, accrue: 1%, close: month, promise: {amount: 5.00, of: recruits}"),
        Practice(),
        True,
    ),
    (
        "CN2",
        "shared out by recruits",
        plan_of("id: f, kind: fund, accrue: 1%, close: month, split: {pro_rata: recruits}"),
        Practice(),
        True,
    ),
    (
        "CN2",
        "shared out equally",
        plan_of("id: f, kind: fund, accrue: 1%, close: month, split: {equal: yes}"),
        Practice(),
        False,
    ),
    (
        "CN2",
        "every third order of recruits",
        plan_of("id: j, kind: jar, accrue: 5%, every: 3"),
        Practice(),
        True,
    ),
    ("CN2", "sign-ups are rewarded", RETAIL, Practice(sign_up_rewards=True), True),
    ("CN2", "the nearest sponsor is paid", RETAIL, Practice(), False),
    ("CN3", "two levels", plan_of(TWO_LEVELS), Practice(), True),
    ("CN3", "one level", RETAIL, Practice(), False),
    (
        "CN3",
        "one level, the first skipped",
        plan_of("id: a, select: {skip: 1, limit: 1, compress: no}, rate: 5%"),
        Practice(),
        True,
    ),
    (
        "CN3",
        "a differential of one rank, at any distance",
        plan_of("id: tier, kind: differential, rates: {dealer: 10%}"),
        Practice(),
        True,
    ),
    (
        "CN3",
        "team volume is shared in",
        plan_of("id: f, kind: fund, accrue: 1%, close: month, split: {pro_rata: team}"),
        Practice(),
        True,
    ),
    (
        "CN3",
        "own purchases are shared in",
        plan_of("id: f, kind: fund, accrue: 1%, close: month, split: {pro_rata: own}"),
        Practice(),
        False,
    ),
    (
        "CN3",
        "the lesser leg",
        plan_of("id: f, kind: fund, accrue: 1%, close: week, promise: {of: lesser_leg, rate: 10%}"),
        Practice(),
        True,
    ),
    (
        "CN3",
        "a board of one level",
        plan_of("id: b, kind: board, accrue: 5%, width: 2, depth: 1"),
        Practice(),
        False,
    ),
    (
        "CN3",
        "a board of two levels",
        plan_of("id: b, kind: board, accrue: 5%, width: 2, depth: 2"),
        Practice(),
        True,
    ),
    (
        "CN3",
        "awards on the first level's awards",
        plan_of(f"{REFERRAL}\nid: manager, of: referral, select: {{limit: 1}}, rate: 10%"),
        Practice(),
        True,
    ),
    ("CN3", "a rank that earns by the team's sales", plan_of(VIP_ONLY, promotions=BY_TEAM), Practice(), True),
    (
        "CN3",
        "agents of the region",
        plan_of("id: r, kind: region, rates: {county: 4%, city: 6%}"),
        Practice(),
        False,
    ),
    ("CN4", "three levels", plan_of(THREE_LEVELS), Practice(), True),
    ("CN4", "two levels", plan_of(TWO_LEVELS), Practice(), False),
    ("CN4", "a rank that earns by the team's sales", plan_of(VIP_ONLY, promotions=BY_TEAM), Practice(), True),
    ("CN4", "three levels, thirty people", plan_of(THREE_LEVELS), Practice(people_limit=30), True),
    ("CN4", "three levels, 29 people", plan_of(THREE_LEVELS), Practice(people_limit=29), False),
    (
        "CN4",
        "three levels of thirty seen under two levels of pay",
        plan_of(TWO_LEVELS),
        Practice(levels_seen=3, people_seen=30),
        True,
    ),
    ("CN4", "three levels of 29 seen", plan_of(TWO_LEVELS), Practice(levels_seen=3, people_seen=29), False),
    ("CN4", "two levels of thirty seen", plan_of(TWO_LEVELS), Practice(levels_seen=2, people_seen=30), False),
    (
        "CN4",
        "a deep tree in which one level is paid",
        RETAIL,
        Practice(levels_seen=51, people_seen=90_000),
        False,
    ),
    (
        "CN4",
        "a deep tree whose members paid to join",
        RETAIL,
        Practice(levels_seen=3, people_seen=30, joining_fee_fen=100),
        True,
    ),
    ("CN5", "a network without a licence", plan_of(TWO_LEVELS), Practice(), True),
    ("CN5", "a network with a licence", plan_of(TWO_LEVELS), HELD, False),
    ("CN5", "salespeople without a licence", RETAIL, Practice(salespeople=True), True),
    (
        "CN5",
        "salespeople with a licence",
        RETAIL,
        Practice(salespeople=True, direct_selling_licence=True),
        False,
    ),
    ("CN5", "pay of 30%", plan_of("id: a, kind: direct, rate: 30%"), Practice(), False),
    ("CN5", "pay of 30.01%", plan_of("id: a, kind: direct, rate: 30.01%"), Practice(), True),
    ("CN5", "pay without a bound, under a licence", plan_of("id: a, rate: 1%"), HELD, True),
    ("CN5", "40% to the buyer isn't pay", plan_of("id: own, graph: buyer, rate: 40%"), Practice(), False),
    ("CN6", "points move between members", RETAIL, Practice(points_transferable=True), True),
    ("CN6", "points become cash", RETAIL, Practice(points_cashable=True), True),
    ("CN6", "points have a price", RETAIL, Practice(points_quoted=True), True),
    ("CN6", "points are mined", RETAIL, Practice(points_mined=True), True),
    ("CN6", "points become equity", RETAIL, Practice(points_for_equity=True), True),
    ("CN6", "coupons", RETAIL, Practice(), False),
    ("CN7", "a prize above the cap", RETAIL, Practice(draws=True, draw_prize_fen=5_000_001), True),
    ("CN7", "a prize at the cap", RETAIL, Practice(draws=True, draw_prize_fen=5_000_000), False),
    ("CN7", "a large prize and no draws", RETAIL, Practice(draw_prize_fen=5_000_001), False),
    ("CN7", "hidden terms", RETAIL, Practice(draws=True, draw_terms_disclosed=False), True),
    ("CN7", "a draw that nobody can check", RETAIL, Practice(draws=True, draw_provable=False), True),
    ("CN7", "a fund is drawn without a limit", plan_of(DRAW), Practice(), True),
    (
        "CN7",
        "a fund is drawn up to the cap",
        plan_of(f"{DRAW}, bound: {{person: 50000.00, period: month}}"),
        Practice(),
        False,
    ),
    (
        "CN7",
        "a fund is drawn above the cap",
        plan_of(f"{DRAW}, bound: {{person: 50000.01, period: month}}"),
        Practice(),
        True,
    ),
    (
        "CN7b",
        "a stake and a consolation in cash",
        RETAIL,
        Practice(draws=True, draw_stake_paid=True, draw_consolation_cash=True),
        True,
    ),
    ("CN7b", "a stake without consolation", RETAIL, Practice(draws=True, draw_stake_paid=True), False),
    ("CN7b", "cash without a stake", RETAIL, Practice(draws=True, draw_consolation_cash=True), False),
    ("CN8", "released after 7 days, while the seventh still runs", RETAIL, Practice(release_days=7), True),
    ("CN8", "released after 8 days", RETAIL, Practice(release_days=8), False),
    ("CN8", "a clause releases at once", plan_of(f"{REFERRAL}, when: {{release: 0 days}}"), Practice(), True),
    (
        "CN8",
        "a clause waits longer than the shop",
        plan_of(f"{REFERRAL}, when: {{release: 30 days}}"),
        Practice(release_days=0),
        False,
    ),
    (
        "CN8",
        "a fund pays of orders that nobody has received",
        plan_of("id: f, kind: fund, accrue: 1%, close: day, split: {equal: yes}"),
        Practice(),
        True,
    ),
    (
        "CN8",
        "a fund pays of orders that were received",
        plan_of("id: f, kind: fund, event: {on: received}, accrue: 1%, close: day, split: {equal: yes}"),
        Practice(),
        False,
    ),
    ("CN9", "merchants' money without a licence", RETAIL, Practice(merchants_money_held=True), True),
    (
        "CN9",
        "merchants' money with a licence",
        RETAIL,
        Practice(merchants_money_held=True, payment_licence=True),
        False,
    ),
    (
        "CN9",
        "stored value without a licence",
        RETAIL,
        Practice(stored_value=True, payment_licence=True),
        True,
    ),
    ("CN9", "stored value with a licence", RETAIL, Practice(stored_value=True, prepaid_licence=True), False),
    ("CN10", "money back is promised", RETAIL, Practice(cash_back_promised=True), True),
    ("CN10", "a queue promises without a fund", plan_of("id: q, kind: queue, every: 3"), Practice(), True),
    (
        "CN10",
        "a queue pays what its fund holds",
        plan_of("id: q, kind: queue, accrue: 10%"),
        Practice(),
        False,
    ),
    ("CNW", "three levels inside WeChat", plan_of(THREE_LEVELS), Practice(inside_wechat=True), True),
    ("CNW", "two levels inside WeChat", plan_of(TWO_LEVELS), Practice(inside_wechat=True), False),
    ("CNW", "three levels outside", plan_of(THREE_LEVELS), Practice(), False),
    ("CNW", "any distance inside WeChat", plan_of(TIER), Practice(inside_wechat=True), True),
    (
        "US1",
        "pay on what buys a rank",
        plan_of(TIER, promotions=BOUGHT),
        Practice(retail_base_verified=True),
        True,
    ),
    ("US1", "levels, and nobody verifies who buys", plan_of(TWO_LEVELS), Practice(), True),
    (
        "US1",
        "levels on verified retail sales",
        plan_of(TWO_LEVELS),
        Practice(retail_base_verified=True),
        False,
    ),
    ("US1", "one level on sales to customers", RETAIL, Practice(), False),
    ("US2", "no safeguards", plan_of(TWO_LEVELS), Practice(), True),
    ("US2", "two of three", plan_of(TWO_LEVELS), Practice(buy_back=True, seventy_percent_rule=True), True),
    (
        "US2",
        "all three",
        plan_of(TWO_LEVELS),
        Practice(buy_back=True, seventy_percent_rule=True, ten_customer_rule=True),
        False,
    ),
    ("US2", "no network", RETAIL, Practice(), False),
    ("US3", "bare claims", RETAIL, Practice(earnings_claims="undisclosed"), True),
    ("US3", "claims beside the disclosure", RETAIL, Practice(earnings_claims="disclosed"), False),
    ("US3", "no claims", RETAIL, Practice(), False),
    (
        "US4",
        "sold, pooled, promoted",
        RETAIL,
        Practice(points_sold=True, points_pooled=True, points_promoted_to_rise=True),
        True,
    ),
    ("US4", "sold and pooled", RETAIL, Practice(points_sold=True, points_pooled=True), False),
    ("US4", "pooled and promoted", RETAIL, Practice(points_pooled=True, points_promoted_to_rise=True), False),
    ("US5", "a stake", RETAIL, Practice(draws=True, draw_stake_paid=True), True),
    (
        "US5",
        "a stake, or free entry",
        RETAIL,
        Practice(draws=True, draw_stake_paid=True, draw_free_entry=True),
        False,
    ),
    ("US5", "no stake", RETAIL, Practice(draws=True), False),
    ("US5", "a fund drawn among those who paid to join", plan_of(DRAW), Practice(joining_fee_fen=100), True),
    ("US5", "a fund drawn among all", plan_of(DRAW), Practice(), False),
    ("EU1", "a fee and pay for sign-ups", RETAIL, Practice(joining_fee_fen=1, sign_up_rewards=True), True),
    ("EU1", "a fee alone", RETAIL, Practice(joining_fee_fen=1), False),
    ("EU1", "pay for sign-ups alone", RETAIL, Practice(sign_up_rewards=True), False),
    ("EU1", "pay on what buys a rank", plan_of(TIER, promotions=BOUGHT), Practice(), True),
    (
        "EU1",
        "a rank is bought with what pays nobody",
        plan_of(f"{TIER}, event: {{products: [tea]}}", promotions=BOUGHT),
        Practice(),
        False,
    ),
    ("EU2", "points move", RETAIL, Practice(points_transferable=True), True),
    ("EU2", "points are accepted elsewhere", RETAIL, Practice(points_accepted_elsewhere=True), True),
    ("EU2", "points of the issuer alone", RETAIL, Practice(points_cashable=True), False),
    ("HK1", "a fee and pay for sign-ups", RETAIL, Practice(joining_fee_fen=1, sign_up_rewards=True), True),
    ("HK1", "a fee alone", RETAIL, Practice(joining_fee_fen=1), False),
    (
        "HK1",
        "recruits lift the rank of those who joined for free",
        plan_of(TIER, promotions=RECRUITED),
        Practice(),
        False,
    ),
    ("SG1", "a kit at cost", RETAIL, Practice(starter_kit_fen=9_900), False),
    ("SG1", "a kit above cost", RETAIL, Practice(starter_kit_fen=9_900, starter_kit_at_cost=False), True),
    ("SG1", "a fee", RETAIL, Practice(joining_fee_fen=1), True),
    ("SG1", "pay for recruiting alone", plan_of(TIER, promotions=RECRUITED), Practice(), True),
    ("MY1", "levels without a licence", plan_of(TWO_LEVELS), Practice(), True),
    ("MY1", "levels with a licence", plan_of(TWO_LEVELS), Practice(malaysian_licence=True), False),
    ("MY1", "a fee, with a licence", RETAIL, Practice(malaysian_licence=True, joining_fee_fen=1), True),
    ("MY1", "one level without a licence", RETAIL, Practice(), False),
]


@pytest.mark.parametrize(
    ("rule_id", "what", "plan", "practice", "fires"),
    CASES,
    ids=[f"{case[0]} {case[1]}" for case in CASES],
)
def test_a_rule_fires_where_its_law_says(rule_id, what, plan, practice, fires):
    assert (finding(rule_id, plan, practice) is not None) is fires


def test_the_table_has_every_rule_firing_and_not():
    seen = {(case[0], case[4]) for case in CASES}
    assert seen == {(rule.id, fires) for rule in RULES for fires in (True, False)}


def test_a_single_level_of_a_tree_that_others_fill_is_pay_on_a_team():
    """The place below is taken by whom somebody else brought in; directly below the sponsor it is one's own recruit."""
    matrix = plan_of(
        "id: matrix, graph: placement, placement: {width: 3, fill: breadth}, rate: 5%, select: {limit: 1}"
    )
    assert said("CN3", matrix) == (
        "clause matrix pays up to level 1 on the sales of people below, whom others brought in too",
    )
    own = plan_of(
        "id: own, graph: placement, placement: {fill: sponsor}, rate: 5%, select: {limit: 1, compress: no}"
    )
    assert said("CN3", own) == ()


def test_a_single_level_for_whose_team_sells_is_pay_on_a_team():
    plan = plan_of("id: leader, rate: 5%, select: {limit: 1, compress: no, team: 10000.00}")
    assert said("CN3", plan) == ("clause leader pays only whose people below have sold for 10000.00 yuan",)
    assert said("CN3", plan_of("id: own, rate: 5%, select: {limit: 1, compress: no, own: 100.00}")) == ()


def test_awards_that_stay_although_the_goods_went_back_are_too_early():
    kept = plan_of("id: referral, kind: direct, rate: 10%, when: {claws_back: no}")
    assert said("CN8", kept) == ("awards of clause referral aren't taken back when the goods are returned",)
    assert said("CN8", plan_of(REFERRAL)) == ()


def test_a_place_in_a_queue_and_a_right_to_be_paid_back_are_bought():
    assert said("CN1", preset("queue-refund")) == (
        "a place in the queue of clause line is bought with an order, and paid out of later people's orders",
    )
    assert said("CN1", preset("green-points")) == (
        "what clause release gives back is a right bought with an order, and paid out of later orders",
    )


def test_the_share_of_every_base_is_told_and_the_margin_is_a_part_of_the_price():
    """A third of the freight; or 20 % of the price and 15 % of the margin that is in it."""
    freight = plan_of("id: freight, kind: direct, rate: 33%, event: {base: freight}", budget="{freight: 33%}")
    assert "one order can pay 33% of its freight, above 30%" in said("CN5", freight)
    both = plan_of(
        "id: price, kind: direct, rate: 20%\nid: margin, kind: direct, rate: 15%, event: {base: margin}",
        budget="{net: 20%, margin: 15%}",
    )
    assert "one order can pay 35% of its price and the margin in it together, above 30%" in said("CN5", both)
    assert not any("together" in reason for reason in said("CN5", plan_of(REFERRAL)))
