"""My invitation as a poster to pass on (邀请海报)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from ninja import Query, Schema
from pydantic import Field

from tongbao.kit import clock
from tongbao.kit.api import router as new_router
from tongbao.kit.ratelimit import check_rate
from tongbao.mall.policy.poster import PosterLanguage, draw_poster
from tongbao.mall.selectors.poster import poster_of
from tongbao.members.api.auth import MemberAuth, identity_of

router = new_router(tag="team")

POSTERS_A_MINUTE = 20


class PosterWish(Schema):
    language: PosterLanguage = Field("zh-Hans", description="The language of the words on it.")


PNG = {"description": "OK", "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}


@router.get(
    "/me/invitation/poster.png",
    response={200: None, 304: None},
    auth=MemberAuth(),
    summary="My invitation as a poster",
    openapi_extra={"responses": {200: PNG}},
)
def my_poster(request: HttpRequest, wish: Query[PosterWish]) -> HttpResponse:
    """A PNG of 750 × 1334. ``ETag`` holds as long as nothing on it changes; only the drawing is rate limited."""
    member_id = identity_of(request).member_id
    poster = poster_of(
        member_id=member_id, origin=f"{request.scheme}://{request.get_host()}", language=wish.language
    )
    tag = quote_etag(poster.digest)
    answer: Any = get_conditional_response(request, etag=tag)
    if answer is None:
        check_rate(
            what="poster",
            key=str(member_id),
            limit=POSTERS_A_MINUTE,
            window=timedelta(minutes=1),
            now=clock.now(),
        )
        answer = HttpResponse(draw_poster(poster), content_type="image/png")
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = "private, no-cache"
    response: HttpResponse = answer
    return response
