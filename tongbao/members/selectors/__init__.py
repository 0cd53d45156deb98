"""Reads of members. They return frozen facts; phones and names are masked unless asked for by name."""

from tongbao.members.selectors.addresses import address, addresses, identity_name
from tongbao.members.selectors.agents import (
    agent,
    agents_for,
    agents_of_places,
    appointments,
    most_seats_taken,
    regions_taken,
    standing_agent,
    standing_appointments,
)
from tongbao.members.selectors.graph import MemberGraph, member_graph
from tongbao.members.selectors.ladder import ladder, rank_name, use_ladder
from tongbao.members.selectors.people import (
    check_invitation,
    daily_joined,
    inviter,
    member,
    member_by_key,
    member_id_by_phone,
    members,
    members_by_rank,
    phone_of,
)
from tongbao.members.selectors.ranks import (
    grants_of,
    rank_at,
    rank_was_taken_back,
    ranks_left_at,
    ranks_of,
    ranks_that_disagree,
    standing_rank_at,
)
from tongbao.members.selectors.residents import residents, residents_count
from tongbao.members.selectors.sessions import sessions_of
from tongbao.members.selectors.tree import (
    downline,
    downline_counts,
    drawn_tree,
    members_in_circles,
    recruits_of,
    upline,
    upline_seen_by,
    uplines,
)
from tongbao.members.selectors.verification import verify

__all__ = [
    "MemberGraph",
    "address",
    "addresses",
    "agent",
    "agents_for",
    "agents_of_places",
    "appointments",
    "check_invitation",
    "daily_joined",
    "downline",
    "downline_counts",
    "drawn_tree",
    "grants_of",
    "identity_name",
    "inviter",
    "ladder",
    "member",
    "member_by_key",
    "member_graph",
    "member_id_by_phone",
    "members",
    "members_by_rank",
    "members_in_circles",
    "most_seats_taken",
    "phone_of",
    "rank_at",
    "rank_name",
    "rank_was_taken_back",
    "ranks_left_at",
    "ranks_of",
    "ranks_that_disagree",
    "recruits_of",
    "regions_taken",
    "residents",
    "residents_count",
    "sessions_of",
    "standing_agent",
    "standing_appointments",
    "standing_rank_at",
    "upline",
    "upline_seen_by",
    "uplines",
    "use_ladder",
    "verify",
]
