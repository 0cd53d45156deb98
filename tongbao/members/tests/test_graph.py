"""The members in memory are those of the database: what was committed late, moved, frozen, or taken back."""

from __future__ import annotations

import numpy as np
import pytest
from django.db import connection

from tongbao.kit.transactions import transaction
from tongbao.members.models import Member
from tongbao.members.selectors import member_graph
from tongbao.members.services import grant_opening_rank, set_active
from tongbao.members.tests import people
from tongbao.tenancy.contexts import tenant_context

LADDER = ("member", "vip", "dealer")


def seen() -> dict[int, tuple[int, str, bool]]:
    """Everybody in the graph: sponsor, rank, whether they earn."""
    graph = member_graph()
    with transaction(), graph.looked_at():
        return {
            int(member_id): (
                int(graph.sponsor[member_id]),
                graph.ranks[graph.rank[member_id]],
                bool(graph.active[member_id]),
            )
            for member_id in np.flatnonzero(graph.rank >= 0)
        }


def stored() -> dict[int, tuple[int, str, bool]]:
    return {
        row.pk: (row.sponsor_id or 0, row.rank, row.status == "active") for row in Member.objects.order_by("id")
    }


def test_new_recruits_new_ranks_and_frozen_members_are_seen(committed_tenant):
    ann = people.join(name="Ann")
    assert seen() == stored()
    people.join(ann, name="Bob")
    grant_opening_rank(member_id=ann, rank="vip", ladder=LADDER, now=people.NOON)
    set_active(member_id=ann, active=False, reason="by the test", actor=people.CHEN, now=people.NOON)
    assert seen() == stored()
    assert seen()[ann] == (0, "vip", False)


def test_who_signed_up_in_a_transaction_that_committed_late_is_not_missed(committed_tenant):
    """Bob's transaction began first and commits last: a clock or a sequence would have passed him by."""
    ann = people.join(name="Ann")
    with committed_tenant.connect_as_superuser() as late, late.transaction():
        late.execute("SET search_path = lotus, public")
        late.execute(
            "INSERT INTO members_member (number, invite_code, name, rank, status, identity_status, language, joined_at)"
            " VALUES ('M-LATE', 'LATE', 'Bob', 'member', 'active', 'none', 'zh-hans', now())"
        )
        carol = people.join(ann, name="Carol")
        assert set(seen()) == {ann, carol}
        assert set(seen()) == {ann, carol}
    assert seen() == stored()
    assert len(seen()) == 3


def test_what_was_rolled_back_was_never_there(committed_tenant):
    ann = people.join(name="Ann")
    with pytest.raises(RuntimeError), transaction():
        people.join(ann, name="Bob")
        grant_opening_rank(member_id=ann, rank="dealer", ladder=LADDER, now=people.NOON)
        assert seen() == stored()
        assert len(seen()) == 2
        raise RuntimeError("taken back")
    assert seen() == stored() == {ann: (0, "member", True)}


def test_a_change_that_others_committed_is_not_lost_under_one_that_was_rolled_back(committed_tenant):
    """Ann rises to vip; before anybody looks, a transaction makes her a dealer, looks, and is taken back."""
    ann = people.join(name="Ann")
    assert seen()[ann] == (0, "member", True)
    grant_opening_rank(member_id=ann, rank="vip", ladder=LADDER, now=people.NOON)
    with pytest.raises(RuntimeError), transaction():
        grant_opening_rank(member_id=ann, rank="dealer", ladder=LADDER, now=people.NOON)
        assert seen()[ann] == (0, "dealer", True)
        raise RuntimeError("taken back")
    assert seen() == stored() == {ann: (0, "vip", True)}


def test_recruits_are_counted_by_rank_through_every_change(committed_tenant):
    ann = people.join(name="Ann")
    recruits = [people.join(ann, name=name) for name in ("Bob", "Carol", "Dan")]
    graph = member_graph()

    def counted(*ranks: str) -> int:
        with transaction(), graph.looked_at():
            return int(graph.recruits_at(np.array([ann]), ranks=ranks)[0])

    assert (counted("member"), counted("vip", "dealer")) == (3, 0)
    grant_opening_rank(member_id=recruits[0], rank="vip", ladder=LADDER, now=people.NOON)
    grant_opening_rank(member_id=recruits[1], rank="dealer", ladder=LADDER, now=people.NOON)
    assert (counted("member"), counted("vip", "dealer"), counted("dealer")) == (1, 2, 1)
    with transaction(), graph.looked_at():
        graph.note_ranks({recruits[2]: "vip"})
        assert int(graph.recruits_at(np.array([ann]), ranks=("vip", "dealer"))[0]) == 3
    assert counted("vip", "dealer") == 2


def test_every_mall_has_a_graph_of_its_own(two_tenants):
    found = []
    for tenant in two_tenants:
        with tenant_context(tenant.schema_name):
            member_id = people.join(name=tenant.schema_name)
            found.append((seen(), {member_id: (0, "member", True)}, connection.schema_name))
    for graph, expected, _ in found:
        assert graph == expected
