"""Codes, sign-up, log-in, log-out, devices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Schema, Status
from pydantic import Field

from tongbao.kit import clock
from tongbao.kit.api import router as new_router
from tongbao.members import selectors, services
from tongbao.members.api.auth import MemberAuth, clear_session_cookie, identity_of, set_session_cookie
from tongbao.members.api.fields import (
    Id,
    InviteCode,
    Phone,
    SmsCode,
    address_of,
    device_of,
    language_of,
)
from tongbao.members.contracts import SignedIn, SignInWay

router = new_router(tag="sign-in")


class CodeIn(Schema):
    phone: Phone = Field(examples=["13800138000"])


class CodeSentOut(Schema):
    expires_at: datetime


class LogInIn(Schema):
    phone: Phone = Field(examples=["13800138000"])
    code: SmsCode = Field(examples=["123456"])
    cookie: bool = Field(False, description="Keep the session in a cookie (H5) instead of telling the token.")


class PasswordLogInIn(Schema):
    phone: Phone = Field(examples=["13800138000"])
    password: str = Field(min_length=1, max_length=128)
    cookie: bool = Field(False, description="Keep the session in a cookie (H5) instead of telling the token.")


class WeChatCodeIn(Schema):
    js_code: str = Field(min_length=1, max_length=128, description="What `wx.login` gave the mini-program.")


class PasswordIn(Schema):
    code: SmsCode = Field(examples=["123456"])
    password: str = Field(min_length=1, max_length=1_000)


class WaysOut(Schema):
    ways: list[SignInWay] = Field(description="`code` is always among them.")


class SignUpIn(LogInIn):
    invite_code: InviteCode = Field(
        "", description="Whose invitation it is; their owner becomes the sponsor."
    )


class SignedInOut(Schema):
    number: str
    expires_at: datetime
    token: str = Field(
        "", description="Send it as `Authorization: Bearer …`; empty when a cookie was asked for."
    )
    csrf_token: str = Field(
        "", description="Send it as `X-CSRFToken` with what changes something; cookies only."
    )


class SessionOut(Schema):
    session_id: int
    device: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    is_this_one: bool


@router.post("/codes", response={202: CodeSentOut}, summary="Send a code to a phone")
def send_code(request: HttpRequest, wish: CodeIn) -> Any:
    expires_at = services.request_code(
        phone=wish.phone, address=address_of(request), language=language_of(request), now=clock.now()
    )
    return Status(202, {"expires_at": expires_at})


@router.post("/sign-up", response={201: SignedInOut}, summary="Open an account with a phone and a code")
def sign_up(request: HttpRequest, response: HttpResponse, wish: SignUpIn) -> Any:
    signed_in = services.sign_up(
        phone=wish.phone,
        code=wish.code,
        invite_code=wish.invite_code,
        language=language_of(request),
        device=device_of(request),
        address=address_of(request),
        now=clock.now(),
    )
    return Status(201, _answer(request, response, signed_in, cookie=wish.cookie))


@router.post("/log-in", response=SignedInOut, summary="Sign in with a phone and a code")
def log_in(request: HttpRequest, response: HttpResponse, wish: LogInIn) -> Any:
    signed_in = services.log_in(
        phone=wish.phone,
        code=wish.code,
        device=device_of(request),
        address=address_of(request),
        now=clock.now(),
    )
    return _answer(request, response, signed_in, cookie=wish.cookie)


@router.get("/sign-in/ways", response=WaysOut, summary="The ways to sign in that this mall offers")
def ways(request: HttpRequest) -> Any:
    return {"ways": list(services.ways_to_sign_in())}


@router.post("/log-in/password", response=SignedInOut, summary="Sign in with a phone and a password")
def log_in_with_password(request: HttpRequest, response: HttpResponse, wish: PasswordLogInIn) -> Any:
    signed_in = services.log_in_with_password(
        phone=wish.phone,
        password=wish.password,
        device=device_of(request),
        address=address_of(request),
        now=clock.now(),
    )
    return _answer(request, response, signed_in, cookie=wish.cookie)


@router.post("/log-in/wechat", response=SignedInOut, summary="Sign in from the mall's WeChat mini-program")
def log_in_with_wechat(request: HttpRequest, response: HttpResponse, wish: WeChatCodeIn) -> Any:
    """`wechat_not_linked` for somebody new: they sign in with their phone once, then `POST /me/wechat`."""
    signed_in = services.log_in_with_wechat(
        js_code=wish.js_code, device=device_of(request), address=address_of(request), now=clock.now()
    )
    return _answer(request, response, signed_in, cookie=False)


@router.post("/me/wechat", response={204: None}, auth=MemberAuth(), summary="Bind my WeChat account")
def link_wechat(request: HttpRequest, wish: WeChatCodeIn) -> Any:
    services.link_wechat(member_id=identity_of(request).member_id, js_code=wish.js_code, now=clock.now())
    return Status(204, None)


@router.post(
    "/me/password/code",
    response={202: CodeSentOut},
    auth=MemberAuth(),
    summary="Send a code to my phone, for a password",
)
def send_password_code(request: HttpRequest) -> Any:
    expires_at = services.request_code(
        phone=selectors.phone_of(member_id=identity_of(request).member_id),
        purpose="password",
        address=address_of(request),
        language=language_of(request),
        now=clock.now(),
    )
    return Status(202, {"expires_at": expires_at})


@router.put("/me/password", response={204: None}, auth=MemberAuth(), summary="Set or change my password")
def set_password(request: HttpRequest, wish: PasswordIn) -> Any:
    """Other devices are signed out."""
    me = identity_of(request)
    services.set_password(
        member_id=me.member_id,
        code=wish.code,
        password=wish.password,
        session_id=me.session_id,
        address=address_of(request),
        now=clock.now(),
    )
    return Status(204, None)


@router.post("/log-out", response={204: None}, auth=MemberAuth(), summary="End this session")
def log_out(request: HttpRequest, response: HttpResponse) -> Any:
    me = identity_of(request)
    services.revoke_session(member_id=me.member_id, session_id=me.session_id, now=clock.now())
    clear_session_cookie(response)
    return Status(204, None)


@router.get("/me/sessions", response=list[SessionOut], auth=MemberAuth(), summary="My devices")
def sessions(request: HttpRequest) -> Any:
    me = identity_of(request)
    return [
        {
            "session_id": known.session_id,
            "device": known.device,
            "address": known.address,
            "created_at": known.created_at,
            "last_seen_at": known.last_seen_at,
            "expires_at": known.expires_at,
            "is_this_one": known.session_id == me.session_id,
        }
        for known in selectors.sessions_of(member_id=me.member_id, now=clock.now())
    ]


@router.delete(
    "/me/sessions/{session_id}", response={204: None}, auth=MemberAuth(), summary="Sign a device out"
)
def end_session(request: HttpRequest, session_id: Path[Id]) -> Any:
    services.revoke_session(member_id=identity_of(request).member_id, session_id=session_id, now=clock.now())
    return Status(204, None)


def _answer(
    request: HttpRequest, response: HttpResponse, signed_in: SignedIn, *, cookie: bool
) -> dict[str, Any]:
    answer = {"number": signed_in.number, "expires_at": signed_in.expires_at}
    if cookie:
        return answer | {"csrf_token": set_session_cookie(request, response, signed_in)}
    return answer | {"token": signed_in.token}
