"""Business apps, as their manifests declare them: what they add is connected here, and rests where they are off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache, wraps
from typing import Any

from django.apps import AppConfig, apps
from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from ninja import NinjaAPI, Router

from tongbao.kit import events, jobs
from tongbao.kit.manifest import AppManifest, ManifestInvalid, resolve
from tongbao.ledger.contracts import AccountKind
from tongbao.mall.contracts import (
    AppEntry,
    PriceReduction,
    ReducibleLine,
    Reduction,
    ReductionOff,
    ReductionWish,
)
from tongbao.tenancy.selectors import app_is_on

PREFIX = "tongbao.apps."


def manifests() -> tuple[AppManifest, ...]:
    """What the apps in ``tongbao/apps`` say of themselves, by key.

    Raises ManifestInvalid for an app without a manifest, or with one that bears another name than its folder.
    """
    found = sorted(
        (app for app in apps.get_app_configs() if app.name.startswith(PREFIX)), key=lambda app: app.name
    )
    return tuple(_manifest_of(app) for app in found)


def _manifest_of(app: AppConfig) -> AppManifest:
    folder = app.name.removeprefix(PREFIX)
    manifest = getattr(app, "manifest", None)
    if not isinstance(manifest, AppManifest):
        raise ManifestInvalid(key=folder, why="its AppConfig has no manifest")
    if not manifest.key == app.label == folder:
        raise ManifestInvalid(key=manifest.key, why=f"key and label must be the folder's name, {folder!r}")
    return manifest


def wire(known: Iterable[AppManifest]) -> None:
    """Connect handlers and schedules; each does nothing in a tenant where its app is off. Safe to repeat."""
    for manifest in known:
        for handles in manifest.handlers:
            events.wire(event_class=handles.event, handler=_handler(manifest.key, handles.function))
        for runs in manifest.schedules:
            jobs.register(
                jobs.Schedule(
                    name=f"{manifest.key}.{runs.name}",
                    every=runs.every,
                    function=_schedule(manifest.key, runs.function),
                )
            )


@cache
def _handler(key: str, address: str) -> events.Handler:
    def handle(event: Any, now: datetime) -> None:
        if app_is_on(app_key=key):
            resolve(address)(event, now)

    return handle


@cache
def _schedule(key: str, address: str) -> Callable[[datetime], object]:
    def run(now: datetime) -> object:
        return resolve(address)(now) if app_is_on(app_key=key) else None

    return run


def mount(api: NinjaAPI, known: Iterable[AppManifest]) -> None:
    """Put each app's routes under ``/<key>``; where the app is off there is nothing at these addresses."""
    for manifest in known:
        if manifest.routes:
            router: Router = resolve(manifest.routes)
            router.add_decorator(_only_where_on(api, manifest.key), mode="view")
            api.add_router(f"/{manifest.key}", router)


def _only_where_on(api: NinjaAPI, key: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def guard(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(request: HttpRequest, *arguments: Any, **values: Any) -> Any:
            if not app_is_on(app_key=key):
                # Before sign-in and input are looked at: an app that is off says nothing, not even what it expects.
                return api.on_exception(request, Http404())
            return view(request, *arguments, **values)

        return guarded

    return guard


def account_kinds(known: Iterable[AppManifest]) -> tuple[AccountKind, ...]:
    """The ledger accounts that apps declare; they exist in every tenant, on or off, since books are for ever."""
    return tuple(
        account
        for manifest in known
        for account in manifest.ledger_accounts
        if isinstance(account, AccountKind)
    )


def menu(known: Iterable[AppManifest]) -> Iterator[dict[str, Any]]:
    """The console's menu entries of the apps that are on, in the reader's language."""
    chinese = not (get_language() or "zh").startswith("en")
    for manifest in known:
        if not manifest.menu or not app_is_on(app_key=manifest.key):
            continue
        items = []
        for entry in manifest.menu:
            try:
                link = reverse(entry.url_name)
            except NoReverseMatch:
                continue
            items.append(
                {"title": entry.title_zh if chinese else entry.title_en, "icon": entry.icon, "link": link}
            )
        if items:
            title = manifest.title_zh if chinese else manifest.title_en
            yield {"title": title, "separator": True, "collapsible": False, "items": items}


def price_reduction(known: Iterable[AppManifest]) -> PriceReduction | None:
    """The reduction that an app adds to the checkout, if one does. Raises ManifestInvalid where two do."""
    adding = [manifest for manifest in known if manifest.price_reduction]
    if len(adding) > 1:
        raise ManifestInvalid(key=adding[1].key, why=f"{adding[0].key} reduces prices already")
    return _Reduction(adding[0]) if adding else None


class _Reduction:
    """An app's reduction: refused where the app is off, except for what open orders have of it."""

    def __init__(self, manifest: AppManifest) -> None:
        self._manifest = manifest

    def quote(
        self, *, buyer_id: int, lines: Sequence[ReducibleLine], wish: ReductionWish, now: datetime
    ) -> Reduction:
        """See the app's own; raises ReductionOff where it is off."""
        return self._where_on().quote(buyer_id=buyer_id, lines=lines, wish=wish, now=now)

    def take(
        self,
        *,
        subject: str,
        buyer_id: int,
        lines: Sequence[ReducibleLine],
        wish: ReductionWish,
        now: datetime,
    ) -> Reduction:
        """See the app's own; raises ReductionOff where it is off."""
        return self._where_on().take(subject=subject, buyer_id=buyer_id, lines=lines, wish=wish, now=now)

    def let_go(self, *, subject: str, now: datetime) -> None:
        """An obligation: it comes back wherever the app is on or off."""
        self._own().let_go(subject=subject, now=now)

    def _where_on(self) -> PriceReduction:
        if not app_is_on(app_key=self._manifest.key):
            raise ReductionOff()
        return self._own()

    def _own(self) -> PriceReduction:
        own: PriceReduction = resolve(self._manifest.price_reduction)()
        return own


class StorefrontPages:
    """The apps that are on, as entries of the storefront; implements ``mall.contracts.StorefrontApps``."""

    def entries(self) -> tuple[AppEntry, ...]:
        """Each app by its title and its first page."""
        return tuple(
            AppEntry(
                key=manifest.key,
                title=manifest.title_zh,
                title_en=manifest.title_en,
                page=f"/apps/{manifest.key}/{manifest.pages[0].path.lstrip('/')}",
                icon=manifest.pages[0].icon,
            )
            for manifest in manifests()
            if manifest.pages and app_is_on(app_key=manifest.key)
        )
