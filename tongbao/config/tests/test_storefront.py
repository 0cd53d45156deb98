"""The storefront's page as the server gives it: the look within, under a policy, or words on how to build it."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client, override_settings

SHELL = '<!doctype html><html><head><title>通宝</title></head><body><div id="app"></div></body></html>'


@pytest.fixture
def built(tmp_path):
    (tmp_path / "index.html").write_text(SHELL, encoding="utf-8")
    with override_settings(STOREFRONT_DIR=tmp_path):
        yield tmp_path


def looked_at(path: str):
    return Client(HTTP_HOST="lotus.test").get(path)


@pytest.mark.parametrize(
    "path", ["/", "/pages/wallet/index", "/pages/product/index?code=x", "/apps/tasks/index"]
)
def test_every_page_is_the_one_file(tenant, built, path):
    answer = looked_at(path)
    assert answer.status_code == 200
    assert '<div id="app">' in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "csrftoken" in answer.cookies


def test_nothing_foreign_may_run_or_be_loaded(tenant, built):
    policy = looked_at("/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy


def test_the_look_goes_along_and_its_words_can_t_end_the_element(tenant, built):
    found = re.search(
        r'<script id="tongbao-shop" type="application/json">(.*?)</script>', looked_at("/").content.decode()
    )
    assert found is not None
    said = json.loads(found[1])
    api = Client(HTTP_HOST="lotus.test").get("/api/v1/storefront").json()
    assert {**said, "now": ""} == {**api, "now": ""}
    assert "<" not in found[1]


def test_what_can_t_be_built_here_says_how(tenant, tmp_path):
    with override_settings(STOREFRONT_DIR=tmp_path / "nowhere"):
        answer = looked_at("/")
    assert answer.status_code == 503
    assert "make storefront" in answer.content.decode()


def test_the_page_takes_nothing_that_is_sent(tenant, built):
    assert Client(HTTP_HOST="lotus.test").post("/").status_code == 405
