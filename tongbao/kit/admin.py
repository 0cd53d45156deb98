"""The operator's console: one site, and bases that show tables without ever writing them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite

from tongbao.kit.errors import Language


class ConsoleSite(UnfoldAdminSite):
    """The console (运营后台)."""

    site_title = _("Tongbao console")
    site_header = _("Tongbao")
    index_title = _("Dashboard")
    enable_nav_sidebar = False


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


class ConsoleAdmin(ModelAdmin):
    """Base of every console page: shows rows to the roles in ``view_roles``; writes go through services.

    ``act_roles`` may use the page's actions and forms. Nothing is deleted from the console.
    """

    view_roles: tuple[str, ...] = ("owner", "finance", "service")
    act_roles: tuple[str, ...] = ("owner",)
    list_per_page = 50
    show_full_result_count = False

    def may_view(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser or operator_roles(request) & set(self.view_roles))

    def may_act(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser or operator_roles(request) & set(self.act_roles))

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


__all__ = ["ConsoleAdmin", "ConsoleSite", "console_language", "operator_roles", "site"]
