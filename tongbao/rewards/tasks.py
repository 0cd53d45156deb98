"""What rewards do when something happens elsewhere, and by the clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from tongbao.kit.jobs import Schedule
from tongbao.ledger.selectors.subjects import use_order_numbers
from tongbao.mall.contracts import (
    MovementReport,
    OrderPaid,
    OrderReceived,
    OrderRefunded,
    PlanOffer,
    TransferReported,
)
from tongbao.mall.services.plan_keys import use_plan_catalogue
from tongbao.rewards import services
from tongbao.rewards.selectors import plans_in_force
from tongbao.rewards.selectors.settlements import settled_numbers
from tongbao.rewards.services.adjusting import register_proposals


def on_order_paid(event: OrderPaid, now: datetime) -> None:
    services.settle_order(order_id=event.order_id, now=now)


def on_order_received(event: OrderReceived, now: datetime) -> None:
    services.note_receipt(order_id=event.order_id, received_at=event.received_at, now=now)


def on_order_refunded(event: OrderRefunded, now: datetime) -> None:
    services.apply_refund(order_id=event.order_id, refund_id=event.refund_id, now=now)


def on_transfer_reported(event: TransferReported, now: datetime) -> None:
    report = MovementReport(
        kind="transfer",
        number=event.number,
        state="succeeded" if event.state == "succeeded" else "failed",
        amount_fen=event.amount_fen,
    )
    services.take_transfer_report(gateway=event.gateway, report=report, now=now)


HANDLERS = {
    OrderPaid: on_order_paid,
    OrderReceived: on_order_received,
    OrderRefunded: on_order_refunded,
    TransferReported: on_transfer_reported,
}

SCHEDULES = [
    Schedule(
        name="rewards.release", every=timedelta(minutes=5), function=lambda now: services.release_due(now=now)
    ),
    Schedule(
        name="rewards.withdrawals",
        every=timedelta(minutes=1),
        function=lambda now: services.ask_for_due_withdrawals(now=now),
    ),
    Schedule(
        name="rewards.income", every=timedelta(days=1), function=lambda now: services.disclose_income(now=now)
    ),
]


class Plans:
    """What the mall asks before a product names a plan: which plans are in force."""

    def plans(self, *, at: datetime) -> tuple[PlanOffer, ...]:
        return tuple(
            PlanOffer(key=plan.key, title_zh=plan.title_zh, title_en=plan.title_en)
            for plan in plans_in_force(at=at)
        )


def connect() -> None:
    """Say what carries out approved proposals, which plans and which orders there are; called by ``config``."""
    register_proposals()
    use_plan_catalogue(Plans())
    use_order_numbers(settled_numbers)
