"""The GB/T 2260 divisions, for address pickers."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Schema
from pydantic import Field

from tongbao.kit.api import router as new_router
from tongbao.members.api.fields import RegionCode
from tongbao.members.policy import divisions

router = new_router(tag="divisions")

A_DAY = "public, max-age=86400"


class DivisionOut(Schema):
    code: str
    name: str
    level: Literal["province", "city", "county"]
    is_heading: bool = Field(description="Stands where others have a city, and is no place itself.")
    has_divisions: bool = Field(description="An address must name one of the divisions below it.")


class PlaceOut(DivisionOut):
    full_name: str
    parents: list[DivisionOut]


@router.get("/divisions", response=list[DivisionOut], summary="The provinces, or what is below a division")
def below(request: HttpRequest, response: HttpResponse, parent: Query[RegionCode | None] = None) -> Any:
    response["Cache-Control"] = A_DAY
    return [_out(place) for place in divisions.children(parent or "")]


@router.get("/divisions/{code}", response=PlaceOut, summary="One division with those above it")
def place(request: HttpRequest, response: HttpResponse, code: Path[RegionCode]) -> Any:
    known, *above = divisions.parents(code)
    response["Cache-Control"] = A_DAY
    return _out(known) | {
        "full_name": divisions.full_name(code),
        "parents": [_out(upper) for upper in above],
    }


def _out(place: divisions.Division) -> dict[str, Any]:
    return {
        "code": place.code,
        "name": place.name,
        "level": place.level,
        "is_heading": place.is_heading,
        "has_divisions": bool(divisions.children(place.code)),
    }
