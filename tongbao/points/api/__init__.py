"""What points offer: pools, prices and reserve to everybody; balances, payments, redemption and cards to members."""

from tongbao.kit.api import router as new_router
from tongbao.points.api.cards import router as cards_router
from tongbao.points.api.market import router as market_router
from tongbao.points.api.pools import router as pools_router
from tongbao.points.api.prices import router as prices_router
from tongbao.points.api.redemptions import router as redemptions_router
from tongbao.points.api.rules import router as rules_router

router = new_router(tag="points")
for part in (rules_router, pools_router, prices_router, redemptions_router, cards_router, market_router):
    router.add_router("", part)

__all__ = ["router"]
