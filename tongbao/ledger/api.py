"""The tenant's log for everybody: checkpoints, the public key, and that one is the beginning of another."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from ninja import Query, Schema

from tongbao.kit.api import router as new_router
from tongbao.ledger.contracts import NotSealed, SealFacts
from tongbao.ledger.selectors import liabilities, seals
from tongbao.ledger.services import seal_keys
from tongbao.tenancy.selectors import current_schema

router = new_router(tag="seals")
MOST_ENTRIES = 2**62
SEALS_ON_A_PAGE = 50

Size = Annotated[int, Query(ge=1, le=MOST_ENTRIES)]


class SealOut(Schema):
    size: int
    root: str
    checkpoint: str
    key: str
    sealed_at: datetime


class SealsOut(Schema):
    key: str
    seals: list[SealOut]


class ConsistencyOut(Schema):
    format: str
    old_checkpoint: str
    checkpoint: str
    keys: list[str]
    path: list[str]


class LiabilitiesOut(Schema):
    on: str
    asset: str
    covers: int
    leaves: int
    total: int
    root: str


@router.get("/seals", response=SealsOut, summary="The newest seals and the public key that signs them")
def newest(request: HttpRequest, before: Annotated[int | None, Query(ge=1, le=MOST_ENTRIES)] = None) -> Any:
    found = seals.seals(before=before, limit=SEALS_ON_A_PAGE)
    return {"key": _key(), "seals": [_shown(seal) for seal in found]}


@router.get("/seals/latest", response=SealOut, summary="The newest checkpoint")
def latest(request: HttpRequest) -> Any:
    return _shown(_latest())


@router.get(
    "/seals/consistency", response=ConsistencyOut, summary="That one seal is the beginning of another"
)
def consistency(request: HttpRequest, old_size: Size, size: Size) -> Any:
    return seals.consistency_as_json(old_size=old_size, size=size)


@router.get("/seals/liabilities", response=list[LiabilitiesOut], summary="What was owed in all, day by day")
def owed(request: HttpRequest) -> Any:
    return [
        {
            "on": day.on.isoformat(),
            "asset": day.asset,
            "covers": day.covers,
            "leaves": day.leaves,
            "total": day.total,
            "root": day.root.hex(),
        }
        for day in liabilities.all_liabilities()[-SEALS_ON_A_PAGE:]
    ]


@router.get("/seals/{size}", response=SealOut, summary="The checkpoint of this many entries")
def of_size(request: HttpRequest, size: int) -> Any:
    return _shown(seals.seal_of(size=min(max(size, 0), MOST_ENTRIES)))


def _shown(seal: SealFacts) -> dict[str, Any]:
    return {
        "size": seal.size,
        "root": seal.root.hex(),
        "checkpoint": seal.checkpoint,
        "key": seal.signer,
        "sealed_at": seal.sealed_at,
    }


def _latest() -> SealFacts:
    seal = seals.latest_seal()
    if seal is None:
        raise NotSealed(what="#1")
    return seal


def _key() -> str:
    return seal_keys.signer(tenant=current_schema()).verifier_key


def page(request: HttpRequest) -> HttpResponse:
    """What a visitor sees: the key, the newest seals, what is owed, how to check it."""
    context = {
        "key": _key(),
        "seals": seals.seals(limit=SEALS_ON_A_PAGE),
        "days": liabilities.all_liabilities()[-SEALS_ON_A_PAGE:][::-1],
    }
    return render(request, "ledger/seals.html", context)


def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint as text, for programs and for people who keep one."""
    seal = seals.latest_seal()
    if seal is None:
        return HttpResponse("", status=404, content_type="text/plain; charset=utf-8")
    return HttpResponse(seal.checkpoint, content_type="text/plain; charset=utf-8")


def key(request: HttpRequest) -> HttpResponse:
    """The public key as text."""
    return HttpResponse(f"{_key()}\n", content_type="text/plain; charset=utf-8")


seal_urls: list[URLPattern] = [
    path("seals/", page, name="seals"),
    path("seals/checkpoint", checkpoint),
    path("seals/key", key),
]
