"""Fields that refuse what no phone, code or name can be, so that bad input gets a 422 and not a 500."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from pydantic import AfterValidator, Field, StringConstraints

from tongbao.kit.api import reader_language
from tongbao.members.contracts import MemberLanguage

LARGEST_ID = 2**63 - 1


def _plain(text: str) -> str:
    """Text without control characters (but line ends) and without halves of characters."""
    if any(ord(character) < 32 and character not in "\r\n\t" for character in text):
        raise ValueError("it contains control characters")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("it contains halves of characters") from error
    return text


Phone = Annotated[str, StringConstraints(max_length=40), AfterValidator(_plain)]
SmsCode = Annotated[str, StringConstraints(max_length=20), AfterValidator(_plain)]
InviteCode = Annotated[str, StringConstraints(max_length=40), AfterValidator(_plain)]
ShortText = Annotated[str, StringConstraints(max_length=200), AfterValidator(_plain)]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{5}$")]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Cursor = Annotated[str, StringConstraints(pattern=r"^([1-9][0-9]{0,5}\.[1-9][0-9]{0,17})?$")]
Depth = Annotated[int, Field(ge=0, le=1_000_000)]
PageSize = Annotated[int, Field(ge=1, le=200)]


def address_of(request: HttpRequest) -> str:
    """The network address that the request came from."""
    return str(request.META.get("REMOTE_ADDR", ""))


def device_of(request: HttpRequest) -> str:
    """What the device calls itself."""
    name = request.headers.get("User-Agent", "")
    return "".join(character for character in name if character.isprintable())[:200]


def language_of(request: HttpRequest) -> MemberLanguage:
    """The reader's language as members keep it."""
    return "en" if reader_language(request) == "en" else "zh-hans"
