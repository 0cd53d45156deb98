"""Where gateways tell their news. The signature is the only ticket; no cookie is looked at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Path, Schema

from tongbao.kit import clock
from tongbao.kit.api import router as new_router
from tongbao.mall.api.fields import GatewayCode
from tongbao.mall.services import payments

router = new_router(tag="gateways")


class TakenOut(Schema):
    outcome: str


@router.post(
    "/pay/notify/{gateway}", response=TakenOut, include_in_schema=False, summary="A gateway's notification"
)
def notify(request: HttpRequest, gateway: Path[GatewayCode]) -> Any:
    """401 for what is forged or stale, 409 for what does not fit, 200 for the rest, repeated or not."""
    outcome = payments.take_notification(
        gateway_code=gateway,
        headers=request.headers,
        body=request.body,
        received_at=datetime.now(tz=UTC),
        now=clock.now(),
    )
    return {"outcome": outcome}
