"""Inviting and being invited (邀请)."""

from __future__ import annotations

from datetime import datetime

from tongbao.apps.member_tasks.contracts import MemberTasksSettings, RewardUsedElsewhere, TaskDone
from tongbao.apps.member_tasks.services.claiming import claim, device_of_session
from tongbao.apps.member_tasks.services.rewarding import reward
from tongbao.kit.transactions import transaction
from tongbao.members.selectors import member
from tongbao.tenancy.selectors import tenant_settings

INVITED = ("受邀注册", "Joined by invitation")
INVITING = ("邀请好友", "A friend joined")


def reward_joining(*, member_id: int, sponsor_id: int | None, now: datetime) -> bool:
    """Reward who invited a new member, and the new member; True if it was done now.

    Whoever joins is remembered by phone and device, invited or not: an account for which one of them joined before
    brings nobody anything. An inviter who can't earn gets nothing. Told twice, it is done once.
    """
    settings = tenant_settings(MemberTasksSettings)
    try:
        with transaction():
            claim(
                task="joined",
                member_id=member_id,
                device_hash=device_of_session(member_id=member_id, now=now),
                now=now,
            )
            if sponsor_id is None:
                return False
            # The smaller id first: two who are rewarded at once never wait for each other in a circle.
            rewards = [
                (member_id, "invited", INVITED, settings.invited_points),
                (sponsor_id, "invite", INVITING, settings.invite_points),
            ]
            for earner, kind, titles, points in sorted(rewards):
                if points and member(member_id=earner).active:
                    reward(
                        subject=f"tasks:{kind}:{member_id}",
                        member_id=earner,
                        kind="invited" if kind == "invited" else "invite",
                        titles=titles,
                        points=points,
                        now=now,
                    )
    except (RewardUsedElsewhere, TaskDone):
        return False
    return True
