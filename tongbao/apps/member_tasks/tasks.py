"""What the app does when it hears of something, and once a day."""

from __future__ import annotations

from datetime import datetime

from tongbao.apps.member_tasks import services
from tongbao.members.contracts import MemberJoined


def joined(event: MemberJoined, now: datetime) -> None:
    """A new member: their inviter and they themselves are rewarded."""
    services.reward_joining(member_id=event.member_id, sponsor_id=event.sponsor_id, now=now)


def tidy(now: datetime) -> int:
    """Daily claims that can't matter any more are forgotten."""
    return services.forget_daily_claims(now=now)
