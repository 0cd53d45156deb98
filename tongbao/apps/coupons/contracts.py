"""What others may use of coupons (优惠券), and what is refused. Amounts in fen, rates in basis points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from tongbao.kit.errors import DomainError, NotFound

MOST_TITLE: Final = 40
MOST_COUPONS: Final = 10_000_000
MOST_FOR_A_MEMBER: Final = 100
MOST_DAYS: Final = 3_650

CouponKind = Literal["amount_off", "rate_off"]
ScopeKind = Literal["all", "categories", "products"]
CouponState = Literal["usable", "used", "expired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a coupon takes off, and of which goods.

    ``amount_off`` (满减) takes ``amount_fen`` off; ``rate_off`` (折扣) takes ``rate_bp`` off, rounded down, at most
    ``cap_fen``. Both from ``least_fen`` of goods in its scope on. ``scope`` holds category ids or product codes, as
    texts; what stands below a category counts too. Gift packs (大礼包) count only with ``allows_packs``.
    """

    kind: CouponKind
    amount_fen: int = 0
    rate_bp: int = 0
    cap_fen: int = 0
    least_fen: int = 0
    scope_kind: ScopeKind = "all"
    scope: tuple[str, ...] = ()
    allows_packs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """How many coupons there are, who may claim them when, and for how long one is valid.

    ``valid_days`` counts from the claim; without it ``valid_from`` to ``valid_until`` holds for all. The ends are
    exclusive.
    """

    total: int
    per_member: int
    claim_from: datetime
    claim_until: datetime
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    valid_days: int | None = None
    in_centre: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFacts:
    """A kind of coupon as one member sees it in the centre (领券中心). ``left``: how many anybody can still claim."""

    template_id: int
    title_zh: str
    title_en: str
    terms: Terms
    left: int
    per_member: int
    mine: int
    claim_until: datetime
    valid_days: int | None
    valid_until: datetime | None
    can_claim: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponFacts:
    """One member's coupon. ``order_number`` is the order that has it."""

    coupon_id: int
    title_zh: str
    title_en: str
    terms: Terms
    state: CouponState
    valid_from: datetime
    valid_until: datetime
    order_number: str
    reduction_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A coupon at the checkout: what it would take off, or ``why_not``."""

    coupon: CouponFacts
    reduction_fen: int
    why_not: DomainError | None


class CouponUnknown(NotFound):
    """Also said of somebody else's coupon."""

    code = "coupon_unknown"
    message_en = "You have no coupon {key}. Choose one from your coupons."
    message_zh = "没有找到优惠券{key}。请在我的优惠券中选择。"


class CouponTaken(DomainError):
    code = "coupon_taken"
    status = 409
    message_en = "This coupon is used by another order already. Choose another, or order without one."
    message_zh = "该优惠券已用于另一笔订单。请选择其他优惠券,或不使用优惠券下单。"


class CouponNotYet(DomainError):
    code = "coupon_not_yet"
    status = 409
    message_en = "This coupon can be used from {valid_from} on. Choose another until then."
    message_zh = "该优惠券从{valid_from}起可用。请先选择其他优惠券。"


class CouponExpired(DomainError):
    code = "coupon_expired"
    status = 409
    message_en = "This coupon was valid until {valid_until}. Choose another."
    message_zh = "该优惠券已于{valid_until}到期。请选择其他优惠券。"


class CouponNotForThese(DomainError):
    code = "coupon_not_for_these"
    status = 409
    message_en = "This coupon is not for these goods. Choose another, or add goods that it is for."
    message_zh = "该优惠券不适用于这些商品。请选择其他优惠券,或添加适用商品。"


class CouponBelowLeast(DomainError):
    code = "coupon_below_least"
    status = 409
    message_en = "{short_yuan} yuan more of its goods are needed: it holds from {least_yuan} yuan on."
    message_zh = "还差{short_yuan}元可用(适用商品满{least_yuan}元)。请再选购一些。"


class CouponTakesNothing(DomainError):
    code = "coupon_takes_nothing"
    status = 409
    message_en = "These goods are too cheap for this coupon to take anything off. Keep it for another order."
    message_zh = "商品金额过低,该优惠券无法抵扣。请留待下次使用。"


class CouponKindUnknown(NotFound):
    code = "coupon_kind_unknown"
    message_en = "There is no coupon {key} to claim. Look at the coupon centre."
    message_zh = "没有可领取的优惠券{key}。请查看领券中心。"


class CouponsGone(DomainError):
    code = "coupons_gone"
    status = 409
    message_en = "All {total} coupons have been claimed. Look at the others in the coupon centre."
    message_zh = "{total}张优惠券已领完。请看看领券中心的其他优惠券。"


class CouponLimitReached(DomainError):
    code = "coupon_limit_reached"
    status = 409
    message_en = "A member gets at most {limit} of this coupon. Look at your coupons."
    message_zh = "每人限领{limit}张。请查看我的优惠券。"


class CouponNotOffered(DomainError):
    code = "coupon_not_offered"
    status = 409
    message_en = "This coupon can't be claimed at the moment. Look at the coupon centre."
    message_zh = "该优惠券目前不可领取。请查看领券中心。"


class CouponTermsInvalid(DomainError):
    code = "coupon_terms_invalid"
    status = 422
    message_en = "The coupon can't be kept: {why_en}. Correct it."
    message_zh = "优惠券无法保存:{why_zh}。请修改。"


class CouponStoppedAlready(DomainError):
    code = "coupon_stopped_already"
    status = 409
    message_en = "Coupon {key} was stopped before. Nothing more is to be done."
    message_zh = "优惠券{key}已停发,无需再次操作。"
