"""Signatures: what is signed, how, and how they are compared. See README.md, *Signatures*."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable

SCHEME = "SANDBOX-HMAC-SHA256"
MAX_SKEW_SECONDS = 300
_PARAMETER = re.compile(r'([a-z_]+)="([^"\\]*)"')


def signature(*, key: str, purpose: str, parts: Iterable[str], body: bytes) -> str:
    """Lower-case hex HMAC-SHA256 over purpose, parts and body, each followed by a line feed.

    The purpose ("request", "response", "notification") keeps one from being passed off as another.

    >>> signature(key="k", purpose="request", parts=("GET", "/v1/payments/P1", "1", "n"), body=b"")[:16]
    '2f77cb6dcca3a014'
    """
    head = "".join(f"{part}\n" for part in (purpose, *parts)).encode()
    return hmac.new(key.encode(), head + body + b"\n", hashlib.sha256).hexdigest()


def matches(*, expected: str, given: str) -> bool:
    """Whether two signatures are the same, in constant time."""
    return hmac.compare_digest(expected.encode(), given.encode())


def authorization(*, merchant_id: str, timestamp: str, nonce: str, signed: str) -> str:
    """The value of a request's ``Authorization`` header."""
    return (
        f'{SCHEME} merchant_id="{merchant_id}",timestamp="{timestamp}",nonce="{nonce}",signature="{signed}"'
    )


def read_authorization(value: str) -> dict[str, str]:
    """The parameters of an ``Authorization`` header; empty if it is not one of ours.

    >>> read_authorization('SANDBOX-HMAC-SHA256 merchant_id="lotus",nonce="abc"')
    {'merchant_id': 'lotus', 'nonce': 'abc'}
    """
    scheme, _, rest = value.partition(" ")
    if scheme != SCHEME:
        return {}
    return dict(_PARAMETER.findall(rest))


def fresh(*, timestamp: str, now_seconds: int) -> bool:
    """Whether a timestamp (seconds since 1970, digits) is within five minutes of the real time.

    >>> fresh(timestamp="1000", now_seconds=1300), fresh(timestamp="1000", now_seconds=1301)
    (True, False)
    """
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        return False
    return abs(now_seconds - int(timestamp)) <= MAX_SKEW_SECONDS
