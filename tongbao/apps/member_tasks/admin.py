"""Tasks in the console: set and ended, what was handed in decided, rewards looked at."""

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
    UnfoldAdminDateWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from tongbao.apps.member_tasks import services
from tongbao.apps.member_tasks.contracts import MOST_POINTS, MemberTasksSettings
from tongbao.apps.member_tasks.models import Reward, Submission, TaskDefinition
from tongbao.apps.member_tasks.policy import day_of
from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.kit.dialogs import dialog, take_step
from tongbao.members.admin.base import actor_of, link
from tongbao.money import format_points
from tongbao.tenancy.contracts import OWNER, SERVICE
from tongbao.tenancy.selectors import tenant_settings

STATE_COLOURS = {"waiting": "warning", "approved": "success", "rejected": "danger"}


class DefineForm(BaseDialogForm):
    title_zh = forms.CharField(
        label=_("Title in Chinese"), max_length=60, widget=UnfoldAdminTextInputWidget()
    )
    title_en = forms.CharField(
        label=_("Title in English"), max_length=60, widget=UnfoldAdminTextInputWidget()
    )
    points = forms.IntegerField(
        label=_("Points"), min_value=1, max_value=MOST_POINTS, widget=UnfoldAdminIntegerFieldWidget()
    )
    repeats = forms.ChoiceField(
        label=_("How often"), choices=TaskDefinition.Repeats.choices, widget=UnfoldAdminSelectWidget()
    )
    needs_proof = forms.BooleanField(
        label=_("A proof in words is needed, which you approve"),
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
    )
    starts_on = forms.DateField(
        label=_("First day (empty: today)"), required=False, widget=UnfoldAdminDateWidget()
    )
    ends_on = forms.DateField(
        label=_("Last day (empty: open)"), required=False, widget=UnfoldAdminDateWidget()
    )


class ApproveForm(BaseDialogForm):
    points = forms.IntegerField(
        label=_("Points (an article or a video; a task has its own)"),
        required=False,
        min_value=1,
        max_value=MOST_POINTS,
        widget=UnfoldAdminIntegerFieldWidget(),
    )


class RejectForm(BaseDialogForm):
    reason = forms.CharField(
        label=_("Reason, which the member reads"),
        max_length=300,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )


class TaskDefinitionAdmin(ConsoleAdmin):
    """The operator's tasks, newest first."""

    list_display = ("title_zh", "title_en", "points", "repeats", "needs_proof", "starts_on", "ends_on")
    list_filter = ("repeats", "needs_proof")
    fields = (*list_display, "created_at")
    readonly_fields = fields
    act_roles = (OWNER, SERVICE)
    actions_list = ("define",)
    actions_detail = ("end",)

    @action(
        description=_("Set a task"),
        url_path="define",
        permissions=["define"],
        icon="add",
        dialog=dialog(
            _("Set a task"),
            description=_("It doesn't change afterwards: end it and set another."),
            form_class=DefineForm,
        ),
    )
    def define(self, request: HttpRequest, form: DefineForm) -> HttpResponse:
        said = form.cleaned_data
        now = clock.now()
        today = day_of(now=now, time_zone=tenant_settings(MemberTasksSettings).time_zone)

        def step() -> None:
            services.define_task(
                title_zh=said["title_zh"],
                title_en=said["title_en"],
                points=said["points"],
                repeats=said["repeats"],
                needs_proof=said["needs_proof"],
                starts_on=said["starts_on"] or today,
                ends_on=said["ends_on"],
                actor=actor_of(request),
                now=now,
            )

        response = take_step(request, step, back_to=None)
        response.headers["HX-Redirect"] = reverse("admin:member_tasks_taskdefinition_changelist")
        return response

    @action(
        description=_("End"),
        url_path="end",
        permissions=["end"],
        icon="stop_circle",
        dialog=dialog(
            _("End the task"),
            description=_("Nobody begins it any more; what was handed in is still decided."),
        ),
    )
    def end(self, request: HttpRequest, form: BaseDialogForm, object_id: int) -> HttpResponse:
        task = TaskDefinition.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: services.end_task(task_id=task.pk, actor=actor_of(request), now=clock.now()),
            back_to=task,
        )

    def has_define_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request)

    def has_end_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request)


class SubmissionAdmin(ConsoleAdmin):
    """What was handed in, newest first."""

    list_display = (
        "shown_member",
        "kind",
        "definition",
        "link",
        "shown_state",
        "shown_granted",
        "handed_in_at",
    )
    list_filter = ("state", "kind")
    search_fields = ("=member__number", "link")
    list_select_related = ("member", "definition")
    fields = (
        ("shown_member", "kind"),
        "definition",
        "link",
        "text",
        ("shown_state", "shown_granted"),
        "reason",
        ("handed_in_at", "decided_at", "decided_by"),
    )
    readonly_fields = (
        *("shown_member", "kind", "definition", "link", "text", "shown_state", "shown_granted", "reason"),
        *("handed_in_at", "decided_at", "decided_by"),
    )
    act_roles = (OWNER, SERVICE)
    actions_detail = ("approve", "reject")

    @display(description=_("member"))
    def shown_member(self, row: Submission) -> SafeString | str:
        return link(row.member, row.member.number)

    @display(description=_("state"), label=STATE_COLOURS)
    def shown_state(self, row: Submission) -> tuple[str, Any]:
        return row.state, row.get_state_display()

    @display(description=_("granted"))
    def shown_granted(self, row: Submission) -> str:
        return format_points(row.granted) if row.state == "approved" else "—"

    @action(
        description=_("Approve"),
        url_path="approve",
        permissions=["approve"],
        icon="check",
        dialog=dialog(
            _("Approve and give the points"),
            description=_("Where the month's budget or the pool has less, the member gets what is left."),
            form_class=ApproveForm,
        ),
    )
    def approve(self, request: HttpRequest, form: ApproveForm, object_id: int) -> HttpResponse:
        row = Submission.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: services.approve(
                submission_id=row.pk,
                points=form.cleaned_data["points"],
                actor=actor_of(request),
                now=clock.now(),
            ),
            back_to=row,
        )

    @action(
        description=_("Reject"),
        url_path="reject",
        permissions=["reject"],
        icon="close",
        dialog=dialog(_("Reject"), form_class=RejectForm),
    )
    def reject(self, request: HttpRequest, form: RejectForm, object_id: int) -> HttpResponse:
        row = Submission.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: services.reject(
                submission_id=row.pk,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=clock.now(),
            ),
            back_to=row,
        )

    def has_approve_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id)

    def has_reject_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id)

    def _may(self, request: HttpRequest, object_id: Any) -> bool:
        if not self.may_act(request) or not str(object_id).isdigit():
            return False
        return Submission.objects.filter(pk=object_id, state=Submission.State.WAITING).exists()


class RewardAdmin(ConsoleAdmin):
    """Rewards, newest first, each with what it was for."""

    list_display = (
        "shown_member",
        "kind",
        "title_zh",
        "shown_asked",
        "shown_granted",
        "why_less",
        "earned_at",
    )
    list_filter = ("kind", "why_less")
    search_fields = ("=member__number",)
    list_select_related = ("member",)
    fields = (*list_display, "subject")
    readonly_fields = fields

    @display(description=_("member"))
    def shown_member(self, row: Reward) -> SafeString | str:
        return link(row.member, row.member.number)

    @display(description=_("asked for"))
    def shown_asked(self, row: Reward) -> str:
        return format_points(row.asked)

    @display(description=_("granted"))
    def shown_granted(self, row: Reward) -> str:
        return format_points(row.granted)


site.register(TaskDefinition, TaskDefinitionAdmin)
site.register(Submission, SubmissionAdmin)
site.register(Reward, RewardAdmin)
