"""Statuses and steps in the reader's language, for refusals."""

from __future__ import annotations

from tongbao.kit.errors import Language

WORDS: dict[str, tuple[str, str]] = {
    # statuses of orders and claims
    "unpaid": ("unpaid", "待付款"),
    "paid": ("paid", "待发货"),
    "shipped": ("shipped", "待收货"),
    "received": ("received", "已收货"),
    "closed": ("closed", "已完成"),
    "cancelled": ("cancelled", "已取消"),
    "timed_out": ("timed out", "已超时关闭"),
    "refunded": ("refunded", "已退款"),
    "requested": ("waiting for an answer", "待审核"),
    "approved": ("approved", "已同意"),
    "rejected": ("rejected", "已拒绝"),
    "withdrawn": ("withdrawn", "已撤回"),
    "sent_back": ("sent back", "已寄回"),
    "goods_received": ("back in the warehouse", "已收到退货"),
    "refunding": ("being refunded", "退款中"),
    "created": ("created", "已创建"),
    "submitted": ("submitted", "已提交"),
    "succeeded": ("succeeded", "已成功"),
    "failed": ("failed", "已失败"),
    "abandoned": ("given up", "已放弃"),
    "open": ("open", "待处理"),
    "cleared": ("cleared", "已自动消除"),
    "resolved": ("resolved", "已处理"),
    # movements at a gateway, and how they stand
    "payment": ("payment", "支付"),
    "transfer": ("transfer", "转账"),
    "unknown": ("unknown", "未知"),
    "pending": ("pending", "处理中"),
    # who takes a step
    "member": ("member", "会员"),
    "operator": ("operator", "运营人员"),
    "system": ("system", "系统"),
    "gateway": ("gateway", "支付渠道"),
    # steps
    "place": ("placed", "下单"),
    "import": ("taken over", "导入"),
    "pay": ("paid", "付款"),
    "cancel": ("cancelled", "取消"),
    "time_out": ("timed out", "超时关闭"),
    "ship": ("shipped", "发货"),
    "receive": ("received", "确认收货"),
    "use": ("used", "核销"),
    "close": ("closed", "完成"),
    "refund_fully": ("refunded", "退款"),
    "claim": ("claimed", "申请售后"),
    "approve": ("approved", "同意"),
    "reject": ("rejected", "拒绝"),
    "withdraw": ("withdrawn", "撤回"),
    "send_back": ("sent back", "寄回商品"),
    "take_back": ("taken back", "签收退货"),
    "refund": ("refunded", "退款"),
    "finish": ("finished", "完成"),
    "give_up": ("given up", "放弃"),
    "retry": ("tried again", "重试"),
    "resolve": ("resolved", "处理"),
}


def word(code: str, *, language: Language) -> str:
    """A status or step for a reader; an unknown one stays as it is.

    >>> word("timed_out", language="zh")
    '已超时关闭'
    """
    english, chinese = WORDS.get(code, (code, code))
    return chinese if language == "zh" else english
