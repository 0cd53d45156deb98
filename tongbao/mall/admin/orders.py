"""Orders: what was bought, every step, and the steps an operator takes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm

from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, operator_roles, site
from tongbao.mall.admin.base import (
    STATE_COLOURS,
    ShownInline,
    StepInline,
    YuanField,
    actor_of,
    dialog,
    link,
    take_step,
    text_field,
    yuan,
)
from tongbao.mall.admin.panels import order_panels
from tongbao.mall.contracts import ClaimWish
from tongbao.mall.models import Claim, Order, OrderLine, Payment
from tongbao.mall.policy.life import OPERATOR_MAY_CLAIM, may
from tongbao.mall.services import claims, orders, refunds
from tongbao.members.policy.divisions import full_name
from tongbao.tenancy.contracts import FINANCE, OWNER, SERVICE


class LineInline(ShownInline):
    model = OrderLine
    verbose_name_plural = _("lines")
    fields = (
        *("position", "title", "variant_title", "shown_price", "quantity"),
        *("shown_reduction", "shown_base", "shown_refunded"),
    )
    readonly_fields = fields

    @display(description=_("price"))
    def shown_price(self, line: OrderLine) -> str:
        return yuan(line.price_fen)

    @display(description=_("coupon"))
    def shown_reduction(self, line: OrderLine) -> str:
        return f"−{yuan(line.reduction_fen)}" if line.reduction_fen else "—"

    @display(description=_("paid for the line"))
    def shown_base(self, line: OrderLine) -> str:
        return yuan(line.base_fen)

    @display(description=_("refunded"))
    def shown_refunded(self, line: OrderLine) -> str:
        return yuan(line.refunded_fen) if line.refunded_fen else "—"


class PaymentInline(ShownInline):
    model = Payment
    fields = ("shown_number", "gateway", "shown_amount", "state", "shown_surplus", "paid_at")
    readonly_fields = fields

    @display(description=_("payment number"))
    def shown_number(self, payment: Payment) -> SafeString | str:
        return link(payment)

    @display(description=_("amount"))
    def shown_amount(self, payment: Payment) -> str:
        return yuan(payment.amount_fen)

    @display(description=_("surplus"))
    def shown_surplus(self, payment: Payment) -> Any:
        return _("yes") if payment.is_surplus else "—"


class ClaimInline(ShownInline):
    model = Claim
    fields = ("shown_number", "kind", "state", "reason", "requested_at", "ended_at")
    readonly_fields = fields

    @display(description=_("claim number"))
    def shown_number(self, claim: Claim) -> SafeString | str:
        return link(claim)


class ShipForm(BaseDialogForm):
    carrier = text_field(_("Carrier"), required=False, length=40)
    tracking_number = text_field(_("Tracking number"), required=False, length=64)


class RefundForm(BaseDialogForm):
    """One amount for each line of the order, and the freight."""

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **options: Any) -> None:
        super().__init__(request, object_id, *args, **options)
        order = Order.objects.prefetch_related("lines").filter(pk=object_id).first()
        self.positions: list[int] = []
        for line in order.lines.all() if order is not None else ():
            left_fen = line.base_fen - line.promised_fen
            if left_fen:
                self.positions.append(line.position)
                self.fields[f"line_{line.position}"] = YuanField(
                    label=f"{line.title} {line.variant_title}".strip(),
                    required=False,
                    help_text=_("at most %(amount)s") % {"amount": yuan(left_fen)},
                )
        freight_left_fen = 0 if order is None else order.freight_fen - order.freight_promised_fen
        if freight_left_fen:
            self.fields["freight"] = YuanField(
                label=_("Freight"),
                required=False,
                help_text=_("at most %(amount)s") % {"amount": yuan(freight_left_fen)},
            )
        self.fields["reason"] = text_field(_("Reason"), lines=True)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any(
            cleaned.get(name) for name in self.fields if name.startswith(("line_", "freight"))
        ):
            self.add_error("reason", forms.ValidationError(_("Write at least one amount.")))
        return cleaned

    def wishes(self) -> list[ClaimWish]:
        """The lines for which an amount was written."""
        return [
            ClaimWish(position=position, amount_fen=self.cleaned_data[f"line_{position}"])
            for position in self.positions
            if self.cleaned_data.get(f"line_{position}")
        ]


class OrderAdmin(ConsoleAdmin):
    """Orders, newest first."""

    list_display = (
        "number",
        "shown_buyer",
        "shown_status",
        "shown_total",
        "shown_claim",
        "placed_at",
        "paid_at",
    )
    list_filter = ("status", "has_open_claim", "is_imported", "placed_at")
    search_fields = ("number", "buyer__number", "recipient", "tracking_number")
    list_select_related = ("buyer",)
    date_hierarchy = "placed_at"
    show_facets = False
    act_roles = (OWNER, SERVICE)
    inlines = (LineInline, PaymentInline, ClaimInline, StepInline)
    actions_detail = ("ship", "record_use", "refund")
    change_form_after_template = "mall/order_panels.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("number", "status"),
                    ("shown_buyer", "shown_total"),
                    ("shown_goods", "shown_freight"),
                    "shown_reduction",
                    ("placed_at", "paid_at"),
                    ("shipped_at", "received_at"),
                    ("ended_at", "shown_claim"),
                )
            },
        ),
        (
            _("delivery"),
            {
                "fields": (
                    ("recipient", "phone"),
                    ("shown_region", "street"),
                    ("carrier", "tracking_number"),
                    "buyer_note",
                )
            },
        ),
    )
    readonly_fields = (
        "shown_claim",
        "shown_region",
        "shown_buyer",
        "shown_total",
        "shown_goods",
        "shown_freight",
        "shown_reduction",
    )

    @display(description=_("status"), label=STATE_COLOURS, ordering="status")
    def shown_status(self, order: Order) -> tuple[str, Any]:
        return order.status, order.get_status_display()

    @display(description=_("buyer"), ordering="buyer")
    def shown_buyer(self, order: Order) -> SafeString | str:
        return link(order.buyer)

    @display(description=_("open claim"), ordering="has_open_claim")
    def shown_claim(self, order: Order) -> Any:
        return _("yes") if order.has_open_claim else "—"

    @display(description=_("region"))
    def shown_region(self, order: Order) -> str:
        return full_name(order.region_code) if order.region_code else "—"

    @display(description=_("order total"))
    def shown_total(self, order: Order) -> str:
        return yuan(order.total_fen)

    @display(description=_("goods amount"))
    def shown_goods(self, order: Order) -> str:
        return yuan(order.goods_fen)

    @display(description=_("coupon"))
    def shown_reduction(self, order: Order) -> str:
        return f"{order.reduction_title} −{yuan(order.reduction_fen)}" if order.reduction_fen else "—"

    @display(description=_("freight"))
    def shown_freight(self, order: Order) -> str:
        return yuan(order.freight_fen)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        panels = order_panels(request, int(object_id)) if object_id.isdigit() else []
        return super().change_view(
            request, object_id, form_url, {**(extra_context or {}), "order_panels": panels}
        )

    @action(
        description=_("Ship"),
        url_path="ship",
        permissions=["ship"],
        icon="local_shipping",
        dialog=dialog(_("Ship the order"), form_class=ShipForm),
    )
    def ship(self, request: HttpRequest, form: ShipForm, object_id: int) -> HttpResponse:
        order = Order.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: orders.ship_order(
                number=order.number, actor=actor_of(request), now=clock.now(), **_texts(form)
            ),
            back_to=order,
        )

    @action(
        description=_("Record use"),
        url_path="use",
        permissions=["use"],
        icon="verified",
        dialog=dialog(_("The service was used, or the goods were handed over.")),
    )
    def record_use(self, request: HttpRequest, form: BaseDialogForm, object_id: int) -> HttpResponse:
        order = Order.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: orders.record_use(number=order.number, actor=actor_of(request), now=clock.now()),
            back_to=order,
        )

    @action(
        description=_("Refund"),
        url_path="refund",
        permissions=["refund"],
        icon="undo",
        dialog=dialog(
            _("Refund"), description=_("The money goes back the way it came."), form_class=RefundForm
        ),
    )
    def refund(self, request: HttpRequest, form: RefundForm, object_id: int) -> HttpResponse:
        order = Order.objects.get(pk=object_id)

        def step() -> None:
            number = claims.refund_order(
                order_number=order.number,
                lines=form.wishes(),
                freight_fen=form.cleaned_data.get("freight") or 0,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=clock.now(),
            )
            refunds.submit_refund(number=number, now=clock.now())

        return take_step(request, step, back_to=order)

    def has_ship_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        order = _found(object_id)
        return (
            self.may_act(request) and order is not None and order.needs_delivery and may("ship", order.status)
        )

    def has_use_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        order = _found(object_id)
        is_service = order is not None and not order.needs_delivery and may("use", order.status)
        return self.may_act(request) and is_service

    def has_refund_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        order = _found(object_id)
        may_refund = bool(request.user.is_superuser or {OWNER, FINANCE} & operator_roles(request))
        return (
            may_refund
            and order is not None
            and order.status in OPERATOR_MAY_CLAIM
            and not order.has_open_claim
        )


def _found(object_id: Any) -> Order | None:
    return Order.objects.filter(pk=object_id).first() if str(object_id).isdigit() else None


def _texts(form: BaseDialogForm) -> dict[str, str]:
    return {
        name: value
        for name, value in form.cleaned_data.items()
        if isinstance(value, str) and not name.startswith("_")
    }


site.register(Order, OrderAdmin)
