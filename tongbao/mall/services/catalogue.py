"""Writes of the catalogue, by operators; every one is audited."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import ProtectedError

from tongbao.kit.errors import InvalidInput
from tongbao.kit.transactions import transaction
from tongbao.mall.contracts import (
    MAX_ORDER_FEN,
    MAX_STOCK,
    CategoryInUse,
    CategoryTooDeep,
    CategoryUnknown,
    CodeTaken,
    ProductKind,
    ProductUnknown,
)
from tongbao.mall.models import Category, FreightTemplate, Product, Variant
from tongbao.mall.policy.amounts import check_amount, check_price
from tongbao.mall.services.plan_keys import check_plan_key
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.services import audit

CODE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
DEEPEST = 3
"""Levels of categories."""
HIGHEST_FEE_FEN = 1_000_000
UNIQUE_VIOLATION = "23505"

CHANGEABLE = (
    "title",
    "subtitle",
    "description",
    "category_id",
    "plan_key",
    "freight_template_id",
    "position",
)
"""What may be changed of a product; its code and kind stand in orders and plans, and stay."""


def create_category(
    *, title: str, actor: Actor, now: datetime, parent_id: int | None = None, position: int = 0
) -> int:
    """Add a category and return its id. Raises CategoryTooDeep, CodeTaken, InvalidInput."""
    with transaction():
        _check_place(None, parent_id)
        row = Category(title=_text("title", title, 40), parent_id=parent_id, position=position)
        _save(row, "category", title)
        _audit("category.create", f"category:{row.pk}", actor, now, title=title)
    return int(row.pk)


def change_category(
    *,
    category_id: int,
    title: str,
    parent_id: int | None,
    position: int,
    is_shown: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Rename, move or hide a category. Raises CategoryTooDeep (a circle too), CodeTaken, CategoryUnknown."""
    with transaction():
        _check_place(category_id, parent_id)
        row = Category.objects.filter(id=category_id).first()
        if row is None:
            raise CategoryUnknown(key=category_id)
        row.title, row.parent_id = _text("title", title, 40), parent_id
        row.position, row.is_shown = position, is_shown
        _save(row, "category", title)
        _audit("category.change", f"category:{row.pk}", actor, now, title=title, parent_id=parent_id)


def remove_category(*, category_id: int, actor: Actor, now: datetime) -> None:
    """Remove an empty category. Raises CategoryInUse."""
    with transaction():
        row = Category.objects.filter(id=category_id).first()
        if row is None:
            return
        try:
            row.delete()
        except ProtectedError as error:
            raise CategoryInUse(title=row.title) from error
        _audit("category.remove", f"category:{category_id}", actor, now, title=row.title)


def save_freight_template(
    *, title: str, fee_fen: int, free_above_fen: int, actor: Actor, now: datetime
) -> int:
    """Make a freight template, or change the one of this title; return its id. Raises BadAmount."""
    check_amount(what="fee_fen", value=fee_fen, low=0, high=HIGHEST_FEE_FEN)
    check_amount(what="free_above_fen", value=free_above_fen, low=0, high=MAX_ORDER_FEN)
    with transaction():
        row, _ = FreightTemplate.objects.update_or_create(
            title=_text("title", title, 40),
            defaults={"fee_fen": fee_fen, "free_above_fen": free_above_fen},
        )
        _audit(
            "freight.save", f"freight:{row.pk}", actor, now, fee_fen=fee_fen, free_above_fen=free_above_fen
        )
    return int(row.pk)


def create_product(
    *,
    code: str,
    kind: ProductKind,
    title: str,
    actor: Actor,
    now: datetime,
    plan_key: str = "",
    category_id: int | None = None,
    freight_template_id: int | None = None,
    subtitle: str = "",
    description: str = "",
    position: int = 0,
) -> int:
    """Add a product, not yet on sale, and return its id.

    The code of a gift pack is what the plan's promotion rules name (``pack-198``). Raises CodeTaken,
    PlanKeyUnknown, InvalidInput.
    """
    if not CODE.fullmatch(code):
        raise InvalidInput(
            field="code",
            why_en="use small letters, digits, dots and dashes, 64 at most",
            why_zh="只能使用小写字母、数字、点和短横线,最多64个",
        )
    with transaction():
        row = Product(
            code=code,
            kind=kind,
            title=_text("title", title, 80),
            subtitle=_text("subtitle", subtitle, 120, may_be_empty=True),
            description=_text("description", description, 20_000, may_be_empty=True),
            plan_key=check_plan_key(plan_key=plan_key, at=now),
            category_id=category_id,
            freight_template_id=freight_template_id,
            position=position,
            created_at=now,
            changed_at=now,
        )
        _save(row, "product", code)
        _audit("product.create", f"product:{code}", actor, now, kind=kind, title=title, plan_key=plan_key)
    return int(row.pk)


def change_product(*, code: str, changes: dict[str, Any], actor: Actor, now: datetime) -> None:
    """Change what ``CHANGEABLE`` names; placed orders keep theirs. Raises ProductUnknown, PlanKeyUnknown."""
    for name in changes:
        if name not in CHANGEABLE:
            raise InvalidInput(field=name, why_en="it can't be changed", why_zh="不可修改")
    if "plan_key" in changes:
        check_plan_key(plan_key=changes["plan_key"], at=now)
    with transaction():
        row = Product.objects.select_for_update().filter(code=code).first()
        if row is None:
            raise ProductUnknown(key=code)
        before = {name: getattr(row, name) for name in changes}
        for name, value in changes.items():
            setattr(row, name, value)
        row.title = _text("title", row.title, 80)
        row.changed_at = now
        row.save()
        _audit("product.change", f"product:{code}", actor, now, before=before, after=changes)


def set_on_sale(*, code: str, is_on_sale: bool, actor: Actor, now: datetime) -> None:
    """Put a product on sale or take it off; carts and orders stay as they are. Raises ProductUnknown."""
    with transaction():
        changed = Product.objects.filter(code=code).update(is_on_sale=is_on_sale, changed_at=now)
        if not changed:
            raise ProductUnknown(key=code)
        _audit("product.on_sale" if is_on_sale else "product.off_sale", f"product:{code}", actor, now)


def add_variant(
    *,
    product_code: str,
    sku: str,
    price_fen: int,
    stock: int,
    actor: Actor,
    now: datetime,
    title: str = "",
    position: int = 0,
) -> int:
    """Add a variant with its price and first stock; return its id.

    Raises ProductUnknown, CodeTaken, BadAmount, InvalidInput.
    """
    if not CODE.fullmatch(sku):
        raise InvalidInput(
            field="sku",
            why_en="use small letters, digits, dots and dashes, 64 at most",
            why_zh="只能使用小写字母、数字、点和短横线,最多64个",
        )
    check_amount(what="stock", value=stock, low=0, high=MAX_STOCK)
    product_id = Product.objects.filter(code=product_code).values_list("id", flat=True).first()
    if product_id is None:
        raise ProductUnknown(key=product_code)
    with transaction():
        row = Variant(
            product_id=product_id,
            sku=sku,
            title=_text("title", title, 80, may_be_empty=True),
            price_fen=check_price(price_fen),
            stock=stock,
            position=position,
        )
        _save(row, "SKU", sku)
        _audit("variant.create", f"variant:{sku}", actor, now, price_fen=price_fen, stock=stock)
    return int(row.pk)


def change_variant(
    *,
    sku: str,
    actor: Actor,
    now: datetime,
    price_fen: int | None = None,
    title: str | None = None,
    is_on_sale: bool | None = None,
    position: int | None = None,
) -> None:
    """Change a variant's price, title, place or whether it is on sale. Stock has a service of its own.

    Placed orders keep their price. Raises ProductUnknown, BadAmount.
    """
    changes: dict[str, Any] = {}
    if price_fen is not None:
        changes["price_fen"] = check_price(price_fen)
    if title is not None:
        changes["title"] = _text("title", title, 80, may_be_empty=True)
    if is_on_sale is not None:
        changes["is_on_sale"] = is_on_sale
    if position is not None:
        changes["position"] = position
    with transaction():
        before = Variant.objects.select_for_update().filter(sku=sku).values(*(changes or ["id"])).first()
        if before is None:
            raise ProductUnknown(key=sku)
        if changes:
            Variant.objects.filter(sku=sku).update(**changes)
            _audit("variant.change", f"variant:{sku}", actor, now, before=before, after=changes)


def _check_place(category_id: int | None, parent_id: int | None) -> None:
    """Refuse a parent below the category itself, or too deep. Locks the small tree."""
    rows = Category.objects.select_for_update().order_by("id")
    parents: dict[int, int | None] = dict(rows.values_list("id", "parent_id"))
    if parent_id is not None and parent_id not in parents:
        raise CategoryUnknown(key=parent_id)
    above = 0
    known = parent_id
    while known is not None:
        if known == category_id:
            raise CategoryTooDeep(limit=DEEPEST)
        above += 1
        known = parents[known]
    if above + _levels(category_id, parents) > DEEPEST:
        raise CategoryTooDeep(limit=DEEPEST)


def _levels(category_id: int | None, parents: dict[int, int | None]) -> int:
    """How many levels a category and what stands below it take up."""
    if category_id is None:
        return 1
    children = [child for child, parent in parents.items() if parent == category_id]
    return 1 + max((_levels(child, parents) for child in children), default=0)


def _text(field: str, value: str, limit: int, *, may_be_empty: bool = False) -> str:
    text = value.strip()
    if len(text) > limit or not (text or may_be_empty):
        raise InvalidInput(
            field=field, why_en=f"it needs 1 to {limit} characters", why_zh=f"需要1到{limit}个字符"
        )
    return text


def _save(row: Category | Product | Variant, what: str, key: str) -> None:
    try:
        with transaction():
            row.save()
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", "") != UNIQUE_VIOLATION:
            raise
        raise CodeTaken(what=what, key=key) from error


def _audit(action: str, subject: str, actor: Actor, now: datetime, **detail: Any) -> None:
    audit(AuditFact(actor=actor, action=action, subject=subject, detail=detail), now=now)
