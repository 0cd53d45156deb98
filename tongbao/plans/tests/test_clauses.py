"""Who earns, who doesn't, and why: the four clauses beside their boundaries."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongbao.money import AmountInvalid, floor_share
from tongbao.plans import (
    AgentSeat,
    Chain,
    ChainInvalid,
    Sale,
    SponsorSeat,
    UnknownRank,
    evaluate,
    explain,
    most_of_clause,
    preset,
    prove,
    refund_difference,
    remainders,
    worst_case_fen,
)
from tongbao.plans.tests.people import chain, chains, gift_pack_with, plan_of, plans

GIFT_PACK = preset("gift-pack")
EVERY_PAIR = gift_pack_with(pairs="every")
PACK = Sale(19_800)


def paid(who: Chain, plan=GIFT_PACK, sale: Sale = PACK) -> list[tuple[str, str, int]]:
    return [
        (award.seat, award.clause, award.amount_fen) for award in evaluate(plan=plan, chain=who, sale=sale)
    ]


def test_an_inactive_nearest_sponsor_leaves_the_direct_award_with_the_platform():
    assert paid(chain("cofounder!")) == []
    rests = remainders(plan=GIFT_PACK, sale=PACK, awards=())
    assert [rest.amount_fen for rest in rests] == [2_376, 5_940, 990, 1_584]


def test_an_inactive_sponsor_in_between_is_skipped_by_differential_and_peer():
    assert paid(chain("vip cofounder! dealer cofounder cofounder! cofounder")) == [
        ("sponsor 1", "direct", 2_376),
        ("sponsor 1", "tier", 1_980),
        ("sponsor 3", "tier", 1_980),
        ("sponsor 4", "tier", 1_980),
        ("sponsor 6", "peer", 990),
    ]


def test_an_inactive_upper_sponsor_makes_no_pair():
    assert paid(chain("cofounder cofounder!")) == [
        ("sponsor 1", "direct", 2_376),
        ("sponsor 1", "tier", 5_940),
    ]


def test_the_share_of_an_inactive_agent_goes_up():
    assert paid(chain("", "county! city province")) == [
        ("city agent", "region", 1_188),
        ("province agent", "region", 396),
    ]


def test_the_share_of_an_inactive_province_agent_stays_with_the_platform():
    assert paid(chain("", "county province!")) == [("county agent", "region", 792)]


def test_a_buyer_who_is_the_county_agent_counts_as_missing():
    assert paid(chain("", "county city", buyer="county agent")) == [("city agent", "region", 1_188)]


def test_a_buyer_never_earns_as_sponsor_either():
    own = chain("cofounder cofounder", buyer="sponsor 1")
    assert paid(own) == [("sponsor 2", "tier", 5_940)]


def test_agents_may_come_in_any_order():
    assert paid(chain("", "province county city")) == paid(chain("", "county city province"))


def test_a_sponsor_who_is_also_an_agent_earns_both():
    both = Chain(sponsors=(SponsorSeat(7, "member"),), agents=(AgentSeat("county", 7),))
    awards = evaluate(plan=GIFT_PACK, chain=both, sale=PACK)
    assert [(award.beneficiary, award.amount_fen) for award in awards] == [(7, 2_376), (7, 792)]


def test_every_pair_pays_in_the_variant_that_says_so():
    assert paid(chain("vip vip dealer dealer cofounder cofounder"), plan=EVERY_PAIR)[4:] == [
        ("sponsor 2", "peer", 990),
        ("sponsor 4", "peer", 990),
        ("sponsor 6", "peer", 990),
    ]


def test_a_third_of_the_same_rank_makes_no_second_pair():
    assert [line for line in paid(chain("vip vip vip"), plan=EVERY_PAIR) if line[1] == "peer"] == [
        ("sponsor 2", "peer", 990)
    ]


def test_a_gap_of_no_fen_still_counts_as_closed_for_the_peer():
    """On 1 fen the differential of 10 % pays nothing, and a peer award of 100 % is still due above it."""
    plan = plan_of(
        [
            {"id": "tier", "kind": "differential", "rates": {"vip": "10%"}},
            {"id": "peer", "kind": "peer", "of": "tier", "rate": "100%"},
        ],
        ranks=("vip",),
    )
    assert paid(chain("vip vip"), plan=plan, sale=Sale(1)) == [("sponsor 2", "peer", 1)]


def test_two_ranks_of_one_rate_close_one_gap():
    plan = plan_of(
        [{"id": "tier", "kind": "differential", "rates": {"vip": "10%", "dealer": "10%"}}],
        ranks=("vip", "dealer"),
    )
    assert paid(chain("vip dealer"), plan=plan) == [("sponsor 1", "tier", 1_980)]


def test_an_award_shows_its_arithmetic():
    second = evaluate(plan=GIFT_PACK, chain=chain("vip dealer"), sale=PACK)[2]
    assert (second.rank, second.rate_before_bp, second.rate_bp, second.base_fen) == (
        "dealer",
        1_000,
        1_000,
        19_800,
    )


def test_a_rank_that_the_plan_does_not_know_is_refused():
    with pytest.raises(UnknownRank, match="king"):
        paid(chain("king"))


def test_a_negative_or_fractional_sale_is_refused():
    for base in (-1, 1.5, "100"):
        with pytest.raises(AmountInvalid):
            Sale(base)


def test_two_agents_of_one_level_are_refused():
    with pytest.raises(ChainInvalid, match="two agents"):
        chain("", "county county")
    with pytest.raises(ChainInvalid, match="no region level"):
        chain("", "village")


@settings(deadline=None)
@given(plan=plans(), who=chains(ranks=("member",)), base_fen=st.integers(0, 10**9))
def test_awards_and_remainders_add_up_to_the_maxima(plan, who, base_fen):
    _conserves(plan, who, base_fen)


@settings(deadline=None)
@given(who=chains(), base_fen=st.integers(0, 10**9), plan=st.sampled_from([GIFT_PACK, EVERY_PAIR]))
def test_gift_pack_awards_and_remainders_add_up_to_the_maxima(who, base_fen, plan):
    _conserves(plan, who, base_fen)


def _conserves(plan, who, base_fen):
    sale = Sale(base_fen)
    awards = evaluate(plan=plan, chain=who, sale=sale)
    rests = remainders(plan=plan, sale=sale, awards=awards)
    assert sum(award.amount_fen for award in awards) + sum(rest.amount_fen for rest in rests) == sum(
        most_of_clause(plan=plan, clause_id=clause.id, sale=Sale(base_fen)) or 0 for clause in plan.clauses
    )
    assert all(rest.amount_fen >= 0 for rest in rests)
    assert all(award.amount_fen > 0 for award in awards)
    assert "buyer" not in {award.beneficiary for award in awards}
    inactive = {seat.member_key for seat in (*who.sponsors, *who.agents) if not seat.active}
    assert not inactive & {award.beneficiary for award in awards}


@settings(deadline=None)
@given(plan=plans(), data=st.data(), base_fen=st.integers(0, 10**6))
def test_no_sale_pays_more_than_its_worst_case(plan, data, base_fen):
    who = data.draw(chains(ranks=plan.ranks))
    total_fen = sum(award.amount_fen for award in evaluate(plan=plan, chain=who, sale=Sale(base_fen)))
    most_fen = worst_case_fen(plan=plan, base_fen=base_fen)
    assert total_fen <= most_fen <= floor_share(amount=base_fen, rate_bp=prove(plan).worst_case_bp)


@settings(deadline=None)
@given(who=chains(), base_fen=st.integers(0, 10**6), data=st.data())
def test_however_a_line_is_refunded_it_ends_at_zero(who, base_fen, data):
    held: dict[tuple[str, str], int] = {}
    for award in evaluate(plan=GIFT_PACK, chain=who, sale=Sale(base_fen)):
        held[award.clause, award.seat] = award.amount_fen
    left_fen = base_fen
    for _ in range(data.draw(st.integers(0, 4))):
        next_fen = data.draw(st.integers(0, left_fen))
        _book(held, who, left_fen, next_fen)
        left_fen = next_fen
    _book(held, who, left_fen, 0)
    assert set(held.values()) <= {0}


def _book(held, who, before_fen, after_fen):
    difference = refund_difference(
        plan=GIFT_PACK, chain=who, sale_before=Sale(before_fen), sale_after=Sale(after_fen)
    )
    for item in difference.awards:
        held[item.clause, item.seat] = held.get((item.clause, item.seat), 0) + item.change_fen
    assert sum(item.change_fen for item in (*difference.awards, *difference.remainders)) == sum(
        floor_share(amount=after_fen, rate_bp=maximum_bp) - floor_share(amount=before_fen, rate_bp=maximum_bp)
        for maximum_bp in (1_200, 3_000, 500, 800)
    )


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        (
            0,
            "一级分销:您是买家的直接推荐人,99.99元的12%,舍去不足一分的部分,为11.99元。",
            "Direct: you are the buyer's nearest sponsor, and 12% of 99.99 yuan, rounded down to the fen, "
            "is 11.99 yuan.",
        ),
        (
            1,
            "级差:您当时的等级是VIP会员,比例10%;99.99元的10%,舍去不足一分的部分,为9.99元。",
            "Differential: your rank was VIP, with 10%, which of 99.99 yuan, rounded down to the fen, is 9.99 yuan.",
        ),
        (
            2,
            "级差:您当时的等级是特约代理,比例20%,您下方已得10%,差额10%:"
            "99.99元的20%为19.99元,减去已得的9.99元,为10.00元。",
            "Differential: your rank was Dealer, with 20%, and 10% had been earned below you, which leaves 10%: "
            "20% of 99.99 yuan is 19.99 yuan, less 9.99 yuan, is 10.00 yuan.",
        ),
        (
            4,
            "平级:您下方有一位联合创始人在本单获得级差,您是其上方最近的联合创始人;"
            "99.99元的5%,舍去不足一分的部分,为4.99元。",
            "Peer: a Cofounder below you earned a gap of the differential and you are the next Cofounder above; "
            "5% of 99.99 yuan, rounded down to the fen, is 4.99 yuan.",
        ),
        (
            6,
            "区域代理:您是收货地址的市级代理,比例6%,下级代理已得4%,差额2%:"
            "99.99元的6%为5.99元,减去已得的3.99元,为2.00元。",
            "Region: you are the city agent of the delivery address, with 6%, and 4% had been earned by the "
            "agents below, which leaves 2%: 6% of 99.99 yuan is 5.99 yuan, less 3.99 yuan, is 2.00 yuan.",
        ),
    ],
)
def test_every_award_says_in_one_sentence_why_it_has_its_amount(number, zh, en):
    everyone = chain("vip dealer cofounder cofounder", "county city province")
    award = evaluate(plan=GIFT_PACK, chain=everyone, sale=Sale(9_999))[number]
    assert explain(award, plan=GIFT_PACK, language="zh") == zh
    assert explain(award, plan=GIFT_PACK, language="en") == en
