"""Ranks from grants, as plain facts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.members.contracts import RankUnknown
from tongbao.members.policy.ranks import StandingGrant, check_rank, highest, next_rule, standing
from tongbao.members.tests.people import LADDER, RULES
from tongbao.plans import rank_by_recruits

VIP_TO_DEALER, DEALER_TO_COFOUNDER = RULES
FIVE = frozenset({11, 12, 13, 14, 15})
bought_vip = StandingGrant(grant_id=1, rank="vip")
earned_dealer = StandingGrant(grant_id=2, rank="dealer", rule=VIP_TO_DEALER, witnesses=FIVE)
earned_cofounder = StandingGrant(grant_id=3, rank="cofounder", rule=DEALER_TO_COFOUNDER, witnesses=FIVE)


def state(grants, *, ranks, recruits=FIVE):
    left = standing(grants=grants, recruits=frozenset(recruits), ranks=ranks, ladder=LADDER)
    return left.rank, left.fallen


@pytest.mark.parametrize(
    ("rank", "recruits", "reaches"),
    [
        ("vip", ["vip"] * 4, None),
        ("vip", ["vip"] * 5, "dealer"),
        ("vip", ["vip"] * 3 + ["dealer", "cofounder"], "dealer"),
        ("vip", ["member"] * 50, None),
        ("member", ["cofounder"] * 50, None),
        ("dealer", ["vip"] * 50, None),
        ("dealer", ["dealer"] * 5, "cofounder"),
        ("cofounder", ["cofounder"] * 50, None),
    ],
)
def test_the_fifth_recruit_promotes(rank, recruits, reaches):
    rule = next_rule(rank=rank, recruit_ranks=recruits, rules=RULES, ladder=LADDER)
    assert (rule.to_rank if rule else None) == reaches


@given(st.sampled_from(LADDER), st.lists(st.sampled_from(LADDER), max_size=12))
def test_step_by_step_reaches_what_the_plan_says(rank, recruits):
    reached = rank
    while rule := next_rule(rank=reached, recruit_ranks=recruits, rules=RULES, ladder=LADDER):
        reached = rule.to_rank
    assert reached == rank_by_recruits(rank=rank, recruit_ranks=recruits, rules=RULES, ladder=LADDER)


def test_five_vips_keep_a_dealer():
    assert state([bought_vip, earned_dealer], ranks=dict.fromkeys(FIVE, "vip")) == ("dealer", ())


def test_a_dealer_falls_when_one_of_exactly_five_is_no_vip_any_more():
    ranks = dict.fromkeys(FIVE, "vip") | {15: "member"}
    assert state([bought_vip, earned_dealer], ranks=ranks) == ("vip", (2,))


def test_a_sixth_recruit_takes_the_place_of_one_who_fell():
    ranks = dict.fromkeys(FIVE, "vip") | {15: "member", 16: "vip"}
    assert state([bought_vip, earned_dealer], ranks=ranks, recruits=FIVE | {16}) == ("dealer", ())


def test_a_recruit_who_was_moved_away_still_counts_for_the_past():
    ranks = dict.fromkeys(FIVE, "vip")
    assert state([bought_vip, earned_dealer], ranks=ranks, recruits={11, 12, 13, 14}) == ("dealer", ())


def test_a_dealer_by_recruits_falls_with_the_pack_that_made_a_vip():
    assert state([earned_dealer], ranks=dict.fromkeys(FIVE, "vip")) == ("member", (2,))


def test_a_cofounder_by_recruits_falls_with_the_dealer_below():
    ranks = dict.fromkeys(FIVE, "dealer")
    assert state([earned_dealer, earned_cofounder], ranks=ranks) == ("member", (2, 3))


def test_a_dealer_pack_carries_what_stood_on_the_vip_pack():
    bought_dealer = StandingGrant(grant_id=9, rank="dealer")
    assert state([bought_dealer, earned_dealer], ranks=dict.fromkeys(FIVE, "vip")) == ("dealer", ())


def test_the_highest_of_no_grants_is_the_entry_rank():
    assert highest([], ladder=LADDER) == "member"
    assert highest(["unheard-of"], ladder=LADDER) == "member"


def test_an_unknown_rank_is_refused_with_the_known_ones():
    with pytest.raises(RankUnknown, match="member, vip, dealer, cofounder"):
        check_rank("emperor", ladder=LADDER)
