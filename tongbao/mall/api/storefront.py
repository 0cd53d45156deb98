"""How the mall looks: what a storefront asks for before anything else. Everybody may look."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from ninja import Schema

from tongbao.kit import clock
from tongbao.kit.api import router as new_router
from tongbao.mall.contracts import ProductSource
from tongbao.mall.selectors.storefront import current_look, storefront
from tongbao.mall.services.storefront import storefront_apps

router = new_router(tag="mall")

KEPT_SECONDS = 60


class ProductTargetOut(Schema):
    kind: Literal["product"]
    code: str


class CategoryTargetOut(Schema):
    kind: Literal["category"]
    id: int


class PageTargetOut(Schema):
    kind: Literal["page"]
    path: str


TargetOut = ProductTargetOut | CategoryTargetOut | PageTargetOut


class BannerPictureOut(Schema):
    url: str
    title: str
    title_en: str
    title_zh_hant: str
    target: TargetOut | None


class BannerOut(Schema):
    kind: Literal["banner"]
    pictures: list[BannerPictureOut]


class GridItemOut(Schema):
    title: str
    title_en: str
    title_zh_hant: str
    icon: str
    target: TargetOut


class GridOut(Schema):
    """Without ``items`` it shows the apps."""

    kind: Literal["grid"]
    items: list[GridItemOut] = []


class ProductListOut(Schema):
    kind: Literal["products"]
    title: str
    title_en: str
    title_zh_hant: str
    source: ProductSource
    category_id: int | None
    limit: int


class TextOut(Schema):
    """One paragraph a line, with ``**bold**`` and ``[words](product:code)`` links; never HTML."""

    kind: Literal["text"]
    title: str
    title_en: str
    title_zh_hant: str
    text: str
    text_en: str
    text_zh_hant: str


class AppOut(Schema):
    key: str
    title: str
    title_en: str
    title_zh_hant: str
    page: str
    icon: str


class StorefrontOut(Schema):
    name: str
    name_en: str
    logo_url: str | None
    colour: str
    currency: str
    languages: list[str]
    now: datetime
    is_demo: bool
    apps: list[AppOut]
    blocks: list[BannerOut | GridOut | ProductListOut | TextOut]


@router.get("/storefront", response={200: StorefrontOut, 304: None}, summary="Name, colours and home page")
def read(request: HttpRequest) -> HttpResponse:
    """The look of the mall and its own time. ``ETag`` holds for a minute of that time, so ``now`` stays true."""
    now = clock.now()
    found = storefront(look=current_look().look, apps=storefront_apps(), now=now)
    tag = _tag({**found, "now": now.replace(second=0, microsecond=0).isoformat()})
    answer: Any = get_conditional_response(request, etag=tag)
    if answer is None:
        answer = HttpResponse(
            _written({**found, "now": now.isoformat()}), content_type="application/json; charset=utf-8"
        )
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response: HttpResponse = answer
    return response


def _tag(said: dict[str, Any]) -> str:
    return quote_etag(hashlib.sha256(_written(said)).hexdigest()[:32])


def _written(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
