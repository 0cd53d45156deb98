"""What rewards' own words are called for a reader: kinds of transfers, states, reasons that the system gives."""

from __future__ import annotations

from typing import Final

from tongbao.kit.errors import Language

# What a line of a member's statement is, by the kind of its transfer.
TRANSFER_TITLES: Final = {
    "award": ("奖励待结算", "Award, pending"),
    "awards_archived": ("已归档的奖励,合计", "Awards, archived: their sum"),
    "award_raised": ("奖励重算增加", "Award recomputed, more"),
    "award_voided": ("退款撤销奖励", "Award voided after a refund"),
    "release": ("奖励到账", "Award released"),
    "repayment": ("归还欠款", "Repaid what was owed"),
    "claw_back": ("退款扣回", "Taken back after a refund"),
    "claw_back_owed": ("退款扣回,余额不足记为欠款", "Taken back after a refund: owed"),
    "withdrawal": ("提现", "Withdrawal"),
    "withdrawal_fee": ("提现手续费", "Withdrawal fee"),
    "withdrawal_tax": ("代扣税款", "Tax withheld"),
    "adjustment": ("人工调账", "Adjustment"),
    "write_off": ("欠款核销", "Debt written off"),
    "opening": ("期初余额", "Opening balance"),
}

STATE_TITLES: Final = {
    "pending": ("待结算", "pending"),
    "released": ("已到账", "released"),
    "voided": ("已撤销", "voided"),
    "clawed_back": ("已扣回", "taken back"),
    "requested": ("待审核", "requested"),
    "approved": ("已批准", "approved"),
    "sending": ("打款中", "being paid"),
    "paid": ("已打款", "paid"),
    "failed": ("打款失败,已退回", "failed, money back"),
    "rejected": ("已驳回,已退回", "rejected, money back"),
}

STEP_TITLES: Final = {
    "approved": ("批准", "approved"),
    "rejected": ("驳回", "rejected"),
    "failed": ("标记为失败", "marked as failed"),
}

# Reasons that no person wrote; an operator's words stay as they are.
REASONS: Final = {
    "claw_back": (
        "订单退款,优先从未打款的提现中扣回",
        "An order was refunded: taken from what was not paid out yet",
    ),
    "gateway_could_not_pay": (
        "支付渠道打款失败,金额已退回",
        "The payment company could not pay; the money is back",
    ),
}


def transfer_title(kind: str, *, language: Language) -> str:
    """What a transfer of this kind is called on a statement.

    >>> transfer_title("release", language="zh")
    '奖励到账'
    """
    return _said(TRANSFER_TITLES, kind, language)


def state_title(state: str, *, language: Language) -> str:
    """What the state of an award or of a withdrawal is called."""
    return _said(STATE_TITLES, state, language)


def step_title(step: str, *, language: Language) -> str:
    """What a step of a withdrawal is called."""
    return _said(STEP_TITLES, step, language)


def reason_text(reason: str, *, language: Language) -> str:
    """Why a withdrawal ended or was cut, for a reader."""
    return _said(REASONS, reason, language)


def _said(titles: dict[str, tuple[str, str]], key: str, language: Language) -> str:
    zh, en = titles.get(key, (key, key))
    return zh if language == "zh" else en
