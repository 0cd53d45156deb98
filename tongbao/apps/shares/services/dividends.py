"""Dividends: drawn up to be looked at, then paid to the register as it stood, run by run."""

from __future__ import annotations

import secrets
from datetime import datetime

from tongbao.apps.shares.contracts import DividendInvalid, DividendUnknown
from tongbao.apps.shares.models import Dividend, DividendPart, Issue
from tongbao.apps.shares.policy import divide
from tongbao.apps.shares.selectors import register_of_shares
from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account
from tongbao.ledger.services import post
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.services import audit

PARTS_AT_ONCE = 1_000


def draw_up_dividend(*, total_fen: int, note: str, actor: Actor, now: datetime) -> str:
    """Divide an amount by the register as it stands now; nothing is paid yet. Returns the dividend's number.

    No share is issued meanwhile. The parts add up to ``total_fen`` (see ``policy.divide``). Raises DividendInvalid.

    >>> draw_up_dividend(total_fen=100_000, note="2026", actor=actor, now=now)                  # doctest: +SKIP
    'V202603010400000000000001'
    """
    if not note.strip():
        raise DividendInvalid(why_en="say what it is for", why_zh="请填写说明")
    with transaction():
        Issue.objects.select_for_update().get()
        held = register_of_shares()
        parts = divide(total_fen=total_fen, held=held)
        row = Dividend.objects.create(
            number=f"V{now:%Y%m%d%H%M%S}{secrets.randbelow(10**10):010d}",
            total_fen=total_fen,
            total_shares=sum(held.values()),
            note=note.strip(),
            drawn_up_at=now,
        )
        DividendPart.objects.bulk_create(
            [
                DividendPart(dividend=row, member_id=member, shares=held[member], amount_fen=amount_fen)
                for member, amount_fen in parts.items()
            ],
            batch_size=5_000,
        )
        detail = {"total_fen": total_fen, "holders": len(held), "shares": row.total_shares, "note": row.note}
        _audit("shares.draw_up_dividend", row.number, detail, actor, now)
    return row.number


def drop_dividend(*, number: str, actor: Actor, now: datetime) -> None:
    """Don't pay what was drawn up. Raises DividendUnknown once it is being paid."""
    with transaction():
        _move(number, (Dividend.State.DRAWN_UP,), Dividend.State.DROPPED)
        _audit("shares.drop_dividend", number, {}, actor, now)


def pay_dividend(*, number: str, actor: Actor, now: datetime) -> int:
    """Pay a dividend out of the operating account onto members' cash; how many parts were paid by this call.

    A run of a thousand parts is a transaction; whatever ends it in between, the next call goes on, and nobody is paid
    twice. Raises DividendUnknown.
    """
    with transaction():
        began = _move(number, (Dividend.State.DRAWN_UP, Dividend.State.PAYING), Dividend.State.PAYING)
        if began == Dividend.State.DRAWN_UP:
            _audit("shares.pay_dividend", number, {}, actor, now)
    paid = 0
    while run := _pay_run(number, now):
        paid += run
    return paid


def _pay_run(number: str, now: datetime) -> int:
    with transaction():
        dividend = Dividend.objects.select_for_update().get(number=number)
        waiting = DividendPart.objects.filter(dividend=dividend, paid_at__isnull=True).order_by("id")
        parts = list(waiting[:PARTS_AT_ONCE])
        if not parts:
            Dividend.objects.filter(pk=dividend.pk, state=Dividend.State.PAYING).update(
                state=Dividend.State.PAID, paid_at=now
            )
            return 0
        transfers = tuple(
            Transfer(
                debit=platform_account("operating"),
                credit=member_account(part.member_id, "cash"),
                amount=part.amount_fen,
                kind="dividend",
                subject=f"dividend:{number}",
            )
            for part in parts
            if part.amount_fen
        )
        if transfers:
            post(
                request=Request(key=f"shares:dividend:{number}:{parts[0].pk}", transfers=transfers), now=now
            ).require()
        DividendPart.objects.filter(pk__in=[part.pk for part in parts]).update(paid_at=now)
        return len(parts)


def _move(number: str, before: tuple[Dividend.State, ...], after: Dividend.State) -> str:
    """Take the dividend from one state to another, and return the one it was in."""
    row = Dividend.objects.select_for_update().filter(number=number, state__in=before).first()
    if row is None:
        raise DividendUnknown(number=number)
    Dividend.objects.filter(pk=row.pk).update(state=after)
    return str(row.state)


def _audit(action: str, number: str, detail: dict[str, object], actor: Actor, now: datetime) -> None:
    audit(AuditFact(actor=actor, action=action, subject=f"dividend:{number}", detail=detail), now=now)
