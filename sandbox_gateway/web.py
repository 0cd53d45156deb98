"""Requests and answers, as the parts of the gateway see them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

JSON = "application/json; charset=utf-8"
HTML = "text/html; charset=utf-8"
CSV = "text/csv; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What came in. ``target`` is the path with its query, exactly as sent: that is what is signed."""

    method: str
    target: str
    headers: Mapping[str, str]
    """By lower-case name."""
    body: bytes
    client: str

    @property
    def segments(self) -> tuple[str, ...]:
        """The parts of the path.

        >>> Request(method="GET", target="/v1/payments/P1?x=1", headers={}, body=b"", client="").segments
        ('v1', 'payments', 'P1')
        """
        return tuple(unquote(part) for part in urlsplit(self.target).path.split("/") if part)

    def parameter(self, name: str, default: str = "") -> str:
        """A parameter of the query."""
        return parse_qs(urlsplit(self.target).query).get(name, [default])[-1]

    def header(self, name: str) -> str:
        """A header, empty if it is missing."""
        return self.headers.get(name.lower(), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What goes out."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = field(default=())


def as_json(said: Any, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(status=status, body=json.dumps(said, ensure_ascii=False).encode())


def not_found() -> Response:
    """Nothing is here."""
    return as_json(
        {"code": "not_found", "message": "There is nothing at this address.", "message_zh": "地址不存在。"},
        404,
    )
