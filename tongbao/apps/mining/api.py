"""What members see of mining, under ``/api/v1/mining``. Amounts in 1/10 000 point, prices in fen."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Schema
from pydantic import Field

from tongbao.apps.mining import selectors
from tongbao.apps.mining.contracts import MachineState
from tongbao.kit import clock
from tongbao.kit.api import reader_language
from tongbao.kit.api import router as new_router
from tongbao.members.api.auth import MemberAuth, identity_of

router = new_router(tag="mining")

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]
Day = Annotated[int, Field(ge=1, le=10_000)]


class PropOut(Schema):
    code: str
    title: str
    daily: int
    days: int
    product_code: str = Field(description="The product that it is bought as; empty: it isn't sold.")
    price_fen: int | None
    left: int = Field(
        description="What all machines together can still give. Then it ends: nothing is promised."
    )


class MachineOut(Schema):
    machine_id: int
    title: str
    state: MachineState
    daily: int
    days: int
    given_days: int
    given: int
    waits: int = Field(
        description="Given when the order's return window is over, as far as the pool then reaches."
    )
    started_at: datetime
    next_due_at: datetime | None


class OutputOut(Schema):
    day: int
    amount: int = Field(description="Less than the daily output where the pool had less.")
    given_at: datetime


class OutputsQuery(Schema):
    before_day: Day | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 30


@router.get("/props", response=list[PropOut], summary="Props on offer, and what the pool has left")
def props(request: HttpRequest) -> Any:
    language = reader_language(request)
    return [_shown(facts, PropOut, language) for facts in selectors.props()]


@router.get("/machines", response=list[MachineOut], auth=MemberAuth(), summary="My machines, newest first")
def my_machines(request: HttpRequest) -> Any:
    language = reader_language(request)
    found = selectors.machines_of(member_id=identity_of(request).member_id, now=clock.now())
    return [_shown(facts, MachineOut, language) for facts in found]


@router.get(
    "/machines/{machine_id}/outputs",
    response=list[OutputOut],
    auth=MemberAuth(),
    summary="What a machine of mine gave, newest day first",
)
def my_outputs(request: HttpRequest, machine_id: Path[Id], query: Query[OutputsQuery]) -> Any:
    return list(
        selectors.outputs_of(
            member_id=identity_of(request).member_id,
            machine_id=machine_id,
            before_day=query.before_day,
            limit=query.limit,
        )
    )


def _shown(facts: Any, schema: type[Schema], language: str) -> dict[str, Any]:
    shown = {name: getattr(facts, name) for name in schema.model_fields if name != "title"}
    return {**shown, "title": facts.title_zh if language == "zh" else facts.title_en}
