"""What the cashier says, in Chinese and English."""

from __future__ import annotations

from typing import Literal

Language = Literal["zh", "en"]

WORDS: dict[str, tuple[str, str]] = {
    "title": ("收银台", "Cashier"),
    "brand": ("沙箱支付", "Sandbox Pay"),
    "test_mode": ("测试环境 · 不会产生真实扣款", "Test mode · no real money moves"),
    "test_tag": ("测试", "TEST"),
    "order": ("商品", "For"),
    "number": ("支付单号", "Payment"),
    "reference": ("交易号", "Reference"),
    "time": ("时间", "Time"),
    "time_left": ("剩余支付时间", "Time left to pay"),
    "pay": ("立即支付", "Pay now"),
    "try": ("模拟其他结果", "Try another outcome"),
    "pay_slowly": ("延迟到账", "Pay slowly"),
    "pay_slowly_hint": (
        "银行处理约{seconds}秒后成功",
        "The bank takes about {seconds}\u00a0s, then it succeeds",
    ),
    "fail": ("支付失败", "Fail"),
    "fail_hint": ("余额不足、被银行拒绝等", "As if the bank had refused"),
    "cancel": ("取消支付", "Cancel"),
    "cancel_hint": ("关闭此支付单，不可恢复", "Closes this payment for good"),
    "succeeded": ("支付成功", "Paid"),
    "succeeded_note": ("正在通知商家，可以返回了", "The shop is being told. You may go back"),
    "processing": ("支付处理中", "Being processed"),
    "processing_note": ("请稍候，完成后页面会自动更新", "One moment: this page follows by itself"),
    "failed": ("支付失败", "Payment failed"),
    "failed_note": ("未扣款，可返回商家重新支付", "Nothing was taken. Go back to the shop to try again"),
    "closed": ("支付已关闭", "Payment closed"),
    "closed_note": ("已取消或超时，未扣款", "It was cancelled or its time ran out. Nothing was taken"),
    "refunded": ("已退款", "Refunded"),
    "back": ("返回商家", "Back to the shop"),
    "other_language": ("English", "中文"),
    "footer": ("沙箱支付网关 · 仅用于演示与测试", "Sandbox payment gateway · for demos and tests only"),
    "unknown": ("找不到这笔支付", "There is no such payment"),
    "unknown_note": (
        "链接不完整或已失效，请返回商家重新发起",
        "The link is incomplete or old. Go back to the shop",
    ),
    "refused": ("请求未被接受", "The request was not accepted"),
    "refused_note": (
        "页面已过期或来源不正确，未做任何更改。请返回收银台重试",
        "The page is old or came from elsewhere; nothing was changed. Go back to the cashier and try again",
    ),
    "to_cashier": ("返回收银台", "Back to the cashier"),
}


def word(name: str, language: Language) -> str:
    """One of the cashier's phrases.

    >>> word("pay", "en")
    'Pay now'
    """
    return WORDS[name][0 if language == "zh" else 1]
