"""The demo's malls are dressed: every slide is a picture that is served, and every tap finds something."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.test import Client, override_settings
from PIL import Image

from tongbao.config.demo import goods, look
from tongbao.mall import selectors
from tongbao.tenancy.models import AuditEntry

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def customer(tenant, tmp_path):
    with override_settings(MEDIA_ROOT=tmp_path):
        yield Client(headers={"host": "lotus.test"})


def size_of(customer: Client, url: str) -> tuple[int, int]:
    response = customer.get(url)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "image/jpeg")
    with Image.open(BytesIO(response.getvalue())) as picture:
        return picture.size


def test_the_lotus_mall_has_slides_entries_lists_and_a_word_about_its_promise(customer):
    goods.stock_lotus(now=NOW)
    look.dress_lotus(now=NOW)
    told = customer.get("/api/v1/storefront").json()
    assert (told["name"], told["name_en"], told["colour"]) == ("莲花商城", "Lotus Mall", "#b3261e")
    assert [block["kind"] for block in told["blocks"]] == ["banner", "grid", "products", "products", "text"]
    banner, grid = told["blocks"][:2]
    assert size_of(customer, told["logo_url"]) == (600, 600)
    assert [size_of(customer, slide["url"]) for slide in banner["pictures"]] == [(1200, 600)] * 3
    assert all(slide["target"] and slide["title_en"] for slide in banner["pictures"])
    assert [entry["icon"] for entry in grid["items"]] == [
        *("redeem", "storefront", "category", "receipt_long", "wallet", "group", "campaign", "verified")
    ]
    assert [size_of(customer, product.pictures[0].url) for product in selectors.products()] == [
        (600, 600)
    ] * 7
    assert AuditEntry.objects.filter(action="storefront.change").count() == 1


def test_the_orchid_alliance_looks_different(customer):
    goods.stock_orchid(now=NOW)
    look.dress_orchid(now=NOW)
    told = customer.get("/api/v1/storefront").json()
    assert (told["name"], told["colour"]) == ("兰花联盟", "#6b3f8c")
    (shelf,) = selectors.categories()
    assert told["blocks"][2]["category_id"] == shelf.category_id
    assert size_of(customer, told["blocks"][0]["pictures"][0]["url"]) == (1200, 600)
