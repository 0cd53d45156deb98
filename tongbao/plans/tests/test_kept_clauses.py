"""Funds, jars, queues and boards as a document states them: read, refused with place and cure, told, bounded."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tongbao.plans import Plan, PlanInvalid, load_plan, prove
from tongbao.plans.algebra import Bound, Event, Needs, Placement, Promise, Split, When
from tongbao.plans.clauses.kept import Board, Fund, Jar, Queue

HEAD = """\
plan: made-up
title: {zh: 测试, en: Made up}
ranks: [{key: member, zh: 会员, en: Member}, {key: vip, zh: VIP会员, en: VIP}]
budget: 100%
clauses:
"""


def plan_with(*clauses: str, tail: str = "") -> Plan:
    return load_plan(HEAD + "".join(f"  - {clause}\n" for clause in clauses) + tail)


def clause_of(text: str) -> Any:
    (clause,) = plan_with(text).clauses
    return clause


def test_a_fund_with_everything_that_can_be_written():
    fund = clause_of(
        "{id: green, kind: fund, accrue: 16%, close: day, event: {on: received, base: net, products: [tea, oil-5],"
        " least: 10.00}, select: {rank: vip, recruits: 2, own: 100.00, team: 1000.00}, holding: {times: 3},"
        " split: {pro_rata: holding}, bound: {person: 88.00, period: week, rest: carry},"
        " when: {release: 8 days, parts: 12, every: week, claws_back: no}}"
    )
    assert fund == Fund(
        id="green",
        line=6,
        event=Event(on="received", products=("tea", "oil-5"), least_fen=1000),
        accrue_bp=1600,
        close="day",
        select=fund.select,
        split=Split(how="pro_rata", by="holding"),
        holding_times=3,
        bound=Bound(person_fen=8800, person_period="week", rest="carry"),
        when=When(release_days=8, parts=12, every="week", claws_back=False),
    )
    assert fund.select.needs == Needs(rank="vip", recruits=2, own_fen=10_000, team_fen=100_000)


@pytest.mark.parametrize(
    ("written", "split"),
    [
        ("{equal: yes}", Split()),
        ("{pro_rata: own}", Split(how="pro_rata", by="own")),
        ("{places: [50%, 30%]}", Split(how="places", by="team", places_bp=(5000, 3000))),
        ("{places: [100%], by: recruits}", Split(how="places", by="recruits", places_bp=(10_000,))),
        ("{draw: 3}", Split(how="draw", winners=3)),
    ],
)
def test_a_split_has_four_forms(written, split):
    assert clause_of(f"{{id: a, kind: fund, accrue: 1%, close: month, split: {written}}}").split == split


@pytest.mark.parametrize(
    ("written", "promise"),
    [
        ("{rate: 10%, of: lesser_leg}", Promise(by="lesser_leg", rate_bp=1000)),
        ("{amount: 500.00, once: yes}", Promise(amount_fen=50_000, once=True)),
        ("{amount: 5.00, of: recruits}", Promise(by="recruits", amount_fen=500)),
        (
            "{brackets: {100.00: 1%, 200: 2.5%}, of: bracket_gap}",
            Promise(by="bracket_gap", brackets=((10_000, 100), (20_000, 250))),
        ),
    ],
)
def test_a_promise_has_three_forms(written, promise):
    assert (
        clause_of(f"{{id: a, kind: fund, accrue: 1%, close: month, promise: {written}}}").promise == promise
    )


def test_jars_queues_and_boards():
    assert clause_of("{id: a, kind: jar, accrue: 33.34%, every: 3}") == Jar(
        id="a", line=6, accrue_bp=3334, every=3
    )
    queue = clause_of("{id: a, kind: queue, accrue: 20%, back: 80%}")
    assert queue == Queue(id="a", line=6, accrue_bp=2000, back_bp=8000)
    board = clause_of("{id: a, kind: board, accrue: 10%, width: 3, depth: 2, amount: 9.99, again: yes}")
    assert board == Board(id="a", line=6, accrue_bp=1000, width=3, depth=2, amount_fen=999, again=True)
    assert board.seats == 13


def test_a_placement_of_legs():
    fund = clause_of(
        "{id: a, kind: fund, accrue: 1%, close: day, promise: {rate: 5%, of: lesser_leg},"
        " placement: {width: 2, fill: weak_leg, carry: yes, cap: 500.00}}"
    )
    assert fund.placement == Placement(width=2, fill="weak_leg", carry_cap_fen=50_000)


FUND = "{id: a, kind: fund, accrue: 3%, close: month, split: {equal: yes}}"
CASES = [
    # Each replaces something in a sound clause; the column is that of the mistake.
    (FUND, "accrue: 3%", "accru: 3%", "6:25: a clause of kind fund has no key 'accru'; write 'accrue'"),
    (FUND, ", accrue: 3%", "", "6:5: a fund that is shared out needs what it holds; write 'accrue: 3%'"),
    (FUND, "3%", "0.03", "6:33: accrue: '0.03' is no rate: rates are percentages; write 3%"),
    (FUND, "3%", "0%", "6:33: accrue is 0%; give a rate"),
    (FUND, "month", "monthly", "6:44: close can't be 'monthly'; write 'month'"),
    (FUND, ", split: {equal: yes}", "", "6:5: a fund is either shared out or keeps a promise"),
    (FUND, "equal: yes}", "equal: yes}, promise: {amount: 1}", "6:72: a fund is either shared out or keeps"),
    (FUND, "equal: yes", "equal: no", "6:66: equal: no says nothing; write 'equal: yes'"),
    (FUND, "equal: yes", "equally: yes", "6:59: split has no key 'equally'; write 'equal'"),
    (FUND, "equal: yes", "equal: yes, draw: 3", "6:58: split is one of equal, pro_rata, places, draw"),
    (FUND, "equal: yes", "draw: 0", "6:65: draw '0' must be a whole number from 1 to 10000"),
    (FUND, "equal: yes", "draw: 2.5", "6:65: draw '2.5' must be a whole number from 1 to 10000"),
    (FUND, "equal: yes", "pro_rata: teams", "6:69: pro_rata can't be 'teams'; write 'team'"),
    (FUND, "equal: yes", "pro_rata: bracket_gap", "6:69: pro_rata can't be 'bracket_gap'"),
    (FUND, "equal: yes", "pro_rata: team, by: own", "6:79: by belongs to places; delete it"),
    (FUND, "equal: yes", "places: [30%, 50%]", "6:67: places rise; a worse place can't get more"),
    (FUND, "equal: yes", "places: [60%, 50%]", "6:67: places come to 110%; lower them to 100% together"),
    (FUND, "equal: yes", "places: [60%, 0%]", "6:73: places: 0% gives nothing"),
    (FUND, "equal: yes", "places: [60]", "6:68: places: '60' is no rate"),
    (FUND, "equal: yes", "places: 60%", "6:67: places must be a list; write 'places: [a, b]'"),
    (
        FUND,
        "equal: yes",
        "pro_rata: holding",
        "6:5: members are weighed by their holding and nothing gives one",
    ),
    (FUND, "month,", "month, holding: {times: 3},", "6:60: nobody is weighed by this holding"),
    (FUND, "month,", "month, holding: {times: 0},", "6:68: times '0' must be a whole number from 1 to 100"),
    (
        FUND,
        "month,",
        "month, placement: {width: 2, fill: queue},",
        "6:62: a fund looks at a placement only for",
    ),
    (
        FUND,
        "month,",
        "month, bound: {order: 5%},",
        "6:58: what an order gives to this clause is bounded by accrue",
    ),
    (FUND, "month,", "month, bound: {period: day},", "6:67: period says for how long person counts"),
    (
        FUND,
        "month,",
        "month, bound: {person: 5.001},",
        "6:67: person: '5.001' is no amount: it has 3 decimals",
    ),
    (FUND, "month,", "month, bound: {person: -5},", "6:67: person: '-5' is no amount: it is negative"),
    (FUND, "month,", "month, bound: {person: 0},", "6:67: person is 0; give an amount such as 5000.00"),
    (FUND, "month,", "month, bound: {person: [5]},", "6:67: person must be an amount such as 5000.00"),
    (FUND, "month,", "month, bound: {person: 5, period: year},", "6:78: period can't be 'year'"),
    (FUND, "month,", "month, when: {release: soon},", "6:67: release 'soon' must be days from 0 to 3650"),
    (
        FUND,
        "month,",
        "month, when: {release: 9999 days},",
        "6:67: release '9999 days' must be days from 0 to",
    ),
    (FUND, "month,", "month, when: {every: week},", "6:65: every says how far the parts are apart"),
    (FUND, "month,", "month, when: {parts: 0},", "6:65: parts '0' must be a whole number from 1 to 1000"),
    (FUND, "month,", "month, when: {claws_back: maybe},", "6:70: claws_back can't be 'maybe'"),
    (FUND, "month,", "month, select: {rank: vpi},", "6:66: rank: there is no rank 'vpi'; write 'vip'"),
    (FUND, "month,", "month, select: {limit: 3},", "6:60: select has no key 'limit'"),
    (
        FUND,
        "month,",
        "month, event: {on: refunded},",
        "6:63: on can't be 'refunded'; write one of paid, received",
    ),
    (FUND, "month,", "month, event: {base: gross},", "6:65: base can't be 'gross'"),
    (FUND, "month,", "month, event: {products: [tea, tea]},", "6:75: product tea is listed twice; keep one"),
    (FUND, "month,", "month, event: {products: ['a b']},", "6:70: product 'a b' must be a code"),
]
PROMISE = "{id: a, kind: fund, accrue: 3%, close: month, promise: {rate: 5%, of: lesser_leg}}"
TREE = PROMISE.replace("month,", "month, placement: {width: 2, fill: weak_leg},")
CASES += [
    (PROMISE, "rate: 5%, of", "rate: 5%, amount: 5, of", "6:60: promise is one of rate, brackets, amount"),
    (PROMISE, "rate: 5%, of: lesser_leg", "amount: 5, of: team", "6:76: of can't be 'team'"),
    (PROMISE, "lesser_leg", "bracket_gap", "6:75: of can't be 'bracket_gap'"),
    (
        PROMISE,
        "rate: 5%",
        "brackets: {100: 5%, 50: 6%}",
        "6:81: 50 doesn't stand above the bracket before it",
    ),
    (
        PROMISE,
        "rate: 5%",
        "brackets: {100: 5%, 200: 5%}",
        "6:86: the rate of 200 doesn't rise; write more than 5%",
    ),
    (PROMISE, "rate: 5%", "brackets: {1k: 5%}", "6:72: brackets: '1k' is no amount"),
    (PROMISE, "rate: 5%", "brackets: {100: 5}", "6:77: brackets 100: '5' is no rate"),
    (TREE, "width: 2, ", "", "6:62: with fill: weak_leg every place is limited; write 'width: 2' or more"),
    (TREE, "fill: weak_leg", "fill: sponsor", "6:70: with fill: sponsor everyone stands under their sponsor"),
    (TREE, "weak_leg", "week_leg", "6:79: fill can't be 'week_leg'; write 'weak_leg'"),
    (TREE, "weak_leg}", "weak_leg, carry: no, cap: 5}", "6:105: cap limits what is carried and carry is no"),
    (TREE, "weak_leg}", "weak_leg, leaves_at: vip}", "6:100: who leaves a full tree leaves a hole in it"),
    (
        TREE,
        "weak_leg}",
        "weak_leg, stays_behind: 1}",
        "6:103: stays_behind says how many stay when someone leaves",
    ),
]
JAR = "{id: a, kind: jar, accrue: 30%, every: 3}"
QUEUE = "{id: a, kind: queue, accrue: 30%, back: 50%}"
BOARD = "{id: a, kind: board, accrue: 30%, width: 2, depth: 2}"
CASES += [
    (JAR, "every: 3", "every: three", "6:44: every 'three' must be a whole number from 1 to 1000"),
    (JAR, ", every: 3", "", "6:5: a clause of kind jar needs every; write 'every: 3'"),
    (
        JAR,
        "accrue: 30%,",
        "up_to_own: no,",
        "6:5: a jar that doesn't look at the own order needs what it holds",
    ),
    (JAR, "every: 3", "every: 3, select: {compress: 1}", "6:66: compress can't be '1'"),
    (QUEUE, "accrue: 30%, ", "", "6:5: a queue needs what it gives back; write 'accrue: 3%'"),
    (QUEUE, "back: 50%", "back: 50%, every: 3", "6:57: with accrue the head is paid as soon as"),
    (QUEUE, "back: 50%", "back: 101%", "6:45: back: '101%' is no rate: it is above 100%"),
    (BOARD, "accrue: 30%, ", "", "6:5: a board needs what its top gets; write 'accrue: 3%'"),
    (BOARD, "width: 2", "width: 1", "6:46: width '1' must be a whole number from 2 to 100"),
    (
        BOARD,
        "width: 2, depth: 2",
        "width: 9, depth: 9",
        "6:56: such a board has 435848050 seats; lower width or",
    ),
]


@pytest.mark.parametrize(("sound", "old", "new", "says"), CASES)
def test_a_mistake_is_told_with_line_column_and_cure(sound, old, new, says):
    clause_of(sound)
    with pytest.raises(PlanInvalid) as refusal:
        clause_of(sound.replace(old, new))
    said = refusal.value.message("en").splitlines()
    assert any(line.startswith(f"plan.yaml:{says}") for line in said), said
    cures = ("请", "应", "可选", "例如")
    for line in refusal.value.message("zh").splitlines():
        assert any(cure in line for cure in cures), line


@pytest.mark.parametrize(
    "clause",
    [
        "{id: bonus, kind: fund, close: month, promise: {amount: 500.00}}",
        "{id: bonus, kind: jar, every: 3}",
        "{id: bonus, kind: queue, every: 3}",
        "{id: bonus, kind: board, width: 2, depth: 2, amount: 500.00}",
    ],
)
def test_a_clause_that_promises_what_it_isn_t_given_can_t_be_bounded(clause):
    proof = prove(plan_with(FUND, clause))
    assert not proof.bounded
    ((found),) = proof.unbounded
    assert (found.clause, found.line) == ("bonus", 7)
    assert [(pool.clause, pool.bp) for pool in proof.pools] == [("a", 300)]


SENTENCES = [
    (
        FUND,
        "资金池:每笔已付款订单按实付金额的3%计提,每月结算:由会员平均分配。未发放的部分归平台。",
        "Fund: 3% of what is paid for each order is put aside, and at the close of each month it is shared out "
        "equally among the members. What isn't paid is the platform's.",
    ),
    (
        TREE.replace("weak_leg}", "weak_leg, cap: 90.00}, bound: {person: 5.00, period: day}"),
        "资金池:每笔已付款订单按实付金额的3%计提,每月结算:会员各得小区业绩的5%,资金不足时按比例减少。"
        "每人之下有2个位置,新会员排在推荐人之下业绩较小的一区。大区之外的业绩合计为小区业绩;未匹配的业绩最多90.00元结转下期。每人每日最多5.00元。未发放的部分归平台。",
        "Fund: 3% of what is paid for each order is put aside, and at the close of each month each member gets "
        "5% of their volume of the lesser leg; if the fund falls short, all get the same part of it. Everybody "
        "has 2 places below; a new member is placed in the sponsor's leg with less volume. The lesser leg is all legs "
        "but the strongest; what found no match is carried over up to 90.00 yuan. "
        "Nobody gets more than 5.00 yuan a day. What isn't paid is the platform's.",
    ),
    (
        "{id: a, kind: jar, every: 2, select: {rank: vip, compress: no}, event: {on: received, products: [tea]}}",
        "奖罐:每笔商品tea的已收货订单不计提资金,由等级在VIP会员及以上的直接推荐人计数;"
        "每满2笔,该推荐人取得其最早一笔未返还的自购订单金额。",
        "Jar: nothing is put aside of each order of tea, once it is received; it counts for the direct sponsor with "
        "the rank VIP or above; every 2nd order gives back their earliest own order that wasn't given back yet, in "
        "full.",
    ),
    (
        QUEUE.replace("back: 50%", "back: 50%, when: {release: 8 days, parts: 3, every: month}"),
        "排队免单:每笔已付款订单按实付金额的30%计提;订单按付款先后排队,资金足够时,队首返还其订单金额的50%并出队。"
        "8天后可提取。分3期、每月一期发放。",
        "Queue: 30% of what is paid for each order is put aside; orders stand in line in the order "
        "of payment, and as soon as the fund holds enough the first one gets 50% of its amount back and leaves. "
        "It may be drawn after 8 days. It comes in 3 equal parts, one a month.",
    ),
    (
        BOARD,
        "拼团:每笔已付款订单按实付金额的30%计提;买家依次坐满一盘7人(每位之下2位,共2层)后,"
        "首位获得盘内所积金额出局,其余分成2盘。未发放的部分归平台。",
        "Board: 30% of what is paid for each order is put aside; buyers fill a board of 7 seats (2 below each, "
        "2 levels); when it is full its top gets what it holds and leaves, and the others go on as 2 boards. "
        "What isn't paid is the platform's.",
    ),
]


@pytest.mark.parametrize(("clause", "zh", "en"), SENTENCES)
def test_a_clause_is_told_as_a_sentence(clause, zh, en):
    plan = plan_with(clause)
    assert plan.sentences("zh") == (zh,)
    assert plan.sentences("en") == (en,)


@pytest.mark.parametrize(
    "what",
    [
        "split: {pro_rata: own}",
        "split: {places: [60%, 40%], by: own}",
        "split: {draw: 2}",
        "promise: {amount: 5.00, once: yes}",
        "promise: {amount: 5.00, of: recruits}",
        "promise: {brackets: {10.00: 1%}, of: team}",
        "promise: {brackets: {10.00: 1%}, of: bracket_gap}",
        "holding: {times: 2}, split: {pro_rata: holding}",
    ],
)
def test_every_form_of_a_fund_has_a_sentence_of_its_own_in_both_languages(what):
    plan = plan_with(
        f"{{id: a, kind: fund, accrue: 1%, close: week, {what}}}", FUND.replace("id: a", "id: b")
    )
    for language, close in (("zh", "每周结算"), ("en", "the close of each week")):
        mine, plain = plan.sentences(language)
        assert close in mine
        assert mine != plain.replace("每月", "每周").replace("each month", "each week")


VOLUME = (
    "promotions: {by_volume: [{from: member, own: 100.00, team: 1000.00, legs: 2, leg_rank: vip, to: vip}]}"
)


def test_promotions_by_volume_are_read_and_told():
    from tongbao.plans import promotion_sentences

    plan = plan_with(FUND, tail=VOLUME)
    (rule,) = plan.promotions.by_volume
    assert (rule.from_rank, rule.to_rank, rule.own_fen, rule.team_fen) == ("member", "vip", 10_000, 100_000)
    assert (rule.recruits, rule.legs, rule.leg_rank) == (0, 2, "vip")
    assert promotion_sentences(plan, "en") == (
        "A Member with own purchases of 100.00 yuan, a team volume of 1000.00 yuan, 2 legs that each hold a VIP or "
        "above becomes a VIP.",
    )
    assert promotion_sentences(plan, "zh") == (
        "会员个人累计业绩达100.00元、团队累计业绩达1000.00元、发展2条线,每条线中有VIP会员及以上,升级为VIP会员。",
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("from: member", "from: vip", "vip doesn't stand above vip; name a higher rank"),
        ("own: 100.00, team: 1000.00, legs: 2, leg_rank: vip, ", "", "this promotion asks for nothing"),
        ("legs: 2, ", "", "leg_rank says who must stand in a leg; write how many legs"),
        ("legs: 2", "legs: 0", "legs '0' must be a whole number from 1"),
        ("own: 100.00", "own: 1%", "own: '1%' is no amount"),
        ("own:", "owns:", "a promotion by volume has no key 'owns'; write 'own'"),
    ],
)
def test_a_wrong_promotion_by_volume_is_refused(old, new, says):
    with pytest.raises(PlanInvalid) as refusal:
        plan_with(FUND, tail=VOLUME.replace(old, new))
    assert says in refusal.value.message("en")


def test_a_plan_may_be_written_as_json():
    document = {
        "plan": "made-up",
        "title": {"zh": "测试", "en": "Made up"},
        "ranks": [{"key": "member", "zh": "会员", "en": "Member"}],
        "budget": "3%",
        "clauses": [{"id": "a", "kind": "fund", "accrue": "3%", "close": "day", "split": {"draw": 1}}],
    }
    (fund,) = load_plan(json.dumps(document)).clauses
    assert isinstance(fund, Fund)
    assert fund.split == Split(how="draw", winners=1)
