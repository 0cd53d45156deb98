"""What is known of shares."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Sum

from tongbao.apps.shares.contracts import (
    CertificateFacts,
    CertificateUnknown,
    CheckedCertificate,
    DividendFacts,
    ExchangeFacts,
    SharesSettings,
    ShareTerms,
)
from tongbao.apps.shares.models import Certificate, Dividend, DividendPart, Exchange, Issue
from tongbao.kit.findings import Finding
from tongbao.members.policy.people import mask_name
from tongbao.members.selectors import identity_name
from tongbao.tenancy.selectors import current_tenant, tenant_settings

HELD = Sum(F("last_share") - F("first_share") + 1)


def company() -> str:
    """Whose shares they are."""
    return tenant_settings(SharesSettings).company or current_tenant().title


def share_terms() -> ShareTerms:
    """What a share costs today, and how many are left below the cap."""
    settings = tenant_settings(SharesSettings)
    issue = Issue.objects.get()
    return ShareTerms(
        company=company(), units_per_share=settings.units_per_share, cap=issue.cap, issued=issue.issued
    )


def exchange_facts(row: Exchange) -> ExchangeFacts:
    """A request as others see it."""
    return ExchangeFacts(
        number=row.number,
        shares=row.shares,
        units=row.units,
        state=row.state,  # type: ignore[arg-type]  # the column's choices
        reason=row.reason,
        requested_at=row.requested_at,
        decided_at=row.decided_at,
    )


def exchanges_of(*, member_id: int) -> tuple[ExchangeFacts, ...]:
    """A member's requests, newest first."""
    return tuple(exchange_facts(row) for row in Exchange.objects.filter(member_id=member_id))


def certificate_facts(row: Certificate) -> CertificateFacts:
    """An entry of the register; ``row.exchange`` is read."""
    return CertificateFacts(
        number=row.number,
        code=row.code,
        shares=row.shares,
        first_share=row.first_share,
        last_share=row.last_share,
        units=row.exchange.units,
        issued_at=row.issued_at,
    )


def certificates_of(*, member_id: int) -> tuple[CertificateFacts, ...]:
    """A member's certificates, newest first."""
    rows = Certificate.objects.filter(member_id=member_id).select_related("exchange")
    return tuple(certificate_facts(row) for row in rows)


def certificate_of(*, member_id: int, number: str) -> tuple[CertificateFacts, str]:
    """One of a member's certificates, and the holder's name for its paper. Raises CertificateUnknown."""
    row = Certificate.objects.select_related("exchange").filter(member_id=member_id, number=number).first()
    if row is None:
        raise CertificateUnknown(number=number)
    return certificate_facts(row), identity_name(member_id=member_id)


def check_certificate(*, code: str) -> CheckedCertificate:
    """What stands in the register under the code on a certificate. Raises CertificateUnknown."""
    row = Certificate.objects.filter(code=code).first()
    if row is None:
        raise CertificateUnknown(number=code)
    return CheckedCertificate(
        company=company(),
        number=row.number,
        holder=mask_name(identity_name(member_id=row.member_id)),
        shares=row.shares,
        first_share=row.first_share,
        last_share=row.last_share,
        issued_at=row.issued_at,
    )


def register_of_shares() -> dict[int, int]:
    """Who holds how many: members by number, in order."""
    held = Certificate.objects.order_by("member_id").values_list("member_id").annotate(held=HELD)
    return dict(held.values_list("member_id", "held"))


def shares_of(*, member_id: int) -> int:
    """How many shares a member holds."""
    return int(Certificate.objects.filter(member_id=member_id).aggregate(held=HELD)["held"] or 0)


def dividends_of(*, member_id: int) -> tuple[DividendFacts, ...]:
    """What dividends that were decided bring a member, newest first."""
    rows = (
        DividendPart.objects.filter(member_id=member_id)
        .filter(dividend__state__in=(Dividend.State.PAYING, Dividend.State.PAID))
        .select_related("dividend")
        .order_by("-dividend_id")
    )
    return tuple(
        DividendFacts(
            number=row.dividend.number,
            state=row.dividend.state,  # type: ignore[arg-type]  # the column's choices
            shares=row.shares,
            amount_fen=row.amount_fen,
            total_fen=row.dividend.total_fen,
            total_shares=row.dividend.total_shares,
            drawn_up_at=row.dividend.drawn_up_at,
            paid_at=row.paid_at,
        )
        for row in rows
    )


def verify() -> Iterator[Finding]:
    """Rows that disagree: certificates with the issue and with one another, parts with their dividend."""
    issue = Issue.objects.get()
    issued, last = 0, 0
    for row in Certificate.objects.order_by("first_share").iterator():
        if row.first_share != last + 1:
            yield Finding(
                table="shares_certificate",
                key=row.number,
                says=f"begins with share {row.first_share}",
                should=f"begin with share {last + 1}",
            )
        issued, last = issued + row.shares, row.last_share
    if issued != issue.issued:
        yield Finding(table="shares_issue", key="1", says=f"issued {issue.issued}", should=f"issued {issued}")
    for dividend in Dividend.objects.annotate(sum_fen=Sum("parts__amount_fen"), held=Sum("parts__shares")):
        if (dividend.sum_fen, dividend.held) != (dividend.total_fen, dividend.total_shares):
            yield Finding(
                table="shares_dividend",
                key=dividend.number,
                says=f"{dividend.total_fen} fen for {dividend.total_shares} shares",
                should=f"{dividend.sum_fen} fen for {dividend.held} shares",
            )
