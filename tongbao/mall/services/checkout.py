"""From wishes to an order: stock taken, prices as they are at this moment, one order for one client key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError

from tongbao.kit.errors import DomainError, InvalidInput
from tongbao.kit.transactions import transaction
from tongbao.mall import selectors
from tongbao.mall.contracts import (
    AddressNeeded,
    By,
    DeliveryAddress,
    IdempotencyConflict,
    MallSettings,
    PartWish,
    PriceChanged,
    ReductionWish,
    Wish,
)
from tongbao.mall.models import CartLine, Order, OrderLine
from tongbao.mall.policy import numbers
from tongbao.mall.policy.addresses import is_deliverable
from tongbao.mall.policy.pricing import Quote, merge_wishes, part_by_line, quote
from tongbao.mall.services.numbering import new_number
from tongbao.mall.services.parts import payment_part, subject_of
from tongbao.mall.services.paying import order_paid
from tongbao.mall.services.reductions import price_reduction
from tongbao.mall.services.sponsors import check_buyer
from tongbao.mall.services.steps import log_beginning
from tongbao.mall.services.stock import take_stock
from tongbao.tenancy.selectors import tenant_settings

CLIENT_KEY_LIMIT = 80
NOTE_LIMIT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedOrder:
    """The order that a checkout made, or had made before (``replayed``)."""

    order_id: int
    number: str
    total_fen: int
    pay_before: datetime
    replayed: bool


def place_order(
    *,
    buyer_id: int,
    wishes: Sequence[Wish],
    address: DeliveryAddress | None,
    client_key: str,
    now: datetime,
    expected_total_fen: int | None = None,
    buyer_note: str = "",
    invitation_code: str = "",
    part: PartWish | None = None,
    reduction: ReductionWish | None = None,
) -> PlacedOrder:
    """Place an order and take its pieces out of stock, in one transaction; the cart loses these lines.

    The same ``client_key`` with the same contents answers with the same order, however often and however
    many at once; with other contents it is refused. ``expected_total_fen`` is the total the buyer saw.
    ``invitation_code`` names the sponsor of a buyer without one, once this first order is paid. ``part`` pays some of
    the goods otherwise, with points; an order that leaves nothing to pay in money is paid at once. ``reduction`` makes
    the goods cheaper, with a coupon (优惠券).
    Locks the variants in order of id. Raises IdempotencyConflict, OutOfStock, ProductNotForSale,
    ProductUnknown, PriceChanged, AddressNeeded, BadQuantity, CartIsEmpty, TooManyLines, OrderTooLarge, and of
    members AccountFrozen, AccountClosed, InvitationUnknown, OwnInvitation; PartPaymentOff, ReductionOff and what
    part and reduction refuse.

    >>> place_order(buyer_id=7, wishes=[Wish(sku="pack-198", quantity=1)], address=home,
    ...             client_key="c-1", now=now).total_fen                        # doctest: +SKIP
    19800
    """
    wanted = _Checkout(
        buyer_id=buyer_id,
        pieces=merge_wishes(wishes),
        address=address,
        client_key=client_key,
        expected_total_fen=expected_total_fen,
        buyer_note=buyer_note,
        invitation_code=invitation_code,
        part=part,
        reduction=reduction,
    )
    known = _placed_before(wanted)
    if known is not None:
        return known
    check_buyer(buyer_id=buyer_id, invitation_code=invitation_code)
    try:
        return _place(wanted, now)
    except IntegrityError as error:
        # Somebody with the same key was quicker; our stock has gone back with our transaction.
        known = _placed_before(wanted) if "mall_order_client_key_once" in str(error) else None
        if known is None:
            raise
        return known
    except DomainError:
        # The same checkout, sent twice at once, finds its own coupon taken: by the order that it asks for.
        known = _placed_before(wanted) if wanted.reduction is not None else None
        if known is None:
            raise
        return known


@dataclass(frozen=True, slots=True, kw_only=True)
class _Checkout:
    """One checkout as asked for, with texts of a sensible length."""

    buyer_id: int
    pieces: dict[str, int]
    address: DeliveryAddress | None
    client_key: str
    expected_total_fen: int | None
    buyer_note: str
    invitation_code: str
    part: PartWish | None
    reduction: ReductionWish | None

    @property
    def part_fen(self) -> int:
        """What of the goods isn't paid in money."""
        return self.part.amount_fen if self.part else 0

    def __post_init__(self) -> None:
        if not 1 <= len(self.client_key) <= CLIENT_KEY_LIMIT:
            raise InvalidInput(
                field="client_key",
                why_en=f"it needs 1 to {CLIENT_KEY_LIMIT} characters, new for each order",
                why_zh=f"需要1到{CLIENT_KEY_LIMIT}个字符,且每笔订单不同",
            )
        if len(self.buyer_note) > NOTE_LIMIT:
            raise InvalidInput(
                field="note",
                why_en=f"it is longer than {NOTE_LIMIT} characters",
                why_zh=f"超过{NOTE_LIMIT}个字符",
            )

    @property
    def digest(self) -> str:
        """The same for the same request, whatever the order of its lines."""
        facts = [
            sorted(self.pieces.items()),
            asdict(self.address) if self.address else None,
            self.expected_total_fen,
            self.invitation_code,
            # A quote is another text each time; what it is for is not.
            *([self.part.amount_fen] if self.part else []),
            *([["reduction", self.reduction.reduction_id]] if self.reduction else []),
        ]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _place(wanted: _Checkout, now: datetime) -> PlacedOrder:
    settings = tenant_settings(MallSettings)
    with transaction():
        offers = selectors.offers(skus=wanted.pieces)
        take_stock(pieces_by_variant={offer.variant_id: wanted.pieces[offer.sku] for offer in offers})
        # Read again under the locks that taking the stock left: these prices hold until the commit.
        offers = selectors.offers(skus=wanted.pieces)
        costs = quote(offers=offers, pieces=wanted.pieces, check_stock=False)
        number = new_number(prefix=numbers.ORDER, now=now)
        costs = _reduced(wanted, costs, number, now)
        _check(wanted, costs)
        order = Order.objects.create(
            number=number,
            buyer_id=wanted.buyer_id,
            client_key=wanted.client_key,
            request_hash=wanted.digest,
            needs_delivery=costs.needs_delivery,
            buyer_note=wanted.buyer_note,
            invitation_code=wanted.invitation_code,
            goods_fen=costs.goods_fen,
            freight_fen=costs.freight_fen,
            points_fen=wanted.part_fen,
            reduction_fen=costs.reduction_fen,
            reduction_title=costs.reduction_title,
            placed_at=now,
            pay_before=now + timedelta(minutes=settings.payment_minutes),
            **(asdict(wanted.address) if wanted.address else {}),
        )
        OrderLine.objects.bulk_create(_lines(order, costs))
        if wanted.part is not None:
            payment_part().take(
                subject=subject_of(order.number),
                buyer_id=wanted.buyer_id,
                goods_fen=costs.goods_fen,
                wish=wanted.part,
                now=now,
            )
        by = By.member(member_id=wanted.buyer_id)
        log_beginning(order_id=order.pk, claim_id=None, by=by, reason="", now=now)
        ordered = [offer.variant_id for offer in offers]
        CartLine.objects.filter(buyer_id=wanted.buyer_id, variant_id__in=ordered).delete()
        if order.total_fen == 0 and wanted.part is not None:
            order_paid(order=order, by=by, now=now)
    return _placed(order, replayed=False)


def _reduced(wanted: _Checkout, costs: Quote, number: str, now: datetime) -> Quote:
    if wanted.reduction is None:
        return costs
    reduction = price_reduction().take(
        subject=subject_of(number),
        buyer_id=wanted.buyer_id,
        lines=costs.reducible,
        wish=wanted.reduction,
        now=now,
    )
    return costs.reduced(reduction)


def _check(wanted: _Checkout, costs: Quote) -> None:
    total_fen = costs.total_fen - wanted.part_fen
    if wanted.expected_total_fen is not None and total_fen != wanted.expected_total_fen:
        raise PriceChanged(total_fen=total_fen, expected_fen=wanted.expected_total_fen)
    if wanted.part is not None and not 0 < wanted.part_fen <= costs.goods_fen:
        raise InvalidInput(
            field="points",
            why_en=f"points pay from 1 to {costs.goods_fen} fen of these goods",
            why_zh=f"积分可抵扣商品金额1到{costs.goods_fen}分",
        )
    if costs.needs_delivery and (wanted.address is None or not is_deliverable(wanted.address)):
        raise AddressNeeded()


def _lines(order: Order, costs: Quote) -> list[OrderLine]:
    parts = (
        part_by_line(part_fen=order.points_fen, goods_fen=tuple(line.base_fen for line in costs.lines))
        if order.points_fen
        else (0,) * len(costs.lines)
    )
    return [
        OrderLine(
            order=order,
            position=position,
            product_id=line.offer.product_id,
            variant_id=line.offer.variant_id,
            product_code=line.offer.product_code,
            kind=line.offer.kind,
            title=line.offer.title,
            variant_title=line.offer.variant_title,
            sku=line.offer.sku,
            plan_key=line.offer.plan_key,
            price_fen=line.offer.price_fen,
            quantity=line.quantity,
            base_fen=line.base_fen - part_fen,
            points_fen=part_fen,
            reduction_fen=line.reduction_fen,
        )
        for position, (line, part_fen) in enumerate(zip(costs.lines, parts, strict=True), start=1)
    ]


def _placed_before(wanted: _Checkout) -> PlacedOrder | None:
    order = Order.objects.filter(buyer_id=wanted.buyer_id, client_key=wanted.client_key).first()
    if order is None:
        return None
    if order.request_hash != wanted.digest:
        raise IdempotencyConflict(key=wanted.client_key)
    return _placed(order, replayed=True)


def _placed(order: Order, *, replayed: bool) -> PlacedOrder:
    return PlacedOrder(
        order_id=order.pk,
        number=order.number,
        total_fen=order.total_fen,
        pay_before=order.pay_before,
        replayed=replayed,
    )
