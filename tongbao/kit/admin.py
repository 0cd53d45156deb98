"""The operator's console: one site, and bases that show tables without ever writing them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite

from tongbao.kit import clock
from tongbao.kit.errors import Language, TooManyRequests
from tongbao.kit.ratelimit import check_rate

# Roles that sign in with a second factor: they send money out.
SECOND_FACTOR_ROLES = frozenset({"finance"})
SECOND_FACTOR_SESSION_KEY = "second_factor_passed_by"
SIGN_IN_TRIES = 10
SIGN_IN_WINDOW = timedelta(minutes=10)


class ConsoleSite(UnfoldAdminSite):
    """The console (运营后台). Sign-ins are limited in number; finance passes a second factor."""

    site_title = _("Tongbao console")
    site_header = _("Tongbao")
    index_title = _("Dashboard")
    enable_nav_sidebar = True

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.extra_urls: list[URLPattern] = []
        self.pages: dict[str, ConsolePage] = {}

    def add_page(self, page: ConsolePage) -> None:
        """Take in a page that shows no table; the menu finds it by its key."""
        self.pages[page.key] = page

    def get_urls(self) -> list[Any]:
        of_pages = [pattern for page in self.pages.values() for pattern in page.get_urls()]
        return [*self.extra_urls, *of_pages, *super().get_urls()]

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(super().has_permission(request)) and not self.awaits_second_factor(request)

    def awaits_second_factor(self, request: HttpRequest) -> bool:
        """Whether this operator has given a password and still owes the second factor."""
        if not request.user.is_authenticated or not operator_roles(request) & SECOND_FACTOR_ROLES:
            return False
        return request.session.get(SECOND_FACTOR_SESSION_KEY) != request.user.pk

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if self.awaits_second_factor(request):
            return HttpResponseRedirect(reverse("admin:second_factor"))
        if request.method == "POST":
            try:
                check_rate(
                    what="console-sign-in",
                    key=f"{request.META.get('REMOTE_ADDR')}:{request.POST.get('username', '')[:60]}",
                    limit=SIGN_IN_TRIES,
                    window=SIGN_IN_WINDOW,
                    now=clock.now(),
                )
            except TooManyRequests as refusal:
                return HttpResponse(refusal.message(console_language(request)), status=429)
        response: HttpResponse = super().login(request, extra_context)
        return response


site = ConsoleSite(name="admin")


def operator_roles(request: HttpRequest) -> frozenset[str]:
    """The console roles of the operator who asks: owner, finance, service."""
    cached: frozenset[str] | None = getattr(request, "_operator_roles", None)
    if cached is None:
        cached = frozenset(request.user.groups.values_list("name", flat=True))
        request._operator_roles = cached  # type: ignore[attr-defined]
    return cached


def console_language(request: HttpRequest) -> Language:
    """The language the operator reads."""
    return "en" if getattr(request, "LANGUAGE_CODE", "zh-hans").startswith("en") else "zh"


class ForRoles:
    """Who may look at a page, and who may use its actions and forms."""

    view_roles: tuple[str, ...] = ("owner", "finance", "service")
    act_roles: tuple[str, ...] = ("owner",)

    def may_view(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser or operator_roles(request) & set(self.view_roles))

    def may_act(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser or operator_roles(request) & set(self.act_roles))


class ConsolePage(ForRoles):
    """Base of a console page that shows no table: a calculator, a tool. Its first address is ``admin:<key>``."""

    key: str

    def get_urls(self) -> list[URLPattern]:
        """The page's addresses, each behind sign-in and ``may_view``; see ``at``."""
        raise NotImplementedError

    def at(self, route: str, view: Callable[[HttpRequest], HttpResponse], name: str) -> URLPattern:
        """An address of this page, for signed-in operators who may view it."""

        def guarded(request: HttpRequest) -> HttpResponse:
            if not self.may_view(request):
                raise PermissionDenied
            return view(request)

        return path(route, site.admin_view(guarded), name=name)


class ConsoleAdmin(ForRoles, ModelAdmin):
    """Base of every console page: shows rows to the roles in ``view_roles``; writes go through services.

    ``act_roles`` may use the page's actions and forms. Nothing is deleted from the console.
    """

    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may_view(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.may_view(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


__all__ = ["ConsoleAdmin", "ConsolePage", "ConsoleSite", "console_language", "operator_roles", "site"]
