"""The storefront's page as the server gives it: the look within, under a policy, or words on how to build it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.test import Client, override_settings

from tongbao.kit import clock
from tongbao.mall.contracts import Look
from tongbao.mall.policy.storefront import look_document
from tongbao.mall.services.storefront import save_storefront
from tongbao.tenancy.contracts import Actor

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


def manifest(language: str = "zh", host: str = "lotus.test") -> dict[str, object]:
    answer = Client(HTTP_HOST=host).get("/manifest.webmanifest", headers={"accept-language": language})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/manifest+json; charset=utf-8"
    assert {"Host", "Accept-Language"} <= set(answer.headers["Vary"].split(", "))
    return json.loads(answer.content)


def test_a_mall_is_installed_under_its_own_name_and_colour(tenant):
    look = {"name": "莲花商城", "name_en": "Lotus", "colour": "#0f6b3f"}
    document = {**look_document(Look()), **look}
    save_storefront(document=document, based_on=0, actor=Actor.system("test"), now=clock.now())
    told = manifest()
    assert (told["name"], told["short_name"], told["theme_color"]) == ("莲花商城", "莲花商城", "#0f6b3f")
    assert (told["display"], told["start_url"], told["scope"]) == ("standalone", "/", "/")
    assert [icon["sizes"] for icon in told["icons"]] == ["192x192", "512x512", "any"]
    assert (manifest("en")["name"], manifest("en")["lang"]) == ("Lotus", "en")


def test_a_long_name_is_cut_on_the_home_screen_and_whole_elsewhere(tenant):
    document = {**look_document(Look()), "name": "一二三四五六七八九十商城总店"}
    save_storefront(document=document, based_on=0, actor=Actor.system("test"), now=clock.now())
    told = manifest()
    assert told["name"] == "一二三四五六七八九十商城总店"
    assert told["short_name"] == "一二三四五六七八九十商…"


def test_a_mall_without_a_look_is_installed_under_its_title_and_no_file_of_the_build_is_in_the_way(tenant):
    assert manifest()["name"] == Client(HTTP_HOST="lotus.test").get("/api/v1/storefront").json()["name"]
    sources = Path(__file__).resolve().parents[3] / "storefront" / "public-root"
    assert not (sources / "manifest.webmanifest").exists()
    assert all((sources / str(icon["src"]).lstrip("/")).exists() for icon in manifest()["icons"])
