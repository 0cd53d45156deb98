"""Writes of rewards: plans published, orders settled, awards released and taken back, withdrawals."""

from tongbao.rewards.services.adjusting import propose_adjustment, propose_write_off
from tongbao.rewards.services.closing import close_own_account
from tongbao.rewards.services.drafts import (
    discard_draft,
    publish_draft,
    restore_draft,
    save_draft,
    sound_text,
    start_draft,
)
from tongbao.rewards.services.income import disclose_income
from tongbao.rewards.services.issuance import note_download
from tongbao.rewards.services.opening import import_opening_balances
from tongbao.rewards.services.plans import install_presets, publish_plan, set_up_tenant
from tongbao.rewards.services.refunding import apply_refund
from tongbao.rewards.services.releasing import note_receipt, release_due
from tongbao.rewards.services.settling import settle_order
from tongbao.rewards.services.withdrawing import (
    approve_withdrawal,
    ask_for_due_withdrawals,
    reject_withdrawal,
    request_withdrawal,
    send_withdrawal,
    take_transfer_report,
)

__all__ = [
    "apply_refund",
    "approve_withdrawal",
    "ask_for_due_withdrawals",
    "close_own_account",
    "discard_draft",
    "disclose_income",
    "import_opening_balances",
    "install_presets",
    "note_download",
    "note_receipt",
    "propose_adjustment",
    "propose_write_off",
    "publish_draft",
    "publish_plan",
    "reject_withdrawal",
    "release_due",
    "request_withdrawal",
    "restore_draft",
    "save_draft",
    "send_withdrawal",
    "set_up_tenant",
    "settle_order",
    "sound_text",
    "start_draft",
    "take_transfer_report",
]
