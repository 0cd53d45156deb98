"""The operator's kinds of coupons."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from tongbao.apps.coupons.contracts import CouponKindUnknown, CouponStoppedAlready, Issue, Terms
from tongbao.apps.coupons.models import Template
from tongbao.apps.coupons.policy import check_terms
from tongbao.kit.transactions import transaction
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.services import audit


def set_coupon(
    *, title_zh: str, title_en: str, terms: Terms, issue: Issue, actor: Actor, now: datetime
) -> int:
    """Set a kind of coupon (发券); returns its id; audited. It doesn't change afterwards. Raises CouponTermsInvalid."""
    title_zh, title_en = title_zh.strip(), title_en.strip()
    check_terms(title_zh=title_zh, title_en=title_en, terms=terms, issue=issue)
    facts = {**asdict(terms), **asdict(issue), "scope": list(terms.scope)}
    with transaction():
        row = Template.objects.create(title_zh=title_zh, title_en=title_en, created_at=now, **facts)
        audit(
            AuditFact(
                actor=actor,
                action="coupons.set",
                subject=f"coupon:{row.pk}",
                detail={
                    "title": title_zh,
                    **{
                        name: value.isoformat() if isinstance(value, datetime) else value
                        for name, value in facts.items()
                    },
                },
            ),
            now=now,
        )
    return int(row.pk)


def stop_coupon(*, template_id: int, actor: Actor, now: datetime) -> None:
    """Nobody gets one any more (停发); audited. Those that members have stay valid: they were promised.

    Raises CouponKindUnknown, CouponStoppedAlready.
    """
    with transaction():
        stopped = Template.objects.filter(pk=template_id, stopped_at__isnull=True).update(stopped_at=now)
        if not stopped:
            if not Template.objects.filter(pk=template_id).exists():
                raise CouponKindUnknown(key=template_id)
            raise CouponStoppedAlready(key=template_id)
        audit(AuditFact(actor=actor, action="coupons.stop", subject=f"coupon:{template_id}"), now=now)
