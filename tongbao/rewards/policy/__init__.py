"""The rules of releases, refunds and withdrawals. Pure."""

from tongbao.rewards.policy.balance_rows import BalanceRow, read_balance_rows
from tongbao.rewards.policy.chains import chain_from_json, chain_to_json, seen_by_plan, with_ranks_held
from tongbao.rewards.policy.differences import AwardNow, Change, ClawBack, changes_to, claw_back
from tongbao.rewards.policy.promotions import promotes
from tongbao.rewards.policy.runnable import Hindrance, hindrances
from tongbao.rewards.policy.withdrawals import digest_of_key, quote_withdrawal, withdrawal_number

__all__ = [
    "AwardNow",
    "BalanceRow",
    "Change",
    "ClawBack",
    "Hindrance",
    "chain_from_json",
    "chain_to_json",
    "changes_to",
    "claw_back",
    "digest_of_key",
    "hindrances",
    "promotes",
    "quote_withdrawal",
    "read_balance_rows",
    "seen_by_plan",
    "with_ranks_held",
    "withdrawal_number",
]
