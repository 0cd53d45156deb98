"""Every member's rank from their standing grants, and the sponsors as a forest."""

from __future__ import annotations

from collections.abc import Iterator

from tongbao.kit.findings import Finding
from tongbao.members.selectors.ladder import ladder
from tongbao.members.selectors.ranks import ranks_that_disagree
from tongbao.members.selectors.tree import members_in_circles


def verify() -> Iterator[Finding]:
    """Members whose rank isn't the highest of their standing grants, or whose sponsors lead nowhere."""
    for member_id, says, should in ranks_that_disagree(ladder=ladder()):
        yield Finding(
            table="members_member",
            key=str(member_id),
            says=f"rank {says}",
            should=f"rank {should} by the grants that stand",
        )
    for member_id in members_in_circles():
        yield Finding(
            table="members_member",
            key=str(member_id),
            says="sponsors that lead in a circle",
            should="sponsors up to a member without one",
        )
