"""Where a mall's own economy stands, for a stress of it."""

from __future__ import annotations

from tongbao.points.contracts import PointsSettings
from tongbao.points.policy.stress import Start
from tongbao.points.selectors.pools import pools, supply
from tongbao.points.selectors.prices import pledge_fen
from tongbao.tenancy.selectors import tenant_settings


def stress_start() -> Start:
    """The mall's reserve, pledge, pools and settings; what is pending or vests counts as if people had it already."""
    economy, known = supply(), pools()
    return Start(
        settings=tenant_settings(PointsSettings),
        reserve_fen=economy.reserve_fen,
        pledge_fen=pledge_fen(),
        cap=sum(pool.cap for pool in known) - economy.retired,
        burned=economy.burned,
        pools=tuple((pool.code, pool.left) for pool in known),
        circulating=economy.circulating + economy.pending + economy.vesting,
    )
