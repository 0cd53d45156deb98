"""The look of the mall: saved as versions, brought back, audited, and what a storefront gets of it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.storage import InMemoryStorage
from django.db import DatabaseError, transaction
from django.test import Client
from PIL import Image

from tongbao.kit import clock
from tongbao.mall.contracts import (
    AppEntry,
    ColourTooLight,
    LayoutInvalid,
    Look,
    PictureRefused,
    StorefrontChanged,
    StorefrontVersionUnknown,
)
from tongbao.mall.models import StorefrontVersion
from tongbao.mall.policy.storefront import look_document
from tongbao.mall.selectors import catalogue as catalogue_selectors
from tongbao.mall.selectors.storefront import current_look, storefront_versions
from tongbao.mall.services import catalogue, pictures, storefront
from tongbao.mall.services.storefront import restore_storefront, save_storefront
from tongbao.mall.tests import shop
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.models import AuditEntry

LI = Actor(user_id=None, name="李经理")
ZHAO = Actor(user_id=None, name="赵客服")
NOW = shop.NOON
API = "/api/v1/storefront"


@pytest.fixture
def storage(monkeypatch):
    memory = InMemoryStorage(base_url="/media/")
    monkeypatch.setattr(pictures, "default_storage", memory)
    monkeypatch.setattr(catalogue_selectors, "default_storage", memory)
    return memory


@pytest.fixture
def customer(tenant) -> Client:
    return Client(headers={"host": "lotus.test"}, raise_request_exception=False)


def image(colour: str = "red") -> bytes:
    out = BytesIO()
    Image.new("RGB", (60, 30), colour).save(out, "PNG")
    return out.getvalue()


def written(**changes: object) -> dict[str, object]:
    return {**look_document(Look()), **changes}


def save(based_on: int = 0, actor: Actor = LI, **changes: object) -> int:
    return save_storefront(document=written(**changes), based_on=based_on, actor=actor, now=NOW)


def read(customer: Client) -> dict[str, object]:
    response = customer.get(API)
    assert response.status_code == 200
    return json.loads(response.content)


def test_a_mall_that_changed_nothing_answers_with_its_title_and_a_good_home_page(customer):
    told = read(customer)
    at = datetime.fromisoformat(told.pop("now"))
    assert abs(at - clock.now()) < timedelta(minutes=1)
    assert told == {
        "name": "莲花商城",
        "name_en": "莲花商城",
        "logo_url": None,
        "colour": "#b3261e",
        "currency": "CNY",
        "languages": ["zh-Hans", "zh-Hant", "en"],
        "is_demo": True,
        "apps": [],
        "blocks": [
            {"kind": "banner", "pictures": []},
            {"kind": "grid"},
            {
                "kind": "products",
                "title": "大礼包",
                "title_en": "Gift packs",
                "title_zh_hant": "大禮包",
                "source": "packs",
                "category_id": None,
                "limit": 6,
            },
            {
                "kind": "products",
                "title": "好物",
                "title_en": "Goods",
                "title_zh_hant": "好物",
                "source": "goods",
                "category_id": None,
                "limit": 10,
            },
        ],
    }


def test_the_mall_s_own_look_is_what_a_customer_gets(customer, storage):
    shop.pack_198()
    tea = catalogue.create_category(title="茶叶", actor=LI, now=NOW)
    logo = pictures.add_storefront_picture(content=image(), actor=LI, now=NOW)
    slide = pictures.add_storefront_picture(content=image("blue"), actor=LI, now=NOW)
    wallet = {"kind": "page", "path": "/pages/wallet/index"}
    save(
        name="老李茶庄",
        name_en="Li's Teas",
        logo=logo,
        colour="#0B6E4F",
        blocks=[
            {
                "kind": "banner",
                "pictures": [
                    {"file": slide, "title": "开业", "target": {"kind": "product", "code": "pack-198"}},
                    {"file": slide, "title": "新茶", "title_en": "New tea"},
                ],
            },
            {"kind": "grid", "items": [{"title": "钱包", "icon": "wallet", "target": wallet}]},
            {"kind": "products", "title": "茶叶", "source": "category", "category_id": tea, "limit": 4},
            {"kind": "text", "text": "**欢迎**", "title": "关于我们", "title_en": "About us"},
        ],
    )
    told = read(customer)
    assert (told["name"], told["name_en"], told["colour"]) == ("老李茶庄", "Li's Teas", "#0b6e4f")
    assert told["logo_url"] == f"/media/{logo}"
    assert told["blocks"] == [
        {
            "kind": "banner",
            "pictures": [
                {
                    "url": f"/media/{slide}",
                    "title": "开业",
                    "title_en": "开业",
                    "title_zh_hant": "開業",
                    "target": {"kind": "product", "code": "pack-198"},
                },
                {
                    "url": f"/media/{slide}",
                    "title": "新茶",
                    "title_en": "New tea",
                    "title_zh_hant": "新茶",
                    "target": None,
                },
            ],
        },
        {
            "kind": "grid",
            "items": [
                {
                    "title": "钱包",
                    "title_en": "钱包",
                    "title_zh_hant": "錢包",
                    "icon": "wallet",
                    "target": wallet,
                }
            ],
        },
        {
            "kind": "products",
            "title": "茶叶",
            "title_en": "茶叶",
            "title_zh_hant": "茶葉",
            "source": "category",
            "category_id": tea,
            "limit": 4,
        },
        {
            "kind": "text",
            "title": "关于我们",
            "title_en": "About us",
            "title_zh_hant": "關於我們",
            "text": "**欢迎**",
            "text_en": "**欢迎**",
            "text_zh_hant": "**歡迎**",
        },
    ]
    # The shelf is hidden afterwards: what led there is gone, the rest stays.
    catalogue.change_category(
        category_id=tea, title="茶叶", parent_id=None, position=0, is_shown=False, actor=LI, now=NOW
    )
    assert [block["kind"] for block in read(customer)["blocks"]] == ["banner", "grid", "text"]


def test_the_answer_is_kept_for_a_minute_and_known_by_its_tag(customer, monkeypatch):
    moment = clock.now().replace(second=10)
    monkeypatch.setattr(clock, "now", lambda: moment)
    first = customer.get(API)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    tag = first.headers["ETag"]
    moment += timedelta(seconds=40)
    again = customer.get(API, headers={"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    # The time that it tells is never older than a minute, and a new look is seen at once.
    moment += timedelta(seconds=20)
    later = customer.get(API, headers={"if-none-match": tag})
    assert later.status_code == 200
    save(name="老李茶庄")
    changed = customer.get(API, headers={"if-none-match": later.headers["ETag"]})
    assert changed.status_code == 200


class TeaRoom:
    """The floor above with one app that is on."""

    def entries(self) -> tuple[AppEntry, ...]:
        return (
            AppEntry(
                key="tea_room", title="茶室", title_en="Tea room", page="/apps/tea_room/menu", icon="coffee"
            ),
        )


def test_business_apps_that_are_on_are_told(customer, monkeypatch):
    monkeypatch.setattr(storefront, "_apps", [TeaRoom()])
    assert read(customer)["apps"] == [
        {
            "key": "tea_room",
            "title": "茶室",
            "title_en": "Tea room",
            "title_zh_hant": "茶室",
            "page": "/apps/tea_room/menu",
            "icon": "coffee",
        }
    ]


def test_every_change_is_a_version_and_an_audit_entry_with_before_and_after(tenant):
    assert save(name="老李茶庄", colour="#0b6e4f") == 1
    assert save(1, ZHAO, name="老李茶庄", colour="#1a4f8b") == 2
    assert save(2, name="老李茶庄", colour="#1a4f8b") == 2, "nothing changed, so no version"
    assert [(seen.number, seen.saved_by) for seen in storefront_versions()] == [(2, "赵客服"), (1, "李经理")]
    first, second = AuditEntry.objects.filter(action="storefront.change").order_by("id")
    assert first.detail == {
        "version": 1,
        "before": {"name": "", "colour": "#b3261e"},
        "after": {"name": "老李茶庄", "colour": "#0b6e4f"},
    }
    assert (second.actor_name, second.subject) == ("赵客服", "storefront")
    assert second.detail == {
        "version": 2,
        "before": {"colour": "#0b6e4f"},
        "after": {"colour": "#1a4f8b"},
    }


def test_an_earlier_version_and_the_very_first_look_can_be_brought_back(tenant):
    save(name="老李茶庄")
    save(1, name="小李茶庄", blocks=[{"kind": "text", "text": "装修中"}])
    assert restore_storefront(number=1, based_on=2, actor=ZHAO, now=NOW) == 3
    assert current_look().look.name == "老李茶庄"
    assert current_look().look.blocks == Look().blocks
    assert restore_storefront(number=0, based_on=3, actor=ZHAO, now=NOW) == 4
    assert current_look().look == Look()
    assert [seen.restored_from for seen in storefront_versions()] == [0, 1, None, None]
    entry = AuditEntry.objects.filter(action="storefront.restore").order_by("id").first()
    assert (entry.detail["version"], entry.detail["restored_from"]) == (3, 1)
    assert (entry.detail["before"]["name"], entry.detail["after"]["name"]) == ("小李茶庄", "老李茶庄")
    with pytest.raises(StorefrontVersionUnknown):
        restore_storefront(number=9, based_on=4, actor=ZHAO, now=NOW)


def test_of_two_who_save_at_once_one_is_told_who_was_first(tenant):
    save(name="老李茶庄")
    with pytest.raises(StorefrontChanged) as refusal:
        save(0, ZHAO, name="小赵茶庄")
    assert refusal.value.message("zh") == "李经理已在此期间保存了第1版。请刷新页面后重新修改。"
    with pytest.raises(StorefrontChanged):
        restore_storefront(number=0, based_on=0, actor=ZHAO, now=NOW)
    assert current_look().look.name == "老李茶庄"


def test_the_constraint_decides_when_both_looked_before_either_wrote(tenant, monkeypatch):
    save(name="老李茶庄")
    looks = iter([current_look(), current_look()])
    StorefrontVersion.objects.create(number=2, look=written(name="抢先"), saved_at=NOW, saved_by="赵客服")
    monkeypatch.setattr(storefront, "current_look", lambda: next(looks))
    with pytest.raises(StorefrontChanged):
        save(1, name="晚了")
    assert StorefrontVersion.objects.count() == 2


def test_a_saved_version_can_not_be_changed_even_by_the_application(tenant):
    save(name="老李茶庄")
    for change in (
        lambda: StorefrontVersion.objects.update(saved_by="别人"),
        lambda: StorefrontVersion.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"logo": "lotus/storefront/nobody.jpg"}, "logo"),
        ({"logo": "https://evil.test/logo.png"}, "logo"),
        ({"logo": "orchid/storefront/theirs.jpg"}, "logo"),
        ({"blocks": [{"kind": "banner", "pictures": [{"file": "../x.jpg"}]}]}, "blocks.0.pictures.0.file"),
        (
            {
                "blocks": [
                    {"kind": "products", "title": "x", "source": "category", "category_id": 999, "limit": 3}
                ]
            },
            "blocks.0.category_id",
        ),
        ({"blocks": [{"kind": "text", "text": "[x](product:nothing)"}]}, "blocks.0.text"),
    ],
)
def test_what_is_not_in_this_mall_is_refused_and_nothing_is_saved(tenant, changes, place):
    with pytest.raises(LayoutInvalid) as refusal:
        save(**changes)
    assert refusal.value.place == place
    assert current_look().number == 0


def test_a_colour_on_which_white_can_not_be_read_is_not_saved(tenant):
    with pytest.raises(ColourTooLight, match="#8b7500"):
        save(colour="#ffd700")


def test_an_upload_is_written_anew_under_a_random_name_in_the_mall_s_own_folder(tenant, storage):
    file = pictures.add_storefront_picture(content=image(), actor=LI, now=NOW)
    assert file.startswith("lotus/storefront/")
    assert file.endswith(".jpg")
    with Image.open(storage.open(file)) as kept:
        assert (kept.format, kept.size) == ("JPEG", (60, 30))
    entry = AuditEntry.objects.get(action="storefront.add_picture")
    assert entry.detail == {"file": file}
    with pytest.raises(PictureRefused):
        pictures.add_storefront_picture(
            content=b"<svg xmlns='http://www.w3.org/2000/svg'/>", actor=LI, now=NOW
        )


def test_another_mall_keeps_its_own_look(two_tenants):
    with tenant_context("lotus"):
        save(name="老李茶庄")
    with tenant_context("orchid"):
        assert current_look().number == 0
    orchid = Client(headers={"host": "orchid.test"})
    assert read(orchid)["name"] == "兰花商城"
