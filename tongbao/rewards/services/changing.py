"""One line's awards brought to what they should be: after a refund, or when a rank was taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tongbao.ledger.contracts import Transfer, member_account
from tongbao.ledger.selectors import balance
from tongbao.plans import Award, Chain, Plan, Sale, evaluate, remainders
from tongbao.rewards import models
from tongbao.rewards.policy import AwardNow, Change, changes_to
from tongbao.rewards.services.booking import OPERATING, subject_of, transfer, unallocated
from tongbao.rewards.services.settling import award_row
from tongbao.rewards.services.withdrawing import stop_unsent_withdrawals


@dataclass(slots=True)
class Booking:
    """Transfers that are collected for one key, and the rows that change with them."""

    key: str
    kind: str
    now: datetime
    transfers: list[Transfer] = field(default_factory=list)
    # What a claw-back of this booking has already taken from a member's cash.
    taken_fen: dict[int, int] = field(default_factory=dict)


def bring_line_to(
    *, line: models.SettledLine, plan: Plan, chain: Chain, base_fen: int, booking: Booking
) -> None:
    """Evaluate the plan on ``base_fen`` and the chain, and collect the difference to what stands.

    The evaluation is the one of the order: same plan version, same people. Writes the rows of the awards;
    the caller books ``booking.transfers``.
    """
    rows = {row.pk: row for row in line.awards.select_for_update().order_by("id")}
    standing = [
        AwardNow(
            award_id=row.pk,
            clause=row.clause,
            seat=row.seat,
            beneficiary=row.beneficiary_id,
            amount_fen=row.amount_fen,
        )
        for row in rows.values()
    ]
    sale = Sale(base_fen=base_fen)
    wanted = evaluate(plan=plan, chain=chain, sale=sale)
    subject = subject_of(line.settlement.number)
    for change in changes_to(standing=standing, wanted=wanted):
        if change.award_id is not None:
            _change(rows[change.award_id], change, subject, booking)
        elif change.award is not None:
            _add(line, change.award, subject, booking)
    _remainders(line, plan, standing, sale, wanted, subject, booking)


def _change(row: models.Award, change: Change, subject: str, booking: Booking) -> None:
    member_id, delta_fen = row.beneficiary_id, change.delta_fen
    if row.state in (models.Award.State.RELEASED, models.Award.State.CLAWED_BACK):
        if delta_fen < 0:
            _claw_back(member_id, -delta_fen, subject, booking)
        else:
            booking.transfers += transfer(
                OPERATING, member_account(member_id, "cash"), delta_fen, kind="award_raised", facts=subject
            )
        ended = models.Award.State.CLAWED_BACK
        if row.state == ended and delta_fen > 0:
            row.state = models.Award.State.RELEASED
    else:
        pending = member_account(member_id, "pending")
        if delta_fen < 0:
            booking.transfers += transfer(pending, OPERATING, -delta_fen, kind="award_voided", facts=subject)
        else:
            booking.transfers += transfer(OPERATING, pending, delta_fen, kind="award_raised", facts=subject)
            row.state = models.Award.State.PENDING
        ended = models.Award.State.VOIDED
    row.amount_fen += delta_fen
    if row.amount_fen == 0:
        row.state = ended
    row.save(update_fields=["amount_fen", "state"])
    _note(row, delta_fen, booking)


def _add(line: models.SettledLine, award: Award, subject: str, booking: Booking) -> None:
    row = award_row(line, award, booked_at=booking.now)
    row.save()
    booking.transfers += transfer(
        OPERATING, member_account(row.beneficiary_id, "pending"), row.amount_fen, kind="award", facts=subject
    )
    _note(row, row.amount_fen, booking)


def _note(row: models.Award, delta_fen: int, booking: Booking) -> None:
    models.AwardChange.objects.create(
        award=row, kind=booking.kind, delta_fen=delta_fen, request_key=booking.key, at=booking.now
    )


def _claw_back(member_id: int, amount_fen: int, subject: str, booking: Booking) -> None:
    """From the member's cash, then from withdrawals that are not sent yet; what is gone is owed.

    Never a negative balance, never forgotten. Source: business rules §3.
    """
    cash = member_account(member_id, "cash")
    taken_fen = booking.taken_fen.get(member_id, 0)
    available_fen = balance(account=cash).available - taken_fen
    if available_fen < amount_fen:
        stop_unsent_withdrawals(member_id=member_id, missing_fen=amount_fen - available_fen, now=booking.now)
        available_fen = balance(account=cash).available - taken_fen
    from_cash_fen = max(0, min(amount_fen, available_fen))
    booking.taken_fen[member_id] = taken_fen + from_cash_fen
    booking.transfers += transfer(cash, OPERATING, from_cash_fen, kind="claw_back", facts=subject)
    booking.transfers += transfer(
        member_account(member_id, "receivable"),
        OPERATING,
        amount_fen - from_cash_fen,
        kind="claw_back_owed",
        facts=subject,
    )


def _remainders(
    line: models.SettledLine,
    plan: Plan,
    standing: list[AwardNow],
    sale: Sale,
    wanted: tuple[Award, ...],
    subject: str,
    booking: Booking,
) -> None:
    """The platform's shares follow: for each clause, floor(base × maximum) less what is awarded."""
    before_sale = Sale(base_fen=line.remaining_base_fen)
    after = {rest.clause: rest.amount_fen for rest in remainders(plan=plan, sale=sale, awards=wanted)}
    for rest in remainders(plan=plan, sale=before_sale, awards=()):
        awarded_fen = sum(award.amount_fen for award in standing if award.clause == rest.clause)
        delta_fen = after[rest.clause] - (rest.amount_fen - awarded_fen)
        share = unallocated(rest.clause)
        if delta_fen < 0:
            booking.transfers += transfer(
                share, OPERATING, -delta_fen, kind="unallocated_back", facts=subject
            )
        else:
            booking.transfers += transfer(OPERATING, share, delta_fen, kind="unallocated", facts=subject)
    line.remaining_base_fen = sale.base_fen
    line.save(update_fields=["remaining_base_fen", "chain"])
