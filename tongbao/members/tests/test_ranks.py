"""Promotions and their undoing, in the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from tongbao.kit.models import OutboxEvent
from tongbao.members import selectors, services
from tongbao.members.contracts import MemberUnknown, RankChange, RankUnknown
from tongbao.members.tests.people import CHEN, LADDER, LATER, NOON, RULES, buy, join, refund
from tongbao.tenancy.contracts import ReasonNeeded
from tongbao.tenancy.models import AuditEntry


def rank(member_id: int) -> str:
    assert selectors.ranks_that_disagree(ladder=LADDER) == ()
    return selectors.member(member_id=member_id).rank


def vip_with_recruits(count: int, *, first_line: int = 1) -> tuple[int, list[int]]:
    """A VIP with so many VIPs below, order lines counted from ``first_line``."""
    sponsor = join()
    buy(sponsor, "vip", line=first_line)
    recruits = []
    for place in range(count):
        recruit = join(sponsor)
        buy(recruit, "vip", line=first_line + 1 + place)
        recruits.append(recruit)
    return sponsor, recruits


@pytest.mark.parametrize("pack", ["vip", "dealer", "cofounder"])
def test_a_pack_gives_its_rank_once(tenant, pack):
    wang = join()
    asked = {"member_id": wang, "rank": pack, "source": "order_line:1", "ladder": LADDER, "now": NOON}
    assert services.promote_by_purchase(**asked) == RankChange(
        member_id=wang, rank_before="member", rank_after=pack, because="order_line:1"
    )
    assert services.promote_by_purchase(**asked) is None
    assert len(selectors.grants_of(member_id=wang)) == 1
    assert rank(wang) == pack
    assert OutboxEvent.objects.filter(name="members.rank_changed").count() == 1


def test_a_smaller_pack_never_lowers_and_stands_when_the_greater_is_refunded(tenant):
    wang = join()
    buy(wang, "cofounder", line=1)
    buy(wang, "vip", line=2)
    assert rank(wang) == "cofounder"
    refund(1)
    assert rank(wang) == "vip"


def test_the_fifth_recruit_promotes(tenant):
    sponsor, _ = vip_with_recruits(4)
    assert rank(sponsor) == "vip"
    fifth = join(sponsor)
    buy(fifth, "vip", line=9)
    assert rank(sponsor) == "dealer"
    assert [grant.basis for grant in selectors.grants_of(member_id=sponsor)] == ["purchase", "recruits"]


def test_a_member_who_brought_five_vips_becomes_a_dealer_with_their_own_vip_pack(tenant):
    sponsor = join()
    for line in range(1, 6):
        buy(join(sponsor), "vip", line=line)
    assert rank(sponsor) == "member"
    buy(sponsor, "vip", line=6)
    assert rank(sponsor) == "dealer"


def test_promotions_cascade_upward_until_none_applies(tenant):
    top = join()
    buy(top, "dealer", line=100)
    below = []
    for place in range(5):
        dealer = join(top)
        below.append(dealer)
        if place < 4:
            buy(dealer, "dealer", line=101 + place)
    buy(below[4], "vip", line=105)
    for line in range(106, 111):
        assert rank(top) == "dealer"
        buy(join(below[4]), "vip", line=line)
    assert rank(below[4]) == "dealer"
    assert rank(top) == "cofounder"


def test_a_refund_takes_back_the_rank_and_what_stood_on_it_alone(tenant):
    sponsor, recruits = vip_with_recruits(5)
    assert rank(sponsor) == "dealer"
    refund(4)
    assert rank(recruits[2]) == "member"
    assert rank(sponsor) == "vip"
    fell = selectors.grants_of(member_id=sponsor)[-1]
    assert (fell.rank, fell.revoked_because, fell.revoked_at) == ("dealer", "fell_with", LATER)


def test_a_sixth_recruit_keeps_the_dealer_through_one_refund_but_not_two(tenant):
    sponsor, _ = vip_with_recruits(6)
    refund(4)
    assert rank(sponsor) == "dealer"
    refund(5)
    assert rank(sponsor) == "vip"


def test_a_refund_falls_all_the_way_up_a_cascade(tenant):
    top, dealers = join(), []
    buy(top, "dealer", line=100)
    for place in range(4):
        dealers.append(join(top))
        buy(dealers[place], "dealer", line=101 + place)
    last = join(top)
    buy(last, "vip", line=105)
    for line in range(106, 111):
        buy(join(last), "vip", line=line)
    assert rank(top) == "cofounder"
    refund(110)
    assert (rank(last), rank(top)) == ("vip", "dealer")


def test_a_refund_of_the_vip_pack_takes_the_dealer_that_recruits_gave(tenant):
    sponsor, _ = vip_with_recruits(5)
    refund(1)
    assert rank(sponsor) == "member"


def test_whoever_falls_from_a_bought_rank_keeps_what_recruits_earned_meanwhile(tenant):
    sponsor, _ = vip_with_recruits(4)
    buy(sponsor, "cofounder", line=50)
    buy(join(sponsor), "vip", line=51)
    assert rank(sponsor) == "cofounder"
    refund(50)
    assert rank(sponsor) == "dealer"


def test_taking_back_twice_changes_nothing_more(tenant):
    sponsor, _ = vip_with_recruits(5)
    refund(4)
    events = OutboxEvent.objects.count()
    assert services.take_back_rank(source="order_line:4", rules=RULES, ladder=LADDER, now=LATER) == ()
    assert services.take_back_rank(source="order_line:999", rules=RULES, ladder=LADDER, now=LATER) == ()
    assert OutboxEvent.objects.count() == events
    assert rank(sponsor) == "vip"


def test_a_pack_whose_rank_was_taken_back_does_not_promote_again(tenant):
    wang = join()
    buy(wang, "vip", line=1)
    refund(1)
    buy(wang, "vip", line=1, now=LATER)
    assert rank(wang) == "member"


def test_a_recruit_who_was_moved_away_still_counts_until_refunded(tenant):
    sponsor, recruits = vip_with_recruits(5)
    other = join()
    services.move_sponsor(member_id=recruits[0], sponsor_id=other, proposal_id=None, actor=CHEN, now=NOON)
    refund(3)
    assert rank(sponsor) == "vip"


def test_a_move_takes_no_rank_away_and_gives_none(tenant):
    sponsor, recruits = vip_with_recruits(5)
    other, _ = vip_with_recruits(4, first_line=20)
    services.move_sponsor(member_id=recruits[0], sponsor_id=other, proposal_id=None, actor=CHEN, now=NOON)
    assert (rank(sponsor), rank(other)) == ("dealer", "vip")


def test_a_refund_after_a_move_reaches_the_former_sponsor(tenant):
    sponsor, recruits = vip_with_recruits(5)
    other = join()
    services.move_sponsor(member_id=recruits[0], sponsor_id=other, proposal_id=None, actor=CHEN, now=NOON)
    refund(2)
    assert rank(recruits[0]) == "member"
    assert rank(sponsor) == "vip"


def test_an_operator_raises_and_lowers_with_a_reason(tenant):
    wang = join()
    ask = {"member_id": wang, "ladder": LADDER, "actor": CHEN, "now": NOON}
    with pytest.raises(ReasonNeeded):
        services.set_rank(**ask, rank="dealer", reason=" ")
    services.set_rank(**ask, rank="dealer", reason="founding partner")
    assert rank(wang) == "dealer"
    assert services.set_rank(**ask, rank="dealer", reason="founding partner") is None
    services.set_rank(**ask, rank="vip", reason="a mistake of ours")
    assert rank(wang) == "vip"
    assert AuditEntry.objects.filter(action="members.set_rank", subject=f"member:{wang}").count() == 2


def test_lowering_by_an_operator_makes_nobody_else_fall(tenant):
    sponsor, recruits = vip_with_recruits(5)
    services.set_rank(
        member_id=recruits[0], rank="member", ladder=LADDER, reason="asked for it", actor=CHEN, now=LATER
    )
    assert rank(sponsor) == "dealer"


def test_an_opening_rank_counts_and_is_kept_as_such(tenant):
    wang = join()
    services.grant_opening_rank(member_id=wang, rank="dealer", ladder=LADDER, now=NOON)
    assert rank(wang) == "dealer"
    assert selectors.grants_of(member_id=wang)[0].basis == "opening"
    assert services.grant_opening_rank(member_id=join(), rank="member", ladder=LADDER, now=NOON) is None


def test_unknown_members_and_ranks_are_refused(tenant):
    with pytest.raises(RankUnknown):
        services.promote_by_purchase(member_id=join(), rank="emperor", source="x", ladder=LADDER, now=NOON)
    with pytest.raises(MemberUnknown):
        services.promote_by_purchase(member_id=987, rank="vip", source="x", ladder=LADDER, now=NOON)


def test_a_rank_taken_back_is_told_to_whoever_paid_for_it(tenant):
    hour = timedelta(hours=1)
    wang = join()
    buy(wang, "vip", line=1, now=NOON)
    buy(wang, "cofounder", line=2, now=NOON + hour)
    refund(2, now=NOON + 3 * hour)
    ask = {"member_id": wang, "ladder": LADDER}
    assert selectors.rank_at(at=NOON, **ask) == "member"
    assert selectors.rank_at(at=NOON + hour, **ask) == "vip"
    assert selectors.rank_at(at=NOON + 2 * hour, **ask) == "cofounder"
    assert selectors.standing_rank_at(at=NOON + 2 * hour, **ask) == "vip"
    assert selectors.rank_at(at=NOON + 4 * hour, **ask) == "vip"
    assert selectors.rank_was_taken_back(member_id=wang, rank="cofounder", since=NOON + 2 * hour)
    assert selectors.rank_was_taken_back(member_id=wang, rank="cofounder", since=NOON + 3 * hour)
    assert not selectors.rank_was_taken_back(member_id=wang, rank="vip", since=NOON + 2 * hour)
    assert not selectors.rank_was_taken_back(member_id=wang, rank="member", since=NOON + 2 * hour)


def test_buying_again_does_not_heal_a_rank_taken_back_and_lowering_takes_nothing_back(tenant):
    hour = timedelta(hours=1)
    wang = join()
    buy(wang, "cofounder", line=1, now=NOON)
    refund(1, now=NOON + 2 * hour)
    buy(wang, "cofounder", line=2, now=NOON + 3 * hour)
    assert selectors.rank_was_taken_back(member_id=wang, rank="cofounder", since=NOON + hour)
    services.set_rank(
        member_id=wang, rank="member", ladder=LADDER, reason="asked for it", actor=CHEN, now=NOON + 5 * hour
    )
    assert not selectors.rank_was_taken_back(member_id=wang, rank="cofounder", since=NOON + 4 * hour)


def test_a_rank_changed_behind_the_services_back_is_found(tenant):
    wang = join()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE members_member SET rank = 'dealer' WHERE id = %s", [wang])
    assert selectors.ranks_that_disagree(ladder=LADDER) == ((wang, "dealer", "member"),)
