"""The price of each day, the operator's own, and what stands behind it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, site
from tongbao.members.admin.base import actor_of, dialog, take_step
from tongbao.points import services
from tongbao.points.admin.base import (
    EvidenceForm,
    PriceForm,
    asked_yuan,
    key_of,
    shown_points,
    shown_price,
    shown_yuan,
)
from tongbao.points.models import DayPrice, EquityPledge, PriceOrder, ReserveDeposit
from tongbao.points.policy.prices import parse_price
from tongbao.points.policy.supply import price_of_one_point


class DayPriceAdmin(ConsoleAdmin):
    """What was published, what the day may give away above the floor, and what it has."""

    list_display = (
        "on",
        "shown_price",
        "shown_floor",
        "shown_ceiling",
        "is_operators",
        "shown_budget",
        "shown_given",
        "shown_reserve",
    )
    fields = (*list_display, "shown_pledge", "shown_supply", "shown_circulating", "published_at")
    readonly_fields = fields
    date_hierarchy = "on"
    actions_list = ("order_price",)

    @display(description=_("price of a point"))
    def shown_price(self, day: DayPrice) -> str:
        return shown_price(day.price)

    @display(description=_("floor"))
    def shown_floor(self, day: DayPrice) -> str:
        return shown_price(day.floor)

    @display(description=_("ceiling"))
    def shown_ceiling(self, day: DayPrice) -> str:
        return shown_price(price_of_one_point(reserve_fen=day.reserve_fen, units=day.circulating))

    @display(description=_("budget above the floor"))
    def shown_budget(self, day: DayPrice) -> str:
        return shown_yuan(day.budget_fen)

    @display(description=_("given above the floor"))
    def shown_given(self, day: DayPrice) -> str:
        return shown_yuan(day.given_fen)

    @display(description=_("reserve"))
    def shown_reserve(self, day: DayPrice) -> str:
        return shown_yuan(day.reserve_fen)

    @display(description=_("equity pledge"))
    def shown_pledge(self, day: DayPrice) -> str:
        return shown_yuan(day.pledge_fen)

    @display(description=_("supply"))
    def shown_supply(self, day: DayPrice) -> str:
        return shown_points(day.supply)

    @display(description=_("circulating"))
    def shown_circulating(self, day: DayPrice) -> str:
        return shown_points(day.circulating)

    @action(
        description=_("Set the price"),
        url_path="order-price",
        permissions=["order_price"],
        icon="price_change",
        dialog=dialog(
            _("Set the price from a day on"),
            description=_(
                "It is a promise in goods: the reserve pays at the floor alone. Never below the floor; a day whose "
                "price is out keeps it."
            ),
            form_class=PriceForm,
        ),
    )
    def order_price(self, request: HttpRequest, form: PriceForm) -> HttpResponse:
        said = form.cleaned_data

        def step() -> None:
            services.order_price(
                price=parse_price(said["yuan"]) if said["yuan"].strip() else None,
                from_on=said["from_on"],
                actor=actor_of(request),
                reason=said["reason"],
                now=clock.now(),
            )

        return take_step(request, step, back_to=reverse("admin:points_priceorder_changelist"))

    def has_order_price_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request)


class PriceOrderAdmin(ConsoleAdmin):
    """Who set which price, from when, and why."""

    list_display = ("from_on", "shown_price", "operator", "reason", "ordered_at")
    fields = list_display
    readonly_fields = list_display

    @display(description=_("price of a point"))
    def shown_price(self, order: PriceOrder) -> Any:
        if order.price_fen is None or order.price_units is None:
            return _("default")
        return shown_price(price_of_one_point(reserve_fen=order.price_fen, units=order.price_units))


class EvidenceAdmin(ConsoleAdmin):
    """Amounts with the papers behind them."""

    list_display = ("shown_amount", "document", "operator", "reason", "recorded_at")
    fields = ("shown_amount", "document", "document_hash", "operator", "reason", "recorded_at")
    readonly_fields = fields
    view_roles = ("owner", "finance")

    @display(description=_("amount"))
    def shown_amount(self, row: ReserveDeposit | EquityPledge) -> str:
        return shown_yuan(row.amount_fen)


class ReserveDepositAdmin(EvidenceAdmin):
    """The operator's own money in the reserve."""

    actions_list = ("deposit",)

    @action(
        description=_("Deposit to the reserve"),
        url_path="deposit",
        permissions=["deposit"],
        icon="savings",
        dialog=dialog(
            _("Deposit to the reserve"),
            description=_("It enters for ever: the reserve pays only against points that are burned."),
            form_class=EvidenceForm,
        ),
    )
    def deposit(self, request: HttpRequest, form: EvidenceForm) -> HttpResponse:
        said = form.cleaned_data

        def step() -> None:
            services.deposit_to_reserve(
                key=key_of(form),
                amount_fen=asked_yuan(said["yuan"]),
                document=said["document"],
                document_hash=said["document_hash"],
                actor=actor_of(request),
                reason=said["reason"],
                now=clock.now(),
            )

        return take_step(request, step, back_to=reverse("admin:points_reservedeposit_changelist"))

    def has_deposit_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request)


class EquityPledgeAdmin(EvidenceAdmin):
    """What the equity pledge is stated to be worth; the newest counts."""

    actions_list = ("state",)

    @action(
        description=_("State the equity pledge"),
        url_path="state",
        permissions=["state"],
        icon="gavel",
        dialog=dialog(
            _("State the equity pledge"),
            description=_("It counts in the default price of the day and never in the floor."),
            form_class=EvidenceForm,
        ),
    )
    def state(self, request: HttpRequest, form: EvidenceForm) -> HttpResponse:
        said = form.cleaned_data

        def step() -> None:
            services.state_pledge(
                amount_fen=asked_yuan(said["yuan"]),
                document=said["document"],
                document_hash=said["document_hash"],
                actor=actor_of(request),
                reason=said["reason"],
                now=clock.now(),
            )

        return take_step(request, step, back_to=reverse("admin:points_equitypledge_changelist"))

    def has_state_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request)


site.register(DayPrice, DayPriceAdmin)
site.register(PriceOrder, PriceOrderAdmin)
site.register(ReserveDeposit, ReserveDepositAdmin)
site.register(EquityPledge, EquityPledgeAdmin)
