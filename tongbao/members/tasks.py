"""What runs by itself, and what a second operator's approval sets going."""

from __future__ import annotations

from datetime import timedelta

from tongbao.kit.jobs import Schedule
from tongbao.members import services
from tongbao.members.services.sponsors import carry_out_move
from tongbao.tenancy.services import register_proposal

HANDLERS: dict[type, object] = {}
SCHEDULES = (Schedule(name="members.tidy", every=timedelta(days=1), function=services.tidy),)


def connect() -> None:
    """Say what carries out an approved move; called by ``config`` at start."""
    register_proposal(kind=services.MOVE_SPONSOR, executor=carry_out_move)
