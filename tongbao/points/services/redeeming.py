"""Redemption (兑现): points burned for cash out of the reserve, at the floor, at once or at the cut-off."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import POINT, Transfer, member_account, platform_account
from tongbao.ledger.contracts import Request as Booking
from tongbao.ledger.services import capture_hold, place_hold, post, void_hold
from tongbao.points.contracts import (
    PointsAmountInvalid,
    PointsSettings,
    PointsShort,
    RedemptionFacts,
    RedemptionOff,
    RedemptionTooLarge,
    RedemptionTooSmall,
    RedemptionUnknown,
    RequestDiffers,
)
from tongbao.points.models import Redemption
from tongbao.points.policy.prices import day_of
from tongbao.points.policy.redemption import payout_of, share_out
from tongbao.points.selectors.prices import economy
from tongbao.points.selectors.spending import redeemable_today, redemption_facts
from tongbao.points.services.booking import take_economy_lock, transfer
from tongbao.tenancy.selectors import tenant_settings


def redeem(*, member_id: int, units: int, client_key: str, now: datetime) -> RedemptionFacts:
    """Burn points for cash at the floor as it stands now, or queue them where the tenant limits the day.

    ``payout = floor(units × reserve × (1 − fee) / supply)``, onto the member's ``cash``. The same ``client_key`` with
    the same units answers with the same redemption. Takes the economy's lock. Raises RedemptionOff,
    PointsAmountInvalid, PointsShort, RedemptionTooLarge, RedemptionTooSmall, RequestDiffers.

    >>> redeem(member_id=7, units=1_000_000, client_key="r-1", now=now).payout_fen          # doctest: +SKIP
    133
    """
    if type(units) is not int or units <= 0:
        raise PointsAmountInvalid(amount=units)
    known = _asked_before(member_id, units, client_key)
    if known is not None:
        return redemption_facts(known)
    settings = tenant_settings(PointsSettings)
    if not settings.redemption_is_on:
        raise RedemptionOff()
    try:
        with transaction():
            take_economy_lock()
            on = day_of(now=now, cut_off_minutes=settings.cut_off_minutes)
            left = redeemable_today(member_id=member_id, now=now)
            if left is not None and units > left:
                raise RedemptionTooLarge(most=settings.redemption_member_daily_units, left=left, asked=units)
            row = Redemption.objects.create(
                number=f"D{now:%Y%m%d%H%M%S}{secrets.randbelow(10**10):010d}",
                member_id=member_id,
                client_key=client_key,
                on=on,
                units=units,
                fee_bp=settings.redemption_fee_bp,
                requested_at=now,
            )
            if settings.redemption_daily_fen:
                _queue(row, now)
            else:
                _pay_at_once(row, now)
    except IntegrityError as error:
        again = (
            _asked_before(member_id, units, client_key) if "points_redemption_once" in str(error) else None
        )
        if again is None:
            raise
        row = again
    return redemption_facts(row)


def _asked_before(member_id: int, units: int, client_key: str) -> Redemption | None:
    row = Redemption.objects.filter(member_id=member_id, client_key=client_key).first()
    if row is not None and row.units != units:
        raise RequestDiffers(key=client_key)
    return row


def _queue(row: Redemption, now: datetime) -> None:
    receipt = place_hold(
        key=f"points:redeem:{row.number}",
        account=member_account(row.member_id, "points"),
        amount=row.units,
        purpose=f"redemption:{row.number}",
        now=now,
        asset=POINT,
    )
    if receipt.refusal is not None:
        raise PointsShort(asked=row.units, available=receipt.refusal.available)
    row.hold_id = receipt.hold_id
    row.save(update_fields=["hold_id"])


def _pay_at_once(row: Redemption, now: datetime) -> None:
    reserve_fen, supply = economy()
    payout_fen = payout_of(units=row.units, reserve_fen=reserve_fen, supply=supply, fee_bp=row.fee_bp)
    if not payout_fen:
        raise RedemptionTooSmall(asked=row.units)
    booking = Booking(key=f"points:redeem:{row.number}", transfers=_burning(row, row.units, payout_fen))
    receipt = post(request=booking, now=now)
    if receipt.refusal is not None:
        raise PointsShort(asked=row.units, available=receipt.refusal.available)
    _end(row, units=row.units, payout_fen=payout_fen, reserve_fen=reserve_fen, supply=supply, now=now)


def _burning(row: Redemption, units: int, payout_fen: int) -> tuple[Transfer, ...]:
    subject = f"redemption:{row.number}"
    burned = transfer(
        debit=member_account(row.member_id, "points"),
        credit=platform_account("burned"),
        amount=units,
        kind="points_redeemed",
        subject=subject,
        asset=POINT,
    )
    return burned + transfer(
        debit=platform_account("reserve"),
        credit=member_account(row.member_id, "cash"),
        amount=payout_fen,
        kind="redemption",
        subject=subject,
    )


def _end(
    row: Redemption, *, units: int, payout_fen: int, reserve_fen: int, supply: int, now: datetime
) -> None:
    row.burned_units, row.payout_fen = units, payout_fen
    row.reserve_fen, row.supply = reserve_fen, supply
    row.state, row.ended_at = Redemption.State.PAID, now
    row.save(update_fields=["burned_units", "payout_fen", "reserve_fen", "supply", "state", "ended_at"])


def withdraw_redemption(*, number: str, member_id: int, now: datetime) -> RedemptionFacts:
    """Take back a redemption that waits for its cut-off; its points are free again. Raises RedemptionUnknown."""
    with transaction():
        row = (
            Redemption.objects.select_for_update()
            .filter(number=number, member_id=member_id, state=Redemption.State.WAITING)
            .first()
        )
        if row is None or row.hold_id is None:
            raise RedemptionUnknown(number=number)
        void_hold(key=f"points:redeem:withdrawn:{number}", hold_id=row.hold_id, now=now).require()
        row.state, row.ended_at = Redemption.State.WITHDRAWN, now
        row.save(update_fields=["state", "ended_at"])
    return redemption_facts(row)


def carry_out_redemptions(*, now: datetime) -> int:
    """Pay the redemptions of days that are over, day by day, all of one day at the floor of one moment.

    Where a day's redemptions are worth more than the tenant pays in a day, each gets the same part; the rest of the
    points goes back, and can be asked for again. Returns how many requests were answered. Takes the economy's lock.
    """
    settings = tenant_settings(PointsSettings)
    today = day_of(now=now, cut_off_minutes=settings.cut_off_minutes)
    days = (
        Redemption.objects.filter(state=Redemption.State.WAITING, on__lt=today)
        .values_list("on", flat=True)
        .distinct()
        .order_by("on")
    )
    return sum(_carry_out(on, settings.redemption_daily_fen, now) for on in list(days))


def _carry_out(on: date, limit_fen: int, now: datetime) -> int:
    with transaction():
        take_economy_lock()
        waiting = Redemption.objects.filter(state=Redemption.State.WAITING, on=on)
        rows = list(waiting.select_for_update().order_by("id"))
        for fee_bp in sorted({row.fee_bp for row in rows}):
            _pay_together([row for row in rows if row.fee_bp == fee_bp], limit_fen, fee_bp, now)
        return len(rows)


def _pay_together(rows: Sequence[Redemption], limit_fen: int, fee_bp: int, now: datetime) -> None:
    reserve_fen, supply = economy()
    redeemed = share_out(
        asked={row.number: row.units for row in rows},
        limit_fen=limit_fen,
        reserve_fen=reserve_fen,
        supply=supply,
        fee_bp=fee_bp,
    )
    for row in rows:
        units = redeemed[row.number]
        payout_fen = payout_of(units=units, reserve_fen=reserve_fen, supply=supply, fee_bp=fee_bp)
        assert row.hold_id is not None
        key = f"points:redeem:paid:{row.number}"
        if payout_fen:
            burning = _burning(row, units, payout_fen)
            capture_hold(key=key, hold_id=row.hold_id, transfers=burning, is_final=True, now=now).require()
        else:
            # Not worth a fen: nothing is burned for nothing.
            units = 0
            void_hold(key=key, hold_id=row.hold_id, now=now).require()
        _end(row, units=units, payout_fen=payout_fen, reserve_fen=reserve_fen, supply=supply, now=now)
