"""What the mall has switched on of points, and its limits: looked at, and set by an owner."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldBooleanSwitchWidget

from tongbao.kit import clock
from tongbao.kit.admin import ConsolePage, console_language, site
from tongbao.kit.errors import DomainError
from tongbao.members.admin.base import actor_of, text_field
from tongbao.points import services
from tongbao.points.contracts import PointsSettings
from tongbao.points.contracts.settings import LEAST, MOST
from tongbao.tenancy.contracts import OWNER
from tongbao.tenancy.selectors import tenant_settings

LABELS: Final = {
    "units_per_fen": _("Points of a pack for each fen paid, in 1/10 000 (100: one for each yuan)"),
    "reserve_rate_bp": _("Share of turnover for the reserve, in 1/100 %"),
    "cut_off_minutes": _("Cut-off of the day, minutes after midnight in Shanghai"),
    "daily_budget_fen": _("Daily budget above the floor, in fen"),
    "spending_share_bp": _("Most of an order's goods that points may pay, in 1/100 %"),
    "reserve_share_bp": _("What the reserve pays of spent points' floor value, in 1/100 %"),
    "redemption_is_on": _("Members may redeem points for cash"),
    "redemption_fee_bp": _("Fee of a redemption that stays in the reserve, in 1/100 %"),
    "redemption_daily_fen": _("What redemptions of a day are paid, in fen (0: no limit)"),
    "redemption_member_daily_units": _("What a member may redeem in a day, in 1/10 000 point (0: no limit)"),
    "cards_are_transferable": _("A rights card may be given away once"),
    "market_is_on": _("Members may trade points with each other"),
    "market_lot_units": _("A lot of the market, in 1/10 000 point (stays once an order was entered)"),
    "market_fee_bp": _("Fee of an offer, in 1/100 %"),
    "market_burns_fee": _("The fee is burned (else the platform keeps it)"),
    "market_daily_lots": _("Lots that a member may offer, and bid for, in a day (0: no limit)"),
    "market_jump_bp": _("How far from the last price an order may be, in 1/100 % (0: no limit)"),
    "market_order_days": _("Days after which an order ends by itself"),
    "tasks_vesting_days": _("Days until points of tasks can be spent (0: at once)"),
    "founding_vesting_days": _("Days until points of the founding team can be spent (0: at once)"),
    "expiry_days": _("Days after which points expire (0: never)"),
    "expiry_warning_days": _("Days before that on which a member is warned"),
}


class RulesForm(forms.Form):
    """Every setting of points by its name, and why it is changed."""

    def __init__(self, *values: Any, **options: Any) -> None:
        super().__init__(*values, **options)
        for field in fields(PointsSettings):
            self.fields[field.name] = _field(field.name)
        self.fields["reason"] = text_field(_("Reason"), lines=True)


def _field(name: str) -> forms.Field:
    if name in MOST:
        return forms.IntegerField(
            label=LABELS[name],
            min_value=LEAST.get(name, 0),
            max_value=MOST[name],
            widget=UnfoldAdminIntegerFieldWidget(),
        )
    return forms.BooleanField(label=LABELS[name], required=False, widget=UnfoldBooleanSwitchWidget())


class RulesPage(ConsolePage):
    """The rules of points; an owner changes them with a reason, for what happens from then on."""

    key = "points_rules"
    act_roles = (OWNER,)

    def get_urls(self) -> list[URLPattern]:
        return [self.at("points/rules/", self.rules, self.key)]

    def rules(self, request: HttpRequest) -> HttpResponse:
        """The form, with what holds now."""
        kept = tenant_settings(PointsSettings)
        initial = {field.name: getattr(kept, field.name) for field in fields(PointsSettings)}
        form = RulesForm(request.POST or None, initial=initial)
        if request.method == "POST":
            if not self.may_act(request):
                raise PermissionDenied
            if form.is_valid():
                told = _change(request, dict(form.cleaned_data))
                if told is None:
                    messages.success(request, _("Done."))
                    return HttpResponseRedirect(reverse("admin:points_rules"))
                messages.error(request, told)
        context = {
            **site.each_context(request),
            "title": _("Rules of points"),
            "form": form,
            "may_act": self.may_act(request),
        }
        return TemplateResponse(request, "points/rules.html", context)


def _change(request: HttpRequest, said: dict[str, Any]) -> str | None:
    """Set the rules; what was refused, in the operator's language."""
    reason = said.pop("reason")
    try:
        services.change_rules(values=said, actor=actor_of(request), reason=reason, now=clock.now())
    except DomainError as refusal:
        return refusal.message(console_language(request))
    return None


site.add_page(RulesPage())
