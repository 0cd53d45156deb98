"""A log line is one JSON object, and no person can be read out of it."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from tongbao.kit.logging import JsonFormatter, TextFormatter, masked
from tongbao.kit.request_context import set_request_id


def record(message: str, *arguments: object, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("tongbao.test", logging.INFO, __file__, 1, message, arguments, None)
    made.__dict__.update(extra)
    return made


def line(message: str, *arguments: object, **extra: object) -> dict:
    text = JsonFormatter().format(record(message, *arguments, **extra))
    assert "\n" not in text
    return json.loads(text)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("SMS to 13812345678", "SMS to 138****5678"),
        ("SMS to +86 138 1234 5678", "SMS to +86138****5678"),
        ("手机号13912345678已注册", "手机号139****5678已注册"),
        ("/members/13812345678/orders", "/members/138****5678/orders"),
        ("identity 440106199001011234", "identity 440106***"),
        ("identity 44010619900101123X", "identity 440106***"),
        ("card 6222021234567890123", "card 622202****0123"),
        ("from wang.wei@example.com", "from w***@example.com"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("login?token=abc&page=2", "login?token=***&page=2"),
    ],
)
def test_personal_data_is_masked(written, read):
    assert masked(written) == read


@pytest.mark.parametrize(
    "harmless",
    ["order 4201: 19800 fen", "at 2026-11-23T01:02:03+00:00", "points 10000000000", "the token has ended"],
)
def test_figures_are_left_alone(harmless):
    assert masked(harmless) == harmless


def test_fields_that_hold_a_persons_data_are_masked_whatever_they_hold():
    found = line("shipped", recipient="王小明", phone="138", address={"street": "天河路1号"}, password="pw")
    assert found["recipient"] == "王***"
    assert found["phone"] == "1***"
    assert "天河" not in json.dumps(found, ensure_ascii=False)
    assert found["password"] == "***"


def test_masks_reach_arguments_nested_values_and_tracebacks():
    try:
        raise ValueError("no member with 13812345678")
    except ValueError:
        made = record("failed for %s", "13812345678", tried=["13812345678"], details={"note": "13812345678"})
        made.exc_info = sys.exc_info()
    text = JsonFormatter().format(made)
    assert "13812345678" not in text
    for part in (
        '"failed for 138****5678"',
        '["138****5678"]',
        '"note": "138****5678"',
        "no member with 138****5678",
    ):
        assert part in text
    assert "13812345678" not in TextFormatter().format(made)


def test_a_line_carries_time_level_and_request_id():
    set_request_id("request-0001")
    try:
        found = line("hello %s", "world", order_id=7)
    finally:
        set_request_id(None)
    assert (found["message"], found["level"], found["request_id"]) == ("hello world", "info", "request-0001")
    assert found["order_id"] == 7
    assert found["at"].endswith("+00:00")


def test_a_line_carries_its_tenant(tenant):
    assert line("inside")["tenant"] == tenant.schema_name


def test_a_line_break_in_a_message_makes_no_second_line():
    assert line("first\nsecond")["message"] == "first\nsecond"
