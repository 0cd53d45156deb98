"""Machines come with an order or with signing up, and go with a refund."""

from __future__ import annotations

from datetime import datetime
from importlib import resources

from django.db import IntegrityError, connection
from django.utils.crypto import salted_hmac

from tongbao.apps.mining.contracts import MachineEnded, MachineUnknown, MiningSettings
from tongbao.apps.mining.models import FreeClaim, Machine, Prop
from tongbao.apps.mining.policy import A_DAY, kept_pieces
from tongbao.kit.transactions import transaction
from tongbao.mall.contracts import OrderFacts
from tongbao.mall.models import Order
from tongbao.mall.selectors import order_facts, order_facts_of
from tongbao.members.selectors import phone_of
from tongbao.tenancy.contracts import Actor, AuditFact, ReasonNeeded
from tongbao.tenancy.selectors import tenant_settings
from tongbao.tenancy.services import audit

TWINS = resources.files("tongbao.apps.mining").joinpath("sql", "twins.sql").read_text(encoding="utf-8")
LIVE = (Machine.State.WAITING, Machine.State.RUNNING)
ORDERS_AT_ONCE = 1_000


def sync_order(*, order_id: int, now: datetime) -> None:
    """Make a member's machines what their order says now: paid, past its return window, refunded.

    It looks at the order and not at what was told: told twice, late, or in another order it comes to the same.
    """
    _sync(order_facts(order_id=order_id), now)


def sync_orders(*, now: datetime) -> int:
    """``sync_order`` for what changed while the app was off and heard nothing; how many orders were looked at."""
    live = Machine.objects.filter(order_id__isnull=False, state__in=LIVE)
    waiting = set(live.filter(state=Machine.State.WAITING).values_list("order_id", flat=True))
    refunded = set(
        Order.objects.filter(status="refunded", id__in=live.values("order_id")).values_list("id", flat=True)
    )
    ids = sorted(order_id for order_id in waiting | refunded if order_id is not None)
    for first in range(0, len(ids), ORDERS_AT_ONCE):
        for facts in order_facts_of(order_ids=ids[first : first + ORDERS_AT_ONCE]):
            _sync(facts, now)
    return len(ids)


def _sync(facts: OrderFacts, now: datetime) -> None:
    if facts.paid_at is None:
        return
    props = {
        prop.product_code: prop
        for prop in Prop.objects.filter(product_code__in={line.product_code for line in facts.lines})
    }
    state = Machine.State.RUNNING if facts.status == "closed" else Machine.State.WAITING
    with transaction():
        for line in facts.lines:
            prop = props.get(line.product_code)
            if prop is None:
                continue
            kept = kept_pieces(
                quantity=line.quantity,
                base_fen=line.base_fen,
                remaining_fen=line.remaining_base_fen,
                refunded=facts.status == "refunded",
            )
            subjects = [f"order_line:{line.line_id}:{piece}" for piece in range(1, line.quantity + 1)]
            Machine.objects.bulk_create(
                [
                    Machine(
                        subject=subject,
                        member_id=facts.buyer_id,
                        prop=prop,
                        order_id=facts.order_id,
                        daily=prop.daily,
                        days=prop.days,
                        state=state,
                        started_at=facts.paid_at,
                        next_due_at=facts.paid_at + A_DAY,
                    )
                    for subject in subjects[:kept]
                ],
                ignore_conflicts=True,
            )
            if state == Machine.State.RUNNING:
                Machine.objects.filter(subject__in=subjects[:kept], state=Machine.State.WAITING).update(
                    state=state
                )
            Machine.objects.filter(subject__in=subjects[kept:], state__in=LIVE).update(
                state=Machine.State.TAKEN_BACK, ended_at=now
            )


def give_free_machine(*, member_id: int, now: datetime) -> bool:
    """The free machine of a new member, once for each member and each phone; True if it was given now.

    Two accounts with one verified identity keep one between them: see ``take_back_twins``.
    """
    code = tenant_settings(MiningSettings).free_prop
    prop = Prop.objects.filter(code=code, is_on_offer=True).first() if code else None
    if prop is None:
        return False
    phone = phone_of(member_id=member_id)
    try:
        with transaction():
            if phone:
                token = salted_hmac("tongbao.apps.mining.phone", phone, algorithm="sha256").hexdigest()
                FreeClaim.objects.create(token_hash=token, member_id=member_id, claimed_at=now)
            Machine.objects.create(
                subject=f"free:{member_id}",
                member_id=member_id,
                prop=prop,
                daily=prop.daily,
                days=prop.days,
                state=Machine.State.RUNNING,
                started_at=now,
                next_due_at=now + A_DAY,
            )
    except IntegrityError:
        return False
    return True


def take_back_twins(*, now: datetime) -> int:
    """Of several accounts with one verified identity the first keeps the free machine; how many ended."""
    with transaction(), connection.cursor() as cursor:
        cursor.execute(TWINS, [now])
        return int(cursor.rowcount)


def take_back(*, machine_id: int, reason: str, actor: Actor, now: datetime) -> None:
    """The operator ends a machine; what it gave stays. Raises MachineUnknown, MachineEnded, ReasonNeeded."""
    if not reason.strip():
        raise ReasonNeeded(action="mining.take_back")
    with transaction():
        rows = Machine.objects.filter(pk=machine_id)
        if not rows.filter(state__in=LIVE).update(state=Machine.State.TAKEN_BACK, ended_at=now):
            raise MachineEnded(key=machine_id) if rows.exists() else MachineUnknown(key=machine_id)
        audit(
            AuditFact(
                actor=actor, action="mining.take_back", subject=f"machine:{machine_id}", reason=reason.strip()
            ),
            now=now,
        )
