"""What stands in the way of closing an account, and what would be given up."""

from __future__ import annotations

from tongbao.ledger.contracts import POINT, member_account
from tongbao.ledger.selectors import balance
from tongbao.mall.selectors import open_business
from tongbao.points.selectors import market_purse, member_points
from tongbao.rewards.contracts import ClosingFacts, GivenUp
from tongbao.rewards.contracts.closing import Obstacle
from tongbao.rewards.models import Withdrawal

OPEN_WITHDRAWALS = (Withdrawal.State.REQUESTED, Withdrawal.State.APPROVED, Withdrawal.State.SENDING)


def closing_facts(*, member_id: int) -> ClosingFacts:
    """How a member's account stands, for closing it."""
    orders, claims = open_business(buyer_id=member_id)
    points, purse = member_points(member_id=member_id), market_purse(member_id=member_id)
    cash = balance(account=member_account(member_id, "cash"))
    found: dict[Obstacle, int] = {
        "open_orders": orders,
        "open_claims": claims,
        "open_withdrawals": Withdrawal.objects.filter(
            member_id=member_id, state__in=OPEN_WITHDRAWALS
        ).count(),
        "pending_awards": balance(account=member_account(member_id, "pending")).posted,
        "pending_points": points.pending + points.spent + points.held,
        "debt": points.owed - balance(account=member_account(member_id, "receivable")).posted,
        "market_orders": purse.points_offered + purse.paid_in_offered_fen,
    }
    return ClosingFacts(
        obstacles=tuple(name for name, amount in found.items() if amount),
        gives_up=GivenUp(
            cash_fen=cash.available,
            paid_in_fen=purse.paid_in_fen,
            points=balance(account=member_account(member_id, "points"), asset=POINT).available,
            vesting=points.vesting,
        ),
    )
