"""The catalogue: categories, products, variants, stock, pictures; and what it refuses."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.storage import InMemoryStorage
from PIL import Image

from tongbao.kit.errors import InvalidInput
from tongbao.mall import selectors
from tongbao.mall.contracts import (
    BadAmount,
    CategoryInUse,
    CategoryTooDeep,
    CodeTaken,
    OutOfStock,
    PictureRefused,
    PlanKeyUnknown,
    ProductUnknown,
)
from tongbao.mall.models import Picture, Variant
from tongbao.mall.services import catalogue, pictures, stock
from tongbao.mall.tests import shop
from tongbao.tenancy.models import AuditEntry

BY = {"actor": shop.OPERATOR, "now": shop.NOON}


@pytest.fixture
def storage(monkeypatch):
    memory = InMemoryStorage()
    monkeypatch.setattr(pictures, "default_storage", memory)
    return memory


def image(form: str = "PNG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "red").save(out, form, **options)
    return out.getvalue()


def test_categories_stand_in_a_tree(tenant):
    food = catalogue.create_category(title="食品", **BY)
    tea = catalogue.create_category(title="茶", parent_id=food, position=2, **BY)
    rice = catalogue.create_category(title="米", parent_id=food, position=1, **BY)
    (root,) = selectors.categories()
    assert (root.title, [child.title for child in root.children]) == ("食品", ["米", "茶"])
    assert set(selectors.category_and_below(category_id=food)) == {food, tea, rice}
    catalogue.change_category(
        category_id=food, title="食品", parent_id=None, position=0, is_shown=False, **BY
    )
    assert selectors.categories() == ()


def test_a_category_can_not_stand_below_itself_nor_too_deep(tenant):
    one = catalogue.create_category(title="1", **BY)
    two = catalogue.create_category(title="2", parent_id=one, **BY)
    three = catalogue.create_category(title="3", parent_id=two, **BY)
    for parent_id in (one, two, three):
        with pytest.raises(CategoryTooDeep):
            catalogue.change_category(
                category_id=one, title="1", parent_id=parent_id, position=0, is_shown=True, **BY
            )
    with pytest.raises(CategoryTooDeep):
        catalogue.create_category(title="4", parent_id=three, **BY)
    other = catalogue.create_category(title="other", **BY)
    with pytest.raises(CategoryTooDeep):
        catalogue.change_category(
            category_id=two, title="2", parent_id=three, position=0, is_shown=True, **BY
        )
    with pytest.raises(CategoryTooDeep):
        catalogue.change_category(
            category_id=one, title="1", parent_id=other, position=0, is_shown=True, **BY
        )


def test_a_category_that_holds_something_is_not_removed(tenant):
    food = catalogue.create_category(title="食品", **BY)
    with pytest.raises(CodeTaken):
        catalogue.create_category(title="食品", **BY)
    catalogue.create_product(code="tea", kind="goods", title="茶", category_id=food, **BY)
    with pytest.raises(CategoryInUse):
        catalogue.remove_category(category_id=food, **BY)


def test_products_are_found_by_category_kind_and_words_and_sorted_by_price(tenant):
    food = catalogue.create_category(title="食品", **BY)
    tea = catalogue.create_category(title="茶", parent_id=food, **BY)
    for code, price_fen in (("green", 3_000), ("black", 1_000), ("white", 2_000)):
        shop.product(code, price_fen=price_fen)
        catalogue.change_product(code=code, changes={"category_id": tea}, **BY)
    shop.pack_198()
    shop.product("hidden", price_fen=100, is_on_sale=False)

    def found(**how) -> list[str]:
        return [product.code for product in selectors.products(**how)]

    assert found(category_id=food, sort="price_up") == ["black", "white", "green"]
    assert found(category_id=food, sort="price_down") == ["green", "white", "black"]
    assert found(kind="gift_pack") == ["pack-198"]
    assert found(search="whi") == ["white"]
    assert found(sort="newest", offset=1, limit=2) == ["white", "black"]


def test_a_sort_order_is_chosen_from_a_list_and_never_part_of_a_query(tenant):
    """Others pasted it into their SQL."""
    with pytest.raises(KeyError):
        selectors.products(sort="id; DROP TABLE mall_product")
    shop.product("tea", price_fen=100)
    assert selectors.products(search="%' OR 1=1 --") == ()


@pytest.mark.parametrize("price_fen", [0, -1, 100_000_001, 10**20, 19.8, True, "100"])
def test_a_price_that_is_none_is_refused(tenant, price_fen):
    catalogue.create_product(code="tea", kind="goods", title="茶", **BY)
    with pytest.raises(BadAmount):
        catalogue.add_variant(product_code="tea", sku="tea", price_fen=price_fen, stock=1, **BY)
    assert not Variant.objects.exists()


@pytest.mark.parametrize("code", ["", "Tea", "a b", "../etc", "茶", "-a", "a" * 65])
def test_a_code_is_plain(tenant, code):
    with pytest.raises(InvalidInput):
        catalogue.create_product(code=code, kind="goods", title="茶", **BY)


def test_codes_and_skus_are_unique(tenant):
    shop.product("tea", price_fen=100)
    with pytest.raises(CodeTaken):
        catalogue.create_product(code="tea", kind="goods", title="茶", **BY)
    with pytest.raises(CodeTaken):
        catalogue.add_variant(product_code="tea", sku="tea", price_fen=1, stock=1, **BY)


def test_the_code_and_the_kind_of_a_product_stay(tenant):
    shop.pack_198()
    for name in ("code", "kind", "id"):
        with pytest.raises(InvalidInput):
            catalogue.change_product(code="pack-198", changes={name: "x"}, **BY)
    with pytest.raises(ProductUnknown):
        catalogue.change_product(code="nothing", changes={"title": "x"}, **BY)


def test_a_product_names_a_plan_in_force_or_none(tenant):
    """A sale by a plan that nobody knows could never be settled."""
    with pytest.raises(PlanKeyUnknown):
        catalogue.create_product(code="tea", kind="goods", title="茶", plan_key="gift-pakc", **BY)
    shop.pack_198()
    with pytest.raises(PlanKeyUnknown):
        catalogue.change_product(code="pack-198", changes={"plan_key": "gift-pakc"}, **BY)
    catalogue.change_product(code="pack-198", changes={"plan_key": ""}, **BY)
    catalogue.change_product(code="pack-198", changes={"plan_key": "merchant-alliance"}, **BY)


def test_stock_comes_in_and_is_lost_but_never_below_zero(tenant):
    shop.product("tea", price_fen=100, stock=5)
    assert stock.add_stock(sku="tea", pieces=3, reason="delivery", **BY) == 8
    assert stock.add_stock(sku="tea", pieces=-8, reason="moths", **BY) == 0
    with pytest.raises(OutOfStock):
        stock.add_stock(sku="tea", pieces=-1, reason="moths", **BY)
    with pytest.raises(BadAmount):
        stock.add_stock(sku="tea", pieces=10**9, reason="typo", **BY)
    assert AuditEntry.objects.filter(action="stock.add").count() == 2


def test_every_change_of_the_catalogue_is_audited(tenant):
    shop.pack_198()
    catalogue.change_variant(sku="pack-198", price_fen=19_700, **BY)
    entry = AuditEntry.objects.get(action="variant.change")
    assert entry.detail == {"before": {"price_fen": 19_800}, "after": {"price_fen": 19_700}}
    about = AuditEntry.objects.filter(subject__in=["product:pack-198", "variant:pack-198"])
    assert set(about.values_list("action", flat=True)) == {
        "product.create",
        "variant.create",
        "product.on_sale",
        "variant.change",
    }


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_written_anew_under_a_random_name(tenant, storage, form):
    shop.pack_198()
    content = image(form) + b"<?php system($_GET['x']); ?>"
    name = pictures.add_picture(product_code="pack-198", content=content, **BY)
    assert name.startswith("lotus/products/")
    assert name.endswith(".jpg")
    stored = storage.open(name).read()
    assert stored.startswith(b"\xff\xd8")
    assert b"php" not in stored
    (view,) = selectors.product(code="pack-198").pictures
    assert (view.width, view.height) == (40, 30)


def test_what_a_camera_wrote_beside_the_pixels_is_left_behind(tenant, storage):
    shop.pack_198()
    exif = Image.Exif()
    exif[0x010E] = "GPS of my home"
    name = pictures.add_picture(product_code="pack-198", content=image("JPEG", exif=exif), **BY)
    assert b"GPS of my home" not in storage.open(name).read()


def test_a_large_picture_is_scaled_down(tenant, storage):
    shop.pack_198()
    pictures.add_picture(product_code="pack-198", content=image(size=(3_000, 1_500)), **BY)
    (view,) = selectors.product(code="pack-198").pictures
    assert (view.width, view.height) == (2_000, 1_000)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
BOMB = image(size=(7_000, 7_000))


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90\x00", SVG, b"<?php ?>", b"%PDF-1.7", image("GIF"), image("BMP"), image()[:60], BOMB],
    ids=["empty", "exe", "svg", "php", "pdf", "gif", "bmp", "cut off", "bomb"],
)
def test_what_is_no_picture_is_refused_and_nothing_is_stored(tenant, storage, content):
    """Others stored uploads that then ran as code."""
    shop.pack_198()
    with pytest.raises(PictureRefused):
        pictures.add_picture(product_code="pack-198", content=content, **BY)
    with pytest.raises(PictureRefused):
        pictures.add_picture(product_code="pack-198", content=image() + bytes(5 * 1024 * 1024), **BY)
    assert not Picture.objects.exists()
    with pytest.raises(FileNotFoundError):
        storage.listdir("lotus/products")


def test_a_product_has_twelve_pictures_at_most_and_loses_them_with_their_files(tenant, storage):
    shop.pack_198()
    names = [
        pictures.add_picture(product_code="pack-198", content=image(), position=at, **BY) for at in range(12)
    ]
    with pytest.raises(PictureRefused):
        pictures.add_picture(product_code="pack-198", content=image(), **BY)
    pictures.remove_picture(file=names[0], **BY)
    assert len(storage.listdir("lotus/products")[1]) == 11
