"""The operator approves or refuses, once, whoever decides at the same time."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

from tongbao.apps.agency.contracts import (
    POOL,
    AgencySettings,
    ApplicationDecided,
    ApplicationNotPaid,
    ApplicationUnknown,
)
from tongbao.apps.agency.models import Application
from tongbao.apps.agency.selectors import PAID_STATUSES
from tongbao.apps.agency.services.paying import follow_order, give_fee_back
from tongbao.kit.transactions import transaction
from tongbao.mall.contracts import ClaimIsOpen
from tongbao.mall.models import Order
from tongbao.mall.services.orders import cancel_order, record_use
from tongbao.members.contracts import AgentFacts, RegionLevel
from tongbao.members.policy.divisions import full_name
from tongbao.members.services import appoint_from_a_day_to_come
from tongbao.members.services.messages import tell
from tongbao.points.contracts import UNITS_PER_POINT
from tongbao.points.services import make_card
from tongbao.tenancy.contracts import Actor, AuditFact, ReasonNeeded
from tongbao.tenancy.selectors import tenant_settings
from tongbao.tenancy.services import audit

PAGE = "/apps/agency/pages/index"


def approve(
    *,
    application_id: int,
    actor: Actor,
    now: datetime,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> AgentFacts:
    """Appoint the applicant from a day to come, tomorrow unless another is named, and give the rights card.

    One transaction: of two approvals for one region the appointment's constraint lets one pass, and the other changes
    nothing. The fee's service counts as rendered, so its order goes on to its return window. Locks the application,
    the order, the seats. Raises ApplicationUnknown, ApplicationDecided, ApplicationNotPaid, AgencyStartsTooEarly,
    ClaimIsOpen; of the appointment AgencyTaken, AgencySeatsFull, AgencyTermNotValid, MemberUnknown; of the card
    ScheduleBeyondPool, PoolUnknown.
    """
    with transaction():
        row = _locked(application_id)
        follow_order(row, now)
        if row.state == Application.State.APPLIED:
            raise ApplicationNotPaid(key=application_id)
        if row.state != Application.State.PAID:
            raise ApplicationDecided(key=application_id, state=row.state)
        _render(row, actor, now)
        agent = appoint_from_a_day_to_come(
            region_code=row.region_code,
            member_id=row.member_id,
            starts_on=starts_on,
            ends_on=ends_on,
            fee_fen=row.fee_fen,
            actor=actor,
            now=now,
        )
        row.state, row.agent_id = Application.State.APPROVED, agent.agent_id
        row.decided_at, row.decided_by = now, actor.name[:150]
        row.save(update_fields=["state", "agent", "decided_at", "decided_by"])
        card = _card(row, agent.starts_on, now)
        _audit(
            "agency.approve",
            row,
            actor,
            now,
            starts_on=agent.starts_on.isoformat(),
            ends_on=ends_on.isoformat() if ends_on else None,
            card=card,
        )
        _tell("application_approved", row, now, starts_on=agent.starts_on.isoformat())
        return agent


def refuse(*, application_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """The application is turned down, with a reason that its member reads; what was paid is refunded.

    Locks the application, then the order. Raises ReasonNeeded, ApplicationUnknown, ApplicationDecided, ClaimIsOpen.
    """
    if not reason.strip():
        raise ReasonNeeded(action="agency.refuse")
    with transaction():
        row = _locked(application_id)
        follow_order(row, now)
        if row.state not in (Application.State.APPLIED, Application.State.PAID):
            raise ApplicationDecided(key=application_id, state=row.state)
        order = Order.objects.select_for_update().filter(pk=row.order_id or 0).first()
        if order is not None and order.status == "unpaid":
            cancel_order(number=order.number, buyer_id=row.member_id, now=now, reason="application refused")
        elif order is not None:
            # It may have been paid while we waited for its row.
            row.paid_at = row.paid_at or order.paid_at
            give_fee_back(row, reason=reason.strip()[:300], actor=actor, now=now)
        row.state, row.reason = Application.State.REFUSED, reason.strip()[:300]
        row.decided_at, row.decided_by = now, actor.name[:150]
        row.save(update_fields=["state", "reason", "decided_at", "decided_by", "paid_at"])
        _audit("agency.refuse", row, actor, now, reason=row.reason)
        _tell("application_refused", row, now, answer=row.reason)


def _render(row: Application, actor: Actor, now: datetime) -> None:
    """The fee's service is rendered now. Raises ApplicationNotPaid, ClaimIsOpen."""
    if row.order_id is None:
        return
    order = Order.objects.select_for_update().get(pk=row.order_id)
    if order.has_open_claim:
        raise ClaimIsOpen(number=order.number)
    if order.status not in PAID_STATUSES or order.lines.get().promised_fen:
        raise ApplicationNotPaid(key=row.pk)
    if order.status == "paid":
        record_use(number=order.number, actor=actor, now=now)


def _card(row: Application, begins_on: date, now: datetime) -> str:
    """The number of the rights card (权益卡), or "" where the level has none."""
    settings = tenant_settings(AgencySettings)
    points = settings.card_points(cast(RegionLevel, row.level))
    if not points:
        return ""
    return make_card(
        pool=POOL,
        member_id=row.member_id,
        total=points * UNITS_PER_POINT,
        parts=settings.card_months,
        begins_on=begins_on,
        subject=f"agent:{row.agent_id}",
        now=now,
    )


def _locked(application_id: int) -> Application:
    row = Application.objects.select_for_update().filter(pk=application_id).first()
    if row is None:
        raise ApplicationUnknown(key=application_id)
    return row


def _audit(
    action: str, row: Application, actor: Actor, now: datetime, *, reason: str = "", **detail: object
) -> None:
    audit(
        AuditFact(
            actor=actor,
            action=action,
            subject=f"region:{row.region_code}",
            reason=reason,
            detail={"application": row.pk, "member": row.member_id, **detail},
        ),
        now=now,
    )


def _tell(kind: str, row: Application, now: datetime, **values: str) -> None:
    region = full_name(row.region_code)
    tell(
        member_id=row.member_id,
        kind=kind,
        key=f"{kind}:agency:{row.pk}",
        values={"title_zh": f"{region}代理", "title_en": f"the agency of {region}", "page": PAGE, **values},
        now=now,
    )
