"""Writes of tasks: one use case, one transaction."""

from tongbao.apps.member_tasks.services.checking_in import check_in
from tongbao.apps.member_tasks.services.defining import define_task, end_task
from tongbao.apps.member_tasks.services.handing_in import approve, complete_task, hand_in, reject
from tongbao.apps.member_tasks.services.joining import reward_joining
from tongbao.apps.member_tasks.services.tidying import forget_daily_claims

__all__ = [
    "approve",
    "check_in",
    "complete_task",
    "define_task",
    "end_task",
    "forget_daily_claims",
    "hand_in",
    "reject",
    "reward_joining",
]
