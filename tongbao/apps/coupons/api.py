"""What members do with coupons, under ``/api/v1/coupons``. Amounts in fen, rates in basis points."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Schema
from pydantic import Field

from tongbao.apps.coupons import selectors, services
from tongbao.apps.coupons.contracts import (
    Choice,
    CouponFacts,
    CouponKind,
    CouponState,
    ScopeKind,
    TemplateFacts,
    Terms,
)
from tongbao.kit import clock
from tongbao.kit.api import reader_language
from tongbao.kit.api import router as new_router
from tongbao.kit.errors import Language
from tongbao.kit.ratelimit import check_rate
from tongbao.mall import selectors as mall
from tongbao.mall.api.fields import ClientKey, Id
from tongbao.mall.api.orders import WishIn
from tongbao.mall.contracts import MAX_LINES, Wish
from tongbao.members.api.auth import MemberAuth, identity_of

router = new_router(tag="coupons", auth=MemberAuth())

CLAIMS_A_MINUTE = 30
ONE_MINUTE = timedelta(minutes=1)


class CouponTermsOut(Schema):
    kind: CouponKind
    amount_fen: int = Field(description="What ``amount_off`` takes off.")
    rate_bp: int = Field(description="What ``rate_off`` takes off: 1 000 is 10 %, 九折.")
    cap_fen: int = Field(description="The most that ``rate_off`` takes off.")
    least_fen: int = Field(description="From so much of its goods on; 0: always.")
    scope_kind: ScopeKind
    allows_packs: bool


class CouponOfferOut(Schema):
    template_id: int
    title: str
    terms: CouponTermsOut
    left: int = Field(description="How many can still be claimed, by anybody.")
    per_member: int
    mine: int
    claim_until: datetime
    valid_days: int | None = Field(description="Days from the claim; else ``valid_until`` holds.")
    valid_until: datetime | None
    can_claim: bool


class CouponOut(Schema):
    coupon_id: int
    title: str
    terms: CouponTermsOut
    state: CouponState
    valid_from: datetime
    valid_until: datetime
    order_number: str
    reduction_fen: int = Field(description="What it took off that order.")


class CouponChoiceOut(Schema):
    coupon: CouponOut
    reduction_fen: int
    why_not: str = Field(description="Why it can't be used for these goods, in the reader's language.")


class CouponChoicesOut(Schema):
    usable: list[CouponChoiceOut] = Field(description="The best first.")
    unusable: list[CouponChoiceOut]


class ClaimCouponIn(Schema):
    client_key: ClientKey


class CouponChoicesIn(Schema):
    lines: Annotated[list[WishIn], Field(min_length=1, max_length=MAX_LINES)]


class CouponsQuery(Schema):
    state: CouponState = "usable"
    offset: Annotated[int, Field(ge=0, le=100_000)] = 0
    limit: Annotated[int, Field(ge=1, le=100)] = 30


@router.get("/centre", response=list[CouponOfferOut], summary="Coupons that can be claimed now")
def centre(request: HttpRequest) -> Any:
    language = reader_language(request)
    found = selectors.centre(member_id=identity_of(request).member_id, now=clock.now())
    return [_offer(one, language) for one in found]


@router.get("/mine", response=list[CouponOut], summary="My coupons in one state")
def mine(request: HttpRequest, query: Query[CouponsQuery]) -> Any:
    language = reader_language(request)
    found = selectors.coupons_of(
        member_id=identity_of(request).member_id,
        state=query.state,
        now=clock.now(),
        offset=query.offset,
        limit=query.limit,
    )
    return [_coupon(one, language) for one in found]


@router.post("/checkout", response=CouponChoicesOut, summary="My coupons for an order, the best first")
def choices(request: HttpRequest, wanted: CouponChoicesIn) -> Any:
    """What each would take off; the price with one comes from ``POST /checkout/quote``."""
    language = reader_language(request)
    quote = mall.quote_for(wishes=[Wish(sku=line.sku, quantity=line.quantity) for line in wanted.lines])
    usable, others = selectors.choices(
        member_id=identity_of(request).member_id, lines=quote.reducible, now=clock.now()
    )
    return {
        "usable": [_choice(one, language) for one in usable],
        "unusable": [_choice(one, language) for one in others],
    }


@router.post("/{template_id}/claim", response=CouponOut, summary="Claim a coupon")
def claim(request: HttpRequest, template_id: Path[Id], payload: ClaimCouponIn) -> Any:
    """The same ``client_key`` answers with the same coupon."""
    member_id, now = identity_of(request).member_id, clock.now()
    check_rate(what="coupons", key=str(member_id), limit=CLAIMS_A_MINUTE, window=ONE_MINUTE, now=now)
    made = services.claim_coupon(
        template_id=template_id, member_id=member_id, client_key=payload.client_key, now=now
    )
    return _coupon(made, reader_language(request))


def _title(one: TemplateFacts | CouponFacts, language: Language) -> str:
    return one.title_zh if language == "zh" else one.title_en


def _terms(terms: Terms) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in CouponTermsOut.model_fields}


def _offer(one: TemplateFacts, language: Language) -> dict[str, Any]:
    said = {
        name: getattr(one, name) for name in CouponOfferOut.model_fields if name not in ("title", "terms")
    }
    return {**said, "title": _title(one, language), "terms": _terms(one.terms)}


def _coupon(one: CouponFacts, language: Language) -> dict[str, Any]:
    said = {name: getattr(one, name) for name in CouponOut.model_fields if name not in ("title", "terms")}
    return {**said, "title": _title(one, language), "terms": _terms(one.terms)}


def _choice(one: Choice, language: Language) -> dict[str, Any]:
    return {
        "coupon": _coupon(one.coupon, language),
        "reduction_fen": one.reduction_fen,
        "why_not": one.why_not.message(language) if one.why_not else "",
    }
