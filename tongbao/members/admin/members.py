"""Members: found, looked at with their tree, and changed through services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm

from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, operator_roles, site
from tongbao.members import selectors, services
from tongbao.members.admin.base import (
    STATE_COLOURS,
    ReasonForm,
    ShownInline,
    actor_of,
    dialog,
    link,
    page_of,
    reader,
    take_step,
    yuan,
)
from tongbao.members.admin.forms import MoveForm, PhoneForm, RankForm
from tongbao.members.admin.panels import member_panels
from tongbao.members.admin.trees import above, legend, tree_picture
from tongbao.members.contracts import ACTIVE, FROZEN, INACTIVE
from tongbao.members.models import IdentitySubmission, Member, RankGrant, RegionalAgent, SponsorChange
from tongbao.members.policy.divisions import full_name
from tongbao.members.policy.people import mask_name, mask_phone
from tongbao.tenancy.contracts import OWNER, SERVICE


class GrantInline(ShownInline):
    model = RankGrant
    verbose_name_plural = _("rank history")
    fields = ("shown_rank", "basis", "source", "granted_at", "revoked_at", "revoked_because")
    readonly_fields = fields

    @display(description=_("rank"))
    def shown_rank(self, grant: RankGrant) -> str:
        return selectors.rank_name(grant.rank, language=reader())


class AgencyInline(ShownInline):
    model = RegionalAgent
    fields = ("shown_region", "level", "shown_fee", "starts_on", "ends_on", "revoked_at")
    readonly_fields = fields

    @display(description=_("region"))
    def shown_region(self, agent: RegionalAgent) -> str:
        return full_name(agent.region_code)

    @display(description=_("agency fee"))
    def shown_fee(self, agent: RegionalAgent) -> str:
        return yuan(agent.fee_fen)


class IdentityInline(ShownInline):
    model = IdentitySubmission
    fields = ("shown_name", "card_last_four", "state", "submitted_at", "decided_at", "decided_by", "reason")
    readonly_fields = fields

    @display(description=_("real name"))
    def shown_name(self, identity: IdentitySubmission) -> str:
        return mask_name(identity.real_name)


class SponsorChangeInline(ShownInline):
    model = SponsorChange
    fk_name = "member"
    fields = ("changed_at", "cause", "sponsor_before", "sponsor_after", "proposal_id")
    readonly_fields = fields


class MemberAdmin(ConsoleAdmin):
    """Members, newest first."""

    list_display = (
        "number",
        "name",
        "shown_phone",
        "shown_rank",
        "shown_status",
        "shown_identity",
        "shown_sponsor",
        "shown_recruits",
        "joined_at",
    )
    list_filter = ("status", "rank", "identity_status", "joined_at")
    search_fields = ("=number", "=external_number", "=phone", "=invite_code", "name")
    search_help_text = _("Number, former number, whole phone, invitation code, or part of a name")
    list_select_related = ("sponsor",)
    show_facets = False
    act_roles = (OWNER, SERVICE)
    inlines = (GrantInline, AgencyInline, IdentityInline, SponsorChangeInline)
    change_form_after_template = "members/member_panels.html"
    actions_detail = (
        "freeze",
        "unfreeze",
        "activate",
        "deactivate",
        "set_rank",
        "move",
        "show_phone",
        "set_phone",
        "close",
    )
    fields = (
        ("number", "external_number"),
        ("name", "shown_phone"),
        ("shown_rank", "status"),
        ("shown_sponsor", "sponsor_fixed_at"),
        ("invite_code", "identity_status"),
        ("language", "joined_at"),
    )
    readonly_fields = ("shown_phone", "shown_rank", "shown_sponsor")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        # Counted for the rows on the page only, from the index on the sponsor.
        recruits = Member.objects.filter(sponsor=OuterRef("pk")).order_by().values("sponsor")
        counted = Coalesce(Subquery(recruits.annotate(count=Count("pk")).values("count")), 0)
        return super().get_queryset(request).annotate(recruit_count=counted)

    @display(description=_("mobile phone"))
    def shown_phone(self, member: Member) -> str:
        return mask_phone(member.phone) or "—"

    @display(description=_("rank"), ordering="rank")
    def shown_rank(self, member: Member) -> str:
        return selectors.rank_name(member.rank, language=reader())

    @display(description=_("status"), label=STATE_COLOURS, ordering="status")
    def shown_status(self, member: Member) -> tuple[str, Any]:
        return member.status, member.get_status_display()

    @display(description=_("identity"), label=STATE_COLOURS, ordering="identity_status")
    def shown_identity(self, member: Member) -> tuple[str, Any]:
        return member.identity_status, member.get_identity_status_display()

    @display(description=_("sponsor"))
    def shown_sponsor(self, member: Member) -> SafeString | str:
        return link(member.sponsor)

    @display(description=_("recruits"))
    def shown_recruits(self, member: Any) -> int:
        return int(member.recruit_count)

    def get_urls(self) -> list[Any]:
        tree = self.admin_site.admin_view(self.tree_view)
        return [path("<int:member_id>/tree/", tree, name="members_member_tree"), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        shown = dict(extra_context or {})
        if object_id.isdigit():
            member_id = int(object_id)
            shown |= self._around(member_id, levels=3, most_recruits=6, link_to="admin:members_member_change")
            shown["member_panels"] = member_panels(request, member_id)
        return super().change_view(request, object_id, form_url, shown)

    def tree_view(self, request: HttpRequest, member_id: int) -> HttpResponse:
        """The tree of one member on a page of its own; a box leads to that member's tree."""
        member = Member.objects.filter(pk=member_id).first()
        if member is None or not self.may_view(request):
            raise Http404
        shown = self._around(member_id, levels=4, most_recruits=10, link_to="admin:members_member_tree")
        context = self.admin_site.each_context(request) | shown
        context |= {"title": _("Sponsor tree"), "member_link": page_of(member), "legend": legend()}
        return TemplateResponse(request, "members/tree_page.html", context)

    def _around(self, member_id: int, *, levels: int, most_recruits: int, link_to: str) -> dict[str, Any]:
        number = Member.objects.filter(pk=member_id).values_list("number", flat=True).first()
        if number is None:
            return {}
        return {
            "number": number,
            "above": above(member_id=member_id),
            "levels": selectors.downline_counts(member_id=member_id),
            "tree": tree_picture(
                member_id=member_id, levels=levels, most_recruits=most_recruits, link_to=link_to
            ),
            "tree_link": reverse("admin:members_member_tree", args=[member_id]),
        }

    @action(
        description=_("Freeze"),
        url_path="freeze",
        permissions=["freeze"],
        icon="ac_unit",
        dialog=dialog(
            _("Freeze the member"),
            description=_("Signed out everywhere; nothing is earned, and what is pending waits."),
            form_class=ReasonForm,
        ),
    )
    def freeze(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        return self._step(request, object_id, services.freeze, reason=form.cleaned_data["reason"])

    @action(
        description=_("Unfreeze"),
        url_path="unfreeze",
        permissions=["unfreeze"],
        icon="wb_sunny",
        dialog=dialog(_("Unfreeze the member"), form_class=ReasonForm),
    )
    def unfreeze(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        return self._step(request, object_id, services.unfreeze, reason=form.cleaned_data["reason"])

    @action(
        description=_("Make active"),
        url_path="activate",
        permissions=["activate"],
        icon="toggle_on",
        dialog=dialog(_("Make the member active"), form_class=ReasonForm),
    )
    def activate(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        return self._step(request, object_id, services.set_active, active=True, reason=reason)

    @action(
        description=_("Make inactive"),
        url_path="deactivate",
        permissions=["deactivate"],
        icon="toggle_off",
        dialog=dialog(
            _("Make the member inactive"),
            description=_("They can still buy, and earn nothing."),
            form_class=ReasonForm,
        ),
    )
    def deactivate(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        return self._step(request, object_id, services.set_active, active=False, reason=reason)

    @action(
        description=_("Set the rank"),
        url_path="rank",
        permissions=["set_rank"],
        icon="military_tech",
        dialog=dialog(
            _("Set the rank"),
            description=_("For orders from now on; what was earned stays."),
            form_class=RankForm,
        ),
    )
    def set_rank(self, request: HttpRequest, form: RankForm, object_id: int) -> HttpResponse:
        return self._step(
            request,
            object_id,
            services.set_rank,
            rank=form.cleaned_data["rank"],
            ladder=selectors.ladder(),
            reason=form.cleaned_data["reason"],
        )

    @action(
        description=_("Move"),
        url_path="move",
        permissions=["move"],
        icon="account_tree",
        dialog=dialog(
            _("Propose another sponsor"),
            description=_("A second operator decides. The whole team moves along; the past stays as it is."),
            form_class=MoveForm,
        ),
    )
    def move(self, request: HttpRequest, form: MoveForm, object_id: int) -> HttpResponse:
        def step() -> str:
            key = form.cleaned_data["sponsor"].strip()
            number = services.propose_sponsor_move(
                member_id=object_id,
                sponsor_id=selectors.member_by_key(key=key).member_id if key else None,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=clock.now(),
            )
            return str(_("Proposal %(number)s waits for a second operator.") % {"number": number})

        return take_step(request, step, back_to=self._page(object_id))

    @action(
        description=_("Show the phone"),
        url_path="show-phone",
        permissions=["show_phone"],
        icon="visibility",
        dialog=dialog(_("Show the whole phone"), description=_("Looking is kept in the audit log.")),
    )
    def show_phone(self, request: HttpRequest, form: BaseDialogForm, object_id: int) -> HttpResponse:
        def step() -> str:
            phone = services.reveal_phone(member_id=object_id, actor=actor_of(request), now=clock.now())
            return phone or str(_("No phone is known."))

        return take_step(request, step, back_to=self._page(object_id))

    @action(
        description=_("Write the phone"),
        url_path="set-phone",
        permissions=["set_phone"],
        icon="phone_iphone",
        dialog=dialog(
            _("Write the phone"),
            description=_("Whoever holds it can sign in; other devices are signed out."),
            form_class=PhoneForm,
        ),
    )
    def set_phone(self, request: HttpRequest, form: PhoneForm, object_id: int) -> HttpResponse:
        said = form.cleaned_data
        return self._step(request, object_id, services.set_phone, phone=said["phone"], reason=said["reason"])

    @action(
        description=_("Close the account"),
        url_path="close",
        permissions=["close"],
        icon="person_off",
        dialog=dialog(
            _("Close the account for ever"),
            description=_("Only with all balances paid out or given up in writing."),
            form_class=ReasonForm,
        ),
    )
    def close(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        return self._step(request, object_id, services.close, reason=form.cleaned_data["reason"])

    def has_freeze_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, ACTIVE, INACTIVE)

    def has_unfreeze_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, FROZEN)

    def has_activate_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, INACTIVE)

    def has_deactivate_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, ACTIVE)

    def has_set_rank_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._is_owner(request) and self._may(request, object_id, ACTIVE, INACTIVE, FROZEN)

    def has_move_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, ACTIVE, INACTIVE, FROZEN)

    def has_show_phone_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, ACTIVE, INACTIVE, FROZEN)

    def has_set_phone_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, ACTIVE, INACTIVE)

    def has_close_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._is_owner(request) and self._may(request, object_id, ACTIVE, INACTIVE, FROZEN)

    def _is_owner(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser or OWNER in operator_roles(request))

    def _may(self, request: HttpRequest, object_id: Any, *statuses: str) -> bool:
        if not self.may_act(request) or not str(object_id).isdigit():
            return False
        return Member.objects.filter(pk=object_id, status__in=statuses).exists()

    def _page(self, member_id: int) -> str:
        return reverse("admin:members_member_change", args=[member_id])

    def _step(
        self, request: HttpRequest, member_id: int, service: Callable[..., object], **said: Any
    ) -> HttpResponse:
        def step() -> None:
            service(member_id=int(member_id), actor=actor_of(request), now=clock.now(), **said)

        return take_step(request, step, back_to=self._page(member_id))


site.register(Member, MemberAdmin)
