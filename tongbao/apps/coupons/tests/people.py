"""Members, coupons and orders of the tests."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from tongbao.apps.coupons import services
from tongbao.apps.coupons.contracts import Issue, Terms
from tongbao.apps.coupons.models import Coupon, Use
from tongbao.mall.contracts import ReducibleLine, ReductionWish, Wish
from tongbao.mall.models import OrderLine
from tongbao.mall.services.checkout import PlacedOrder, place_order
from tongbao.mall.tests import shop
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services.changes import switch_app

NOON = shop.NOON
DAY = timedelta(days=1)
CHEN = Actor.system("陈经理")
_keys = count(1)


def switch(is_on: bool) -> None:
    switch_app(app_key="coupons", is_on=is_on, actor=CHEN, now=NOON)


def issue(**values: object) -> Issue:
    """A hundred coupons, one for each member, claimed for a month, valid for seven days after the claim."""
    said = {
        "total": 100,
        "per_member": 1,
        "claim_from": NOON - DAY,
        "claim_until": NOON + 30 * DAY,
        "valid_days": 7,
    }
    return Issue(**{**said, **values})  # type: ignore[arg-type]


def off(amount_fen: int, least_fen: int = 0, **values: object) -> Terms:
    return Terms(kind="amount_off", amount_fen=amount_fen, least_fen=least_fen, **values)  # type: ignore[arg-type]


def percent(rate_bp: int, cap_fen: int, least_fen: int = 0, **values: object) -> Terms:
    return Terms(kind="rate_off", rate_bp=rate_bp, cap_fen=cap_fen, least_fen=least_fen, **values)  # type: ignore[arg-type]


def kind(terms: Terms, **values: object) -> int:
    """A kind of coupon that the operator has set."""
    return services.set_coupon(
        title_zh="满减券", title_en="Coupon", terms=terms, issue=issue(**values), actor=CHEN, now=NOON
    )


def claims(member_id: int, template_id: int, *, key: str = "", now=NOON) -> int:
    """The member claims one; returns the coupon's id."""
    made = services.claim_coupon(
        template_id=template_id, member_id=member_id, client_key=key or f"claim-{next(_keys)}", now=now
    )
    return made.coupon_id


def has(member_id: int, terms: Terms, **values: object) -> int:
    """A coupon of the member's with these terms."""
    return claims(member_id, kind(terms, **values))


def order(
    member_id: int,
    *wishes: tuple[str, int],
    coupon: int | None,
    key: str = "",
    now=NOON,
    **more: object,
) -> PlacedOrder:
    return place_order(
        buyer_id=member_id,
        wishes=[Wish(sku=sku, quantity=quantity) for sku, quantity in wishes],
        address=shop.HOME,
        client_key=key or f"coupon-{next(_keys)}",
        reduction=None if coupon is None else ReductionWish(reduction_id=coupon),
        now=now,
        **more,  # type: ignore[arg-type]
    )


def pay(gateway: shop.MemoryGateway, member_id: int, placed: PlacedOrder, *, now=NOON) -> None:
    started = shop.start(member_id, placed, now=now)
    gateway.finish(started.number, at=now)
    shop.notify(gateway, started.number, now=now)


def line(
    cost_fen: int, *, code: str = "tea", category: int | None = None, kind: str = "goods"
) -> ReducibleLine:
    return ReducibleLine(product_code=code, category_id=category, kind=kind, cost_fen=cost_fen)  # type: ignore[arg-type]


def lines_of(placed: PlacedOrder) -> list[tuple[int, int, int]]:
    """What each line has of the coupon, of points and of money, in fen."""
    rows = OrderLine.objects.filter(order__number=placed.number).order_by("position")
    return [(row.reduction_fen, row.points_fen, row.base_fen) for row in rows]


def is_used(coupon_id: int) -> bool:
    used = Coupon.objects.get(pk=coupon_id).is_used
    assert used == Use.objects.filter(coupon_id=coupon_id, let_go_at__isnull=True).exists()
    return used
