"""What points would pay, and what redeeming would bring, before anybody asks for it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Sum

from tongbao.points.contracts import (
    NoPriceYet,
    PointsSettings,
    RedemptionFacts,
    RedemptionOff,
    RedemptionTerms,
    SpendingFacts,
    SpendingQuote,
    SpendingTooLarge,
)
from tongbao.points.models import Redemption, Spending
from tongbao.points.policy.prices import day_of, fen_for, most_payable_fen, spending_terms
from tongbao.points.policy.redemption import payout_of
from tongbao.points.policy.supply import price_of_one_point
from tongbao.points.selectors.pools import member_points
from tongbao.points.selectors.prices import day_terms, economy
from tongbao.tenancy.selectors import tenant_settings


def quote_spending(*, amount_fen: int, goods_fen: int) -> SpendingQuote:
    """The points that ``amount_fen`` of an order's goods takes now. Raises NoPriceYet, SpendingTooLarge.

    >>> quote_spending(amount_fen=2_000, goods_fen=10_000).units                # doctest: +SKIP
    400000
    """
    most_fen = most_payable_fen(
        goods_fen=goods_fen, share_bp=tenant_settings(PointsSettings).spending_share_bp
    )
    if not 0 < amount_fen <= most_fen:
        raise SpendingTooLarge(most_fen=most_fen, asked_fen=amount_fen)
    day = day_terms()
    terms = spending_terms(
        amount_fen=amount_fen, published=day.published, floor=day.floor, budget_left_fen=day.budget_left_fen
    )
    return SpendingQuote(
        on=day.on,
        units=terms.units,
        amount_fen=amount_fen,
        goods_fen=goods_fen,
        price=terms.price,
        above_floor_fen=terms.above_floor_fen,
        is_floor=terms.is_floor,
    )


def most_spendable_fen(*, member_id: int, goods_fen: int) -> int:
    """How much of an order's goods a member's points reach for at the price that the day still gives; 0 without."""
    most_fen = most_payable_fen(
        goods_fen=goods_fen, share_bp=tenant_settings(PointsSettings).spending_share_bp
    )
    available = member_points(member_id=member_id).available
    try:
        day = day_terms()
    except NoPriceYet:
        return 0
    most_fen = min(most_fen, fen_for(units=available, price=max(day.published, day.floor)))
    if not most_fen:
        return 0
    terms = spending_terms(
        amount_fen=most_fen, published=day.published, floor=day.floor, budget_left_fen=day.budget_left_fen
    )
    return (
        most_fen if terms.units <= available else min(most_fen, fen_for(units=available, price=terms.price))
    )


def quote_redemption(*, units: int) -> RedemptionTerms:
    """What redeeming would bring at the floor as it is now. Raises RedemptionOff."""
    settings = tenant_settings(PointsSettings)
    if not settings.redemption_is_on:
        raise RedemptionOff()
    reserve_fen, supply = economy()
    whole_fen = payout_of(units=units, reserve_fen=reserve_fen, supply=supply, fee_bp=0)
    payout_fen = payout_of(
        units=units, reserve_fen=reserve_fen, supply=supply, fee_bp=settings.redemption_fee_bp
    )
    floor = price_of_one_point(reserve_fen=reserve_fen, units=supply)
    assert floor is not None
    return RedemptionTerms(
        units=units,
        payout_fen=payout_fen,
        fee_fen=whole_fen - payout_fen,
        floor=floor,
        is_queued=bool(settings.redemption_daily_fen),
    )


def redeemable_today(*, member_id: int, now: datetime) -> int | None:
    """The units that a member may still redeem today; None where the tenant sets no limit.

    >>> redeemable_today(member_id=7, now=now)                                  # doctest: +SKIP
    1000000
    """
    settings = tenant_settings(PointsSettings)
    if not settings.redemption_member_daily_units:
        return None
    on = day_of(now=now, cut_off_minutes=settings.cut_off_minutes)
    today = Redemption.objects.filter(member_id=member_id, on=on).exclude(state=Redemption.State.WITHDRAWN)
    asked = int(today.aggregate(total=Sum("units"))["total"] or 0)
    return max(0, settings.redemption_member_daily_units - asked)


def member_redemptions(*, member_id: int, limit: int = 50) -> tuple[RedemptionFacts, ...]:
    """A member's redemptions, newest first."""
    rows = Redemption.objects.filter(member_id=member_id).order_by("-id")[:limit]
    return tuple(redemption_facts(row) for row in rows)


def redemption_facts(row: Redemption) -> RedemptionFacts:
    """One redemption as others see it."""
    return RedemptionFacts(
        number=row.number,
        member_id=row.member_id,
        on=row.on,
        units=row.units,
        burned_units=row.burned_units,
        payout_fen=row.payout_fen,
        fee_bp=row.fee_bp,
        state=row.state,  # type: ignore[arg-type]
        requested_at=row.requested_at,
        ended_at=row.ended_at,
    )


def spending(*, subject: str) -> SpendingFacts | None:
    """The points that pay for a subject, if any do."""
    row = Spending.objects.filter(subject=subject).first()
    return spending_facts(row) if row is not None else None


def spending_facts(row: Spending) -> SpendingFacts:
    """One payment with points as others see it."""
    return SpendingFacts(
        subject=row.subject,
        member_id=row.member_id,
        units=row.units,
        amount_fen=row.amount_fen,
        returned_units=row.returned_units,
        returned_fen=row.returned_fen,
        refunded_cash_fen=row.refunded_cash_fen,
        price=row.price,
        state=row.state,  # type: ignore[arg-type]
        placed_at=row.placed_at,
        ended_at=row.ended_at,
    )
