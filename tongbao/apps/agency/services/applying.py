"""A member applies for a region, pays the fee, or thinks better of it."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError

from tongbao.apps.agency.contracts import (
    FEE_CODE,
    OPEN_STATES,
    AgencyFeeChanged,
    AgencyIdentityNeeded,
    ApplicationDecided,
    ApplicationKeyUsed,
    ApplicationOpen,
    ApplicationUnknown,
    FeeOrder,
    LevelSeatsFull,
    NothingToPay,
    RegionHasAgent,
)
from tongbao.apps.agency.models import Application
from tongbao.apps.agency.selectors import levels, seat_of
from tongbao.apps.agency.services.paying import follow_order, give_fee_back
from tongbao.kit.transactions import transaction
from tongbao.mall.models import Order
from tongbao.mall.services.charges import place_charge
from tongbao.mall.services.orders import cancel_order
from tongbao.members.contracts import AccountFrozen
from tongbao.members.policy.divisions import check_agency, full_name
from tongbao.members.selectors import member
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.services import audit

KEY_ONCE, ONE_OPEN = "agency_application_key_once", "agency_application_one_open"


def apply(*, member_id: int, region_code: str, expected_fee_fen: int, client_key: str, now: datetime) -> int:
    """Apply for a region; returns the application's id. The fee is the level's of this moment.

    The same ``client_key`` answers with the same application. Where there is no fee it waits for its decision at once.
    Raises DivisionUnknown, DivisionIsHeading, AccountFrozen, AgencyIdentityNeeded, RegionHasAgent, LevelSeatsFull,
    AgencyFeeChanged, ApplicationOpen (the constraint decides), ApplicationKeyUsed.
    """
    known = _applied_before(member_id, client_key, region_code)
    if known is not None:
        return known
    level = check_agency(region_code).level
    applicant = member(member_id=member_id)
    if not applicant.active:
        raise AccountFrozen()
    if applicant.identity_status != "verified":
        raise AgencyIdentityNeeded()
    check_free(region_code, now)
    fee_fen = next(facts.fee_fen for facts in levels(now=now) if facts.level == level)
    if fee_fen != expected_fee_fen:
        raise AgencyFeeChanged(fee_fen=fee_fen, expected_fen=expected_fee_fen)
    try:
        with transaction():
            row = Application.objects.create(
                member_id=member_id,
                client_key=client_key,
                region_code=region_code,
                level=level,
                fee_fen=fee_fen,
                state=Application.State.APPLIED if fee_fen else Application.State.PAID,
                applied_at=now,
                paid_at=None if fee_fen else now,
            )
            _audit("agency.apply", row, now, fee_fen=fee_fen)
    except IntegrityError as error:
        if ONE_OPEN in str(error):
            # The same request, sent twice at once, meets this constraint as well as the one of its key.
            known = _applied_before(member_id, client_key, region_code)
            if known is not None:
                return known
            raise ApplicationOpen(region=full_name(region_code)) from error
        known = _applied_before(member_id, client_key, region_code) if KEY_ONCE in str(error) else None
        if known is None:
            raise
        return known
    return int(row.pk)


def order_fee(*, member_id: int, application_id: int, now: datetime) -> FeeOrder:
    """The order with which the fee is paid: the one that waits for payment, or a new one if it timed out.

    No money is asked for a seat that is gone meanwhile. Locks the application. Raises ApplicationUnknown, NothingToPay,
    RegionHasAgent, LevelSeatsFull, BadAmount.
    """
    with transaction():
        row = _locked(member_id, application_id)
        follow_order(row, now)
        if row.state != Application.State.APPLIED:
            raise NothingToPay(key=application_id, state=row.state)
        order = Order.objects.get(pk=row.order_id) if row.order_id is not None else None
        if order is not None and order.status == "unpaid" and order.pay_before > now:
            return FeeOrder(number=order.number, total_fen=order.total_fen, pay_before=order.pay_before)
        check_free(row.region_code, now)
        if order is not None and order.status == "unpaid":
            cancel_order(number=order.number, buyer_id=member_id, now=now, reason="timed out")
        placed = place_charge(
            buyer_id=member_id,
            code=FEE_CODE,
            title=f"区域代理费 {full_name(row.region_code)}",
            amount_fen=row.fee_fen,
            client_key=f"agency:{row.pk}:{row.orders_placed + 1}",
            now=now,
        )
        row.order_id, row.orders_placed = placed.order_id, row.orders_placed + 1
        row.save(update_fields=["order", "orders_placed"])
        return FeeOrder(number=placed.number, total_fen=placed.total_fen, pay_before=placed.pay_before)


def withdraw(*, member_id: int, application_id: int, now: datetime) -> None:
    """The member takes an application back before it is decided: an unpaid order ends, what was paid is refunded.

    Locks the application, then the order. Raises ApplicationUnknown, ApplicationDecided, ClaimIsOpen.
    """
    with transaction():
        row = _locked(member_id, application_id)
        if row.state not in OPEN_STATES:
            raise ApplicationDecided(key=application_id, state=row.state)
        order = Order.objects.select_for_update().filter(pk=row.order_id or 0).first()
        if order is not None and order.status == "unpaid":
            cancel_order(number=order.number, buyer_id=member_id, now=now, reason="application withdrawn")
        elif order is not None:
            row.paid_at = row.paid_at or order.paid_at
            give_fee_back(
                row, reason="application withdrawn / 撤回代理申请", actor=Actor.system("agency"), now=now
            )
        row.state, row.decided_at = Application.State.WITHDRAWN, now
        row.save(update_fields=["state", "decided_at", "paid_at"])
        _audit("agency.withdraw", row, now)


def check_free(region_code: str, now: datetime) -> None:
    """Raises RegionHasAgent, LevelSeatsFull."""
    state = seat_of(region_code=region_code, now=now)
    if state == "taken":
        raise RegionHasAgent(region=full_name(region_code))
    if state == "full":
        level = check_agency(region_code).level
        raise LevelSeatsFull(seats=next(facts.seats for facts in levels(now=now) if facts.level == level))


def _applied_before(member_id: int, client_key: str, region_code: str) -> int | None:
    row = Application.objects.filter(member_id=member_id, client_key=client_key).first()
    if row is None:
        return None
    if row.region_code != region_code:
        raise ApplicationKeyUsed(key=client_key)
    return int(row.pk)


def _locked(member_id: int, application_id: int) -> Application:
    row = Application.objects.select_for_update().filter(pk=application_id, member_id=member_id).first()
    if row is None:
        raise ApplicationUnknown(key=application_id)
    return row


def _audit(action: str, row: Application, now: datetime, **detail: object) -> None:
    audit(
        AuditFact(
            actor=Actor.system(f"member {row.member_id}"),
            action=action,
            subject=f"region:{row.region_code}",
            detail={"application": row.pk, "member": row.member_id, **detail},
        ),
        now=now,
    )
