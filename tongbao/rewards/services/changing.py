"""One line's awards brought to what they should be: after a refund, or when a rank was taken back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tongbao.ledger.contracts import Request, Transfer, member_account
from tongbao.ledger.selectors import balance
from tongbao.ledger.services import post_many
from tongbao.plans import Award, Chain, Plan, Sale, evaluate, remainders
from tongbao.rewards import models
from tongbao.rewards.policy import AwardNow, Change, chain_from_json, changes_to, claw_back
from tongbao.rewards.services.booking import OPERATING, Receivables, subject_of, transfer, unallocated
from tongbao.rewards.services.cutting import cut_withdrawal, unsent_withdrawals
from tongbao.rewards.services.rows import ROWS_AT_ONCE, award_row, change_row

State = models.Award.State


@dataclass(slots=True)
class Booking:
    """What is collected for one order under one key: transfers, history, and what changes for whom."""

    settlement: models.Settlement
    key: str
    kind: str
    now: datetime
    transfers: list[Transfer] = field(default_factory=list)
    history: list[models.AwardChange] = field(default_factory=list)
    awards: list[models.Award] = field(default_factory=list)
    lines: list[models.SettledLine] = field(default_factory=list)
    # The net change of each member's awards that were released before, in fen.
    released_fen: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def subject(self) -> str:
        return subject_of(self.settlement.number)


def chain_that_counts(line: models.SettledLine) -> Chain:
    """The people of the original evaluation, without ranks that were bought and given back since."""
    return chain_from_json(line.chain_now or line.chain)


def bring_line_to(
    *, line: models.SettledLine, plan: Plan, chain: Chain, base_fen: int, booking: Booking
) -> None:
    """Evaluate the plan on ``base_fen`` and the chain, and collect the difference to what stands.

    The evaluation is the one of the order: same plan version, same people. ``finish`` books the money and writes the
    rows. The settlement lock is held, so nobody else changes them meanwhile.
    """
    rows = {row.pk: row for row in sorted(line.awards.all(), key=lambda row: row.pk)}
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
    sale = Sale(base_fen=base_fen, product=line.product_code)
    wanted = evaluate(plan=plan, chain=chain, sale=sale)
    for change in changes_to(standing=standing, wanted=wanted):
        if change.award_id is not None:
            _change(rows[change.award_id], change, base_fen, booking)
        elif change.award is not None:
            _add(line, change.award, booking)
    _remainders(line, plan, standing, sale, wanted, booking)
    line.remaining_base_fen = base_fen
    booking.lines.append(line)


def finish(booking: Booking) -> None:
    """Book what was collected, member by member, and write the rows and their history."""
    finish_many([booking])


def finish_many(bookings: Sequence[Booking]) -> None:
    """Book what was collected for many orders: a request to the books for each, all in one round trip.

    Of awards that were released, a member gives back the net: out of withdrawals that are not sent yet first,
    then out of cash; what is gone is owed. A net gain repays what they owe first. A booking that takes something back
    after release looks at balances, so it goes alone. Raises InsufficientFunds.
    """
    together: list[Booking] = []
    for booking in bookings:
        if booking.released_fen:
            _book(together)
            together = []
            _settle_released(booking)
            _book([booking])
        else:
            together.append(booking)
    _book(together)
    models.Award.objects.bulk_update(
        [row for booking in bookings for row in booking.awards],
        ["amount_fen", "state"],
        batch_size=ROWS_AT_ONCE,
    )
    models.SettledLine.objects.bulk_update(
        [line for booking in bookings for line in booking.lines],
        ["remaining_base_fen"],
        batch_size=ROWS_AT_ONCE,
    )
    models.AwardChange.objects.bulk_create(
        [change for booking in bookings for change in booking.history], batch_size=ROWS_AT_ONCE
    )


def _book(bookings: Sequence[Booking]) -> None:
    requests = [
        Request(key=booking.key, transfers=tuple(booking.transfers)) for booking in bookings if booking.transfers
    ]
    if requests:
        for receipt in post_many(requests=requests, now=bookings[0].now):
            receipt.require()


def _settle_released(booking: Booking) -> None:
    gains = {member_id: net for member_id, net in booking.released_fen.items() if net > 0}
    owed = Receivables(gains)
    for member_id, net_fen in sorted(gains.items()):
        booking.transfers += owed.pay(
            OPERATING, member_id, net_fen, kind="award_raised", facts=booking.subject
        )
    for member_id, net_fen in sorted(booking.released_fen.items()):
        if net_fen < 0:
            _claw_back(member_id, -net_fen, booking)


def _change(row: models.Award, change: Change, base_fen: int, booking: Booking) -> None:
    delta_fen = change.delta_fen
    if row.state in (State.RELEASED, State.CLAWED_BACK):
        booking.released_fen[row.beneficiary_id] += delta_fen
        stands, ended = State.RELEASED, State.CLAWED_BACK
    else:
        _change_pending(row.beneficiary_id, delta_fen, booking)
        stands, ended = State.PENDING, State.VOIDED
    row.amount_fen += delta_fen
    row.state = stands if row.amount_fen else ended
    booking.awards.append(row)
    if row.state == State.PENDING:
        _let_it_follow(booking)
    booking.history.append(
        change_row(
            row,
            kind=booking.kind,
            delta_fen=delta_fen,
            award=change.award,
            base_fen=change.award.base_fen if change.award else base_fen,
            key=booking.key,
            at=booking.now,
        )
    )


def _change_pending(member_id: int, delta_fen: int, booking: Booking) -> None:
    pending = member_account(member_id, "pending")
    if delta_fen < 0:
        booking.transfers += transfer(
            pending, OPERATING, -delta_fen, kind="award_voided", facts=booking.subject
        )
    else:
        booking.transfers += transfer(
            OPERATING, pending, delta_fen, kind="award_raised", facts=booking.subject
        )


def _add(line: models.SettledLine, award: Award, booking: Booking) -> None:
    row = award_row(line, award, settlement_id=booking.settlement.pk, booked_at=booking.now)
    row.save()
    booking.transfers += transfer(
        OPERATING,
        member_account(row.beneficiary_id, "pending"),
        row.amount_fen,
        kind="award",
        facts=booking.subject,
    )
    _let_it_follow(booking)
    booking.history.append(
        change_row(
            row,
            kind=booking.kind,
            delta_fen=row.amount_fen,
            award=award,
            base_fen=award.base_fen,
            key=booking.key,
            at=booking.now,
        )
    )


def _let_it_follow(booking: Booking) -> None:
    """What is pending after its order's release is released by a later run."""
    if booking.settlement.released_at is not None:
        booking.settlement.has_waiting = True


def _claw_back(member_id: int, amount_fen: int, booking: Booking) -> None:
    unsent = unsent_withdrawals(member_id=member_id)
    cash = member_account(member_id, "cash")
    split = claw_back(
        amount_fen=amount_fen,
        unsent_fen={row.number: row.amount_fen for row in unsent},
        available_fen=balance(account=cash).available,
    )
    rows = {row.number: row for row in unsent}
    for number, taken_fen in split.from_withdrawals_fen:
        cut_withdrawal(rows[number], taken_fen=taken_fen, subject=booking.subject, now=booking.now)
    booking.transfers += transfer(
        cash, OPERATING, split.from_cash_fen, kind="claw_back", facts=booking.subject
    )
    booking.transfers += transfer(
        member_account(member_id, "receivable"),
        OPERATING,
        split.owed_fen,
        kind="claw_back_owed",
        facts=booking.subject,
    )


def _remainders(
    line: models.SettledLine,
    plan: Plan,
    standing: list[AwardNow],
    sale: Sale,
    wanted: tuple[Award, ...],
    booking: Booking,
) -> None:
    """The platform's shares follow: for each clause, floor(base × maximum) less what is awarded."""
    before_sale = Sale(base_fen=line.remaining_base_fen, product=line.product_code)
    after = {rest.clause: rest.amount_fen for rest in remainders(plan=plan, sale=sale, awards=wanted)}
    for rest in remainders(plan=plan, sale=before_sale, awards=()):
        awarded_fen = sum(award.amount_fen for award in standing if award.clause == rest.clause)
        delta_fen = after[rest.clause] - (rest.amount_fen - awarded_fen)
        share = unallocated(rest.clause)
        if delta_fen < 0:
            booking.transfers += transfer(
                share, OPERATING, -delta_fen, kind="unallocated_back", facts=booking.subject
            )
        else:
            booking.transfers += transfer(
                OPERATING, share, delta_fen, kind="unallocated", facts=booking.subject
            )
