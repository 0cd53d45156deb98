"""What runs by itself, and what a second operator's approval sets going."""

from __future__ import annotations

from datetime import datetime, timedelta

from tongbao.kit.jobs import Schedule
from tongbao.members import services
from tongbao.members.contracts import MemberJoined
from tongbao.members.policy.people import mask_name, member_number
from tongbao.members.selectors import member
from tongbao.members.services.sponsors import carry_out_move
from tongbao.tenancy.services import register_proposal


def on_member_joined(event: MemberJoined, now: datetime) -> None:
    """Tell whoever invited them."""
    if event.sponsor_id is not None:
        name = member(member_id=event.member_id).name
        services.tell(
            member_id=event.sponsor_id,
            kind="member_joined",
            key=f"joined:{event.member_id}",
            values={"name": mask_name(name) if name else member_number(event.member_id)},
            now=now,
        )


HANDLERS: dict[type, object] = {MemberJoined: on_member_joined}
SCHEDULES = (Schedule(name="members.tidy", every=timedelta(days=1), function=services.tidy),)


def connect() -> None:
    """Say what carries out an approved move; called by ``config`` at start."""
    register_proposal(kind=services.MOVE_SPONSOR, executor=carry_out_move)
