"""What machines there are."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError

from tongbao.apps.mining.contracts import PropNotValid, PropTaken, PropUnknown
from tongbao.apps.mining.models import Prop
from tongbao.apps.mining.policy import check_prop
from tongbao.kit.transactions import transaction
from tongbao.mall.models import Product
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.services import audit


def define_prop(
    *,
    code: str,
    title_zh: str,
    title_en: str,
    daily: int,
    days: int,
    product_code: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Set a prop; with a product it is bought like anything else. What it gives doesn't change afterwards.

    Raises PropNotValid, PropTaken.
    """
    check_prop(code=code, title_zh=title_zh, title_en=title_en, daily=daily, days=days)
    if product_code and not Product.objects.filter(code=product_code).exists():
        raise PropNotValid(why_en=f"there is no product {product_code}", why_zh=f"没有商品 {product_code}")
    try:
        with transaction():
            Prop.objects.create(
                code=code,
                title_zh=title_zh.strip(),
                title_en=title_en.strip(),
                daily=daily,
                days=days,
                product_code=product_code or None,
                created_at=now,
            )
            detail = {"daily": daily, "days": days, "product_code": product_code}
            audit(
                AuditFact(actor=actor, action="mining.define", subject=f"prop:{code}", detail=detail), now=now
            )
    except IntegrityError as error:
        raise PropTaken() from error


def end_prop(*, code: str, actor: Actor, now: datetime) -> None:
    """Off the page and given to nobody new; machines that were paid for run on. Raises PropUnknown."""
    with transaction():
        if not Prop.objects.filter(code=code, is_on_offer=True).update(is_on_offer=False):
            raise PropUnknown(key=code)
        audit(AuditFact(actor=actor, action="mining.end", subject=f"prop:{code}"), now=now)
