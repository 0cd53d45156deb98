"""The configuration is checked as a whole when a process starts, and says what to set."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tongbao.config.environment import KNOWN, EnvironmentInvalid, load, misspelt

KEY = "k" * 40


def test_without_any_variable_there_is_a_working_development_setup():
    found = load({})
    assert (found.kind, found.bind, found.port) == ("development", "127.0.0.1", 8000)
    assert found.hosts == ("*",)
    assert not found.https
    assert len(found.secret_key) >= 40
    assert load({}).secret_key == found.secret_key


def test_production_demands_a_secret_key_and_uses_https():
    with pytest.raises(EnvironmentInvalid, match="TONGBAO_SECRET_KEY is missing; set it to"):
        load({"TONGBAO_ENVIRONMENT": "production"})
    found = load({"TONGBAO_ENVIRONMENT": "production", "TONGBAO_SECRET_KEY": KEY})
    assert found.https
    assert found.is_production


def test_everything_wrong_is_said_at_once_in_both_languages():
    with pytest.raises(EnvironmentInvalid) as caught:
        load(
            {
                "TONGBAO_ENVIRONMENT": "staging",
                "TONGBAO_SECRET_KEY": "short",
                "PORT": "0",
                "TONGBAO_LOG_LEVEL": "chatty",
                "TONGBAO_HTTPS": "perhaps",
                "TONGBAO_HOSTS": "https://shop.example/",
            }
        )
    english, chinese = caught.value.message("en"), caught.value.message("zh")
    for name in (
        "TONGBAO_ENVIRONMENT",
        "TONGBAO_SECRET_KEY",
        "PORT",
        "TONGBAO_LOG_LEVEL",
        "TONGBAO_HTTPS",
        "TONGBAO_HOSTS",
    ):
        assert name in english
        assert name in chinese
    assert "set it to development or demo or test or production" in english


@pytest.mark.parametrize(
    ("text", "hosts"),
    [
        ("shop.example", ("shop.example",)),
        (" Shop.Example , .mall.example ", ("shop.example", ".mall.example")),
        ("*", ("*",)),
        ("localhost,127.0.0.1", ("localhost", "127.0.0.1")),
    ],
)
def test_hosts_are_a_list_with_commas(text, hosts):
    assert load({"TONGBAO_HOSTS": text}).hosts == hosts


@pytest.mark.parametrize("port", ["-1", "0", "65536", "8000.5", "eighty", "8 000"])
def test_a_port_out_of_range_is_refused(port):
    with pytest.raises(EnvironmentInvalid, match="PORT"):
        load({"PORT": port})


def test_the_secret_key_is_not_repeated_in_a_message():
    with pytest.raises(EnvironmentInvalid) as caught:
        load({"TONGBAO_SECRET_KEY": "a-short-secret"})
    assert "a-short-secret" not in str(caught.value)


def test_a_misspelt_variable_is_noticed():
    assert misspelt({"TONGBAO_HOST": "x", "TONGBAO_SECRETKEY": "x", "TONGBAO_HOSTS": "x", "PATH": "x"}) == [
        ("TONGBAO_HOST", "TONGBAO_HOSTS"),
        ("TONGBAO_SECRETKEY", "TONGBAO_SECRET_KEY"),
    ]


def test_every_variable_that_the_code_reads_is_in_the_operators_table():
    root = Path(__file__).parents[3]
    table = (root / "docs" / "operation.md").read_text(encoding="utf-8")
    read = set(KNOWN)
    for path in (root / "tongbao").rglob("*.py"):
        if "tests" not in path.parts:
            nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            texts = (
                node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)
            )
            read |= {text for text in texts if re.fullmatch("TONGBAO_[A-Z_]+", text)}
    # Not the operator's: a process that migrates says so to its settings.
    read -= {"TONGBAO_DATABASE_ROLE"}
    assert sorted(name for name in read if f"`{name}`" not in table) == []
    assert sorted(name for name in read if name not in KNOWN) == []


def test_mini_programs_are_read_and_what_is_wrong_with_them_is_said_without_a_secret():
    said = {"TONGBAO_SECRET_KEY": "k" * 40, "TONGBAO_WECHAT_APPS": "lotus:wx1:hush; orchid:wx2:quiet;"}
    assert load(said).wechat_apps == (("lotus", "wx1", "hush"), ("orchid", "wx2", "quiet"))
    assert load({"TONGBAO_SECRET_KEY": "k" * 40}).wechat_apps == ()
    with pytest.raises(EnvironmentInvalid) as refused:
        load({**said, "TONGBAO_WECHAT_APPS": "lotus:hush"})
    assert "hush" not in str(refused.value)
    with pytest.raises(EnvironmentInvalid):
        load({**said, "TONGBAO_WECHAT_URL": "http://elsewhere.example"})
