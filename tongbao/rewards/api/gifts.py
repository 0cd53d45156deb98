"""What buying a product gives, for everyone who looks at it: the rank, the points, what the pool has left."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Schema
from pydantic import Field, StringConstraints

from tongbao.kit import clock
from tongbao.kit.api import Said, reader_language
from tongbao.kit.api import router as new_router
from tongbao.members.selectors import rank_name
from tongbao.rewards import selectors

router = new_router(tag="catalogue")

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class VariantGiftsOut(Schema):
    sku: str
    points: int = Field(description="For one piece, in 1/10 000 point; what the pool has left is the most.")


class GiftsPoolOut(Schema):
    code: str
    title: Said
    cap: int
    left: int


class ProductGiftsOut(Schema):
    code: str
    plan_key: str = Field(description="The plan that pays sponsors for its sales; empty: none does.")
    rank: str | None
    rank_name: Said
    pool: GiftsPoolOut | None = Field(description="Where the points come from; null: it gives none.")
    return_days: int = Field(description="So many days after receipt the points become final.")
    variants: list[VariantGiftsOut]


@router.get(
    "/products/{code}/gifts", response=ProductGiftsOut, summary="What buying a product gives its buyer"
)
def gifts(request: HttpRequest, code: Path[Code]) -> Any:
    language = reader_language(request)
    found = selectors.gifts_of(code=code, at=clock.now())
    pool = found.pool and {
        "code": found.pool.code,
        "title": found.pool.title_zh if language == "zh" else found.pool.title_en,
        "cap": found.pool.cap,
        "left": found.pool.left,
    }
    return {
        "code": found.code,
        "plan_key": found.plan_key,
        "rank": found.rank,
        "rank_name": rank_name(found.rank, language=language) if found.rank else "",
        "pool": pool,
        "return_days": found.return_days,
        "variants": [{"sku": one.sku, "points": one.points} for one in found.variants],
    }
