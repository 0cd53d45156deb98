"""The mall in the console: every page opens, every step goes through a service, roles see what is theirs."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.contrib.auth.models import User
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tongbao.kit import clock
from tongbao.mall import selectors
from tongbao.mall.admin.panels import _panels, add_order_panel
from tongbao.mall.contracts import ClaimWish
from tongbao.mall.models import (
    Category,
    Claim,
    FreightTemplate,
    Order,
    Payment,
    Product,
    ReconciliationDifference,
    Refund,
    Variant,
)
from tongbao.mall.selectors import catalogue as catalogue_selectors
from tongbao.mall.services import claims, pictures, reconciliation
from tongbao.mall.tests import shop
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.models import AuditEntry
from tongbao.tenancy.services.operators import create_operator

CHANGELISTS = (
    "order",
    "claim",
    "payment",
    "refund",
    "gatewaymessage",
    "reconciliationdifference",
    "reconciliationrun",
    "product",
    "category",
    "freighttemplate",
)


@pytest.fixture
def gateway(tenant):
    gateway = shop.MemoryGateway()
    with shop.only(gateway):
        yield gateway


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
def owner(gateway):
    return signed_in("owner")


@pytest.fixture
def service(gateway):
    return signed_in("service")


def page(client: Client, name: str, *arguments: object) -> str:
    response = client.get(reverse(f"admin:mall_{name}", args=arguments))
    assert response.status_code == 200, name
    return response.content.decode()


def step(client: Client, name: str, row: object, **said: object) -> None:
    """Send a dialog, and look that it leads back to the page."""
    response = client.post(reverse(f"admin:{name}", args=[row.pk]), {"_form_submitted": "True", **said})
    assert "HX-Redirect" in response.headers, response.content.decode()[:2000]


def messages_on(client: Client, row: object) -> str:
    return page(client, f"{row._meta.model_name}_change", row.pk)


def test_every_page_of_the_mall_opens_empty_and_filled(gateway, owner):
    for name in CHANGELISTS:
        page(owner, f"{name}_changelist")
    member = shop.buyer()
    placed = shop.received(gateway, member, (shop.pack_198(), 1))
    gateway.refund(number="P0", refund_number="R0", amount_fen=500)
    gateway.finish("R0", at=shop.NOON)
    reconciliation.reconcile_day(gateway_code="memory", day=shop.NOON.date(), now=shop.NOON + shop.DAY)
    claims.refund_order(
        order_number=placed.number,
        lines=[ClaimWish(position=1, amount_fen=5_000)],
        reason="goodwill",
        actor=shop.OPERATOR,
        now=shop.NOON + 3 * shop.DAY,
    )
    for name in CHANGELISTS:
        page(owner, f"{name}_changelist")
    for row, amount in (
        (Order.objects.get(), "¥198.00"),
        (Claim.objects.get(), "¥50.00"),
        (Payment.objects.get(), "¥198.00"),
        (Refund.objects.get(), "¥50.00"),
        (Product.objects.get(), 'value="198.00"'),
        (ReconciliationDifference.objects.get(), "−¥5.00"),
    ):
        assert amount in page(owner, f"{row._meta.model_name}_change", row.pk)
    assert placed.number in page(owner, "order_changelist")


def test_an_order_is_shipped_with_its_parcel_number(gateway, service):
    placed = shop.paid(gateway, shop.buyer(), (shop.pack_198(), 1))
    order = Order.objects.get()
    assert "ship/" in page(service, "order_change", order.pk)
    step(service, "mall_order_ship", order, carrier="顺丰", tracking_number="SF1")
    view = selectors.order(number=placed.number)
    assert (view.status, view.carrier, view.tracking_number) == ("shipped", "顺丰", "SF1")
    entry = AuditEntry.objects.get(action="order.ship")
    assert entry.actor_name == "the-service"
    assert "ship/" not in page(service, "order_change", order.pk)


def test_looking_at_a_dialog_changes_nothing(gateway, service):
    """A link in a mail can open a dialog; only a form with its token takes the step."""
    placed = shop.paid(gateway, shop.buyer(), (shop.pack_198(), 1))
    order = Order.objects.get()
    assert service.get(reverse("admin:mall_order_ship", args=[order.pk])).status_code == 200
    strict = Client(enforce_csrf_checks=True, headers={"host": "lotus.test"})
    strict.cookies = service.cookies
    refused = strict.post(reverse("admin:mall_order_ship", args=[order.pk]), {"_form_submitted": "True"})
    assert refused.status_code == 403
    assert selectors.order(number=placed.number).status == "paid"


def test_a_step_that_comes_too_late_is_refused_in_words(gateway, service):
    shop.paid(gateway, shop.buyer(), (shop.pack_198(), 1))
    order = Order.objects.get()
    claims.open_claim(
        order_number=order.number,
        buyer_id=order.buyer_id,
        kind="refund_only",
        lines=[ClaimWish(position=1, pieces=1)],
        reason="changed my mind",
        now=shop.NOON,
    )
    step(service, "mall_order_ship", order)
    assert "有未完结的售后申请" in messages_on(service, order)
    assert Order.objects.get().status == "paid"


def test_an_owner_refunds_part_of_an_order_in_yuan(gateway, owner):
    placed = shop.received(gateway, shop.buyer(), (shop.pack_198(), 1), now=clock.now() - 3 * shop.DAY)
    order = Order.objects.get()
    shown = owner.get(reverse("admin:mall_order_refund", args=[order.pk])).content.decode()
    assert "¥198.00" in shown
    for line in ("-1", "1.234", "abc", "198.01", ""):
        response = owner.post(
            reverse("admin:mall_order_refund", args=[order.pk]),
            {"_form_submitted": "True", "line_1": line, "reason": "goodwill"},
        )
        if line == "198.01":
            assert "最多还可退" in messages_on(owner, order)
        else:
            assert "HX-Redirect" not in response.headers
    assert not Refund.objects.exists()
    step(owner, "mall_order_refund", order, line_1="50.00", reason="goodwill")
    refund = Refund.objects.get()
    assert (refund.amount_fen, refund.state) == (5_000, "submitted")
    assert gateway.asked[-1] == "refund"
    assert not gateway.inside_transaction
    gateway.finish(refund.number, at=clock.now())
    assert shop.notify(gateway, refund.number, now=clock.now()) == "applied"
    assert selectors.order(number=placed.number).refunded_fen == 5_000


def test_a_service_desk_can_not_refund_on_its_own_account(gateway, service):
    shop.paid(gateway, shop.buyer(), (shop.pack_198(), 1))
    order = Order.objects.get()
    answer = service.post(
        reverse("admin:mall_order_refund", args=[order.pk]),
        {"_form_submitted": "True", "line_1": "50.00", "reason": "for my friend"},
    )
    assert answer.status_code == 403
    assert not Refund.objects.exists()


def test_a_return_is_approved_and_taken_back(gateway, service):
    tea, member = shop.product("tea", price_fen=5_000, stock=10), shop.buyer()
    placed = shop.received(gateway, member, (tea, 1), now=clock.now() - 3 * shop.DAY)
    opened = claims.open_claim(
        order_number=placed.number,
        buyer_id=member,
        kind="return_goods",
        lines=[ClaimWish(position=1, pieces=1)],
        reason="too bitter",
        now=clock.now(),
    )
    claim = Claim.objects.get()
    step(service, "mall_claim_approve", claim, answer="好的", return_address="广州仓库")
    claims.send_goods_back(
        number=opened.number, buyer_id=member, carrier="", tracking_number="SF1", now=clock.now()
    )
    step(service, "mall_claim_take_back", claim, restock="on", note="")
    assert Refund.objects.get().state == "submitted"
    assert selectors.stock_of(sku="tea") == 10


def test_a_claim_is_rejected_with_a_reason(gateway, service):
    member = shop.buyer()
    placed = shop.paid(gateway, member, (shop.pack_198(), 1))
    claims.open_claim(
        order_number=placed.number,
        buyer_id=member,
        kind="refund_only",
        lines=[ClaimWish(position=1, pieces=1)],
        reason="changed my mind",
        now=shop.NOON,
    )
    claim = Claim.objects.get()
    answer = service.post(
        reverse("admin:mall_claim_reject", args=[claim.pk]), {"_form_submitted": "True", "reason": ""}
    )
    assert "HX-Redirect" not in answer.headers
    step(service, "mall_claim_reject", claim, reason="already sent")
    assert Claim.objects.get().state == "rejected"


def test_a_refused_refund_is_tried_again_paid_by_hand_or_given_up(gateway, owner):
    placed = shop.paid(gateway, shop.buyer(), (shop.pack_198(), 1))
    gateway.refuses = True
    step(owner, "mall_order_refund", Order.objects.get(), line_1="198", reason="goodwill")
    refund = Refund.objects.get()
    assert refund.state == "failed"
    step(owner, "mall_refund_retry", refund)
    assert Refund.objects.get().state == "failed"
    step(owner, "mall_refund_by_hand", refund, reference="bank 7", reason="the card was closed")
    assert selectors.order(number=placed.number).status == "refunded"


def test_a_payment_is_asked_for_at_once(gateway, owner):
    member = shop.buyer()
    placed = shop.order(member, (shop.pack_198(), 1))
    started = shop.start(member, placed)
    gateway.finish(started.number, at=shop.NOON)
    step(owner, "mall_payment_ask", Payment.objects.get())
    assert selectors.order(number=placed.number).status == "paid"


def test_a_difference_is_resolved_with_a_reason(gateway, owner):
    gateway.refund(number="P0", refund_number="R0", amount_fen=500)
    gateway.finish("R0", at=shop.NOON)
    reconciliation.reconcile_day(gateway_code="memory", day=shop.NOON.date(), now=shop.NOON + shop.DAY)
    row = ReconciliationDifference.objects.get()
    step(owner, "mall_reconciliationdifference_resolve", row, reason="made by hand at the gateway")
    row.refresh_from_db()
    assert (row.state, row.resolved_by) == ("resolved", "the-owner")


def test_the_service_desk_does_not_see_reconciliation(gateway, service):
    assert service.get(reverse("admin:mall_reconciliationdifference_changelist")).status_code == 403


def product_form(**change: object) -> dict[str, object]:
    said = {
        "code": "pack-198",
        "kind": "gift_pack",
        "title": "大礼包",
        "plan_key": "gift-pack",
        "position": "0",
        "is_on_sale": "on",
        "variants-TOTAL_FORMS": "1",
        "variants-INITIAL_FORMS": "0",
        "variants-0-sku": "pack-198",
        "variants-0-title": "",
        "variants-0-price_fen": "198.00",
        "variants-0-first_stock": "10",
        "variants-0-is_on_sale": "on",
        "variants-0-position": "0",
        "pictures-TOTAL_FORMS": "0",
        "pictures-INITIAL_FORMS": "0",
        **change,
    }
    return {name: value for name, value in said.items() if value is not None}


def test_a_product_is_made_and_changed_through_the_services(gateway, service, monkeypatch):
    memory = InMemoryStorage()
    monkeypatch.setattr(pictures, "default_storage", memory)
    monkeypatch.setattr(catalogue_selectors, "default_storage", memory)
    red = BytesIO()
    Image.new("RGB", (40, 30), "red").save(red, "PNG")
    upload = SimpleUploadedFile("shell.php", red.getvalue(), content_type="image/png")
    answer = service.post(reverse("admin:mall_product_add"), product_form(new_picture=upload))
    assert answer.status_code == 302, answer.content.decode()[:4000]
    view = selectors.product(code="pack-198")
    assert (view.from_price_fen, view.stock, view.is_on_sale, len(view.pictures)) == (19_800, 10, True, 1)
    assert view.pictures[0].url.endswith(".jpg")
    row, variant = Product.objects.get(), Variant.objects.get()
    change = {
        "code": None,
        "kind": None,
        "title": "新大礼包",
        "variants-INITIAL_FORMS": "1",
        "variants-0-id": str(variant.pk),
        "variants-0-product": str(row.pk),
        "variants-0-price_fen": "199.50",
        "variants-0-first_stock": "999",
        "pictures-TOTAL_FORMS": "1",
        "pictures-INITIAL_FORMS": "1",
        "pictures-0-id": str(row.pictures.get().pk),
        "pictures-0-product": str(row.pk),
    }
    answer = service.post(reverse("admin:mall_product_change", args=[row.pk]), product_form(**change))
    assert answer.status_code == 302, answer.content.decode()[:4000]
    view = selectors.product(code="pack-198")
    assert (view.title, view.from_price_fen, view.stock) == ("新大礼包", 19_950, 10)
    step(service, "mall_product_move_stock", row, sku="pack-198", pieces="-3", reason="moths")
    assert selectors.stock_of(sku="pack-198") == 7
    step(service, "mall_product_remove_last_picture", row)
    assert selectors.product(code="pack-198").pictures == ()
    assert set(
        AuditEntry.objects.exclude(action__startswith="operator").values_list("action", flat=True)
    ) >= {
        "product.create",
        "variant.create",
        "product.change",
        "variant.change",
        "stock.add",
        "picture.add",
        "picture.remove",
    }


@pytest.mark.parametrize(
    "change",
    [
        {"variants-0-price_fen": "0"},
        {"variants-0-price_fen": "-1"},
        {"variants-0-price_fen": "1.999"},
        {"variants-0-price_fen": "1000000.01"},
        {"variants-0-first_stock": "-1"},
        {"code": "Pack 198"},
        {"title": ""},
    ],
)
def test_a_product_that_makes_no_sense_is_not_made(gateway, service, change):
    answer = service.post(reverse("admin:mall_product_add"), product_form(**change))
    assert answer.status_code in (200, 302)
    assert not Product.objects.exists()
    assert not Variant.objects.exists()


def test_an_upload_that_is_no_picture_undoes_the_whole_form(gateway, service):
    upload = SimpleUploadedFile("a.png", b"<svg onload=alert(1)>", content_type="image/png")
    service.post(reverse("admin:mall_product_add"), product_form(new_picture=upload))
    assert "图片无法使用" in page(service, "product_changelist")
    assert not Product.objects.exists()


def test_categories_and_freight_are_kept_in_the_console(gateway, service):
    service.post(reverse("admin:mall_category_add"), {"title": "食品", "position": "0", "is_shown": "on"})
    food = Category.objects.get()
    service.post(
        reverse("admin:mall_category_change", args=[food.pk]),
        {"title": "食品", "position": "0", "is_shown": "on", "parent": str(food.pk)},
    )
    assert "分类最多3级" in page(service, "category_changelist")
    step(service, "mall_category_remove", food)
    assert not Category.objects.exists()
    said = {"title": "标准", "fee_fen": "10.00", "free_above_fen": "99"}
    service.post(reverse("admin:mall_freighttemplate_add"), said)
    terms = FreightTemplate.objects.get()
    assert (terms.fee_fen, terms.free_above_fen) == (1_000, 9_900)
    service.post(
        reverse("admin:mall_freighttemplate_change", args=[terms.pk]),
        {"fee_fen": "12.00", "free_above_fen": ""},
    )
    terms.refresh_from_db()
    assert (terms.fee_fen, terms.free_above_fen) == (1_200, 0)


def test_other_packages_show_what_they_know_of_an_order(gateway, owner):
    shop.paid(gateway, shop.buyer(), (shop.pack_198(), 1))
    before = list(_panels)
    add_order_panel(lambda request, order_id: f"panel of {order_id}")
    try:
        order = Order.objects.get()
        assert f"panel of {order.pk}" in page(owner, "order_change", order.pk)
    finally:
        _panels[:] = before
