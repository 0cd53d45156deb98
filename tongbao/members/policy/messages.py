"""What each kind of message says, in Chinese and English, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tongbao.kit.errors import Language
from tongbao.money import format_points, format_yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One kind of message: its title, its sentence, and the storefront page that it leads to."""

    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    page: str


ORDER_PAGE = "/pages/orders/detail?number={number}"
WORDINGS: Final[dict[str, Wording]] = {
    "order_paid": Wording(
        title_zh="订单已支付",
        title_en="Order paid",
        text_zh="订单{number}已支付{yuan}元,等待发货。",
        text_en="Order {number} is paid, ¥{yuan}. It will be sent next.",
        page=ORDER_PAGE,
    ),
    "order_shipped": Wording(
        title_zh="订单已发货",
        title_en="Order sent",
        text_zh="订单{number}已发货,{carrier}单号{tracking_number}。",
        text_en="Order {number} is on its way with {carrier}, parcel {tracking_number}.",
        page=ORDER_PAGE,
    ),
    "order_refunded": Wording(
        title_zh="退款成功",
        title_en="Refund done",
        text_zh="订单{number}已退款{yuan}元。",
        text_en="¥{yuan} of order {number} went back to you.",
        page=ORDER_PAGE,
    ),
    "order_refunded_with_points": Wording(
        title_zh="退款成功",
        title_en="Refund done",
        text_zh="订单{number}已退款{yuan}元,积分抵扣部分退回{points_yuan}元。",
        text_en="¥{yuan} of order {number} went back to you, and ¥{points_yuan} of what points had paid.",
        page=ORDER_PAGE,
    ),
    "points_expiring": Wording(
        title_zh="积分即将过期",
        title_en="Points are about to expire",
        text_zh="您有{points}积分将在{days}天内过期,请及时使用。",
        text_en="{points} of your points will expire within {days} days. Use them before that.",
        page="/pages/points/index",
    ),
    "card_received": Wording(
        title_zh="收到权益卡",
        title_en="A rights card for you",
        text_zh="会员{number}把一张权益卡转让给您,尚未释放的{points}积分将按原日历释放给您。",
        text_en="Member {number} gave you a rights card: {points} points vest to you by its calendar.",
        page="/pages/points/cards",
    ),
    "claim_approved": Wording(
        title_zh="售后申请已通过",
        title_en="Claim approved",
        text_zh="订单{number}的售后申请已通过。{answer}",
        text_en="Your claim for order {number} was approved. {answer}",
        page=ORDER_PAGE,
    ),
    "claim_rejected": Wording(
        title_zh="售后申请未通过",
        title_en="Claim rejected",
        text_zh="订单{number}的售后申请未通过:{answer}",
        text_en="Your claim for order {number} was rejected: {answer}",
        page=ORDER_PAGE,
    ),
    "review_replied": Wording(
        title_zh="商家回复了您的评价",
        title_en="The shop replied to your review",
        text_zh="您对{product}的评价有了回复:{answer}",
        text_en="The shop on your review of {product}: {answer}",
        page=ORDER_PAGE,
    ),
    "review_hidden": Wording(
        title_zh="您的评价文字已被隐藏",
        title_en="The words of your review are hidden",
        text_zh="您对{product}的评价文字已被隐藏,星级仍计入评分。原因:{answer}",
        text_en="The words of your review of {product} are hidden; its stars still count. The reason: {answer}",
        page=ORDER_PAGE,
    ),
    "withdrawal_paid": Wording(
        title_zh="提现到账",
        title_en="Withdrawal paid",
        text_zh="提现{yuan}元已支付。",
        text_en="Your withdrawal of ¥{yuan} was paid.",
        page="/pages/withdraw/index",
    ),
    "withdrawal_failed": Wording(
        title_zh="提现失败",
        title_en="Withdrawal failed",
        text_zh="提现{yuan}元未能支付,款项已退回余额:{why}",
        text_en="Your withdrawal of ¥{yuan} couldn't be paid, and the money is back in your balance: {why}",
        page="/pages/withdraw/index",
    ),
    "withdrawal_rejected": Wording(
        title_zh="提现未通过",
        title_en="Withdrawal rejected",
        text_zh="提现{yuan}元未通过审核,款项已退回余额:{why}",
        text_en="Your withdrawal of ¥{yuan} was rejected, and the money is back in your balance: {why}",
        page="/pages/withdraw/index",
    ),
    # Of business apps: what was applied for is named by the one who tells, and so is the page.
    "application_approved": Wording(
        title_zh="申请已通过",
        title_en="Application approved",
        text_zh="您的{title_zh}申请已通过,自{starts_on}起生效。",
        text_en="Your application was approved: {title_en}, from {starts_on} on.",
        page="{page}",
    ),
    "application_refused": Wording(
        title_zh="申请未通过",
        title_en="Application refused",
        text_zh="您的{title_zh}申请未通过,已付费用原路退回。原因:{answer}",
        text_en="Your application was refused: {title_en}. What you paid goes back the way it came. Reason: {answer}",
        page="{page}",
    ),
    "member_joined": Wording(
        title_zh="新成员加入",
        title_en="Somebody joined",
        text_zh="{name}通过您的邀请加入了。",
        text_en="{name} joined by your invitation.",
        page="/pages/team/index",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message as its reader sees it."""

    title: str
    text: str
    page: str


def say(*, kind: str, values: Mapping[str, object], language: Language) -> Said:
    """A message in the reader's language. A kind that is unknown, of a later version, is told by its name.

    >>> say(kind="withdrawal_paid", values={"amount_fen": 2376}, language="en").text
    'Your withdrawal of ¥23.76 was paid.'
    """
    wording = WORDINGS.get(kind)
    if wording is None:
        return Said(title=kind, text="", page="")
    facts = {name: str(value) for name, value in values.items()}
    if "amount_fen" in values:
        facts["yuan"] = format_yuan(int(str(values["amount_fen"])))
    if "points_fen" in values:
        facts["points_yuan"] = format_yuan(int(str(values["points_fen"])))
    if "units" in values:
        facts["points"] = format_points(int(str(values["units"])))
    chinese = language == "zh"
    return Said(
        title=wording.title_zh if chinese else wording.title_en,
        text=(wording.text_zh if chinese else wording.text_en).format_map(_Facts(facts)).strip(),
        page=wording.page.format_map(_Facts(facts)),
    )


class _Facts(dict[str, str]):
    """What a message was not told stays empty."""

    def __missing__(self, name: str) -> str:
        return ""
