"""Reviews: read by stars, answered, their words taken from view for a reason and shown again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display
from unfold.forms import BaseDialogForm

from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.mall.admin.base import ReasonForm, actor_of, dialog, link, take_step, text_field
from tongbao.mall.models import Review
from tongbao.mall.policy.reviews import is_all_back
from tongbao.mall.services import reviews
from tongbao.tenancy.contracts import OWNER, SERVICE


class ReplyForm(BaseDialogForm):
    reply = text_field(_("Reply"), lines=True)


class HiddenFilter(admin.SimpleListFilter):
    """Reviews whose words are shown, or hidden."""

    title = _("what can be seen")
    parameter_name = "hidden"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("shown")), ("yes", _("words hidden"))]

    def queryset(self, request: HttpRequest, rows: QuerySet[Review]) -> QuerySet[Review]:
        return rows.filter(hidden_at__isnull=self.value() == "no") if self.value() in ("no", "yes") else rows


class AnsweredFilter(admin.SimpleListFilter):
    """Reviews that wait for a word of the shop, or have one."""

    title = _("answered")
    parameter_name = "answered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("No")), ("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, rows: QuerySet[Review]) -> QuerySet[Review]:
        return rows.filter(replied_at__isnull=self.value() == "no") if self.value() in ("no", "yes") else rows


class ReviewAdmin(ConsoleAdmin):
    """Reviews, newest first. Nobody writes, changes or deletes one here."""

    list_display = ("shown_stars", "shown_product", "text", "shown_state", "shown_reply", "written_at")
    list_filter = ("stars", HiddenFilter, AnsweredFilter)
    search_fields = ("text", "product__title", "product__code", "order_line__order__number")
    list_select_related = ("product", "order_line__order")
    view_roles = (OWNER, SERVICE)
    act_roles = (OWNER, SERVICE)
    actions_detail = ("reply", "hide", "show")
    fields = (
        ("shown_stars", "shown_state", "shown_counts"),
        ("shown_product", "shown_order"),
        "text",
        ("written_at", "is_anonymous"),
        "follow_up",
        "followed_up_at",
        "reply",
        "replied_at",
        ("hidden_reason", "hidden_at"),
    )
    readonly_fields = ("shown_stars", "shown_state", "shown_counts", "shown_product", "shown_order")

    @display(description=_("stars"), ordering="stars")
    def shown_stars(self, review: Review) -> str:
        return "★" * review.stars + "☆" * (5 - review.stars)

    @display(description=_("what can be seen"), label={"shown": "success", "hidden": "warning"})
    def shown_state(self, review: Review) -> tuple[str, Any]:
        return ("hidden", _("words hidden")) if review.is_hidden else ("shown", _("shown"))

    @display(description=_("counts"))
    def shown_counts(self, review: Review) -> Any:
        line = review.order_line
        went_back = is_all_back(
            base_fen=line.base_fen,
            promised_fen=line.promised_fen,
            points_fen=line.points_fen,
            points_promised_fen=line.points_promised_fen,
        )
        return _("refunded, not counted") if went_back else _("counted")

    @display(description=_("answered"), boolean=True)
    def shown_reply(self, review: Review) -> bool:
        return review.replied_at is not None

    @display(description=_("product"))
    def shown_product(self, review: Review) -> SafeString | str:
        return link(review.product)

    @display(description=_("order"))
    def shown_order(self, review: Review) -> SafeString | str:
        return link(review.order_line.order)

    @action(
        description=_("Reply"),
        url_path="reply",
        permissions=["reply"],
        icon="reply",
        dialog=dialog(
            _("Reply for the shop"),
            description=_("Everybody reads it below the review."),
            form_class=ReplyForm,
        ),
    )
    def reply(self, request: HttpRequest, form: ReplyForm, object_id: int) -> HttpResponse:
        review = Review.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: reviews.reply_to_review(
                review_id=review.pk,
                text=form.cleaned_data["reply"],
                actor=actor_of(request),
                now=clock.now(),
            ),
            back_to=review,
        )

    @action(
        description=_("Hide the words"),
        url_path="hide",
        permissions=["hide"],
        icon="visibility_off",
        dialog=dialog(
            _("Hide the words"),
            description=_(
                "The stars count on, and the buyer is told the reason. Reviews are hidden for what the law"
                " forbids or personal data, not for being bad."
            ),
            form_class=ReasonForm,
        ),
    )
    def hide(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        review = Review.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: reviews.hide_review(
                review_id=review.pk,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=clock.now(),
            ),
            back_to=review,
        )

    @action(
        description=_("Show the words again"),
        url_path="show",
        permissions=["show"],
        icon="visibility",
        dialog=dialog(_("Show the words again"), form_class=ReasonForm),
    )
    def show(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        review = Review.objects.get(pk=object_id)
        return take_step(
            request,
            lambda: reviews.show_review(
                review_id=review.pk,
                reason=form.cleaned_data["reason"],
                actor=actor_of(request),
                now=clock.now(),
            ),
            back_to=review,
        )

    def has_reply_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, hidden=False)

    def has_hide_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, hidden=False)

    def has_show_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, hidden=True)

    def _may(self, request: HttpRequest, object_id: Any, *, hidden: bool) -> bool:
        known = (
            str(object_id).isdigit()
            and Review.objects.filter(pk=object_id, hidden_at__isnull=not hidden).exists()
        )
        return self.may_act(request) and bool(known)


site.register(Review, ReviewAdmin)
