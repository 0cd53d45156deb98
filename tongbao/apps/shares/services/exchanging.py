"""Points into shares: asked for with the points set aside, decided by an operator, burned and entered."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import IntegrityError
from django.db.models import F

from tongbao.apps.shares.contracts import (
    MOST_SHARES,
    CapBelowIssued,
    CertificateFacts,
    ExchangeFacts,
    ExchangeUnknown,
    HolderNotVerified,
    SharesCapReached,
    SharesInvalid,
    SharesSettings,
)
from tongbao.apps.shares.models import Certificate, Exchange, Issue
from tongbao.apps.shares.policy import cost_of
from tongbao.apps.shares.selectors import certificate_facts, exchange_facts
from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import POINT, Transfer, member_account, platform_account
from tongbao.ledger.services import capture_hold, place_hold, void_hold
from tongbao.members.selectors import identity_name
from tongbao.points.contracts import PointsShort, RequestDiffers
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.selectors import tenant_settings
from tongbao.tenancy.services import audit


def ask_for_shares(*, member_id: int, shares: int, client_key: str, now: datetime) -> ExchangeFacts:
    """Ask to exchange points into shares; they are set aside until an operator has decided.

    The same ``client_key`` with the same number answers with the same request. Raises SharesInvalid, SharesCapReached,
    HolderNotVerified, PointsShort, RequestDiffers.

    >>> ask_for_shares(member_id=7, shares=10, client_key="s-1", now=now).units                 # doctest: +SKIP
    750000
    """
    units = cost_of(shares=shares, units_per_share=tenant_settings(SharesSettings).units_per_share)
    known = _asked_before(member_id, shares, client_key)
    if known is not None:
        return exchange_facts(known)
    issue = Issue.objects.get()
    if shares > issue.cap - issue.issued:
        raise SharesCapReached(asked=shares, left=issue.cap - issue.issued)
    if not identity_name(member_id=member_id):
        raise HolderNotVerified()
    try:
        with transaction():
            row = _set_aside(member_id, shares, units, client_key, now)
    except IntegrityError as error:
        again = _asked_before(member_id, shares, client_key) if "shares_exchange_once" in str(error) else None
        if again is None:
            raise
        row = again
    return exchange_facts(row)


def _asked_before(member_id: int, shares: int, client_key: str) -> Exchange | None:
    row = Exchange.objects.filter(member_id=member_id, client_key=client_key).first()
    if row is not None and row.shares != shares:
        raise RequestDiffers(key=client_key)
    return row


def _set_aside(member_id: int, shares: int, units: int, client_key: str, now: datetime) -> Exchange:
    number = f"E{now:%Y%m%d%H%M%S}{secrets.randbelow(10**10):010d}"
    receipt = place_hold(
        key=f"shares:asked:{number}",
        account=member_account(member_id, "points"),
        amount=units,
        purpose=f"shares:{number}",
        now=now,
        asset=POINT,
    )
    if receipt.refusal is not None:
        raise PointsShort(asked=units, available=receipt.refusal.available)
    assert receipt.hold_id is not None
    return Exchange.objects.create(
        number=number,
        member_id=member_id,
        client_key=client_key,
        shares=shares,
        units=units,
        hold_id=receipt.hold_id,
        requested_at=now,
    )


def approve_exchange(*, number: str, actor: Actor, now: datetime) -> CertificateFacts:
    """Burn the points that a request set aside, and enter its shares in the register under a certificate.

    One after the other: the issue's row is locked first, so the share numbers follow one another and the cap holds.
    Raises ExchangeUnknown for a request that no longer waits, SharesCapReached.
    """
    with transaction():
        issue = Issue.objects.select_for_update().get()
        row = _waiting(number)
        if row.shares > issue.cap - issue.issued:
            raise SharesCapReached(asked=row.shares, left=issue.cap - issue.issued)
        Issue.objects.update(issued=F("issued") + row.shares, certificates=F("certificates") + 1)
        burned = Transfer(
            debit=member_account(row.member_id, "points"),
            credit=platform_account("burned"),
            amount=row.units,
            kind="points_into_shares",
            subject=f"shares:{number}",
            asset=POINT,
        )
        capture_hold(
            key=f"shares:approved:{number}",
            hold_id=row.hold_id,
            transfers=(burned,),
            is_final=True,
            now=now,
        ).require()
        _decide(row, Exchange.State.APPROVED, "", now)
        certificate = Certificate.objects.create(
            number=f"GQ{issue.certificates + 1:08d}",
            code=secrets.token_hex(16),
            exchange=row,
            member_id=row.member_id,
            first_share=issue.issued + 1,
            last_share=issue.issued + row.shares,
            issued_at=now,
        )
        detail = {"shares": row.shares, "certificate": certificate.number}
        audit(
            AuditFact(actor=actor, action="shares.approve", subject=f"shares:{number}", detail=detail),
            now=now,
        )
    return certificate_facts(certificate)


def refuse_exchange(*, number: str, reason: str, actor: Actor, now: datetime) -> None:
    """Give the points back and say why. Raises ExchangeUnknown for a request that no longer waits."""
    with transaction():
        row = _waiting(number)
        void_hold(key=f"shares:refused:{number}", hold_id=row.hold_id, now=now).require()
        _decide(row, Exchange.State.REFUSED, reason, now)
        detail = {"reason": reason}
        audit(
            AuditFact(actor=actor, action="shares.refuse", subject=f"shares:{number}", detail=detail), now=now
        )


def withdraw_exchange(*, number: str, member_id: int, now: datetime) -> ExchangeFacts:
    """Take one's own request back; the points are free again. Raises ExchangeUnknown."""
    with transaction():
        row = _waiting(number, member_id=member_id)
        void_hold(key=f"shares:withdrawn:{number}", hold_id=row.hold_id, now=now).require()
        _decide(row, Exchange.State.WITHDRAWN, "", now)
    return exchange_facts(row)


def _waiting(number: str, **more: int) -> Exchange:
    """The request, locked until the transaction ends: of two who decide at once the second finds it decided."""
    waiting = Exchange.objects.select_for_update().filter(state=Exchange.State.WAITING, number=number, **more)
    row = waiting.first()
    if row is None:
        raise ExchangeUnknown(number=number)
    return row


def _decide(row: Exchange, state: Exchange.State, reason: str, now: datetime) -> None:
    row.state, row.reason, row.decided_at = state, reason, now
    row.save(update_fields=["state", "reason", "decided_at"])


def set_cap(*, cap: int, reason: str, actor: Actor, now: datetime) -> None:
    """Change how many shares there may be. Raises SharesInvalid, CapBelowIssued."""
    if type(cap) is not int or not 0 < cap <= MOST_SHARES:
        raise SharesInvalid(asked=cap)
    with transaction():
        issue = Issue.objects.select_for_update().get()
        if cap < issue.issued:
            raise CapBelowIssued(cap=cap, issued=issue.issued)
        Issue.objects.update(cap=cap)
        detail = {"before": issue.cap, "after": cap, "reason": reason}
        audit(AuditFact(actor=actor, action="shares.set_cap", subject="shares:issue", detail=detail), now=now)
