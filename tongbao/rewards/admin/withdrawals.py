"""Withdrawals in the console: finance approves them or gives the money back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm

from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.mall.admin.base import ReasonForm, actor_of, dialog, link, take_step, yuan
from tongbao.rewards.admin.base import STATE_COLOURS, reader
from tongbao.rewards.contracts import reason_text, state_title
from tongbao.rewards.models import Withdrawal
from tongbao.rewards.selectors.withdrawals import mask_recipient
from tongbao.rewards.services import approve_withdrawal, reject_withdrawal
from tongbao.tenancy.contracts import FINANCE, OWNER


class WithdrawalAdmin(ConsoleAdmin):
    """Withdrawals, newest first. Only finance, with its second factor, lets money out."""

    list_display = (
        "number",
        "shown_member",
        "shown_amount",
        "shown_costs",
        "shown_payout",
        "shown_state",
        "requested_at",
    )
    list_filter = ("state", "requested_at")
    search_fields = ("number", "member__number")
    list_select_related = ("member",)
    view_roles = (OWNER, FINANCE)
    act_roles = (FINANCE,)
    actions_detail = ("approve", "reject")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("number", "state_in_words"),
                    ("shown_member", "shown_recipient"),
                    ("shown_amount", "shown_payout"),
                    ("shown_fee", "shown_tax"),
                    ("requested_at", "shown_taken_back"),
                    ("decided_at", "decided_by"),
                    ("ended_at", "gateway"),
                    "shown_reason",
                )
            },
        ),
    )
    readonly_fields = (
        "state_in_words",
        "shown_member",
        "shown_recipient",
        "shown_amount",
        "shown_payout",
        "shown_fee",
        "shown_tax",
        "shown_taken_back",
        "shown_reason",
    )

    @display(description=_("member"))
    def shown_member(self, row: Withdrawal) -> SafeString | str:
        return link(row.member)

    @display(description=_("paid to"))
    def shown_recipient(self, row: Withdrawal) -> str:
        return mask_recipient(row.recipient)

    @display(description=_("amount"), ordering="amount_fen")
    def shown_amount(self, row: Withdrawal) -> str:
        return yuan(row.amount_fen)

    @display(description=_("fee and tax"))
    def shown_costs(self, row: Withdrawal) -> str:
        return yuan(row.fee_fen + row.tax_fen)

    @display(description=_("withdrawal fee"))
    def shown_fee(self, row: Withdrawal) -> str:
        return yuan(row.fee_fen)

    @display(description=_("tax"))
    def shown_tax(self, row: Withdrawal) -> str:
        return yuan(row.tax_fen)

    @display(description=_("to be paid out"), ordering="payout_fen")
    def shown_payout(self, row: Withdrawal) -> str:
        return yuan(row.payout_fen)

    @display(description=_("taken back"))
    def shown_taken_back(self, row: Withdrawal) -> str:
        return yuan(row.taken_back_fen)

    @display(description=_("reason"))
    def shown_reason(self, row: Withdrawal) -> str:
        return reason_text(row.reason, language=reader()) or "—"

    @display(description=_("state"), label=STATE_COLOURS, ordering="state")
    def shown_state(self, row: Withdrawal) -> tuple[str, Any]:
        return row.state, state_title(row.state, language=reader())

    @display(description=_("state"))
    def state_in_words(self, row: Withdrawal) -> str:
        return state_title(row.state, language=reader())

    @action(
        description=_("Approve"),
        url_path="approve",
        permissions=["approve"],
        icon="check",
        dialog=dialog(_("Approve the withdrawal"), description=_("The money will be sent to the member.")),
    )
    def approve(self, request: HttpRequest, form: BaseDialogForm, object_id: int) -> HttpResponse:
        row = Withdrawal.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: approve_withdrawal(number=row.number, actor=actor_of(request), now=clock.now()),
            back_to=row,
        )

    @action(
        description=_("Reject"),
        url_path="reject",
        permissions=["reject"],
        icon="close",
        dialog=dialog(
            _("Reject the withdrawal"),
            description=_("The money goes back to what the member can withdraw."),
            form_class=ReasonForm,
        ),
    )
    def reject(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        row = Withdrawal.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: reject_withdrawal(
                number=row.number,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=clock.now(),
            ),
            back_to=row,
        )

    def has_approve_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may_decide(request, object_id, ("requested",))

    def has_reject_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may_decide(request, object_id, ("requested", "approved"))

    def _may_decide(self, request: HttpRequest, object_id: Any, states: tuple[str, ...]) -> bool:
        return (
            self.may_act(request)
            and str(object_id).isdigit()
            and Withdrawal.objects.filter(pk=object_id, state__in=states).exists()
        )


site.register(Withdrawal, WithdrawalAdmin)
