"""Charges (收费): orders of one thing that no shelf has, such as a fee, for what a floor above sells."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta

from django.db import IntegrityError

from tongbao.kit.transactions import transaction
from tongbao.mall.contracts import MAX_ORDER_FEN, By, IdempotencyConflict, MallSettings
from tongbao.mall.models import Order, OrderLine
from tongbao.mall.policy import numbers
from tongbao.mall.policy.amounts import check_amount
from tongbao.mall.services.checkout import PlacedOrder
from tongbao.mall.services.numbering import new_number
from tongbao.mall.services.steps import log_beginning
from tongbao.tenancy.selectors import tenant_settings

MOST_TITLE_CHARACTERS = 80


def place_charge(
    *, buyer_id: int, code: str, title: str, amount_fen: int, client_key: str, now: datetime
) -> PlacedOrder:
    """Place an order of one service that isn't in the catalogue; it is paid, timed out and refunded like any other.

    Its line names no plan and is no pack: it earns no commission and no points. ``code`` is the line's product code.
    The same ``client_key`` with the same contents answers with the same order, also for two at once.
    Raises BadAmount, IdempotencyConflict.

    >>> place_charge(buyer_id=7, code="agency-fee", title="区域代理费", amount_fen=2_000_000,
    ...              client_key="agency:1:1", now=now).total_fen                # doctest: +SKIP
    2000000
    """
    check_amount(what="amount_fen", value=amount_fen, low=1, high=MAX_ORDER_FEN)
    facts = [code, title, amount_fen]
    digest = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
    known = _placed_before(buyer_id, client_key, digest)
    if known is not None:
        return known
    try:
        with transaction():
            order = Order.objects.create(
                number=new_number(prefix=numbers.ORDER, now=now),
                buyer_id=buyer_id,
                client_key=client_key,
                request_hash=digest,
                needs_delivery=False,
                goods_fen=amount_fen,
                placed_at=now,
                pay_before=now + timedelta(minutes=tenant_settings(MallSettings).payment_minutes),
            )
            OrderLine.objects.create(
                order=order,
                position=1,
                product_code=code,
                kind="service",
                title=title[:MOST_TITLE_CHARACTERS],
                price_fen=amount_fen,
                quantity=1,
                base_fen=amount_fen,
            )
            log_beginning(
                order_id=order.pk, claim_id=None, by=By.member(member_id=buyer_id), reason="", now=now
            )
    except IntegrityError as error:
        # Somebody with the same key was quicker.
        known = (
            _placed_before(buyer_id, client_key, digest)
            if "mall_order_client_key_once" in str(error)
            else None
        )
        if known is None:
            raise
        return known
    return _placed(order, replayed=False)


def _placed_before(buyer_id: int, client_key: str, digest: str) -> PlacedOrder | None:
    order = Order.objects.filter(buyer_id=buyer_id, client_key=client_key).first()
    if order is None:
        return None
    if order.request_hash != digest:
        raise IdempotencyConflict(key=client_key)
    return _placed(order, replayed=True)


def _placed(order: Order, *, replayed: bool) -> PlacedOrder:
    return PlacedOrder(
        order_id=order.pk,
        number=order.number,
        total_fen=order.total_fen,
        pay_before=order.pay_before,
        replayed=replayed,
    )
