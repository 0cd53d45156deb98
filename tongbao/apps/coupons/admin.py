"""Coupons in the console: set, stopped and given, with what they have cost so far."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from tongbao.apps.coupons import services
from tongbao.apps.coupons.contracts import (
    MOST_COUPONS,
    MOST_DAYS,
    MOST_FOR_A_MEMBER,
    MOST_TITLE,
    Issue,
    Terms,
)
from tongbao.apps.coupons.models import Coupon, Template, Use
from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.kit.dialogs import dialog, take_step
from tongbao.mall import selectors as mall
from tongbao.mall.admin.base import YuanField, yuan
from tongbao.mall.policy.numbers import end_of_day
from tongbao.members.admin.base import actor_of, link
from tongbao.money import format_rate, parse_rate
from tongbao.money.errors import StatedError
from tongbao.tenancy.contracts import OWNER, SERVICE


def _number(label: Any, *, most: int, required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=most,
        required=required,
        widget=UnfoldAdminIntegerFieldWidget(),
    )


def _day(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=UnfoldAdminDateWidget())


def _text(label: Any, *, length: int, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=length, required=required, widget=UnfoldAdminTextInputWidget()
    )


class SetForm(BaseDialogForm):
    title_zh = _text(_("Title in Chinese"), length=MOST_TITLE)
    title_en = _text(_("Title in English"), length=MOST_TITLE)
    kind = forms.ChoiceField(label=_("Kind"), choices=Template.Kind.choices, widget=UnfoldAdminSelectWidget())
    amount = YuanField(label=_("Amount off: takes off (yuan)"), required=False)
    rate = _text(_("Percentage off: takes off (such as 10%)"), length=10, required=False)
    cap = YuanField(label=_("Percentage off: at most (yuan)"), required=False)
    least = YuanField(label=_("From so much of its goods on (yuan; empty: always)"), required=False)
    categories = forms.MultipleChoiceField(
        label=_("Only for these categories"), required=False, widget=UnfoldAdminSelectMultipleWidget()
    )
    products = _text(_("Only for these products (codes, with commas between)"), length=2_000, required=False)
    allows_packs = forms.BooleanField(
        label=_("Gift packs too (a pack then promotes only by what is really paid)"),
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
    )
    total = _number(_("How many"), most=MOST_COUPONS)
    per_member = _number(_("For each member"), most=MOST_FOR_A_MEMBER)
    in_centre = forms.BooleanField(
        label=_("Members claim it themselves in the coupon centre"),
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget(),
    )
    claim_from = _day(_("Claimed from (first day)"))
    claim_until = _day(_("Claimed until (last day)"))
    valid_days = _number(_("Valid for so many days after the claim"), most=MOST_DAYS, required=False)
    valid_from = _day(_("or valid from (first day)"), required=False)
    valid_until = _day(_("and until (last day)"), required=False)

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **options: Any) -> None:
        super().__init__(request, object_id, *args, **options)
        choices = self.fields["categories"]
        assert isinstance(choices, forms.MultipleChoiceField)
        choices.choices = list(_titles(mall.categories(), ""))

    def clean_rate(self) -> int:
        """The rate in basis points."""
        said = str(self.cleaned_data["rate"]).strip()
        try:
            return parse_rate(said) if said else 0
        except StatedError as error:
            raise forms.ValidationError(_("Write it like 10% or 12.5%.")) from error

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("categories") and cleaned.get("products"):
            self.add_error("products", forms.ValidationError(_("Name categories or products, not both.")))
        return cleaned

    def terms(self) -> Terms:
        """What it takes off, and of what."""
        said = self.cleaned_data
        codes = tuple(code.strip() for code in said["products"].split(",") if code.strip())
        by_rate = said["kind"] == "rate_off"
        return Terms(
            kind=said["kind"],
            amount_fen=0 if by_rate else said["amount"] or 0,
            rate_bp=said["rate"] if by_rate else 0,
            cap_fen=(said["cap"] or 0) if by_rate else 0,
            least_fen=said["least"] or 0,
            scope_kind="categories" if said["categories"] else "products" if codes else "all",
            scope=tuple(said["categories"]) or codes,
            allows_packs=said["allows_packs"],
        )

    def issue(self) -> Issue:
        """How many, for whom, and when. Last days end at midnight in Beijing."""
        said = self.cleaned_data
        return Issue(
            total=said["total"],
            per_member=said["per_member"],
            claim_from=_midnight(said["claim_from"]),
            claim_until=end_of_day(said["claim_until"]),
            valid_days=said["valid_days"],
            valid_from=_midnight(said["valid_from"]) if said["valid_from"] else None,
            valid_until=end_of_day(said["valid_until"]) if said["valid_until"] else None,
            in_centre=said["in_centre"],
        )


class GiveForm(BaseDialogForm):
    member_number = _text(_("Member number"), length=40)
    reference = _text(_("Reference: one reference gives one coupon"), length=60)


class TemplateAdmin(ConsoleAdmin):
    """Kinds of coupons, newest first."""

    list_display = (
        "title_zh",
        "shown_terms",
        "total",
        "claimed",
        "shown_used",
        "shown_cost",
        "claim_until",
        "stopped_at",
    )
    list_filter = ("kind", "scope_kind", "in_centre")
    fields = (
        *("title_zh", "title_en", "shown_terms", "scope_kind", "scope", "allows_packs", "total", "claimed"),
        *("shown_used", "shown_cost", "per_member", "in_centre", "claim_from", "claim_until", "valid_from"),
        *("valid_until", "valid_days", "stopped_at", "created_at"),
    )
    readonly_fields = fields
    act_roles = (OWNER, SERVICE)
    actions_list = ("set",)
    actions_detail = ("give", "stop")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Template]:
        uses = Use.objects.filter(coupon__template=OuterRef("pk"), let_go_at__isnull=True).order_by()
        by_kind = uses.values("coupon__template")
        rows: QuerySet[Template] = super().get_queryset(request)
        return rows.annotate(
            used=Coalesce(Subquery(by_kind.annotate(number_of=Count("id")).values("number_of")), 0),
            cost_fen=Coalesce(Subquery(by_kind.annotate(sum_fen=Sum("reduction_fen")).values("sum_fen")), 0),
        )

    @display(description=_("takes off"))
    def shown_terms(self, row: Template) -> str:
        if row.kind == Template.Kind.AMOUNT_OFF:
            return f"{yuan(row.amount_fen)} / ≥ {yuan(row.least_fen)}"
        return f"{format_rate(row.rate_bp)} ≤ {yuan(row.cap_fen)} / ≥ {yuan(row.least_fen)}"

    @display(description=_("used"))
    def shown_used(self, row: Template) -> str:
        return str(row.used)  # type: ignore[attr-defined]

    @display(description=_("taken off so far"))
    def shown_cost(self, row: Template) -> str:
        return yuan(row.cost_fen)  # type: ignore[attr-defined]

    @action(
        description=_("Set a coupon"),
        url_path="set",
        permissions=["set"],
        icon="add",
        dialog=dialog(
            _("Set a coupon"),
            description=_("It doesn't change afterwards: stop it and set another."),
            form_class=SetForm,
        ),
    )
    def set(self, request: HttpRequest, form: SetForm) -> HttpResponse:
        said = form.cleaned_data

        def step() -> None:
            services.set_coupon(
                title_zh=said["title_zh"],
                title_en=said["title_en"],
                terms=form.terms(),
                issue=form.issue(),
                actor=actor_of(request),
                now=clock.now(),
            )

        response = take_step(request, step, back_to=None)
        response.headers["HX-Redirect"] = reverse("admin:coupons_template_changelist")
        return response

    @action(
        description=_("Stop"),
        url_path="stop",
        permissions=["stop"],
        icon="stop_circle",
        dialog=dialog(
            _("Stop the coupon"),
            description=_(
                "Nobody gets one any more. Those that members have stay valid: they were promised."
            ),
        ),
    )
    def stop(self, request: HttpRequest, form: BaseDialogForm, object_id: int) -> HttpResponse:
        row = Template.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: services.stop_coupon(template_id=row.pk, actor=actor_of(request), now=clock.now()),
            back_to=row,
        )

    @action(
        description=_("Give"),
        url_path="give",
        permissions=["give"],
        icon="redeem",
        dialog=dialog(
            _("Give a member this coupon"),
            description=_("The total and the limit for a member hold here too."),
            form_class=GiveForm,
        ),
    )
    def give(self, request: HttpRequest, form: GiveForm, object_id: int) -> HttpResponse:
        row = Template.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: services.give_coupon(
                template_id=row.pk,
                member_number=form.cleaned_data["member_number"],
                reference=form.cleaned_data["reference"],
                actor=actor_of(request),
                now=clock.now(),
            ),
            back_to=row,
        )

    def has_set_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request)

    def has_stop_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id)

    def has_give_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id)

    def _may(self, request: HttpRequest, object_id: Any) -> bool:
        if not self.may_act(request) or not str(object_id).isdigit():
            return False
        return Template.objects.filter(pk=object_id, stopped_at__isnull=True).exists()


class CouponAdmin(ConsoleAdmin):
    """Coupons that members have, newest first."""

    list_display = ("shown_member", "template", "claimed_at", "valid_until", "given_by", "is_used")
    list_filter = ("is_used",)
    search_fields = ("=member__number",)
    list_select_related = ("member", "template")
    fields = (
        "shown_member",
        "template",
        "ordinal",
        "claimed_at",
        "valid_from",
        "valid_until",
        "given_by",
        "is_used",
    )
    readonly_fields = fields

    @display(description=_("member"))
    def shown_member(self, row: Coupon) -> SafeString | str:
        return link(row.member, row.member.number)


def _titles(nodes: tuple[Any, ...], above: str) -> Any:
    """The choices of a tree of categories, each with where it stands."""
    for node in nodes:
        title = f"{above} / {node.title}" if above else node.title
        yield str(node.category_id), title
        yield from _titles(node.children, title)


def _midnight(day: Any) -> datetime:
    return end_of_day(day - timedelta(days=1))


site.register(Template, TemplateAdmin)
site.register(Coupon, CouponAdmin)
