"""Oneself: profile, phone, real name."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Schema, Status
from pydantic import Field

from tongbao.kit import clock
from tongbao.kit.api import Said, reader_language
from tongbao.kit.api import router as new_router
from tongbao.members import selectors, services
from tongbao.members.api.auth import MemberAuth, identity_of
from tongbao.members.api.fields import Phone, ShortText, SmsCode, address_of, language_of
from tongbao.members.policy.people import mask_name

router = new_router(tag="me", auth=MemberAuth())


class SponsorOut(Schema):
    number: str
    name_masked: str
    rank: str


class MeOut(Schema):
    number: str
    name: str
    phone_masked: str
    rank: str
    rank_name: Said
    status: Literal["active", "inactive", "frozen", "closed"]
    identity_status: Literal["none", "submitted", "verified", "rejected"]
    invite_code: str
    language: Literal["zh-hans", "en"]
    joined_at: datetime
    sponsor: SponsorOut | None


class MeIn(Schema):
    name: ShortText | None = None
    language: Literal["zh-hans", "en"] | None = None


class PhoneIn(Schema):
    phone: Phone
    code: SmsCode


class NewPhoneIn(Schema):
    phone: Phone


class NewPhoneCodeSentOut(Schema):
    expires_at: datetime


class IdentityIn(Schema):
    real_name: ShortText = Field(examples=["王小明"])
    card_number: ShortText = Field(examples=["11010519491231002X"])


class RankGrantOut(Schema):
    rank: str
    basis: Literal["purchase", "recruits", "opening", "operator"]
    granted_at: datetime
    revoked_at: datetime | None
    revoked_because: Literal["taken_back", "fell_with", "operator"] | None


@router.get("/me", response=MeOut, summary="Who I am")
def me(request: HttpRequest) -> Any:
    return _me(request)


@router.patch("/me", response=MeOut, summary="Change my name or language")
def describe(request: HttpRequest, wish: MeIn) -> Any:
    member_id = identity_of(request).member_id
    services.describe_member(member_id=member_id, name=wish.name, language=wish.language)
    return _me(request)


@router.get("/me/ranks", response=list[RankGrantOut], summary="Why I have, or had, my ranks")
def ranks(request: HttpRequest) -> Any:
    return list(selectors.grants_of(member_id=identity_of(request).member_id))


@router.post("/me/phone/codes", response={202: NewPhoneCodeSentOut}, summary="Send a code to my new phone")
def send_code_to_new_phone(request: HttpRequest, wish: NewPhoneIn) -> Any:
    expires_at = services.request_code(
        phone=wish.phone,
        address=address_of(request),
        purpose="change_phone",
        language=language_of(request),
        now=clock.now(),
    )
    return Status(202, {"expires_at": expires_at})


@router.put("/me/phone", response=MeOut, summary="Move my account to a new phone")
def change_phone(request: HttpRequest, wish: PhoneIn) -> Any:
    identity = identity_of(request)
    services.change_phone(
        member_id=identity.member_id,
        phone=wish.phone,
        code=wish.code,
        session_id=identity.session_id,
        address=address_of(request),
        now=clock.now(),
    )
    return _me(request)


@router.post("/me/identity", response=MeOut, summary="Put my real name forward for verification")
def submit_identity(request: HttpRequest, wish: IdentityIn) -> Any:
    member_id = identity_of(request).member_id
    services.submit_identity(
        member_id=member_id, real_name=wish.real_name, card_number=wish.card_number, now=clock.now()
    )
    return _me(request)


def _me(request: HttpRequest) -> dict[str, Any]:
    known = selectors.member(member_id=identity_of(request).member_id)
    sponsor = selectors.member(member_id=known.sponsor_id) if known.sponsor_id else None
    return {
        "number": known.number,
        "name": known.name,
        "phone_masked": known.phone_masked,
        "rank": known.rank,
        "rank_name": selectors.rank_name(known.rank, language=reader_language(request)),
        "status": known.status,
        "identity_status": known.identity_status,
        "invite_code": known.invite_code,
        "language": known.language,
        "joined_at": known.joined_at,
        "sponsor": None
        if sponsor is None
        else {"number": sponsor.number, "name_masked": mask_name(sponsor.name), "rank": sponsor.rank},
    }
