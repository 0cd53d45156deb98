"""Reads of the storefront's look: as it was saved, and as a customer gets it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongbao.kit.writing import traditional
from tongbao.mall.contracts import (
    CURRENCY,
    LANGUAGES,
    AppEntry,
    Banner,
    Block,
    CategoryTarget,
    Grid,
    Look,
    ProductList,
    ProductTarget,
    StorefrontVersionUnknown,
    Target,
)
from tongbao.mall.models import Product, StorefrontPicture, StorefrontVersion
from tongbao.mall.policy.storefront import block_document, stored_look_from, target_document, targets
from tongbao.mall.selectors.catalogue import CategoryNode, ProductView, categories, picture_url, products
from tongbao.tenancy.selectors import current_tenant

VERSIONS_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedLook:
    """A version of the look. Number 0 is that of a mall which has changed nothing."""

    number: int
    look: Look
    saved_by: str = ""
    saved_at: datetime | None = None
    restored_from: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """What targets of a look can lead to at this moment."""

    codes: frozenset[str]
    category_ids: frozenset[int]

    def has(self, target: Target) -> bool:
        """Whether a tap would find something."""
        if isinstance(target, ProductTarget):
            return target.code in self.codes
        if isinstance(target, CategoryTarget):
            return target.category_id in self.category_ids
        return True


def current_look() -> SavedLook:
    """The look that customers see."""
    row = StorefrontVersion.objects.first()
    return SavedLook(number=0, look=Look()) if row is None else _saved(row)


def saved_look(*, number: int) -> SavedLook:
    """A look by the number of its version. Raises StorefrontVersionUnknown."""
    if number == 0:
        return SavedLook(number=0, look=Look())
    row = StorefrontVersion.objects.filter(number=number).first()
    if row is None:
        raise StorefrontVersionUnknown(key=number)
    return _saved(row)


def storefront_versions() -> tuple[SavedLook, ...]:
    """The newest versions, newest first."""
    return tuple(_saved(row) for row in StorefrontVersion.objects.all()[:VERSIONS_SHOWN])


def unknown_files(*, files: Iterable[str]) -> frozenset[str]:
    """Those files that are no uploads of this storefront."""
    wanted = set(files)
    known = StorefrontPicture.objects.filter(file__in=wanted).values_list("file", flat=True)
    return frozenset(wanted - set(known))


def reachable(*, look: Look) -> Reachable:
    """Which products and shelves of a look's targets are there for a customer."""
    wanted = [target.code for _place, target in targets(look) if isinstance(target, ProductTarget)]
    codes = Product.objects.filter(code__in=wanted).values_list("code", flat=True) if wanted else ()
    return Reachable(codes=frozenset(codes), category_ids=frozenset(_shown_ids(categories())))


def storefront(*, look: Look, apps: tuple[AppEntry, ...], now: datetime) -> dict[str, Any]:
    """All that the storefront begins with, as its API says it. What is no longer there is left out."""
    tenant = current_tenant()
    there = reachable(look=look)
    name = look.name or tenant.title
    return {
        "name": name,
        "name_en": look.name_en or name,
        "logo_url": picture_url(look.logo) if look.logo else None,
        "colour": look.colour,
        "currency": CURRENCY,
        "languages": list(LANGUAGES),
        "now": now,
        "is_demo": tenant.is_demo,
        "apps": [
            in_every_writing(
                {
                    "key": app.key,
                    "title": app.title,
                    "title_en": app.title_en,
                    "page": app.page,
                    "icon": app.icon,
                }
            )
            for app in apps
        ],
        "blocks": [
            in_every_writing(_shown(block, there)) for block in look.blocks if _is_there(block, there)
        ],
    }


def in_every_writing(said: dict[str, Any]) -> dict[str, Any]:
    """What the mall says in Chinese, in traditional characters beside it: readers of all languages share one answer.

    >>> in_every_writing({"kind": "text", "title": "通知", "text": "请查看账户"})["text_zh_hant"]
    '請檢視帳戶'
    """
    parts = {key: [in_every_writing(one) for one in said[key]] for key in ("pictures", "items") if key in said}
    words = {f"{key}_zh_hant": traditional(said[key]) for key in ("title", "text") if key in said}
    return said | parts | words


def listed(*, source: str, category_id: int | None, limit: int) -> tuple[ProductView, ...]:
    """The products of a list block, as the storefront asks for them."""
    if source == "category":
        return products(category_id=category_id, limit=limit)
    return products(kind="gift_pack" if source == "packs" else "goods", limit=limit)


def _is_there(block: Block, there: Reachable) -> bool:
    if isinstance(block, ProductList) and block.category_id is not None:
        return block.category_id in there.category_ids
    if isinstance(block, Grid) and block.items is not None:
        return any(there.has(item.target) for item in block.items)
    return True


def _shown(block: Block, there: Reachable) -> dict[str, Any]:
    """A block's document with addresses for files, English for what has none, and no dead ends."""
    document = block_document(block)
    if isinstance(block, Banner):
        document["pictures"] = [
            {
                "url": picture_url(picture.file),
                "title": picture.title,
                "title_en": picture.title_en or picture.title,
                "target": target_document(picture.target)
                if picture.target and there.has(picture.target)
                else None,
            }
            for picture in block.pictures
        ]
        return document
    if isinstance(block, Grid):
        if block.items is not None:
            document["items"] = [
                {**told, "title_en": item.title_en or item.title}
                for told, item in zip(document["items"], block.items, strict=True)
                if there.has(item.target)
            ]
        return document
    document["title_en"] = block.title_en or block.title
    if not isinstance(block, ProductList):
        document["text_en"] = block.text_en or block.text
    return document


def _shown_ids(nodes: tuple[CategoryNode, ...]) -> Iterable[int]:
    for node in nodes:
        yield node.category_id
        yield from _shown_ids(node.children)


def _saved(row: StorefrontVersion) -> SavedLook:
    return SavedLook(
        number=row.number,
        look=stored_look_from(row.look),
        saved_by=row.saved_by,
        saved_at=row.saved_at,
        restored_from=row.restored_from,
    )
