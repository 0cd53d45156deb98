"""Uplines and downlines, against a plain Python tree."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongbao.kit.models import OutboxEvent
from tongbao.members import selectors, services
from tongbao.members.contracts import (
    InvitationUnknown,
    LevelCount,
    MemberUnknown,
    OwnInvitation,
    SponsorAlreadySet,
    SponsorCycle,
    SponsorUnchanged,
    SponsorUnknown,
    UplineSeat,
)
from tongbao.members.models import Member, SponsorChange
from tongbao.members.tests.people import CHEN, LATER, NOON, buy, join
from tongbao.tenancy.contracts import Actor, FourEyesNeeded, ReasonNeeded
from tongbao.tenancy.services import decide
from tongbao.tenancy.services.operators import create_operator


def chain(length: int) -> list[int]:
    """Somebody who recruits somebody who recruits …"""
    people = [join()]
    while len(people) < length:
        people.append(join(people[-1]))
    return people


def code_of(member_id: int) -> str:
    return selectors.member(member_id=member_id).invite_code


def test_the_upline_is_nearest_first_with_ranks_and_activity(tenant):
    cofounder, dealer, vip, newcomer = chain(4)
    for line, (member_id, rank) in enumerate([(cofounder, "cofounder"), (dealer, "dealer"), (vip, "vip")]):
        buy(member_id, rank, line=line)
    services.freeze(member_id=dealer, reason="under review", actor=CHEN, now=NOON)
    assert selectors.upline(member_id=newcomer) == (
        UplineSeat(member_id=vip, rank="vip", active=True),
        UplineSeat(member_id=dealer, rank="dealer", active=False),
        UplineSeat(member_id=cofounder, rank="cofounder", active=True),
    )
    assert selectors.upline(member_id=cofounder) == ()
    assert selectors.uplines(member_ids=[dealer, newcomer])[dealer] == (
        UplineSeat(member_id=cofounder, rank="cofounder", active=True),
    )


def test_the_upline_is_seen_masked_and_at_negative_depths(tenant):
    top = join(phone="13800138000", name="王小明")
    middle = join(top)
    seen = selectors.upline_seen_by(member_id=join(middle))
    assert [person.depth for person in seen] == [-1, -2]
    assert (seen[1].name_masked, seen[1].phone_masked) == ("王**", "138****8000")
    assert len(selectors.upline_seen_by(member_id=join(middle), limit=1)) == 1


def test_a_downline_comes_in_pages_nearest_level_first(tenant):
    top = join()
    first, second = join(top), join(top)
    third = join(first)
    page = selectors.downline(member_id=top, limit=2)
    assert [person.member_id for person in page.members] == [first, second]
    assert [person.recruits for person in page.members] == [1, 0]
    rest = selectors.downline(member_id=top, after=page.next_cursor, limit=2)
    assert [(person.member_id, person.depth) for person in rest.members] == [(third, 2)]
    assert rest.next_cursor is None
    level = selectors.downline(member_id=top, depth=2)
    assert [person.member_id for person in level.members] == [third]


def test_a_drawing_shows_some_levels_and_counts_what_it_leaves_out(tenant):
    top = join()
    recruits = [join(top) for _ in range(4)]
    below = join(recruits[0])
    join(below)
    drawn = selectors.drawn_tree(member_id=top, levels=2, most_recruits=3)
    assert [(node.member_id, node.depth) for node in drawn] == [
        (top, 0),
        (recruits[0], 1),
        (recruits[1], 1),
        (recruits[2], 1),
        (below, 2),
    ]
    assert drawn[0].recruits == 4
    assert drawn[-1].recruits == 1
    assert selectors.drawn_tree(member_id=987654) == ()


forests = st.lists(st.integers(min_value=-1, max_value=30), min_size=1, max_size=12)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(forests)
def test_queries_agree_with_a_plain_tree(tenant, choices):
    sponsors: dict[int, int | None] = {}
    for choice in choices:
        people = list(sponsors)
        sponsor = people[choice % len(people)] if people and choice >= 0 else None
        sponsors[join(sponsor)] = sponsor

    def above(member: int) -> list[int]:
        sponsor = sponsors[member]
        return [] if sponsor is None else [sponsor, *above(sponsor)]

    for member in sponsors:
        assert [seat.member_id for seat in selectors.upline(member_id=member)] == above(member)
        depths = {other: above(other).index(member) + 1 for other in sponsors if member in above(other)}
        counted = tuple(
            LevelCount(depth=depth, members=list(depths.values()).count(depth))
            for depth in sorted(set(depths.values()))
        )
        assert selectors.downline_counts(member_id=member) == counted
        found, cursor = [], None
        while True:
            page = selectors.downline(member_id=member, after=cursor, limit=2)
            found += [(person.depth, person.member_id) for person in page.members]
            cursor = page.next_cursor
            if cursor is None:
                break
        assert found == sorted((depth, other) for other, depth in depths.items())
    assert selectors.members_in_circles() == ()


def test_a_newcomers_sponsor_is_fixed_at_once(tenant):
    wang = join()
    li = join(wang)
    with pytest.raises(SponsorAlreadySet):
        selectors.check_invitation(member_id=li, invite_code=code_of(join()))
    stranger = join()
    assert services.set_sponsor_at_first_order(member_id=li, invite_code=code_of(stranger), now=NOON) == wang


def test_the_first_paid_order_fixes_the_sponsor_for_ever(tenant):
    wang, li, zhao = join(), join(), join()
    assert selectors.check_invitation(member_id=li, invite_code=code_of(wang)).member_id == wang
    bind = services.set_sponsor_at_first_order
    assert bind(member_id=li, invite_code=code_of(wang).lower(), now=NOON) == wang
    assert bind(member_id=li, invite_code=code_of(zhao), now=NOON) == wang
    change = SponsorChange.objects.get(member_id=li)
    assert (change.sponsor_before_id, change.sponsor_after_id, change.cause) == (None, wang, "first_order")


def test_a_first_order_without_an_invitation_leaves_a_member_without_sponsor_for_ever(tenant):
    wang, li = join(), join()
    assert services.set_sponsor_at_first_order(member_id=li, now=NOON) is None
    assert services.set_sponsor_at_first_order(member_id=li, invite_code=code_of(wang), now=LATER) is None
    with pytest.raises(SponsorAlreadySet):
        selectors.check_invitation(member_id=li, invite_code=code_of(wang))


@pytest.mark.parametrize("typed", ["NOBODY23", "'; DROP TABLE members_member; --", "一二三"])
def test_an_unknown_invitation_is_refused_before_the_payment(tenant, typed):
    with pytest.raises(InvitationUnknown):
        selectors.check_invitation(member_id=join(), invite_code=typed)


def test_ones_own_invitation_is_refused_before_the_payment(tenant):
    wang = join()
    with pytest.raises(OwnInvitation):
        selectors.check_invitation(member_id=wang, invite_code=code_of(wang))


@pytest.mark.parametrize("who", ["own", "own recruit", "frozen"])
def test_a_paid_order_does_not_fail_for_an_invitation_that_binds_nobody(tenant, who):
    wang = join()
    inviter = {"own": wang, "own recruit": join(wang), "frozen": join()}[who]
    if who == "frozen":
        services.freeze(member_id=inviter, reason="under review", actor=CHEN, now=NOON)
    code = code_of(inviter)
    assert services.set_sponsor_at_first_order(member_id=wang, invite_code=code, now=NOON) is None
    assert Member.objects.get(pk=wang).sponsor_fixed_at == NOON


def two_operators() -> tuple[Actor, Actor]:
    people = []
    for name in ("chen", "lin"):
        number = create_operator(
            username=name, password="a long password", role="owner", now=NOON, actor=CHEN
        )
        people.append(Actor(user_id=number, name=name))
    return people[0], people[1]


def test_a_member_is_moved_by_two_people_with_everybody_below(tenant):
    chen, lin = two_operators()
    wang, li, zhao = chain(3)
    new = join()
    proposal = services.propose_sponsor_move(
        member_id=li, sponsor_id=new, reason="wrong code typed", actor=chen, now=NOON
    )
    assert selectors.member(member_id=li).sponsor_id == wang
    with pytest.raises(FourEyesNeeded):
        decide(proposal_id=proposal, approve=True, actor=chen, now=LATER)
    decide(proposal_id=proposal, approve=True, actor=lin, now=LATER)
    assert [seat.member_id for seat in selectors.upline(member_id=zhao)] == [li, new]
    change = SponsorChange.objects.get(member_id=li)
    assert (change.sponsor_before_id, change.sponsor_after_id, change.proposal_id) == (wang, new, proposal)


def test_a_rejected_move_changes_nothing(tenant):
    chen, lin = two_operators()
    wang, li = chain(2)
    ask = {"member_id": li, "sponsor_id": None, "reason": "asked for it", "actor": chen, "now": NOON}
    decide(proposal_id=services.propose_sponsor_move(**ask), approve=False, actor=lin, now=LATER)
    assert selectors.member(member_id=li).sponsor_id == wang


def test_moves_that_make_no_sense_are_refused_when_proposed(tenant):
    wang, li, zhao = chain(3)
    ask = {"reason": "wrong code typed", "actor": CHEN, "now": NOON}
    refusals = [
        ({"member_id": wang, "sponsor_id": zhao}, SponsorCycle),
        ({"member_id": wang, "sponsor_id": wang}, SponsorCycle),
        ({"member_id": li, "sponsor_id": wang}, SponsorUnchanged),
        ({"member_id": li, "sponsor_id": 987654}, SponsorUnknown),
        ({"member_id": 987654, "sponsor_id": wang}, MemberUnknown),
        ({"member_id": li, "sponsor_id": None, "reason": ""}, ReasonNeeded),
    ]
    for values, refusal in refusals:
        with pytest.raises(refusal):
            services.propose_sponsor_move(**(ask | values))
    assert OutboxEvent.objects.exclude(name="members.member_joined").count() == 0


def test_joined_members_are_told_of_with_their_sponsor(tenant):
    wang = join()
    li = join(wang)
    told = (
        OutboxEvent.objects.filter(name="members.member_joined")
        .order_by("id")
        .values_list("payload", flat=True)
    )
    assert list(told) == [
        {"member_id": wang, "sponsor_id": None, "joined_at": NOON.isoformat()},
        {"member_id": li, "sponsor_id": wang, "joined_at": NOON.isoformat()},
    ]


def test_an_unknown_sponsor_is_refused_and_nobody_joins(tenant):
    with pytest.raises(SponsorUnknown):
        join(987654)
    assert not Member.objects.exists()
