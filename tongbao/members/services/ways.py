"""Other ways in beside the code: a password (密码登录), and WeChat (微信登录) by a port."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import translation

from tongbao.kit.errors import TooManyRequests
from tongbao.kit.ratelimit import check_rate
from tongbao.kit.transactions import transaction
from tongbao.members.contracts import (
    CLOSED,
    FROZEN,
    AccountClosed,
    AccountFrozen,
    MembersSettings,
    PasswordNotValid,
    PhoneOrPasswordWrong,
    SignedIn,
    SignInWay,
    SignInWayOff,
    TriedTooOften,
    WeChat,
    WeChatNotLinked,
    WeChatRefused,
    WeChatTaken,
)
from tongbao.members.models import Member, SignInKey
from tongbao.members.policy.people import normalise_phone
from tongbao.members.services.codes import try_code, use_code
from tongbao.members.services.rows import lock_member
from tongbao.members.services.sessions import open_session, revoke_sessions
from tongbao.tenancy.selectors import current_schema, tenant_settings

LONGEST_PASSWORD = 128
# A phone's password is guessed at slowly; an address may serve a whole office.
PHONE_TRIES = (10, timedelta(hours=1))
ADDRESS_TRIES = (100, timedelta(hours=1))

_wechat: WeChat | None = None


def use_wechat(port: WeChat | None) -> None:
    """Ask WeChat through this port from now on; called by ``config`` alone, at start."""
    global _wechat
    _wechat = port


def ways_to_sign_in() -> tuple[SignInWay, ...]:
    """The ways that this mall offers; the code always works."""
    ways: list[SignInWay] = ["code"]
    if tenant_settings(MembersSettings).password_sign_in_is_on:
        ways.append("password")
    if _wechat is not None and _wechat.knows(schema_name=current_schema()):
        ways.append("wechat")
    return tuple(ways)


def set_password(
    *, member_id: int, code: str, password: str, session_id: int, now: datetime, address: str = ""
) -> None:
    """Set or change a member's password, with a code sent to their phone; other devices are signed out.

    Raises SignInWayOff, PasswordNotValid, CodeNotValid, TriedTooOften.
    """
    _offered("password")
    phone = Member.objects.values_list("phone", flat=True).get(pk=member_id) or ""
    _check_password(password)
    code_id = try_code(phone=phone, code=code, purpose="password", address=address, now=now)
    hashed = make_password(password)
    with transaction():
        lock_member(member_id=member_id)
        use_code(code_id=code_id, now=now)
        SignInKey.objects.update_or_create(
            member_id=member_id, way=SignInKey.Way.PASSWORD, defaults={"value": hashed, "set_at": now}
        )
        revoke_sessions(member_id=member_id, now=now, but=session_id)


def log_in_with_password(
    *, phone: str, password: str, now: datetime, device: str = "", address: str = ""
) -> SignedIn:
    """Sign in whoever knows the phone's password. An unknown phone takes as long and says the same.

    Raises SignInWayOff, PhoneNotValid, PhoneOrPasswordWrong, TriedTooOften, AccountFrozen, AccountClosed.
    """
    _offered("password")
    phone = normalise_phone(phone)
    _count_try("members.password.phone", phone, *PHONE_TRIES, now)
    _count_try("members.password.address", address, *ADDRESS_TRIES, now)
    key = SignInKey.objects.filter(member__phone=phone, way=SignInKey.Way.PASSWORD).first()
    # Against an unusable hash the comparison takes as long: the time tells nobody whether there is such a phone.
    is_right = check_password(password[:LONGEST_PASSWORD], key.value if key else make_password(None))
    if key is None or not is_right:
        raise PhoneOrPasswordWrong()
    return _enter(key.member_id, now=now, device=device, address=address)


def link_wechat(*, member_id: int, js_code: str, now: datetime) -> None:
    """Bind a member's WeChat account, so that it signs them in. Again with the same account does no harm.

    Raises SignInWayOff, WeChatRefused, WeChatNotThere, WeChatTaken.
    """
    open_id = _open_id(js_code)
    try:
        with transaction():
            lock_member(member_id=member_id)
            SignInKey.objects.update_or_create(
                member_id=member_id, way=SignInKey.Way.WECHAT, defaults={"value": open_id, "set_at": now}
            )
    except IntegrityError as error:
        if "members_sign_in_key_one_member" not in str(error):
            raise
        raise WeChatTaken() from error


def log_in_with_wechat(*, js_code: str, now: datetime, device: str = "", address: str = "") -> SignedIn:
    """Sign in whoever WeChat says stands behind the code.

    Raises SignInWayOff, WeChatRefused, WeChatNotThere, WeChatNotLinked, TriedTooOften, AccountFrozen, AccountClosed.
    """
    _offered("wechat")
    _count_try("members.wechat.address", address, *ADDRESS_TRIES, now)
    open_id = _open_id(js_code)
    key = SignInKey.objects.filter(way=SignInKey.Way.WECHAT, value=open_id).first()
    if key is None:
        raise WeChatNotLinked()
    return _enter(key.member_id, now=now, device=device, address=address)


def _offered(way: SignInWay) -> None:
    if way not in ways_to_sign_in():
        raise SignInWayOff()


def _open_id(js_code: str) -> str:
    _offered("wechat")
    assert _wechat is not None
    open_id = _wechat.open_id(schema_name=current_schema(), js_code=js_code)
    if not open_id:
        raise WeChatRefused(why="no openid")
    return open_id


def _enter(member_id: int, *, now: datetime, device: str, address: str) -> SignedIn:
    with transaction():
        status = lock_member(member_id=member_id).status
        if status == FROZEN:
            raise AccountFrozen()
        if status == CLOSED:
            raise AccountClosed()
        return open_session(member_id=member_id, device=device, address=address, now=now)


def _count_try(what: str, key: str, limit: int, window: timedelta, now: datetime) -> None:
    try:
        if key:
            check_rate(what=what, key=key, limit=limit, window=window, now=now)
    except TooManyRequests as refused:
        raise TriedTooOften(wait_seconds=refused.wait_seconds) from refused


def _check_password(password: str) -> None:
    if len(password) > LONGEST_PASSWORD:
        raise PasswordNotValid(
            why_en=f"more than {LONGEST_PASSWORD} characters", why_zh=f"超过{LONGEST_PASSWORD}个字符"
        )
    said = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            try:
                validate_password(password)
            except ValidationError as error:
                said[language] = " ".join(error.messages).rstrip(".。")
    if said:
        raise PasswordNotValid(why_en=said["en"], why_zh=said["zh-hans"])
