"""Rights cards (权益卡): points out of a pool that vest by a calendar, each part once and in order."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection
from django.db.models import F, Q

from tongbao.kit.errors import InvalidInput
from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import POINT, Request, Transfer, member_account, platform_account
from tongbao.ledger.services import post
from tongbao.members.contracts import CLOSED, FROZEN
from tongbao.members.selectors import member
from tongbao.members.services.messages import tell
from tongbao.points.contracts import (
    FOUNDING_TEAM,
    POOLS,
    CardNotTransferable,
    CardUnknown,
    GrantExists,
    PointsSettings,
    PoolUnknown,
    ScheduleBeyondPool,
)
from tongbao.points.models import CardPart, Pool, RightsCard
from tongbao.points.policy.prices import day_of
from tongbao.points.policy.vesting import schedule
from tongbao.points.services.booking import book, transfer
from tongbao.tenancy.contracts import Actor, AuditFact, ReasonNeeded
from tongbao.tenancy.selectors import tenant_settings
from tongbao.tenancy.services import audit

PARTS_AT_ONCE = 10_000
FOUNDING_LEAST_PARTS = 12


def make_card(
    *, pool: str, member_id: int, total: int, parts: int, begins_on: date, subject: str, now: datetime
) -> str:
    """Give a member a rights card out of a pool: all of it leaves the pool now, parts are released month by month.

    Returns its number; a repeated ``subject`` gets the same card. A card is given whole or not at all. Raises
    PoolUnknown, ScheduleInvalid, ScheduleBeyondPool where the pool has less left, GrantExists for other figures.

    >>> make_card(pool="regional_agents", member_id=7, total=500_000_000, parts=12,
    ...           begins_on=date(2026, 3, 1), subject="agent:1", now=now)      # doctest: +SKIP
    'K20260301…'
    """
    calendar = schedule(total=total, parts=parts, begins_on=begins_on)
    if not Pool.objects.filter(code=pool).exists():
        raise PoolUnknown(pool=pool, known=", ".join(kind.code for kind in POOLS))
    with transaction():
        card, made = RightsCard.objects.get_or_create(
            subject=subject,
            defaults={
                "number": f"K{now:%Y%m%d%H%M%S}{secrets.randbelow(10**10):010d}",
                "pool_id": pool,
                "member_id": member_id,
                "total": total,
                "parts": parts,
                "begins_on": begins_on,
                "made_at": now,
            },
        )
        if not made:
            if (card.pool_id, card.total, card.parts, card.begins_on) != (pool, total, parts, begins_on):
                raise GrantExists(subject=subject)
            return str(card.number)
        going = Transfer(
            debit=platform_account("pool", pool),
            credit=member_account(member_id, "points_vesting"),
            amount=total,
            kind="card_made",
            subject=f"card:{card.number}",
            asset=POINT,
        )
        receipt = post(request=Request(key=f"points:card:{subject}", transfers=(going,)), now=now)
        if receipt.refusal is not None:
            raise ScheduleBeyondPool(pool=pool, needed=total, cap=receipt.refusal.available)
        CardPart.objects.bulk_create(
            CardPart(card=card, number=number, due_on=due_on, amount=amount)
            for number, (due_on, amount) in enumerate(calendar, start=1)
            if amount
        )
        return str(card.number)


def give_founding_card(
    *, member_id: int, total: int, parts: int, key: str, actor: Actor, reason: str, now: datetime
) -> str:
    """Give a founder a rights card out of the founding team's pool, from today on; audited. Returns its number.

    Raises ReasonNeeded, InvalidInput for less than a year, MemberUnknown, and as ``make_card``.
    """
    if not reason.strip():
        raise ReasonNeeded(action="points.card.give")
    if parts < FOUNDING_LEAST_PARTS:
        raise InvalidInput(
            field="parts",
            why_en=f"a founder's card vests over {FOUNDING_LEAST_PARTS} months at least",
            why_zh=f"创始人权益卡至少分{FOUNDING_LEAST_PARTS}个月释放",
        )
    with transaction():
        number = make_card(
            pool=FOUNDING_TEAM,
            member_id=member(member_id=member_id).member_id,
            total=total,
            parts=parts,
            begins_on=day_of(now=now, cut_off_minutes=tenant_settings(PointsSettings).cut_off_minutes),
            subject=f"founder:{key}",
            now=now,
        )
        fact = AuditFact(
            actor=actor,
            action="points.card.give",
            subject=f"card:{number}",
            reason=reason.strip(),
            detail={"member": member_id, "units": total, "parts": parts},
        )
        audit(fact, now=now)
        return number


def release_due_parts(*, now: datetime) -> int:
    """Release every part that is due, oldest first, whatever the time since the last run; returns how many.

    Ten thousand at once, each batch a transaction and one request to the books. Two that run at the same time share the
    work: a part that somebody else has under a lock is left to them.
    """
    today = day_of(now=now, cut_off_minutes=tenant_settings(PointsSettings).cut_off_minutes)
    released = 0
    while count := _release(today, now):
        released += count
    return released


def _release(today: date, now: datetime) -> int:
    with transaction(), connection.cursor() as cursor:
        cursor.execute("SELECT points_release_parts(%s, %s, %s)", [today, PARTS_AT_ONCE, now])
        return int(cursor.fetchone()[0])


def revoke_card(*, number: str, actor: Actor, reason: str, now: datetime) -> int:
    """Take back what a card has not released, for its pool; what was released stays. Audited; returns the units."""
    with transaction():
        card = _running(RightsCard.objects.filter(number=number))
        if card is None:
            raise CardUnknown(number=number)
        left = _left(card)
        back = transfer(
            debit=member_account(card.member_id, "points_vesting"),
            credit=platform_account("pool", card.pool_id),
            amount=left,
            kind="card_revoked",
            subject=f"card:{number}",
            asset=POINT,
        )
        book(key=f"points:card:revoked:{number}", transfers=back, now=now)
        card.state, card.ended_at = RightsCard.State.REVOKED, now
        card.save(update_fields=["state", "ended_at"])
        fact = AuditFact(
            actor=actor,
            action="points.card.revoke",
            subject=f"card:{number}",
            reason=reason,
            detail={"units": left},
        )
        audit(fact, now=now)
        return left


def transfer_card(*, number: str, from_member_id: int, to_member_id: int, now: datetime) -> None:
    """Give a running card with all that it has not released to another member, where the tenant allows that.

    A card may be transferred once at most. Raises CardUnknown, CardNotTransferable.
    """
    with transaction():
        card = _running(RightsCard.objects.filter(number=number, member_id=from_member_id))
        if card is None:
            raise CardUnknown(number=number)
        if not tenant_settings(PointsSettings).cards_are_transferable:
            raise CardNotTransferable(number=number, why="this mall doesn't allow it / 本商城不允许转让")
        receiver = member(member_id=to_member_id)
        if receiver.status in (FROZEN, CLOSED):
            raise CardNotTransferable(
                number=number, why="that account is frozen or closed / 对方账户已冻结或注销"
            )
        if card.transfers or to_member_id == from_member_id:
            why = "it was transferred before, or is theirs already / 已转让过或受让人即持有人"
            raise CardNotTransferable(number=number, why=why)
        handed = transfer(
            debit=member_account(from_member_id, "points_vesting"),
            credit=member_account(to_member_id, "points_vesting"),
            amount=_left(card),
            kind="card_transferred",
            subject=f"card:{number}",
            asset=POINT,
        )
        book(key=f"points:card:transferred:{number}", transfers=handed, now=now)
        tell(
            member_id=to_member_id,
            kind="card_received",
            key=f"card:{number}",
            now=now,
            values={
                "units": sum(one.amount for one in handed),
                "number": member(member_id=from_member_id).number,
            },
        )
        RightsCard.objects.filter(pk=card.pk).update(member_id=to_member_id, transfers=F("transfers") + 1)


def _running(cards: object) -> RightsCard | None:
    found: RightsCard | None = (
        cards.filter(Q(state=RightsCard.State.RUNNING)).select_for_update().first()  # type: ignore[attr-defined]
    )
    return found


def _left(card: RightsCard) -> int:
    """What the card has not released. Its parts are locked, so that none is released meanwhile."""
    waiting: Sequence[CardPart] = list(
        card.calendar.filter(released_at__isnull=True).select_for_update().order_by("number")
    )
    return sum(part.amount for part in waiting)
