"""Where this mall's points stand, as the beginning of an issuance plan."""

from __future__ import annotations

from tongbao.plans.issuance import BatchPlan, IssuancePlan, Opening, PerYuan, PlannedPool
from tongbao.points.contracts import PointsSettings
from tongbao.points.selectors import pools, supply
from tongbao.tenancy.selectors import tenant_settings

FIRST_SALES_FEN = 100_000_000


def issuance_so_far() -> IssuancePlan:
    """The mall's pools, reserve and burned points today, and one batch of a million yuan to write on from.

    What is pending is counted as if its return window had closed: grants and contributions alike.
    """
    settings = tenant_settings(PointsSettings)
    today = supply()
    planned = tuple(
        PlannedPool(
            key=pool.code,
            title_zh=pool.title_zh,
            title_en=pool.title_en,
            cap=pool.cap,
            issued=pool.granted,
            retired=pool.retired,
        )
        for pool in pools()
    )
    return IssuancePlan(
        key="from-today",
        title_zh="从本商城现状开始",
        title_en="From where this mall stands",
        cap=sum(pool.cap for pool in planned),
        rate_bp=settings.reserve_rate_bp,
        pools=planned,
        batches=(
            BatchPlan(
                title_zh="下一批",
                title_en="Next batch",
                sales_fen=FIRST_SALES_FEN,
                rate_bp=settings.reserve_rate_bp,
                issues=(PerYuan(pool=planned[0].key, units_per_yuan=settings.units_per_fen * 100),)
                if planned and settings.units_per_fen
                else (),
            ),
        ),
        opening=Opening(reserve_fen=today.reserve_fen + today.reserve_pending_fen, burned=today.burned),
    )
