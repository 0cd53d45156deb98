"""Payments and refunds: how they stand, and what a person does when a gateway refuses."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm

from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.mall.admin.base import (
    STATE_COLOURS,
    ReasonForm,
    ShownInline,
    actor_of,
    dialog,
    link,
    said,
    take_step,
    text_field,
    yuan,
)
from tongbao.mall.models import GatewayMessage, Payment, Refund, RefundLine
from tongbao.mall.services import payments, refunds
from tongbao.mall.services.refunds import WAITING
from tongbao.tenancy.contracts import FINANCE, OWNER


class PaymentAdmin(ConsoleAdmin):
    """Attempts to pay, newest first."""

    list_display = (
        "number",
        "shown_order",
        "gateway",
        "shown_amount",
        "shown_state",
        "shown_surplus",
        "paid_at",
    )
    list_filter = ("state", "gateway", "is_surplus")
    search_fields = ("number", "order__number", "gateway_reference")
    list_select_related = ("order",)
    act_roles = (OWNER, FINANCE)
    actions_detail = ("ask",)
    fields = (
        ("number", "state"),
        ("shown_order", "shown_amount"),
        ("gateway", "gateway_reference"),
        ("created_at", "shown_surplus"),
        ("paid_at", "gateway_paid_at"),
        ("tries", "next_ask_at"),
    )
    readonly_fields = ("shown_order", "shown_amount", "shown_surplus")

    @display(description=_("state"), label=STATE_COLOURS, ordering="state")
    def shown_state(self, payment: Payment) -> tuple[str, Any]:
        return payment.state, payment.get_state_display()

    @display(description=_("order"))
    def shown_order(self, payment: Payment) -> SafeString | str:
        return link(payment.order)

    @display(description=_("amount"))
    def shown_amount(self, payment: Payment) -> str:
        return yuan(payment.amount_fen)

    @display(description=_("surplus"))
    def shown_surplus(self, payment: Payment) -> Any:
        return _("yes") if payment.is_surplus else "—"

    @action(
        description=_("Ask the gateway"),
        url_path="ask",
        permissions=["ask"],
        icon="sync",
        dialog=dialog(_("Ask the gateway how this payment stands")),
    )
    def ask(self, request: HttpRequest, form: BaseDialogForm, object_id: int) -> HttpResponse:
        payment = Payment.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: payments.ask_for_payment(number=payment.number, now=clock.now(), at_once=True),
            back_to=payment,
        )

    def has_ask_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request) and Payment.objects.exclude(state="paid").filter(pk=object_id).exists()


class RefundLineInline(ShownInline):
    model = RefundLine
    fields = ("order_line", "pieces", "shown_amount")
    readonly_fields = fields

    @display(description=_("amount"))
    def shown_amount(self, line: RefundLine) -> str:
        return yuan(line.amount_fen)


class ByHandForm(ReasonForm):
    reference = text_field(_("Number of the transfer"), length=80)


class RefundAdmin(ConsoleAdmin):
    """Refunds, newest first."""

    list_display = (
        "number",
        "shown_order",
        "cause",
        "shown_amount",
        "shown_state",
        "created_at",
        "finished_at",
    )
    list_filter = ("state", "cause")
    search_fields = ("number", "order__number", "gateway_reference")
    list_select_related = ("order",)
    act_roles = (OWNER, FINANCE)
    inlines = (RefundLineInline,)
    actions_detail = ("retry", "by_hand", "abandon")
    fields = (
        ("number", "state"),
        ("shown_order", "shown_payment"),
        ("shown_amount", "shown_freight"),
        ("cause", "reason"),
        ("created_at", "finished_at"),
        ("gateway_reference", "gateway_refunded_at"),
        ("tries", "next_ask_at"),
        "last_error",
    )
    readonly_fields = ("shown_order", "shown_payment", "shown_amount", "shown_freight")

    @display(description=_("state"), label=STATE_COLOURS, ordering="state")
    def shown_state(self, refund: Refund) -> tuple[str, Any]:
        return refund.state, refund.get_state_display()

    @display(description=_("order"))
    def shown_order(self, refund: Refund) -> SafeString | str:
        return link(refund.order)

    @display(description=_("payment"))
    def shown_payment(self, refund: Refund) -> SafeString | str:
        return link(refund.payment)

    @display(description=_("amount"))
    def shown_amount(self, refund: Refund) -> str:
        return yuan(refund.amount_fen)

    @display(description=_("of it freight"))
    def shown_freight(self, refund: Refund) -> str:
        return yuan(refund.freight_fen)

    @action(
        description=_("Try again"),
        url_path="retry",
        permissions=["retry"],
        icon="sync",
        dialog=dialog(_("Ask the gateway again, under the same number")),
    )
    def retry(self, request: HttpRequest, form: BaseDialogForm, object_id: int) -> HttpResponse:
        refund = Refund.objects.get(pk=object_id)

        def step() -> None:
            if refund.state == "failed":
                refunds.retry_refund(number=refund.number, actor=actor_of(request), now=clock.now())
            refunds.submit_refund(number=refund.number, now=clock.now())

        return take_step(request, step, back_to=refund)

    @action(
        description=_("Paid by hand"),
        url_path="by-hand",
        permissions=["settle"],
        icon="front_hand",
        dialog=dialog(
            _("The money was sent back by hand"),
            description=_("By bank transfer, for example. It is booked apart from the gateway."),
            form_class=ByHandForm,
        ),
    )
    def by_hand(self, request: HttpRequest, form: ByHandForm, object_id: int) -> HttpResponse:
        refund = Refund.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: refunds.record_refund_by_hand(
                number=refund.number,
                reference=form.cleaned_data["reference"],
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=clock.now(),
            ),
            back_to=refund,
        )

    @action(
        description=_("Give up"),
        url_path="abandon",
        permissions=["abandon"],
        icon="block",
        dialog=dialog(_("Give this refund up; nothing is paid"), form_class=ReasonForm),
    )
    def abandon(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        refund = Refund.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: refunds.abandon_refund(
                number=refund.number,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=clock.now(),
            ),
            back_to=refund,
        )

    def has_retry_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, state__in=[*WAITING, "failed"])

    def has_settle_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, state="failed")

    def has_abandon_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, state="failed", cause="claim")

    def _may(self, request: HttpRequest, object_id: Any, **condition: Any) -> bool:
        return self.may_act(request) and Refund.objects.filter(pk=object_id, **condition).exists()


class GatewayMessageAdmin(ConsoleAdmin):
    """What gateways told us, verified."""

    list_display = (
        "received_at",
        "gateway",
        "shown_kind",
        "number",
        "shown_state",
        "shown_amount",
        "outcome",
    )
    list_filter = ("gateway", "kind", "outcome")
    search_fields = ("number", "notification_id")
    view_roles = (OWNER, FINANCE)

    @display(description=_("kind"))
    def shown_kind(self, message: GatewayMessage) -> str:
        return said(message.kind)

    @display(description=_("state"))
    def shown_state(self, message: GatewayMessage) -> str:
        return said(message.state)

    @display(description=_("amount"))
    def shown_amount(self, message: GatewayMessage) -> str:
        return yuan(message.amount_fen)


site.register(Payment, PaymentAdmin)
site.register(Refund, RefundAdmin)
site.register(GatewayMessage, GatewayMessageAdmin)
