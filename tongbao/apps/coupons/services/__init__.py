"""Writes of coupons: one use case, one transaction."""

from tongbao.apps.coupons.services.claiming import claim_coupon, give_coupon
from tongbao.apps.coupons.services.reducing import CouponReduction
from tongbao.apps.coupons.services.setting import set_coupon, stop_coupon

__all__ = ["CouponReduction", "claim_coupon", "give_coupon", "set_coupon", "stop_coupon"]
