"""Reviews of products (商品评价): their limits, how a line stands to being reviewed, and what is refused, by name."""

from __future__ import annotations

from typing import Literal

from tongbao.kit.errors import DomainError, NotFound

MIN_STARS = 1
MAX_STARS = 5
MAX_REVIEW_CHARACTERS = 500
"""The longest review, follow-up or reply."""

ReviewStanding = Literal["open", "reviewed", "not_received", "refunded", "too_late", "no_product"]
"""Whether a line may be reviewed, or why not. ``no_product``: an imported line that names no product of the shop."""


class ReviewLineUnknown(NotFound):
    code = "review_line_unknown"
    message_en = (
        "Line {position} of order {number} names no product of the shop. Choose a line of your order."
    )
    message_zh = "订单{number}的第{position}行没有可评价的商品。请在您的订单中选择。"


class ReviewBeforeReceipt(DomainError):
    code = "review_before_receipt"
    status = 409
    message_en = "Order {number} has not been received, so it can't be reviewed. Confirm the receipt first."
    message_zh = "订单{number}尚未确认收货,暂不能评价。请先确认收货。"


class ReviewOfRefunded(DomainError):
    code = "review_of_refunded"
    status = 409
    message_en = "All that was paid for {product} goes back, so it can't be reviewed. Review what you kept."
    message_zh = "{product}已全额退款,不能评价。您可以评价其他商品。"


class ReviewTooLate(DomainError):
    code = "review_too_late"
    status = 409
    message_en = (
        "The time for reviewing {product} ended on {ended_at}. Tell the shop's service what you think."
    )
    message_zh = "{product}的评价期已于{ended_at}结束。如有意见请联系客服。"


class ReviewedAlready(DomainError):
    """A line has one review, whoever clicks twice."""

    code = "reviewed_already"
    status = 409
    message_en = "You have reviewed {product} of this order. Add a follow-up to your review instead."
    message_zh = "您已评价过此订单的{product}。可在原评价上追评。"


class FollowedUpAlready(DomainError):
    code = "followed_up_already"
    status = 409
    message_en = (
        "Your review of {product} has its follow-up; there is one for each review. It stays as it is."
    )
    message_zh = "您对{product}的评价已有追评,每条评价只能追评一次。原追评保留不变。"


class ReviewUnknown(NotFound):
    """Also said of a line that its buyer hasn't reviewed."""

    code = "review_unknown"
    message_en = "There is no review {key}. Look it up at the order or the product."
    message_zh = "没有找到评价{key}。请在订单或商品页查看。"


class ReviewIsHidden(DomainError):
    code = "review_is_hidden"
    status = 409
    message_en = "The words of this review are hidden: {reason}. Ask the shop's service to show them again."
    message_zh = "此评价的文字已被隐藏:{reason}。如需恢复显示请联系客服。"


class ReviewIsShown(DomainError):
    code = "review_is_shown"
    status = 409
    message_en = "The words of review {key} are shown already. Reload the page."
    message_zh = "评价{key}的文字已在显示。请刷新页面。"
