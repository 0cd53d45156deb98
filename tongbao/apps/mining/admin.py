"""Mining in the console: props set and ended, machines looked at and taken back, rounds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from tongbao.apps.mining import services
from tongbao.apps.mining.contracts import MOST_DAYS
from tongbao.apps.mining.models import Machine, Prop, Round
from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.kit.dialogs import dialog, take_step
from tongbao.members.admin.base import actor_of, link
from tongbao.money import AmountInvalid, format_points, parse_points
from tongbao.tenancy.contracts import OWNER

STATE_COLOURS = {"waiting": "warning", "running": "success", "finished": "default", "taken_back": "danger"}


class DefineForm(BaseDialogForm):
    code = forms.CharField(label=_("Code"), max_length=40, widget=UnfoldAdminTextInputWidget())
    title_zh = forms.CharField(label=_("Name in Chinese"), max_length=60, widget=UnfoldAdminTextInputWidget())
    title_en = forms.CharField(label=_("Name in English"), max_length=60, widget=UnfoldAdminTextInputWidget())
    daily = forms.CharField(
        label=_("Points a day, such as 1.5"), max_length=20, widget=UnfoldAdminTextInputWidget()
    )
    days = forms.IntegerField(
        label=_("Days"), min_value=1, max_value=MOST_DAYS, widget=UnfoldAdminIntegerFieldWidget()
    )
    product_code = forms.CharField(
        label=_("Product that it is bought as (empty: it isn't sold)"),
        required=False,
        max_length=64,
        widget=UnfoldAdminTextInputWidget(),
    )

    def clean_daily(self) -> int:
        try:
            return parse_points(self.cleaned_data["daily"].strip())
        except AmountInvalid as error:
            raise forms.ValidationError(_("Write points with at most four decimals.")) from error


class TakeBackForm(BaseDialogForm):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )


class PropAdmin(ConsoleAdmin):
    """Props. Machines keep the output and the days that their prop had when they came."""

    list_display = ("code", "title_zh", "title_en", "shown_daily", "days", "product_code", "is_on_offer")
    list_filter = ("is_on_offer",)
    fields = (*list_display, "created_at")
    readonly_fields = fields
    act_roles = (OWNER,)
    actions_list = ("define",)
    actions_detail = ("end",)

    @display(description=_("daily output"))
    def shown_daily(self, row: Prop) -> str:
        return format_points(row.daily)

    @action(
        description=_("Set a prop"),
        url_path="define",
        permissions=["define"],
        icon="add",
        dialog=dialog(
            _("Set a prop"),
            description=_("Output ends with its pool. Never promise members a return."),
            form_class=DefineForm,
        ),
    )
    def define(self, request: HttpRequest, form: DefineForm) -> HttpResponse:
        said = form.cleaned_data

        def step() -> None:
            services.define_prop(
                code=said["code"],
                title_zh=said["title_zh"],
                title_en=said["title_en"],
                daily=said["daily"],
                days=said["days"],
                product_code=said["product_code"].strip(),
                actor=actor_of(request),
                now=clock.now(),
            )

        response = take_step(request, step, back_to=None)
        response.headers["HX-Redirect"] = reverse("admin:mining_prop_changelist")
        return response

    @action(
        description=_("End"),
        url_path="end",
        permissions=["end"],
        icon="stop_circle",
        dialog=dialog(_("No longer on offer"), description=_("Machines that were paid for run on.")),
    )
    def end(self, request: HttpRequest, form: BaseDialogForm, object_id: int) -> HttpResponse:
        prop = Prop.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: services.end_prop(code=prop.code, actor=actor_of(request), now=clock.now()),
            back_to=prop,
        )

    def has_define_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request)

    def has_end_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        if not self.may_act(request) or not str(object_id).isdigit():
            return False
        return Prop.objects.filter(pk=object_id, is_on_offer=True).exists()


class MachineAdmin(ConsoleAdmin):
    """Members' machines, newest first."""

    list_display = (
        *("shown_member", "prop", "shown_state", "shown_daily", "given_days", "days", "shown_given"),
        "started_at",
    )
    list_filter = ("state", "prop")
    search_fields = ("=member__number",)
    list_select_related = ("member", "prop")
    fields = (*list_display, "subject", "next_due_at", "ended_at")
    readonly_fields = fields
    act_roles = (OWNER,)
    actions_detail = ("take_back",)

    @display(description=_("member"))
    def shown_member(self, row: Machine) -> SafeString | str:
        return link(row.member, row.member.number)

    @display(description=_("state"), label=STATE_COLOURS)
    def shown_state(self, row: Machine) -> tuple[str, Any]:
        return row.state, row.get_state_display()

    @display(description=_("daily output"))
    def shown_daily(self, row: Machine) -> str:
        return format_points(row.daily)

    @display(description=_("given"))
    def shown_given(self, row: Machine) -> str:
        return format_points(row.given)

    @action(
        description=_("Take back"),
        url_path="take-back",
        permissions=["take_back"],
        icon="undo",
        dialog=dialog(
            _("End this machine"),
            description=_("What it gave stays with the member."),
            form_class=TakeBackForm,
        ),
    )
    def take_back(self, request: HttpRequest, form: TakeBackForm, object_id: int) -> HttpResponse:
        machine = Machine.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: services.take_back(
                machine_id=machine.pk,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=clock.now(),
            ),
            back_to=machine,
        )

    def has_take_back_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        if not self.may_act(request) or not str(object_id).isdigit():
            return False
        return Machine.objects.filter(pk=object_id, state__in=("waiting", "running")).exists()


class RoundAdmin(ConsoleAdmin):
    """Turns of the job, newest first."""

    list_display = ("id", "given_at", "outputs", "shown_asked", "shown_granted")
    fields = list_display
    readonly_fields = list_display

    @display(description=_("asked for"))
    def shown_asked(self, row: Round) -> str:
        return format_points(row.asked)

    @display(description=_("granted"))
    def shown_granted(self, row: Round) -> str:
        return format_points(row.granted)


site.register(Prop, PropAdmin)
site.register(Machine, MachineAdmin)
site.register(Round, RoundAdmin)
