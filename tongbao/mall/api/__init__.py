"""The mall's API: how it looks, what is for sale, the cart, orders, payments, claims, reviews, the poster."""

from tongbao.kit.api import router as new_router
from tongbao.mall.api.cart import router as cart_router
from tongbao.mall.api.catalogue import router as catalogue_router
from tongbao.mall.api.claims import router as claims_router
from tongbao.mall.api.notify import router as notify_router
from tongbao.mall.api.orders import router as orders_router
from tongbao.mall.api.poster import router as poster_router
from tongbao.mall.api.reviews import router as reviews_router
from tongbao.mall.api.storefront import router as storefront_router

router = new_router(tag="mall")
for part in (
    catalogue_router,
    cart_router,
    orders_router,
    claims_router,
    reviews_router,
    notify_router,
    storefront_router,
    poster_router,
):
    router.add_router("", part)

__all__ = ["router"]
