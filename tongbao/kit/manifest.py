"""What a business app says of itself, in one typed and frozen value: ``apps/<key>/apps.py`` carries it.

Pure Python, and made before any table is known: what lives in other modules of the app is named by address
(``"tongbao.apps.tea_room.tasks:pour"``) and imported when it is first needed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from typing import Any, ClassVar, Protocol

from tongbao.kit.errors import DomainError

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
ADDRESS = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+:[a-zA-Z_][a-zA-Z0-9_]*")
PERMISSION = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


class ManifestInvalid(DomainError):
    code = "manifest_invalid"
    status = 500
    message_en = "The manifest of the app {key!r} can't be used: {why}. Correct it in the app's apps.py."
    message_zh = "应用{key!r}的清单无效:{why}。请在该应用的 apps.py 中更正。"


class SettingsClass(Protocol):
    """A frozen dataclass of tenant settings, stored under ``key``; see ``tenancy.contracts.TenantSettings``."""

    key: ClassVar[str]


class EventClass(Protocol):
    """A fact of another package's ``contracts``."""

    name: ClassVar[str]


class AccountDeclaration(Protocol):
    """A kind of account; see ``ledger.contracts.AccountKind``."""

    @property
    def kind(self) -> str: ...

    @property
    def asset(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Handles:
    """A function ``(event, now) -> None`` that hears of an event; idempotent."""

    event: type[EventClass]
    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """A function ``(now) -> object`` that runs at most once every so often in each tenant."""

    name: str
    every: timedelta
    function: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEntry:
    """A line of the console's menu: its icon by Material Symbols name, its page by URL name."""

    title_zh: str
    title_en: str
    icon: str
    url_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StorefrontPage:
    """A page of the app: ``path`` is below ``storefront/src/apps/<key>/``. The first one is the app's entry.

    ``icon`` is the entry's, by Material Symbols name.
    """

    path: str
    title_zh: str
    title_en: str
    icon: str = "apps"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppManifest:
    """What a business app is, needs and adds.

    ``key`` is the name of its folder, of its tables' prefix and of its addresses. ``needs`` names the packages
    whose contracts it uses. ``routes`` addresses a ninja router, mounted under ``/api/v1/<key>``. In a tenant
    where the app is off its routes answer 404, its handlers and schedules rest and its menu is gone, while
    obligations already incurred still settle. Raises ManifestInvalid.

    >>> AppManifest(key="tea_room", title_zh="茶室", title_en="Tea room").key
    'tea_room'
    """

    key: str
    title_zh: str
    title_en: str
    needs: tuple[str, ...] = ()
    settings: type[SettingsClass] | None = None
    routes: str = ""
    handlers: tuple[Handles, ...] = ()
    schedules: tuple[Runs, ...] = ()
    ledger_accounts: tuple[AccountDeclaration, ...] = ()
    permissions: tuple[str, ...] = ()
    menu: tuple[MenuEntry, ...] = ()
    pages: tuple[StorefrontPage, ...] = ()
    price_reduction: str = ""
    """A class with the shape of the mall's ``PriceReduction``; at most one app of an installation has one."""

    def __post_init__(self) -> None:
        if not KEY.fullmatch(self.key):
            raise ManifestInvalid(key=self.key, why="a key is lower-case letters, digits and underscores")
        if not self.title_zh.strip() or not self.title_en.strip():
            raise ManifestInvalid(key=self.key, why="it needs a title in both languages")
        own = f"tongbao.apps.{self.key}"
        addresses = [self.routes] if self.routes else []
        addresses += [self.price_reduction] if self.price_reduction else []
        addresses += [handles.function for handles in self.handlers]
        addresses += [runs.function for runs in self.schedules]
        for address in addresses:
            if not ADDRESS.fullmatch(address) or not address.startswith((f"{own}.", f"{own}:")):
                raise ManifestInvalid(key=self.key, why=f"{address!r} is not an address in {own}")
        names = [schedule.name for schedule in self.schedules]
        if len(set(names)) != len(names):
            raise ManifestInvalid(key=self.key, why="two schedules have the same name")
        if any(schedule.every <= timedelta(0) for schedule in self.schedules):
            raise ManifestInvalid(key=self.key, why="a schedule needs a pause")
        for permission in self.permissions:
            if not PERMISSION.fullmatch(permission):
                raise ManifestInvalid(key=self.key, why=f"{permission!r} is not like app.action")
        if self.settings is not None and self.settings.key != self.key:
            raise ManifestInvalid(key=self.key, why="its settings are stored under another key")


def resolve(address: str) -> Any:
    """What an address names; imports its module.

    >>> resolve("tongbao.kit.manifest:AppManifest").__name__
    'AppManifest'
    """
    module, _, name = address.partition(":")
    return getattr(import_module(module), name)
