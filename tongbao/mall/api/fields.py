"""Fields that refuse what a database would choke on, so that bad input gets a 422 and not a 500."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from tongbao.mall.contracts import MAX_ORDER_FEN, MAX_QUANTITY

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


PlainText = Annotated[str, AfterValidator(_plain)]
Sku = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Number = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z._-]{1,64}$")]
ClientKey = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z._:-]{1,80}$")]
GatewayCode = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,32}$")]
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
# Strict: 1.0, "1" and true are not whole numbers here.
Quantity = Annotated[int, Field(strict=True, ge=1, le=MAX_QUANTITY)]
Pieces = Annotated[int, Field(strict=True, ge=0, le=MAX_QUANTITY)]
Fen = Annotated[int, Field(strict=True, ge=0, le=MAX_ORDER_FEN)]
