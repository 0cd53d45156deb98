"""The rules of agencies without a database."""

from __future__ import annotations

from datetime import date

from tongbao.apps.agency.contracts import ApplicationState, SeatState


def seat_state(*, has_seat: bool, is_taken: bool, left: int) -> SeatState:
    """Whether somebody can apply for a region.

    >>> seat_state(has_seat=True, is_taken=False, left=1), seat_state(has_seat=True, is_taken=True, left=1)
    ('free', 'taken')
    >>> seat_state(has_seat=True, is_taken=False, left=0), seat_state(has_seat=False, is_taken=False, left=1)
    ('full', 'no_seat')
    """
    if not has_seat:
        return "no_seat"
    if is_taken:
        return "taken"
    return "free" if left > 0 else "full"


def state_now(*, kept: ApplicationState, order_is_paid: bool, is_ended: bool) -> ApplicationState:
    """What an application is, given what is kept of it, the fee's order and the appointment.

    >>> state_now(kept="applied", order_is_paid=True, is_ended=False)
    'paid'
    >>> state_now(kept="approved", order_is_paid=True, is_ended=True)
    'ended'
    """
    if kept == "applied" and order_is_paid:
        return "paid"
    return "ended" if kept == "approved" and is_ended else kept


def is_over(*, revoked: bool, ends_on: date | None, today: date) -> bool:
    """Whether an appointment gives nothing any more: revoked, or its last day has passed.

    >>> is_over(revoked=False, ends_on=date(2026, 3, 2), today=date(2026, 3, 2))
    False
    """
    return revoked or (ends_on is not None and ends_on < today)
