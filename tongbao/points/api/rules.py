"""What this mall has switched on of points, and its limits: what a page says before anybody asks for anything."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from tongbao.kit.api import router as new_router
from tongbao.points.contracts import PointsSettings
from tongbao.tenancy.selectors import tenant_settings

router = new_router(tag="points")


class PointsRulesOut(Schema):
    cut_off_minutes: int = Field(
        description="When a day of prices begins, in minutes after midnight in Asia/Shanghai."
    )
    spending_share_bp: int = Field(description="How much of an order's goods points may pay.")
    expiry_days: int = Field(description="Points expire so many days after they were credited. 0: never.")
    redemption_is_on: bool
    redemption_fee_bp: int = Field(description="What stays in the reserve of a redemption's floor value.")
    redemption_daily_fen: int = Field(
        description="What all redemptions of a day are paid, shared out at the cut-off. 0: no limit, at once."
    )
    redemption_member_daily_units: int = Field(description="What a member may redeem in a day. 0: no limit.")
    market_is_on: bool
    market_jump_bp: int = Field(description="How far from the last price an order may be. 0: no limit.")
    market_daily_lots: int = Field(
        description="What a member may ask for, and what they may bid for, in a day. 0: no limit."
    )
    market_order_days: int = Field(description="How long an order waits before it ends by itself.")


@router.get("/points/rules", response=PointsRulesOut, summary="What is switched on, and its limits")
def rules(request: HttpRequest) -> Any:
    settings = tenant_settings(PointsSettings)
    return {name: getattr(settings, name) for name in PointsRulesOut.model_fields}
