"""The composer in the console: who may use it, what the preview shows and refuses, saving, uploading, undoing."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tongbao.mall.contracts import Look
from tongbao.mall.models import StorefrontPicture, StorefrontVersion
from tongbao.mall.policy.storefront import look_document
from tongbao.mall.selectors import catalogue as catalogue_selectors
from tongbao.mall.selectors.storefront import current_look
from tongbao.mall.services import pictures
from tongbao.mall.tests import shop
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.models import AuditEntry
from tongbao.tenancy.services.operators import create_operator

COMPOSER = "admin:mall_storefrontversion_changelist"
POSTED = ("preview", "save", "upload", "restore")


def signed_in(role: str) -> Client:
    user_id = create_operator(
        username=f"the-{role}",
        password="correct horse battery",
        role=role,
        now=shop.NOON,
        actor=Actor.system(),
    )
    client = Client(headers={"host": "lotus.test"})
    client.force_login(User.objects.get(pk=user_id))
    return client


@pytest.fixture
def owner(tenant) -> Client:
    return signed_in("owner")


@pytest.fixture
def storage(monkeypatch):
    memory = InMemoryStorage(base_url="/media/")
    monkeypatch.setattr(pictures, "default_storage", memory)
    monkeypatch.setattr(catalogue_selectors, "default_storage", memory)
    return memory


def ask(client: Client, name: str, body: object) -> tuple[int, dict[str, object]]:
    response = client.post(
        reverse(f"admin:mall_storefront_{name}"), json.dumps(body), content_type="application/json"
    )
    return response.status_code, json.loads(response.content)


def written(**changes: object) -> dict[str, object]:
    return {**look_document(Look()), **changes}


def text(said: str) -> dict[str, object]:
    return {"kind": "text", "text": said}


def test_the_owner_and_the_service_desk_compose_and_finance_does_not(owner):
    assert owner.get(reverse(COMPOSER)).status_code == 200
    service = signed_in("service")
    assert ask(service, "save", {"look": written(name="小店"), "based_on": 0}) == (200, {"version": 1})
    finance = signed_in("finance")
    # Past the second factor, as if its code had been given.
    session = finance.session
    session["second_factor_passed_by"] = User.objects.get(username="the-finance").pk
    session.save()
    assert finance.get(reverse(COMPOSER)).status_code == 403
    for name in POSTED:
        assert finance.post(reverse(f"admin:mall_storefront_{name}")).status_code == 403
    assert current_look().number == 1


def test_nobody_who_is_not_signed_in_reaches_it_and_nothing_is_done_by_a_link(owner):
    stranger = Client(headers={"host": "lotus.test"})
    for name in POSTED:
        response = stranger.post(reverse(f"admin:mall_storefront_{name}"))
        assert (response.status_code, "login" in response.headers["Location"]) == (302, True)
        assert owner.get(reverse(f"admin:mall_storefront_{name}")).status_code == 405


def test_a_form_of_another_site_saves_nothing(owner):
    guarded = Client(headers={"host": "lotus.test"}, enforce_csrf_checks=True)
    guarded.force_login(User.objects.get(username="the-owner"))
    response = guarded.post(
        reverse("admin:mall_storefront_save"),
        json.dumps({"look": written(name="坏人"), "based_on": 0}),
        content_type="application/json",
    )
    assert response.status_code == 403
    assert current_look().number == 0


def test_the_preview_is_the_customers_page_with_real_goods_and_escaped_words(owner):
    shop.pack_198()
    blocks = [
        {"kind": "banner", "pictures": []},
        {"kind": "products", "title": "大礼包", "title_en": "Packs", "source": "packs", "limit": 6},
        text("3 < 5,**欢迎**,见[大礼包](product:pack-198)"),
    ]
    look = written(name="老李 & 茶庄", name_en="Li's", blocks=blocks)
    status, told = ask(owner, "preview", {"look": look, "language": "zh"})
    assert (status, told["colour"]) == (200, "#b3261e")
    assert "老李 &amp; 茶庄" in told["html"]
    assert "¥198.00" in told["html"]
    assert "<p>3 &lt; 5,<b>欢迎</b>,见<a>大礼包</a></p>" in told["html"]
    _status, english = ask(owner, "preview", {"look": look, "language": "en"})
    assert "Li&#x27;s" in english["html"]
    assert "<h3>Packs</h3>" in english["html"]
    assert current_look().number == 0


def test_what_can_not_be_saved_is_said_while_it_is_written_and_again_when_it_is_saved(owner):
    light = written(colour="#ffd700")
    status, told = ask(owner, "preview", {"look": light})
    assert (status, told["problem"]["darker"]) == (200, "#8b7500")
    status, told = ask(owner, "save", {"look": light, "based_on": 0})
    assert (status, told["problem"]["code"]) == (422, "colour_too_light")
    foreign = written(blocks=[text("一"), text("[x](https://evil.test)")])
    status, told = ask(owner, "save", {"look": foreign, "based_on": 0})
    assert (status, told["problem"]["code"], told["problem"]["place"]) == (
        422,
        "layout_invalid",
        "blocks.1.text",
    )
    assert StorefrontVersion.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"look": NaN}',
        b"\xff",
        b"[" * 5_000,
        b'{"look": ' + b" " * 600_000 + b"{}}",
    ],
)
def test_a_body_that_is_no_look_is_refused(owner, body):
    for name in ("preview", "save"):
        response = owner.post(reverse(f"admin:mall_storefront_{name}"), body, content_type="application/json")
        assert response.status_code in (200, 422)
        assert json.loads(response.content)["problem"]["message"]


@pytest.mark.parametrize("based_on", [None, -1, "x", True, 10**12, [], "²"])
def test_a_version_that_is_no_number_is_refused(owner, based_on):
    status, told = ask(owner, "save", {"look": written(name="小店"), "based_on": based_on})
    assert (status, told["problem"]["code"]) == (422, "invalid_input")


def test_saving_upon_an_older_version_says_who_was_first(owner):
    assert ask(owner, "save", {"look": written(name="甲"), "based_on": 0}) == (200, {"version": 1})
    status, told = ask(owner, "save", {"look": written(name="乙"), "based_on": 0})
    assert (status, told["problem"]["code"]) == (409, "storefront_changed")
    assert "the-owner" in told["problem"]["message"]


def test_a_picture_is_uploaded_named_in_a_look_and_shown(owner, storage):
    out = BytesIO()
    Image.new("RGB", (40, 20), "green").save(out, "PNG")
    upload = SimpleUploadedFile("../../evil.php", out.getvalue(), "image/png")
    response = owner.post(reverse("admin:mall_storefront_upload"), {"picture": upload})
    told = json.loads(response.content)
    assert told["file"].startswith("lotus/storefront/")
    assert told["url"] == f"/media/{told['file']}"
    look = written(logo=told["file"], blocks=[{"kind": "banner", "pictures": [{"file": told["file"]}]}])
    assert ask(owner, "save", {"look": look, "based_on": 0}) == (200, {"version": 1})
    page = owner.get(reverse(COMPOSER)).content.decode()
    assert told["file"] in page


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"GIF89a", b"\x89PNG" + bytes(5 * 1024 * 1024)])
def test_an_upload_that_is_no_picture_is_refused(owner, storage, content):
    upload = SimpleUploadedFile("a.png", content, "image/png")
    response = owner.post(reverse("admin:mall_storefront_upload"), {"picture": upload})
    assert response.status_code == 422
    assert json.loads(response.content)["problem"]["code"] == "picture_refused"
    assert StorefrontPicture.objects.count() == 0


def test_a_version_is_brought_back_with_one_click_and_audited_by_name(owner):
    ask(owner, "save", {"look": written(name="甲"), "based_on": 0})
    ask(owner, "save", {"look": written(name="乙"), "based_on": 1})
    restore = reverse("admin:mall_storefront_restore")
    answer = owner.post(restore, {"number": "1", "based_on": "2"}, follow=True)
    assert "已保存" in answer.content.decode()
    assert current_look().look.name == "甲"
    entry = AuditEntry.objects.get(action="storefront.restore")
    assert entry.actor_name == "the-owner"
    assert entry.detail == {
        "version": 3,
        "restored_from": 1,
        "before": {"name": "乙"},
        "after": {"name": "甲"},
    }
    # A second click of the same form does nothing more.
    answer = owner.post(restore, {"number": "1", "based_on": "2"}, follow=True)
    assert "第3版" in answer.content.decode()
    assert StorefrontVersion.objects.count() == 3
    for said in ({"number": "99", "based_on": "3"}, {"number": "x", "based_on": "3"}, {}):
        assert owner.post(restore, said).status_code == 302
    assert current_look().number == 3


def test_the_composer_speaks_english_too_and_has_no_script_or_style_inline(owner):
    page = owner.get(reverse(COMPOSER), headers={"accept-language": "en"}).content.decode()
    composer = page[page.index('id="composer"') : page.index('data-testid="versions"')]
    for said in ("Home page", "Name of the mall", "The look that every mall begins with", "Product list"):
        assert said in composer
    for forbidden in ("<script>", " style=", " onclick=", "http://", "https://"):
        assert forbidden not in composer
