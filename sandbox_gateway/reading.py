"""Reading what callers send: every field is checked for type and size before anything else looks at it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from sandbox_gateway.errors import Refusal, invalid

MAX_AMOUNT_FEN = 1_000_000_000_000
"""Ten thousand million yuan: far above any payment, far below what an integer column holds."""
NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
HOST = re.compile(r"[a-z0-9.-]{1,253}:[0-9]{1,5}")


def body_of(raw: bytes) -> dict[str, Any]:
    """A JSON object, or a Refusal."""
    try:
        said = json.loads(raw.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise Refusal(
            400, "bad_json", "The body is not one JSON object in UTF-8.", "请求体不是UTF-8编码的JSON对象。"
        ) from error
    if not isinstance(said, dict):
        raise Refusal(400, "bad_json", "The body must be a JSON object.", "请求体必须是JSON对象。")
    return said


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two values under one name would let two readers see two amounts."""
    said = dict(pairs)
    if len(said) != len(pairs):
        raise ValueError("a name occurs twice")
    return said


def amount(said: Mapping[str, Any], field: str = "amount_fen") -> int:
    """A positive whole number of fen."""
    value = said.get(field)
    # bool is an int to Python; true fen is not an amount.
    if type(value) is not int or not 1 <= value <= MAX_AMOUNT_FEN:
        raise invalid(
            field,
            f"it must be a whole number of fen from 1 to {MAX_AMOUNT_FEN}",
            "必须是大于零的整数(单位:分)",
        )
    return value


def whole(said: Mapping[str, Any], field: str, *, low: int, high: int, default: int) -> int:
    """A whole number within bounds; the default if it is not said."""
    value = said.get(field, default)
    if type(value) is not int or not low <= value <= high:
        raise invalid(
            field, f"it must be a whole number from {low} to {high}", f"必须是{low}到{high}之间的整数"
        )
    return value


def yes_or_no(said: Mapping[str, Any], field: str, default: bool) -> bool:
    """True or false."""
    value = said.get(field, default)
    if not isinstance(value, bool):
        raise invalid(field, "it must be true or false", "必须是true或false")
    return value


def number(said: Mapping[str, Any], field: str = "number") -> str:
    """A merchant's number: 1 to 64 letters, digits, ``-`` and ``_``, the first a letter or digit."""
    value = said.get(field)
    if not isinstance(value, str) or not NUMBER.fullmatch(value):
        raise invalid(
            field,
            "it must be 1 to 64 letters, digits, hyphens and underscores",
            "必须是1到64位字母、数字、-或_",
        )
    return value


def text(said: Mapping[str, Any], field: str, *, longest: int, default: str | None = None) -> str:
    """Words that a person will read: no control characters."""
    value = said.get(field, default)
    if not isinstance(value, str) or len(value) > longest or (default is None and not value.strip()):
        raise invalid(
            field, f"it must be a text of 1 to {longest} characters", f"必须是1到{longest}个字符的文本"
        )
    if any(ord(sign) < 32 or ord(sign) == 127 or 0xD800 <= ord(sign) <= 0xDFFF for sign in value):
        raise invalid(field, "it holds control characters", "包含控制字符")
    return value


def day(value: str) -> date:
    """A calendar day, ``2026-03-02``."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise invalid("day", "it must be a date like 2026-03-02", "必须是形如2026-03-02的日期")


def registered_hosts(said: Mapping[str, Any], field: str = "hosts") -> dict[str, str]:
    """``["shop.test:8000", "lotus.test:80=127.0.0.1:8123"]``: named host → where to connect ("" = by name)."""
    value = said.get(field, [])
    if not isinstance(value, list) or len(value) > 100:
        raise invalid(field, "it must be a list of host:port", "必须是host:port列表")
    hosts: dict[str, str] = {}
    for entry in value:
        name, _, connect_to = str(entry).lower().partition("=")
        if not HOST.fullmatch(name) or (connect_to and not HOST.fullmatch(connect_to)):
            raise invalid(
                field,
                "each entry is host:port or host:port=host:port",
                "每项须为host:port或host:port=host:port",
            )
        hosts[name] = connect_to
    return hosts


def url(said: Mapping[str, Any], field: str, *, hosts: Mapping[str, str], default: str = "") -> str:
    """An http(s) address at one of the merchant's registered hosts; nothing else is ever fetched or linked."""
    value = text(said, field, longest=1000, default=default)
    if value and address_of(value) not in hosts:
        raise invalid(
            field,
            "its host and port must be among the merchant's registered ones",
            "域名和端口必须在商户登记的名单内",
        )
    return value


def address_of(value: str) -> str:
    """``host:port`` of a plain http(s) address; empty if it is anything else.

    >>> address_of("http://Shop.Test/pay?x=1"), address_of("https://a:b@shop.test/"), address_of("javascript:1")
    ('shop.test:80', '', '')
    """
    if not value.isascii() or any(sign in value for sign in " \\\"'<>`"):
        return ""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or parts.fragment:
        return ""
    return f"{parts.hostname.lower()}:{port or (443 if parts.scheme == 'https' else 80)}"
