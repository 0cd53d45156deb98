"""The rules of releases, refunds and withdrawals. Pure."""

from tongbao.rewards.policy.balance_rows import BalanceRow, read_balance_rows
from tongbao.rewards.policy.chains import chain_from_json, chain_to_json, with_ranks_held
from tongbao.rewards.policy.differences import AwardNow, Change, changes_to
from tongbao.rewards.policy.withdrawals import quote_withdrawal

__all__ = [
    "AwardNow",
    "BalanceRow",
    "Change",
    "chain_from_json",
    "chain_to_json",
    "changes_to",
    "quote_withdrawal",
    "read_balance_rows",
    "with_ranks_held",
]
