"""Withdrawals (提现): requested → approved → sending → paid, failed or rejected; each step once.

The money is held from the request on. The withdrawal's own number is its number at the gateway, so sending it
again asks for the same transfer: nothing can be paid twice, whoever clicks twice.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import Sum
from django.utils import timezone

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import RequestChanged, Transfer, member_account, platform_account
from tongbao.ledger.services import capture_hold, place_hold, void_hold
from tongbao.mall.contracts import (
    GatewayRefused,
    GatewayUnavailable,
    MovementReport,
    PaymentGateway,
    gateway_key,
)
from tongbao.mall.services import gateways
from tongbao.members.contracts import ACTIVE, INACTIVE
from tongbao.members.selectors import member
from tongbao.members.services.messages import tell
from tongbao.rewards.contracts import (
    DailyLimitReached,
    IdentityNotVerified,
    MemberMayNotWithdraw,
    RewardsSettings,
    WithdrawalKeyReused,
    WithdrawalNotInState,
    WithdrawalUnknown,
)
from tongbao.rewards.models import Withdrawal
from tongbao.rewards.policy import digest_of_key, quote_withdrawal, withdrawal_number
from tongbao.rewards.services.cutting import lock_purse
from tongbao.tenancy.contracts import Actor, AuditFact, ReasonNeeded
from tongbao.tenancy.selectors import current_schema, tenant_settings
from tongbao.tenancy.services import audit

State = Withdrawal.State
# Inactive members earn nothing new; what they have earned is theirs.
MAY_WITHDRAW = (ACTIVE, INACTIVE)
OPEN_STATES = (State.REQUESTED, State.APPROVED, State.SENDING, State.PAID)
ASK_AGAIN = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
BATCH = 200
# Kept as the reason; told to people in their language by ``contracts.reason_text``.
GATEWAY_COULD_NOT_PAY = "gateway_could_not_pay"

logger = logging.getLogger(__name__)


def request_withdrawal(
    *, member_id: int, amount_fen: int, recipient: str, client_key: str, now: datetime
) -> str:
    """Ask for money; it is held at once. Returns the withdrawal's number.

    The same ``client_key`` gives the same answer, also a refusal for want of funds: ask anew with a new key.
    Locks the member's purse row: requests of one member come one by one. Raises IdentityNotVerified,
    MemberMayNotWithdraw, AmountTooSmall, NothingLeftAfterCosts, DailyLimitReached, InsufficientFunds,
    WithdrawalKeyReused.
    """
    settings = tenant_settings(RewardsSettings)
    with transaction():
        lock_purse(member_id=member_id)
        known = Withdrawal.objects.filter(member_id=member_id, client_key=client_key).first()
        if known is not None:
            if (known.amount_fen + known.taken_back_fen, known.recipient) != (amount_fen, recipient):
                raise WithdrawalKeyReused()
            return str(known.number)
        _check_member(member_id)
        quote = quote_withdrawal(amount_fen=amount_fen, settings=settings)
        left_fen = settings.withdrawal_daily_limit_fen - _asked_today_fen(member_id, now)
        if amount_fen > left_fen:
            raise DailyLimitReached(left_fen=max(0, left_fen))
        number = withdrawal_number(tenant=current_schema(), member_id=member_id, client_key=client_key)
        try:
            held = place_hold(
                key=f"withdrawal:hold:{member_id}:{digest_of_key(client_key)}",
                account=member_account(member_id, "cash"),
                amount=amount_fen,
                purpose=f"withdrawal:{number}",
                now=now,
            )
        except RequestChanged as error:
            raise WithdrawalKeyReused() from error
        if held.refusal is None and held.hold_id is not None:
            Withdrawal.objects.create(
                number=number,
                member_id=member_id,
                client_key=client_key,
                amount_fen=amount_fen,
                fee_fen=quote.fee_fen,
                tax_fen=quote.tax_fen,
                payout_fen=quote.payout_fen,
                recipient=recipient,
                hold_id=held.hold_id,
                requested_at=now,
            )
    # After the transaction, so that the books keep the refusal and give it again.
    held.require()
    return number


def approve_withdrawal(*, number: str, actor: Actor, now: datetime) -> None:
    """Let a withdrawal be sent, once, whoever clicks twice. Locks its row.

    Raises WithdrawalNotInState, WithdrawalUnknown, MemberMayNotWithdraw when the member has been frozen since.
    """
    with transaction():
        row = _take(number, (State.REQUESTED,), "approved")
        _check_standing(row.member_id)
        Withdrawal.objects.filter(pk=row.pk).update(
            state=State.APPROVED, decided_at=now, decided_by=actor.name, next_ask_at=now
        )
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

    Never inside a transaction. No answer leaves it ``sending``: the next turn asks for the same number. Only
    the gateway's own refusal to pay gives the money back. A frozen member's withdrawal waits.
    Raises WithdrawalUnknown, UnknownGateway.
    """
    gateways.refuse_inside_transaction(operation="send_withdrawal")
    row = Withdrawal.objects.filter(number=number).first()
    if row is None:
        raise WithdrawalUnknown(number=number)
    code = row.gateway or tenant_settings(RewardsSettings).payout_gateway or gateways.choose(code=None)
    port = gateways.gateway(code=code)
    if not _take_turn(row, code, now):
        return _state_of(number)
    # Read again: a claw-back may have cut it until the turn was taken, and can't any more.
    row.refresh_from_db()
    try:
        report = _ask(port, row)
    except GatewayRefused as refusal:
        with transaction():
            row = _take(number, (State.SENDING,), "failed")
            _give_back(row, state=State.FAILED, reason=str(refusal)[:300], now=now)
        return str(State.FAILED)
    if report is not None:
        take_transfer_report(gateway=code, report=report, now=now)
    return _state_of(number)


def ask_for_due_withdrawals(*, now: datetime) -> int:
    """Take every approved or sending withdrawal whose turn it is one step further; return how many.

    One that fails is logged and holds up no other.
    """
    due = Withdrawal.objects.filter(state__in=(State.APPROVED, State.SENDING), next_ask_at__lte=now)
    numbers = list(due.order_by("next_ask_at").values_list("number", flat=True)[:BATCH])
    for number in numbers:
        try:
            send_withdrawal(number=number, now=now)
        except Exception:
            logger.exception("withdrawal %s could not be taken further", number)
    return len(numbers)


def take_transfer_report(*, gateway: str, report: MovementReport, now: datetime) -> bool:
    """Book what the gateway said of a transfer, once: paid, or failed and the money back.

    A report of another amount than was to be paid books nothing; reconciliation shows the difference.
    """
    if report.state not in ("succeeded", "failed"):
        return False
    with transaction():
        row = (
            Withdrawal.objects.select_for_update()
            .filter(number=report.number, gateway=gateway, state=State.SENDING)
            .first()
        )
        if row is None:
            return False
        if report.state == "failed":
            _give_back(row, state=State.FAILED, reason=GATEWAY_COULD_NOT_PAY, now=now)
            return True
        if report.amount_fen != row.payout_fen:
            logger.error(
                "gateway %s says it paid %s fen for withdrawal %s of %s fen; nothing was booked",
                gateway,
                report.amount_fen,
                row.number,
                row.payout_fen,
            )
            return False
        _book_payout(row, gateway, now)
        Withdrawal.objects.filter(pk=row.pk).update(state=State.PAID, ended_at=now)
        _tell(row, "withdrawal_paid", "", now)
        return True


def _take_turn(row: Withdrawal, code: str, now: datetime) -> bool:
    """Of several askers at once, the database gives the turn to one."""
    pause = min(ASK_AGAIN * 2 ** min(row.tries, 10), LONGEST_PAUSE)
    mine = Withdrawal.objects.filter(pk=row.pk, state__in=(State.APPROVED, State.SENDING), tries=row.tries)
    if row.state == State.APPROVED and member(member_id=row.member_id).status not in MAY_WITHDRAW:
        mine.update(next_ask_at=now + LONGEST_PAUSE)
        return False
    return bool(mine.update(state=State.SENDING, gateway=code, tries=row.tries + 1, next_ask_at=now + pause))


def _ask(port: PaymentGateway, row: Withdrawal) -> MovementReport | None:
    """The gateway's answer, None when there was none. Raises GatewayRefused when it will not pay."""
    try:
        if row.tries > 1:
            try:
                known = port.query_transfer(number=row.number)
            except GatewayRefused:
                # no answer to the question says nothing about the money
                return None
            if known.state != "unknown":
                return known
        return port.transfer_out(number=row.number, amount_fen=row.payout_fen, recipient=row.recipient)
    except GatewayUnavailable:
        return None


def _state_of(number: str) -> str:
    return str(Withdrawal.objects.values_list("state", flat=True).get(number=number))


def _check_member(member_id: int) -> None:
    _check_standing(member_id)
    if member(member_id=member_id).identity_status != "verified":
        raise IdentityNotVerified()


def _check_standing(member_id: int) -> None:
    status = member(member_id=member_id).status
    if status not in MAY_WITHDRAW:
        raise MemberMayNotWithdraw(status=status)


def _asked_today_fen(member_id: int, now: datetime) -> int:
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    asked = Withdrawal.objects.filter(
        member_id=member_id, requested_at__gte=midnight, state__in=OPEN_STATES
    ).aggregate(total=Sum("amount_fen"))
    return int(asked["total"] or 0)


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
    _tell(row, "withdrawal_rejected" if state == State.REJECTED else "withdrawal_failed", reason, now)


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


def _tell(row: Withdrawal, kind: str, why: str, now: datetime) -> None:
    tell(
        member_id=row.member_id,
        kind=kind,
        key=f"withdrawal:{row.number}:{kind}",
        values={"amount_fen": row.amount_fen, "why": why},
        now=now,
    )
