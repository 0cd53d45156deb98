"""Members' accounts (会员账户): what is pending, spendable, held and owed; adjustments and write-offs proposed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget

from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.mall.admin.base import YuanField, actor_of, dialog, take_step, text_field, yuan
from tongbao.rewards.contracts import CommissionSummary
from tongbao.rewards.models import MemberAccount
from tongbao.rewards.selectors import commission_of
from tongbao.rewards.services.adjusting import propose_adjustment, propose_write_off
from tongbao.tenancy.contracts import FINANCE, OWNER


class AdjustmentForm(BaseDialogForm):
    """Which way, how much, and why."""

    direction = forms.ChoiceField(
        label=_("Direction"),
        choices=[("give", _("give to the member")), ("take", _("take from the member"))],
        widget=UnfoldAdminSelectWidget,
    )
    amount = YuanField(label=_("Amount in yuan"))
    reason = text_field(_("Reason"), lines=True)


class WriteOffForm(BaseDialogForm):
    """How much of what is owed is given up, and why."""

    amount = YuanField(label=_("Amount in yuan"))
    reason = text_field(_("Reason"), lines=True)


class MemberAccountAdmin(ConsoleAdmin):
    """Read only; a change is proposed here and decided by somebody else under the proposals."""

    list_display = ("number", "name", "shown_pending", "shown_cash", "shown_held", "shown_owed")
    search_fields = ("number", "name", "=phone")
    ordering = ("-id",)
    fields = ("number", "name", "shown_pending", "shown_cash", "shown_held", "shown_withdrawn", "shown_owed")
    readonly_fields = fields
    view_roles = (OWNER, FINANCE)
    act_roles = (OWNER, FINANCE)
    list_per_page = 25
    actions_detail = ("adjust", "write_off")

    @display(description=_("pending"))
    def shown_pending(self, row: MemberAccount) -> str:
        return yuan(self._commission(row).pending_fen)

    @display(description=_("can be withdrawn"))
    def shown_cash(self, row: MemberAccount) -> str:
        return yuan(self._commission(row).cash_fen)

    @display(description=_("held"))
    def shown_held(self, row: MemberAccount) -> str:
        return yuan(self._commission(row).held_fen)

    @display(description=_("withdrawn"))
    def shown_withdrawn(self, row: MemberAccount) -> str:
        return yuan(self._commission(row).withdrawn_fen)

    @display(description=_("owed"))
    def shown_owed(self, row: MemberAccount) -> str:
        return yuan(self._commission(row).receivable_fen)

    @action(
        description=_("Propose an adjustment"),
        url_path="adjust",
        permissions=["propose"],
        icon="tune",
        dialog=dialog(
            _("Propose an adjustment"),
            description=_("Another operator decides it."),
            form_class=AdjustmentForm,
        ),
    )
    def adjust(self, request: HttpRequest, form: AdjustmentForm, object_id: Any) -> HttpResponse:
        said = form.cleaned_data
        sign = 1 if said["direction"] == "give" else -1
        return take_step(
            request,
            lambda: propose_adjustment(
                member_id=int(object_id),
                amount_fen=sign * said["amount"],
                reason=said["reason"],
                actor=actor_of(request),
                now=clock.now(),
            ),
            back_to=MemberAccount.objects.get(pk=object_id),
        )

    @action(
        description=_("Propose a write-off"),
        url_path="write-off",
        permissions=["propose"],
        icon="remove_done",
        dialog=dialog(
            _("Propose a write-off"),
            description=_("What the member owes is given up when another operator agrees."),
            form_class=WriteOffForm,
        ),
    )
    def write_off(self, request: HttpRequest, form: WriteOffForm, object_id: Any) -> HttpResponse:
        said = form.cleaned_data
        return take_step(
            request,
            lambda: propose_write_off(
                member_id=int(object_id),
                amount_fen=said["amount"],
                reason=said["reason"],
                actor=actor_of(request),
                now=clock.now(),
            ),
            back_to=MemberAccount.objects.get(pk=object_id),
        )

    def has_propose_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request)

    def _commission(self, row: MemberAccount) -> CommissionSummary:
        """Looked up once for a row, though five columns ask."""
        known: CommissionSummary = row.__dict__.setdefault("commission_summary", None) or commission_of(
            member_id=row.pk
        )
        row.__dict__["commission_summary"] = known
        return known


site.register(MemberAccount, MemberAccountAdmin)
