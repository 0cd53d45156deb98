"""The mall's tables, all in the tenant's schema."""

from tongbao.mall.models.carts import CartLine
from tongbao.mall.models.catalogue import Category, FreightTemplate, Picture, Product, Variant
from tongbao.mall.models.claims import Claim, ClaimLine
from tongbao.mall.models.orders import Order, OrderLine, Transition
from tongbao.mall.models.payments import GatewayMessage, Payment, Refund, RefundLine
from tongbao.mall.models.reconciliation import (
    ReconciliationDifference,
    ReconciliationRun,
    StatementEntry,
)
from tongbao.mall.models.reviews import Review
from tongbao.mall.models.storefront import StorefrontPicture, StorefrontVersion

__all__ = [
    "CartLine",
    "Category",
    "Claim",
    "ClaimLine",
    "FreightTemplate",
    "GatewayMessage",
    "Order",
    "OrderLine",
    "Payment",
    "Picture",
    "Product",
    "ReconciliationDifference",
    "ReconciliationRun",
    "Refund",
    "RefundLine",
    "Review",
    "StatementEntry",
    "StorefrontPicture",
    "StorefrontVersion",
    "Transition",
    "Variant",
]
