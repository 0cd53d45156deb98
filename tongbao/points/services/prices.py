"""The price of each day, and what the operator adds to what stands behind it."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import platform_account
from tongbao.ledger.selectors import kept_by_owners
from tongbao.money import LARGEST_AMOUNT, POINT
from tongbao.points.contracts import UNITS_PER_POINT, PointsAmountInvalid, PointsSettings
from tongbao.points.models import DayPrice, EquityPledge, PriceOrder, ReserveDeposit
from tongbao.points.policy.prices import check_price, day_of
from tongbao.points.selectors.prices import economy, floor_now, pledge_fen
from tongbao.points.services.booking import book, transfer
from tongbao.tenancy.contracts import Actor, AuditFact, ReasonNeeded
from tongbao.tenancy.selectors import tenant_settings
from tongbao.tenancy.services import audit


def publish_price(*, now: datetime) -> date | None:
    """Publish the price of the day that ``now`` belongs to, once; the day, or None if it has one already.

    By default (reserve + equity pledge) / supply; the operator's own where one is ordered from that day or earlier;
    never below the floor. With a supply of zero there is no price. A day before the last published one gets none, so a
    clock that is set back changes nothing.

    >>> publish_price(now=now)                                                 # doctest: +SKIP
    datetime.date(2026, 3, 1)
    """
    settings = tenant_settings(PointsSettings)
    on = day_of(now=now, cut_off_minutes=settings.cut_off_minutes)
    if DayPrice.objects.filter(on__gte=on).exists():
        return None
    with transaction():
        reserve_fen, supply = economy()
        pledge = pledge_fen()
        order = PriceOrder.objects.filter(from_on__lte=on).order_by("-from_on", "-id").first()
        price_fen, price_units = (reserve_fen + pledge, supply) if supply else (0, 1)
        is_operators = False
        if order is not None and order.price_fen is not None and order.price_units is not None and supply:
            is_operators = order.price_fen * supply >= reserve_fen * order.price_units
            price_fen, price_units = (
                (order.price_fen, order.price_units) if is_operators else (reserve_fen, supply)
            )
        _, made = DayPrice.objects.get_or_create(
            on=on,
            defaults={
                "published_at": now,
                "price_fen": price_fen,
                "price_units": price_units,
                "is_operators": is_operators,
                "reserve_fen": reserve_fen,
                "pledge_fen": pledge,
                "supply": supply,
                "circulating": kept_by_owners(asset=POINT.code),
                "budget_fen": settings.daily_budget_fen,
            },
        )
    return on if made else None


def order_price(*, price: Fraction | None, from_on: date, actor: Actor, reason: str, now: datetime) -> None:
    """Set the operator's own price from a day on, or with None the default again; audited, with a reason.

    ``price`` is fen for one point. It shows from the first cut-off that publishes that day; a day whose price is out
    keeps it. Raises PriceBelowFloor, PriceInvalid, ReasonNeeded.
    """
    if not reason.strip():
        raise ReasonNeeded(action="points.price")
    price_fen = price_units = None
    if price is not None:
        price = check_price(price=price, floor=floor_now())
        price_fen, price_units = price.numerator, price.denominator * UNITS_PER_POINT
    with transaction():
        PriceOrder.objects.create(
            from_on=from_on,
            price_fen=price_fen,
            price_units=price_units,
            operator=actor.name,
            reason=reason.strip()[:500],
            ordered_at=now,
        )
        detail = {"price": str(price) if price is not None else "default", "from_on": from_on.isoformat()}
        audit(
            AuditFact(
                actor=actor, action="points.price", subject="points", reason=reason.strip(), detail=detail
            ),
            now=now,
        )


def deposit_to_reserve(
    *, key: str, amount_fen: int, document: str, document_hash: str, actor: Actor, reason: str, now: datetime
) -> int:
    """Put the operator's own money into the reserve, for ever; returns the fen that entered. Once for a ``key``.

    Raises PointsAmountInvalid, ReasonNeeded, and of the ledger RequestChanged for the same key with another amount.
    """
    _check_evidence(amount_fen, reason, action="points.deposit", least=1)
    with transaction():
        _, made = ReserveDeposit.objects.get_or_create(
            key=key,
            defaults={
                "amount_fen": amount_fen,
                "document": document,
                "document_hash": document_hash,
                "operator": actor.name,
                "reason": reason.strip()[:500],
                "recorded_at": now,
            },
        )
        entering = transfer(
            debit=platform_account("operating"),
            credit=platform_account("reserve"),
            amount=amount_fen,
            kind="reserve_deposit",
            subject=f"deposit:{key}",
        )
        book(key=f"reserve:deposit:{key}", transfers=entering, now=now)
        if made:
            audit(
                AuditFact(
                    actor=actor,
                    action="points.deposit",
                    subject=f"deposit:{key}",
                    reason=reason.strip(),
                    detail={"amount_fen": amount_fen, "document": document, "sha256": document_hash},
                ),
                now=now,
            )
    return amount_fen


def state_pledge(
    *, amount_fen: int, document: str, document_hash: str, actor: Actor, reason: str, now: datetime
) -> None:
    """State what the equity pledge is worth from now on: in the default price, never in the floor. Audited.

    Raises PointsAmountInvalid, ReasonNeeded.
    """
    _check_evidence(amount_fen, reason, action="points.pledge", least=0)
    with transaction():
        EquityPledge.objects.create(
            amount_fen=amount_fen,
            document=document,
            document_hash=document_hash,
            operator=actor.name,
            reason=reason.strip()[:500],
            recorded_at=now,
        )
        audit(
            AuditFact(
                actor=actor,
                action="points.pledge",
                subject="points",
                reason=reason.strip(),
                detail={"amount_fen": amount_fen, "document": document, "sha256": document_hash},
            ),
            now=now,
        )


def _check_evidence(amount_fen: int, reason: str, *, action: str, least: int) -> None:
    if type(amount_fen) is not int or not least <= amount_fen <= LARGEST_AMOUNT:
        raise PointsAmountInvalid(amount=amount_fen)
    if not reason.strip():
        raise ReasonNeeded(action=action)
