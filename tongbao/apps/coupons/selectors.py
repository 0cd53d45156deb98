"""Reads of coupons."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Count, F

from tongbao.apps.coupons.contracts import (
    Choice,
    CouponFacts,
    CouponState,
    CouponTaken,
    CouponUnknown,
    TemplateFacts,
    Terms,
)
from tongbao.apps.coupons.models import Coupon, Template, Use
from tongbao.apps.coupons.policy import check_time, reduction_by_line
from tongbao.kit.errors import DomainError
from tongbao.mall.contracts import ReducibleLine
from tongbao.mall.selectors import category_and_below

PAGE_LIMIT = 100
CHOICES_LIMIT = 50
"""So many of a member's coupons are looked at for one order: those that end first."""


def centre(*, member_id: int, now: datetime) -> tuple[TemplateFacts, ...]:
    """What can be claimed now, newest first, with what this member has of it (领券中心)."""
    rows = list(
        Template.objects.filter(
            in_centre=True, stopped_at__isnull=True, claim_from__lte=now, claim_until__gt=now
        ).exclude(valid_until__lte=now)[:PAGE_LIMIT]
    )
    mine = dict(
        Coupon.objects.filter(member_id=member_id, template__in=rows)
        .order_by()
        .values("template_id")
        .annotate(number_of=Count("id"))
        .values_list("template_id", "number_of")
    )
    return tuple(_template_facts(row, mine.get(row.pk, 0)) for row in rows)


def coupons_of(
    *, member_id: int, state: CouponState, now: datetime, offset: int = 0, limit: int = PAGE_LIMIT
) -> tuple[CouponFacts, ...]:
    """A member's coupons in one state: usable ones by their end, the others newest first. Those to come are usable."""
    rows = Coupon.objects.filter(member_id=member_id).select_related("template")
    if state == "used":
        rows = rows.filter(is_used=True).order_by("-id")
    elif state == "usable":
        rows = rows.filter(is_used=False, valid_until__gt=now).order_by("valid_until", "id")
    else:
        rows = rows.filter(is_used=False, valid_until__lte=now).order_by("-valid_until", "-id")
    page = list(rows[offset : offset + min(limit, PAGE_LIMIT)])
    uses = {use.coupon_id: use for use in Use.objects.filter(coupon__in=page, let_go_at__isnull=True)}
    return tuple(_coupon_facts(row, now, uses.get(row.pk)) for row in page)


def choices(
    *, member_id: int, lines: Sequence[ReducibleLine], now: datetime
) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """A member's coupons for an order: the usable, the best first, and the others with the reason.

    The best takes most off; of equal ones, the one that ends first.
    """
    rows = Coupon.objects.filter(member_id=member_id, is_used=False, valid_until__gt=now)
    usable, others = [], []
    below: dict[int, Collection[int]] = {}
    for row in rows.select_related("template").order_by("valid_until", "id")[:CHOICES_LIMIT]:
        template = row.template
        categories = below.setdefault(template.pk, categories_of(terms_of(template)))
        try:
            check_time(valid_from=row.valid_from, valid_until=row.valid_until, now=now)
            parts = reduction_by_line(terms=terms_of(template), lines=lines, categories=categories)
        except DomainError as why_not:
            others.append(Choice(coupon=_coupon_facts(row, now), reduction_fen=0, why_not=why_not))
        else:
            usable.append(Choice(coupon=_coupon_facts(row, now), reduction_fen=sum(parts), why_not=None))
    usable.sort(key=lambda one: -one.reduction_fen)
    return tuple(usable), tuple(others)


def reduction_of(
    *, coupon_id: int, member_id: int, lines: Sequence[ReducibleLine], now: datetime
) -> tuple[str, tuple[int, ...]]:
    """The title of a member's coupon and what it takes off each line, in fen; nothing changes.

    Raises CouponUnknown, CouponTaken, CouponNotYet, CouponExpired, CouponNotForThese, CouponBelowLeast,
    CouponTakesNothing.
    """
    row = Coupon.objects.filter(pk=coupon_id, member_id=member_id).select_related("template").first()
    if row is None:
        raise CouponUnknown(key=coupon_id)
    if row.is_used:
        raise CouponTaken()
    check_time(valid_from=row.valid_from, valid_until=row.valid_until, now=now)
    terms = terms_of(row.template)
    return row.template.title_zh, reduction_by_line(terms=terms, lines=lines, categories=categories_of(terms))


def categories_of(terms: Terms) -> frozenset[int]:
    """The ids of a coupon's categories and of all below them."""
    if terms.scope_kind != "categories":
        return frozenset()
    return frozenset(
        below for category_id in terms.scope for below in category_and_below(category_id=int(category_id))
    )


def terms_of(row: Template) -> Terms:
    """What a kind of coupon takes off, and of which goods."""
    return Terms(
        kind=row.kind,  # type: ignore[arg-type]
        amount_fen=row.amount_fen,
        rate_bp=row.rate_bp,
        cap_fen=row.cap_fen,
        least_fen=row.least_fen,
        scope_kind=row.scope_kind,  # type: ignore[arg-type]
        scope=tuple(row.scope),
        allows_packs=row.allows_packs,
    )


def claimed_more_than_counted() -> tuple[int, ...]:
    """Kinds of coupons whose counter isn't the number of their coupons; none, if all is well."""
    rows = Template.objects.annotate(number_of=Count("coupons")).exclude(number_of=F("claimed"))
    return tuple(rows.values_list("id", flat=True))


def number_of_kinds() -> int:
    """How many kinds of coupons were ever set."""
    return Template.objects.count()


def _template_facts(row: Template, mine: int) -> TemplateFacts:
    return TemplateFacts(
        template_id=row.pk,
        title_zh=row.title_zh,
        title_en=row.title_en,
        terms=terms_of(row),
        left=row.total - row.claimed,
        per_member=row.per_member,
        mine=mine,
        claim_until=row.claim_until,
        valid_days=row.valid_days,
        valid_until=row.valid_until,
        can_claim=row.claimed < row.total and mine < row.per_member,
    )


def _coupon_facts(row: Coupon, now: datetime, use: Use | None = None) -> CouponFacts:
    return CouponFacts(
        coupon_id=row.pk,
        title_zh=row.template.title_zh,
        title_en=row.template.title_en,
        terms=terms_of(row.template),
        state="used" if row.is_used else "usable" if now < row.valid_until else "expired",
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        order_number=use.subject.removeprefix("order:") if use else "",
        reduction_fen=use.reduction_fen if use else 0,
    )


def coupon(*, coupon_id: int, member_id: int, now: datetime) -> CouponFacts:
    """One of a member's coupons. Raises CouponUnknown."""
    row = Coupon.objects.filter(pk=coupon_id, member_id=member_id).select_related("template").first()
    if row is None:
        raise CouponUnknown(key=coupon_id)
    return _coupon_facts(row, now, row.uses.filter(let_go_at__isnull=True).first())
