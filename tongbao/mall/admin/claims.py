"""After-sales claims: read, answered, goods taken back."""

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
    StepInline,
    actor_of,
    dialog,
    link,
    switch_field,
    take_step,
    text_field,
    yuan,
)
from tongbao.mall.models import Claim, ClaimLine, Refund
from tongbao.mall.policy.life import ClaimStep, claim_may
from tongbao.mall.services import claims, refunds
from tongbao.tenancy.contracts import OWNER, SERVICE


class ClaimLineInline(ShownInline):
    model = ClaimLine
    fields = ("order_line", "pieces", "shown_amount")
    readonly_fields = fields

    @display(description=_("amount"))
    def shown_amount(self, line: ClaimLine) -> str:
        return yuan(line.amount_fen)


class RefundInline(ShownInline):
    model = Refund
    fields = ("shown_number", "shown_amount", "state", "created_at", "finished_at")
    readonly_fields = fields

    @display(description=_("refund number"))
    def shown_number(self, refund: Refund) -> SafeString | str:
        return link(refund)

    @display(description=_("amount"))
    def shown_amount(self, refund: Refund) -> str:
        return yuan(refund.amount_fen)


class ApproveForm(BaseDialogForm):
    answer = text_field(_("Answer to the buyer"), required=False, lines=True)
    return_address = text_field(_("Return address"), required=False, length=300)


class TakeBackForm(BaseDialogForm):
    restock = switch_field(_("The goods can be sold again"), initial=True)
    note = text_field(_("Note"), required=False)


class ClaimAdmin(ConsoleAdmin):
    """Claims, newest first."""

    list_display = ("number", "shown_order", "kind", "shown_state", "shown_amount", "reason", "requested_at")
    list_filter = ("state", "kind", "by_operator")
    search_fields = ("number", "order__number", "order__buyer__number")
    list_select_related = ("order",)
    act_roles = (OWNER, SERVICE)
    inlines = (ClaimLineInline, RefundInline, StepInline)
    actions_detail = ("approve", "take_back", "reject")
    fields = (
        ("number", "state"),
        ("shown_order", "kind"),
        ("shown_amount", "shown_freight"),
        "reason",
        "answer",
        ("requested_at", "ended_at"),
        ("carrier", "tracking_number"),
        "return_address",
    )
    readonly_fields = ("shown_order", "shown_amount", "shown_freight")

    @display(description=_("state"), label=STATE_COLOURS, ordering="state")
    def shown_state(self, claim: Claim) -> tuple[str, Any]:
        return claim.state, claim.get_state_display()

    @display(description=_("order"))
    def shown_order(self, claim: Claim) -> SafeString | str:
        return link(claim.order)

    @display(description=_("amount"))
    def shown_amount(self, claim: Claim) -> str:
        return yuan(sum(line.amount_fen for line in claim.lines.all()) + claim.freight_fen)

    @display(description=_("of it freight"))
    def shown_freight(self, claim: Claim) -> str:
        return yuan(claim.freight_fen)

    @action(
        description=_("Approve"),
        url_path="approve",
        permissions=["approve"],
        icon="check",
        dialog=dialog(_("Approve the claim"), form_class=ApproveForm),
    )
    def approve(self, request: HttpRequest, form: ApproveForm, object_id: int) -> HttpResponse:
        claim = Claim.objects.get(pk=object_id)

        def step() -> None:
            number = claims.approve_claim(
                number=claim.number,
                answer=form.cleaned_data["answer"],
                return_address=form.cleaned_data["return_address"],
                actor=actor_of(request),
                now=clock.now(),
            )
            if number is not None:
                refunds.submit_refund(number=number, now=clock.now())

        return take_step(request, step, back_to=claim)

    @action(
        description=_("Goods are back"),
        url_path="take-back",
        permissions=["take_back"],
        icon="inventory",
        dialog=dialog(
            _("The goods are back and in order"),
            description=_("The money goes back the way it came."),
            form_class=TakeBackForm,
        ),
    )
    def take_back(self, request: HttpRequest, form: TakeBackForm, object_id: int) -> HttpResponse:
        claim = Claim.objects.get(pk=object_id)

        def step() -> None:
            number = claims.take_goods_back(
                number=claim.number,
                restock=form.cleaned_data["restock"],
                note=form.cleaned_data["note"],
                actor=actor_of(request),
                now=clock.now(),
            )
            refunds.submit_refund(number=number, now=clock.now())

        return take_step(request, step, back_to=claim)

    @action(
        description=_("Reject"),
        url_path="reject",
        permissions=["reject"],
        icon="close",
        dialog=dialog(_("Reject the claim"), form_class=ReasonForm),
    )
    def reject(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        claim = Claim.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: claims.reject_claim(
                number=claim.number,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=clock.now(),
            ),
            back_to=claim,
        )

    def has_approve_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, "approve")

    def has_reject_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, "reject")

    def has_take_back_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, "take_back")

    def _may(self, request: HttpRequest, object_id: Any, step: ClaimStep) -> bool:
        claim = Claim.objects.filter(pk=object_id).first() if str(object_id).isdigit() else None
        return self.may_act(request) and claim is not None and claim_may(step, claim.state)


site.register(Claim, ClaimAdmin)
