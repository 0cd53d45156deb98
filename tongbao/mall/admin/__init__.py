"""The mall in the operator's console: looks, goods, orders, claims, money. Every write calls a service."""

from tongbao.mall.admin import catalogue, claims, orders, payments, reconciliation, reviews, storefront
from tongbao.mall.admin.panels import add_order_panel

__all__ = [
    "add_order_panel",
    "catalogue",
    "claims",
    "orders",
    "payments",
    "reconciliation",
    "reviews",
    "storefront",
]
