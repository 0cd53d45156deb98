"""Phones, names, identity cards and invitation codes: what is accepted, and what others get to see."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from tongbao.members.contracts import IdentityNotValid, NameNotValid, PhoneNotValid

MAINLAND_MOBILE = re.compile(r"1[3-9][0-9]{9}")
# No 0 and O, no 1, I and L: a code is read aloud and typed from a poster.
INVITE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
INVITE_LENGTH = 8
MOST_NAME_CHARACTERS = 20
MOST_REAL_NAME_CHARACTERS = 50

CARD = re.compile(r"[1-9][0-9]{16}[0-9X]")
CARD_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CARD_CHECKS = "10X98765432"
# Provinces whose residents carry the 18-digit card; 81-83: residence permits of Hong Kong, Macao and Taiwan.
CARD_PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)


def normalise_phone(text: str) -> str:
    """The 11 digits of a mainland mobile number, however it was typed. Raises PhoneNotValid.

    >>> normalise_phone("+86 138-0013-8000"), normalise_phone("１３８００１３８０００")
    ('13800138000', '13800138000')
    """
    digits = re.sub(r"[\s\-().]", "", unicodedata.normalize("NFKC", text))
    digits = re.sub(r"^(\+86|0086|86(?=1[0-9]{10}$))", "", digits)
    if not MAINLAND_MOBILE.fullmatch(digits):
        raise PhoneNotValid()
    return digits


def mask_phone(phone: str | None) -> str:
    """A phone as lists and logs show it; nothing for nobody's.

    >>> mask_phone("13800138000"), mask_phone(None)
    ('138****8000', '')
    """
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 11 else "*" * len(phone)


def mask_name(name: str) -> str:
    """A name as strangers see it: the first character.

    >>> mask_name("王小明"), mask_name("李四"), mask_name("")
    ('王**', '李*', '')
    """
    return name[:1] + "*" * min(max(len(name) - 1, 1), 2) if name else ""


def clean_name(text: str) -> str:
    """A display name without surrounding space. Raises NameNotValid for an empty, long or invisible one.

    >>> clean_name("  小明 ")
    '小明'
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not 1 <= len(name) <= MOST_NAME_CHARACTERS or not _is_visible(name):
        raise NameNotValid(most=MOST_NAME_CHARACTERS)
    return name


def clean_real_name(text: str) -> str:
    """A real name as on the card, inner spaces made single. Raises IdentityNotValid.

    >>> clean_real_name(" 阿卜杜拉·买买提 ")
    '阿卜杜拉·买买提'
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    letters = name.replace("·", "").replace(" ", "")
    if not 2 <= len(name) <= MOST_REAL_NAME_CHARACTERS or not letters.isalpha():
        raise IdentityNotValid(
            why_en="The name must be the one on the card: letters only, at least two.",
            why_zh="姓名须与证件一致,至少两个字,不能含数字或符号。",
        )
    return name


def clean_card_number(text: str, *, today: date) -> str:
    """An 18-character identity card number whose check digit and birthday are right, of somebody grown up.

    Raises IdentityNotValid.

    >>> clean_card_number("11010519491231002x", today=date(2026, 1, 1))
    '11010519491231002X'
    """
    number = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    if not CARD.fullmatch(number) or number[:2] not in CARD_PROVINCES:
        raise IdentityNotValid(
            why_en="This is not an identity card number of 18 characters.",
            why_zh="身份证号格式不正确,应为18位。",
        )
    if CARD_CHECKS[_weighted_sum(number) % 11] != number[17]:
        raise IdentityNotValid(
            why_en="The card number's last character doesn't fit the others.", why_zh="身份证号校验位不正确。"
        )
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise IdentityNotValid(
            why_en="The card number contains a day that does not exist.",
            why_zh="身份证号中的出生日期不存在。",
        ) from None
    if (born_on.year + 18, born_on.month, born_on.day) > (today.year, today.month, today.day):
        raise IdentityNotValid(
            why_en="Only people of 18 years or more can be verified.", why_zh="未满18周岁不能实名认证。"
        )
    return number


def normalise_invite_code(text: str) -> str:
    """An invitation code as it is kept, however it was typed.

    >>> normalise_invite_code(" abcd-2345 ")
    'ABCD2345'
    """
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def member_number(member_id: int) -> str:
    """The public number of a member.

    >>> member_number(1), member_number(12_345_678)
    ('M0000001', 'M12345678')
    """
    return f"M{member_id:07d}"


def _weighted_sum(number: str) -> int:
    return sum(int(digit) * weight for digit, weight in zip(number, CARD_WEIGHTS, strict=False))


def _is_visible(text: str) -> bool:
    return all(unicodedata.category(character)[0] not in "CZ" or character == " " for character in text)
