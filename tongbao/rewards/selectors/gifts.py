"""What buying a product gives its buyer, before it is bought: the rank, and the points that are still there."""

from __future__ import annotations

from datetime import datetime

from tongbao.mall.selectors import offers, product
from tongbao.points.contracts import GIFT_PACKS, PointsSettings
from tongbao.points.selectors import require_pool
from tongbao.rewards.contracts import ProductGifts, RewardsSettings, VariantGifts
from tongbao.rewards.selectors.plans import plan_in_force
from tongbao.tenancy.selectors import tenant_settings


def gifts_of(*, code: str, at: datetime) -> ProductGifts:
    """The gifts of a product as they stand at a moment. Points are in 1/10 000 point.

    ``points_left`` is what the pool still has: a purchase never gives more than that, and with an empty pool none.
    Raises ProductUnknown.

    A 198 yuan pack at one point for a yuan, from a full pool: rank ``vip``, 1 980 000 units.
    """
    found = product(code=code)
    variants = offers(skus=[variant.sku for variant in found.variants])
    plan_key = variants[0].plan_key if variants else ""
    rank = plan_in_force(key=plan_key, at=at)[1].promotions.rank_for(code) if plan_key else None
    is_pack = found.kind == "gift_pack"
    pool = require_pool(pool=GIFT_PACKS)
    units_per_fen = tenant_settings(PointsSettings).units_per_fen if is_pack else 0
    return ProductGifts(
        code=code,
        plan_key=plan_key,
        rank=rank,
        pool=pool if is_pack else None,
        return_days=tenant_settings(RewardsSettings).release_days,
        variants=tuple(
            VariantGifts(sku=one.sku, points=min(one.price_fen * units_per_fen, pool.left))
            for one in variants
        ),
    )
