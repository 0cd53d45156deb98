"""Codes by text message: asked for, tried, used once."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta

from django.db import connection
from django.utils.crypto import constant_time_compare, salted_hmac

from tongbao.kit.errors import TooManyRequests
from tongbao.kit.ratelimit import check_rate
from tongbao.kit.transactions import transaction
from tongbao.members.contracts import (
    CodeAskedTooOften,
    CodeNotValid,
    CodePurpose,
    MemberLanguage,
    MembersSettings,
    SmsNotSent,
    TriedTooOften,
)
from tongbao.members.models import PhoneCode
from tongbao.members.policy.people import mask_phone, normalise_phone
from tongbao.members.services.sms import send_text
from tongbao.tenancy.selectors import current_schema, tenant_settings

logger = logging.getLogger(__name__)

CODE_DIGITS = 6
# A phone gets few texts (they cost, and annoy); an address may serve a whole office.
PHONE_LIMITS = ((1, timedelta(minutes=1)), (5, timedelta(hours=1)), (10, timedelta(days=1)))
ADDRESS_LIMITS = ((30, timedelta(hours=1)), (100, timedelta(days=1)))
TRIES_OF_AN_ADDRESS = (100, timedelta(hours=1))
TEXTS = {
    "zh-hans": "您的验证码是{code},{minutes}分钟内有效。请勿告诉他人。",
    "en": "Your code is {code}. It works for {minutes} minutes. Tell it to nobody.",
}

# One statement decides: of a hundred tries at once only as many as are left get the hash to compare with.
COUNT_A_TRY = """
UPDATE members_phone_code SET tries = tries + 1
WHERE id = (
    SELECT id FROM members_phone_code
    WHERE phone = %(phone)s AND purpose = %(purpose)s ORDER BY id DESC LIMIT 1
) AND used_at IS NULL AND expires_at > %(now)s AND tries < %(most)s
RETURNING id, code_hash
"""


def request_code(
    *,
    phone: str,
    address: str,
    now: datetime,
    purpose: CodePurpose = "enter",
    language: MemberLanguage = "zh-hans",
) -> datetime:
    """Send a code to a phone and return when it ends. Whether anybody has this phone makes no difference.

    An older code of the same purpose stops working. Raises PhoneNotValid, CodeAskedTooOften, SmsNotSent.
    """
    phone = normalise_phone(phone)
    # The address first: whoever is refused there uses up nobody's phone.
    limits = [("sms.address", address, limit) for limit in ADDRESS_LIMITS if address]
    limits += [(f"sms.phone.{purpose}", phone, limit) for limit in PHONE_LIMITS]
    try:
        for what, key, (limit, window) in limits:
            check_rate(
                what=f"{what}.{int(window.total_seconds())}", key=key, limit=limit, window=window, now=now
            )
    except TooManyRequests as refused:
        raise CodeAskedTooOften(wait_seconds=refused.wait_seconds) from refused

    settings = tenant_settings(MembersSettings)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    expires_at = now + timedelta(minutes=settings.code_minutes)
    with transaction():
        PhoneCode.objects.create(
            phone=phone,
            purpose=purpose,
            code_hash=_hash(phone=phone, purpose=purpose, code=code),
            sent_at=now,
            expires_at=expires_at,
        )
    text = TEXTS[language].format(code=code, minutes=settings.code_minutes)
    try:
        send_text(phone=phone, text=text, purpose=purpose, now=now)
    except Exception as error:
        logger.exception("no text message to %s", mask_phone(phone))
        raise SmsNotSent() from error
    return expires_at


def try_code(*, phone: str, code: str, purpose: CodePurpose, address: str, now: datetime) -> int:
    """Count one try and return the id of the code if it was right; ``use_code`` then uses it up.

    Call it before the use case's transaction: a wrong try that rolls back must still have been counted.
    Raises CodeNotValid, TriedTooOften.
    """
    limit, window = TRIES_OF_AN_ADDRESS
    try:
        if address:
            check_rate(what="members.try", key=address, limit=limit, window=window, now=now)
    except TooManyRequests as refused:
        raise TriedTooOften(wait_seconds=refused.wait_seconds) from refused
    most = tenant_settings(MembersSettings).code_tries
    with connection.cursor() as cursor:
        cursor.execute(COUNT_A_TRY, {"phone": phone, "purpose": purpose, "now": now, "most": most})
        row = cursor.fetchone()
    # Compare with something even if there is no code: the time it takes tells nothing.
    code_id, expected = row if row else (0, "0" * 64)
    if not constant_time_compare(expected, _hash(phone=phone, purpose=purpose, code=code)) or not row:
        raise CodeNotValid()
    return int(code_id)


def use_code(*, code_id: int, now: datetime) -> None:
    """Use a code up, in the caller's transaction; of two uses at once the second is refused.

    Raises CodeNotValid.
    """
    used = PhoneCode.objects.filter(pk=code_id, used_at__isnull=True, expires_at__gt=now).update(used_at=now)
    if not used:
        raise CodeNotValid()


def _hash(*, phone: str, purpose: str, code: str) -> str:
    value = "|".join((current_schema(), phone, purpose, code.strip()))
    return salted_hmac("tongbao.members.phone_code", value, algorithm="sha256").hexdigest()
