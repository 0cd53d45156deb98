"""Logs: one JSON object for each line, with tenant and request id, and without personal data.

Telephone and identity numbers are masked wherever they turn up; fields that hold a person's data are never
written as they are. Pure configuration: Django is looked at only while a line is written.
"""

from __future__ import annotations

import datetime
import json
import logging
import re
import sys
from typing import Any

from tongbao.kit.request_context import current_request_id

# A mainland mobile number, with or without +86 and with the separators that people use.
PHONE = re.compile(r"(?<!\d)(?:(\+?86)[- ]?)?(1[3-9]\d)([- ]?)\d{4}([- ]?)(\d{4})(?!\d)")
# An identity card: region, date of birth, serial number, check digit.
IDENTITY = re.compile(
    r"(?<!\d)(\d{6})(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
)
BANK_CARD = re.compile(r"(?<!\d)(62\d{4})\d{6,9}(\d{4})(?!\d)")
EMAIL = re.compile(r"([A-Za-z0-9])[A-Za-z0-9._%+-]*@([A-Za-z0-9.-]+\.[A-Za-z]{2,})")
BEARER = re.compile(r"(?i)\b(bearer(?= )|(?:token|password|passwd|secret)(?= ?[=:]))([ =:]+)[^\s,;&\"']+")

# Fields of ``extra`` whose value is a person's, or a secret, whatever it looks like.
PERSONAL = frozenset(
    (
        *("name", "real_name", "full_name", "nickname", "recipient", "contact", "birthday"),
        *("phone", "mobile", "email", "address", "street"),
        *("id_number", "id_card", "identity", "bank_card", "card_number"),
    )
)
SECRET = frozenset(
    (
        "password",
        "token",
        "secret",
        "session",
        "authorization",
        "cookie",
        "totp",
        "sms_code",
        "verification_code",
    )
)
HIDDEN = "***"

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "taskName",
    "request",
    "server_time",
}


def masked(text: str) -> str:
    """The text with telephone, identity and card numbers, addresses of mail and secrets masked.

    >>> masked("SMS to 13812345678 failed")
    'SMS to 138****5678 failed'
    >>> masked("order 4201 of member 17: 19800 fen")
    'order 4201 of member 17: 19800 fen'
    """
    text = PHONE.sub(lambda found: f"{found[1] or ''}{found[2]}****{found[5]}", text)
    text = IDENTITY.sub(rf"\1{HIDDEN}", text)
    text = BANK_CARD.sub(r"\1****\2", text)
    text = EMAIL.sub(rf"\1{HIDDEN}@\2", text)
    return BEARER.sub(rf"\1\2{HIDDEN}", text)


def _masked_value(name: str, value: Any) -> Any:
    if name in SECRET:
        return HIDDEN
    if name in PERSONAL:
        text = str(value)
        return text[:1] + HIDDEN if text else text
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {str(key): _masked_value(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked_value("", inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return masked(str(value))


def current_tenant() -> str | None:
    """The schema that this thread's connection is in; None outside a tenant or before Django is set up."""
    module = sys.modules.get("django.db")
    if module is None:
        return None
    try:
        schema_name = module.connection.schema_name
    except Exception:  # a log line is written, whatever state the settings are in
        return None
    return None if schema_name in (None, "public") else str(schema_name)


class JsonFormatter(logging.Formatter):
    """One JSON object for each record: ``at level logger message tenant request_id`` and the extra fields."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.datetime.fromtimestamp(record.created, tz=datetime.UTC)
        line: dict[str, Any] = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(record.getMessage()),
            "tenant": current_tenant(),
            "request_id": current_request_id(),
        }
        for name, value in vars(record).items():
            if name not in _STANDARD and not name.startswith("_") and value is not None:
                line[name] = _masked_value(name, value)
        if record.exc_info:
            line["exception"] = masked(self.formatException(record.exc_info))
        if record.stack_info:
            line["stack"] = masked(self.formatStack(record.stack_info))
        return json.dumps(line, ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """The same for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.datetime.fromtimestamp(record.created, tz=datetime.UTC).astimezone()
        where = "".join(f" [{part}]" for part in (current_tenant(), current_request_id()) if part)
        line = f"{at:%H:%M:%S} {record.levelname:<7} {record.name}{where}: {masked(record.getMessage())}"
        if record.exc_info:
            line += "\n" + masked(self.formatException(record.exc_info))
        return line


def logging_settings(*, level: str, form: str) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error as ``json`` or ``text``, from ``level`` up."""
    formatters = {"json": JsonFormatter, "text": TextFormatter}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"chosen": {"()": formatters[form]}},
        "handlers": {
            "standard_error": {
                "class": "logging.StreamHandler",
                "formatter": "chosen",
                "stream": "ext://sys.stderr",
            }
        },
        "root": {"handlers": ["standard_error"], "level": level},
        "loggers": {
            # Their lines say what the request's own line says, or concern nobody.
            "django.request": {"level": "ERROR"},
            "django.server": {"level": "ERROR"},
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
            "procrastinate": {"level": "WARNING"},
            "asyncio": {"level": "WARNING"},
        },
    }
