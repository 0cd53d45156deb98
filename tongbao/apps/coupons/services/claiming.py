"""Coupons come to members: claimed in the centre, or given by an operator."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Q

from tongbao.apps.coupons.contracts import (
    CouponFacts,
    CouponKindUnknown,
    CouponLimitReached,
    CouponNotOffered,
    CouponsGone,
)
from tongbao.apps.coupons.models import Coupon, Template
from tongbao.apps.coupons.selectors import coupon
from tongbao.kit.transactions import transaction
from tongbao.members.selectors import member_by_key
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.services import audit


def claim_coupon(*, template_id: int, member_id: int, client_key: str, now: datetime) -> CouponFacts:
    """Claim a coupon of a kind that is in the centre now (领券).

    The same ``client_key`` answers with the same coupon, also for two at once. Locks the kind's row. Raises
    CouponKindUnknown, CouponNotOffered, CouponsGone, CouponLimitReached.

    >>> claim_coupon(template_id=1, member_id=7, client_key="c-1", now=now).state       # doctest: +SKIP
    'usable'
    """
    open_now = Q(in_centre=True, claim_from__lte=now, claim_until__gt=now)
    with transaction():
        coupon_id, _is_new = _hand_out(template_id, member_id, f"claim:{client_key}", open_now, "", now)
    return coupon(coupon_id=coupon_id, member_id=member_id, now=now)


def give_coupon(
    *, template_id: int, member_number: str, reference: str, actor: Actor, now: datetime
) -> CouponFacts:
    """An operator gives a member a coupon (发放), also outside the time of claiming; audited.

    One ``reference`` gives one coupon, however often it is sent. The total and the limit for a member hold here too.
    Raises MemberUnknown, CouponKindUnknown, CouponNotOffered (stopped), CouponsGone, CouponLimitReached.
    """
    member_id = member_by_key(key=member_number.strip()).member_id
    with transaction():
        coupon_id, is_new = _hand_out(
            template_id, member_id, f"give:{reference.strip()}", Q(), actor.name, now
        )
        if is_new:
            audit(
                AuditFact(
                    actor=actor,
                    action="coupons.give",
                    subject=f"member:{member_id}",
                    detail={"coupon": template_id, "reference": reference.strip()},
                ),
                now=now,
            )
    return coupon(coupon_id=coupon_id, member_id=member_id, now=now)


def _hand_out(
    template_id: int, member_id: int, request_key: str, condition: Q, given_by: str, now: datetime
) -> tuple[int, bool]:
    # Those who want the same kind queue at its row, so that what they then read holds until they commit.
    row = Template.objects.select_for_update().filter(pk=template_id).first()
    if row is None:
        raise CouponKindUnknown(key=template_id)
    known = Coupon.objects.filter(
        template_id=template_id, member_id=member_id, request_key=request_key
    ).first()
    if known is not None:
        return int(known.pk), False
    has = Coupon.objects.filter(template_id=template_id, member_id=member_id).count()
    if has >= row.per_member:
        raise CouponLimitReached(limit=row.per_member)
    offered = Template.objects.filter(condition, pk=template_id, stopped_at__isnull=True).exclude(
        valid_until__lte=now
    )
    if not offered.filter(claimed__lt=F("total")).update(claimed=F("claimed") + 1):
        if offered.exists():
            raise CouponsGone(total=row.total)
        raise CouponNotOffered()
    made = Coupon.objects.create(
        template_id=template_id,
        member_id=member_id,
        ordinal=has + 1,
        request_key=request_key,
        valid_from=row.valid_from or now,
        valid_until=row.valid_until or now + timedelta(days=row.valid_days or 0),
        claimed_at=now,
        given_by=given_by[:150],
    )
    return int(made.pk), True
