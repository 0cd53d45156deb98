"""Withdrawals (提现): requested → approved → sending → paid, failed or rejected; each step once.

The money is held from the request on. The withdrawal's own number is its number at the gateway, so sending it
again asks for the same transfer: nothing can be paid twice, whoever clicks twice.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db.models import Sum
from django.utils import timezone

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import Transfer, member_account, platform_account
from tongbao.ledger.services import capture_hold, place_hold, void_hold
from tongbao.mall.contracts import GatewayRefused, GatewayUnavailable, MovementReport, gateway_key
from tongbao.mall.services import gateways
from tongbao.members.contracts import ACTIVE
from tongbao.members.selectors import member
from tongbao.rewards.contracts import (
    DailyLimitReached,
    IdentityNotVerified,
    MemberMayNotWithdraw,
    RewardsSettings,
    WithdrawalKeyReused,
    WithdrawalNotInState,
    WithdrawalUnknown,
)
from tongbao.rewards.models import Purse, Withdrawal
from tongbao.rewards.policy import quote_withdrawal
from tongbao.tenancy.contracts import Actor, AuditFact, ReasonNeeded
from tongbao.tenancy.selectors import tenant_settings
from tongbao.tenancy.services import audit

State = Withdrawal.State
OPEN_STATES = (State.REQUESTED, State.APPROVED, State.SENDING, State.PAID)
ASK_AGAIN = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)


def request_withdrawal(
    *, member_id: int, amount_fen: int, recipient: str, client_key: str, now: datetime
) -> str:
    """Ask for money; it is held at once. Returns the withdrawal's number; the same key gives the same answer.

    Locks the member's purse row: requests of one member come one by one. Raises IdentityNotVerified,
    MemberMayNotWithdraw, AmountTooSmall, NothingLeftAfterCosts, DailyLimitReached, InsufficientFunds,
    WithdrawalKeyReused.
    """
    settings = tenant_settings(RewardsSettings)
    with transaction():
        Purse.objects.get_or_create(member_id=member_id)
        Purse.objects.select_for_update().get(member_id=member_id)
        known = Withdrawal.objects.filter(member_id=member_id, client_key=client_key).first()
        if known is not None:
            if (known.amount_fen, known.recipient) != (amount_fen, recipient):
                raise WithdrawalKeyReused()
            return str(known.number)
        _check_member(member_id)
        quote = quote_withdrawal(amount_fen=amount_fen, settings=settings)
        left_fen = settings.withdrawal_daily_limit_fen - _asked_today_fen(member_id, now)
        if amount_fen > left_fen:
            raise DailyLimitReached(left_fen=max(0, left_fen))
        number = f"W{timezone.localtime(now):%Y%m%d}{secrets.randbelow(10**10):010d}"
        held = place_hold(
            key=f"withdrawal:hold:{member_id}:{_digest(client_key)}",
            account=member_account(member_id, "cash"),
            amount=amount_fen,
            purpose=f"withdrawal:{number}",
            now=now,
        ).require()
        Withdrawal.objects.create(
            number=number,
            member_id=member_id,
            client_key=client_key,
            amount_fen=amount_fen,
            fee_fen=quote.fee_fen,
            tax_fen=quote.tax_fen,
            payout_fen=quote.payout_fen,
            recipient=recipient,
            hold_id=held.hold_id or 0,
            requested_at=now,
        )
        return number


def approve_withdrawal(*, number: str, actor: Actor, now: datetime) -> None:
    """Let a withdrawal be sent. Raises WithdrawalNotInState when it was decided before, whoever clicked."""
    with transaction():
        changed = Withdrawal.objects.filter(number=number, state=State.REQUESTED).update(
            state=State.APPROVED, decided_at=now, decided_by=actor.name, next_ask_at=now
        )
        if not changed:
            raise _not_in_state(number, "approved")
        audit(AuditFact(actor=actor, action="withdrawal.approve", subject=f"withdrawal:{number}"), now=now)


def reject_withdrawal(*, number: str, reason: str, actor: Actor, now: datetime) -> None:
    """Refuse a withdrawal; the money goes back, once. Raises ReasonNeeded, WithdrawalNotInState."""
    if not reason.strip():
        raise ReasonNeeded(action=f"withdrawal {number}")
    with transaction():
        row = _take(number, (State.REQUESTED, State.APPROVED), "rejected")
        _give_back(row, state=State.REJECTED, reason=reason, now=now)
        Withdrawal.objects.filter(pk=row.pk).update(decided_at=now, decided_by=actor.name)
        audit(
            AuditFact(actor=actor, action="withdrawal.reject", subject=f"withdrawal:{number}", reason=reason),
            now=now,
        )


def send_withdrawal(*, number: str, now: datetime) -> str:
    """Ask the gateway to pay an approved withdrawal, or how it stands; return the withdrawal's state.

    Never inside a transaction. No answer leaves it ``sending``: the next turn asks for the same number.
    """
    gateways.refuse_inside_transaction(operation="send_withdrawal")
    row = Withdrawal.objects.filter(number=number).first()
    if row is None:
        raise WithdrawalUnknown(number=number)
    code = row.gateway or tenant_settings(RewardsSettings).payout_gateway or gateways.choose(code=None)
    pause = min(ASK_AGAIN * 2 ** min(row.tries, 10), LONGEST_PAUSE)
    taken = Withdrawal.objects.filter(
        number=number, state__in=(State.APPROVED, State.SENDING), tries=row.tries
    ).update(state=State.SENDING, gateway=code, tries=row.tries + 1, next_ask_at=now + pause)
    if not taken:
        return str(Withdrawal.objects.values_list("state", flat=True).get(number=number))
    port = gateways.gateway(code=code)
    try:
        report = port.query_transfer(number=number) if row.tries else None
        if report is None or report.state == "unknown":
            report = port.transfer_out(number=number, amount_fen=row.payout_fen, recipient=row.recipient)
    except GatewayUnavailable:
        return str(State.SENDING)
    except GatewayRefused as refusal:
        with transaction():
            row = _take(number, (State.SENDING,), "failed")
            _give_back(row, state=State.FAILED, reason=str(refusal)[:300], now=now)
        return str(State.FAILED)
    take_transfer_report(gateway=code, report=report, now=now)
    return str(Withdrawal.objects.values_list("state", flat=True).get(number=number))


def ask_for_due_withdrawals(*, now: datetime) -> int:
    """Take every approved or sending withdrawal whose turn it is one step further; return how many."""
    due = Withdrawal.objects.filter(state__in=(State.APPROVED, State.SENDING), next_ask_at__lte=now)
    numbers = list(due.order_by("next_ask_at").values_list("number", flat=True)[:200])
    for number in numbers:
        send_withdrawal(number=number, now=now)
    return len(numbers)


def take_transfer_report(*, gateway: str, report: MovementReport, now: datetime) -> bool:
    """Book what the gateway said of a transfer, once: paid, or failed and the money back."""
    if report.state not in ("succeeded", "failed"):
        return False
    with transaction():
        row = Withdrawal.objects.select_for_update().filter(number=report.number, state=State.SENDING).first()
        if row is None:
            return False
        if report.state == "failed":
            _give_back(row, state=State.FAILED, reason="the gateway could not pay", now=now)
            return True
        _book_payout(row, gateway, now)
        Withdrawal.objects.filter(pk=row.pk).update(state=State.PAID, ended_at=now)
        return True


def stop_unsent_withdrawals(*, member_id: int, missing_fen: int, now: datetime) -> int:
    """Stop the member's withdrawals that are not sent yet, newest first, until ``missing_fen`` is free.

    Called by a claw-back, inside its transaction. Returns what became free, in fen.
    """
    freed_fen = 0
    rows = (
        Withdrawal.objects.select_for_update()
        .filter(member_id=member_id, state__in=(State.REQUESTED, State.APPROVED))
        .order_by("-id")
    )
    for row in rows:
        if freed_fen >= missing_fen:
            break
        _give_back(row, state=State.REJECTED, reason="claw-back of refunded awards", now=now)
        freed_fen += row.amount_fen
    return freed_fen


def _check_member(member_id: int) -> None:
    facts = member(member_id=member_id)
    if facts.status != ACTIVE:
        raise MemberMayNotWithdraw(status=facts.status)
    if facts.identity_status != "verified":
        raise IdentityNotVerified()


def _asked_today_fen(member_id: int, now: datetime) -> int:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = Withdrawal.objects.filter(
        member_id=member_id, requested_at__gte=midnight, state__in=OPEN_STATES
    ).aggregate(total=Sum("amount_fen"))
    return int(asked["total"] or 0)


def _digest(client_key: str) -> str:
    return hashlib.sha256(client_key.encode()).hexdigest()[:32]


def _take(number: str, states: tuple[str, ...], step: str) -> Withdrawal:
    row = Withdrawal.objects.select_for_update().filter(number=number, state__in=states).first()
    if row is None:
        raise _not_in_state(number, step)
    return row


def _not_in_state(number: str, step: str) -> Exception:
    state = Withdrawal.objects.filter(number=number).values_list("state", flat=True).first()
    if state is None:
        return WithdrawalUnknown(number=number)
    return WithdrawalNotInState(number=number, state=state, step=step)


def _give_back(row: Withdrawal, *, state: str, reason: str, now: datetime) -> None:
    void_hold(key=f"withdrawal:void:{row.number}", hold_id=row.hold_id, now=now).require()
    Withdrawal.objects.filter(pk=row.pk).update(state=state, reason=reason, ended_at=now)


def _book_payout(row: Withdrawal, gateway: str, now: datetime) -> None:
    cash = member_account(row.member_id, "cash")
    key = gateway_key(kind="transfer", number=row.number)
    parts = (
        (platform_account("gateway", gateway), row.payout_fen, "withdrawal"),
        (platform_account("withdrawal_fees"), row.fee_fen, "withdrawal_fee"),
        (platform_account("tax_payable"), row.tax_fen, "withdrawal_tax"),
    )
    transfers = [
        Transfer(debit=cash, credit=account, amount=amount_fen, kind=kind, subject=key)
        for account, amount_fen, kind in parts
        if amount_fen
    ]
    capture_hold(key=key, hold_id=row.hold_id, transfers=transfers, now=now).require()
