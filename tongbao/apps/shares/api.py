"""What members see of shares, under ``/api/v1/shares``. Points in 1/10 000, money in fen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Schema, Status
from pydantic import Field

from tongbao.apps.shares import selectors, services
from tongbao.apps.shares.certificate import CertificateLanguage, Paper, draw_certificate
from tongbao.apps.shares.contracts import MOST_SHARES, DividendState, ExchangeState
from tongbao.kit import clock
from tongbao.kit.api import router as new_router
from tongbao.kit.ratelimit import check_rate
from tongbao.members.api.auth import MemberAuth, identity_of

router = new_router(tag="shares")

PAPERS_A_MINUTE = 20
CHECKS_A_MINUTE = 60
Number = Annotated[str, Field(min_length=1, max_length=40)]
Key = Annotated[str, Field(min_length=1, max_length=80)]


class ShareTermsOut(Schema):
    company: str
    units_per_share: int
    cap: int
    issued: int
    left: int


class ShareExchangeIn(Schema):
    client_key: Key = Field(description="The same key with the same number answers with the same request.")
    shares: Annotated[int, Field(strict=True, ge=1, le=MOST_SHARES)]


class ShareExchangeOut(Schema):
    number: str
    shares: int
    units: int = Field(
        description="What the points cost, set aside while it waits and burned when it is approved."
    )
    state: ExchangeState
    reason: str
    requested_at: datetime
    decided_at: datetime | None


class CertificateOut(Schema):
    number: str
    code: str = Field(description="Who has it can check the certificate.")
    shares: int
    first_share: int
    last_share: int
    units: int
    issued_at: datetime


class DividendOut(Schema):
    number: str
    state: DividendState
    shares: int
    amount_fen: int
    total_fen: int
    total_shares: int
    drawn_up_at: datetime
    paid_at: datetime | None


class HoldingOut(Schema):
    shares: int
    certificates: list[CertificateOut]
    exchanges: list[ShareExchangeOut]
    dividends: list[DividendOut]


class CheckedCertificateOut(Schema):
    company: str
    number: str
    holder: str = Field(description="Masked.")
    shares: int
    first_share: int
    last_share: int
    issued_at: datetime


class PaperWish(Schema):
    language: CertificateLanguage = "zh"


PDF = {
    "description": "OK",
    "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
}


@router.get("", response=ShareTermsOut, summary="What a share costs, and how many are left")
def share_terms(request: HttpRequest) -> Any:
    return selectors.share_terms()


@router.get("/mine", response=HoldingOut, auth=MemberAuth(), summary="My shares, requests and dividends")
def my_shares(request: HttpRequest) -> Any:
    member_id = identity_of(request).member_id
    return {
        "shares": selectors.shares_of(member_id=member_id),
        "certificates": list(selectors.certificates_of(member_id=member_id)),
        "exchanges": list(selectors.exchanges_of(member_id=member_id)),
        "dividends": list(selectors.dividends_of(member_id=member_id)),
    }


@router.post(
    "/exchanges", response={201: ShareExchangeOut}, auth=MemberAuth(), summary="Exchange points into shares"
)
def exchange(request: HttpRequest, body: ShareExchangeIn) -> Any:
    member_id = identity_of(request).member_id
    facts = services.ask_for_shares(
        member_id=member_id, shares=body.shares, client_key=body.client_key, now=clock.now()
    )
    return Status(201, facts)


@router.post(
    "/exchanges/{number}/withdraw",
    response=ShareExchangeOut,
    auth=MemberAuth(),
    summary="Take a request back that waits",
)
def withdraw(request: HttpRequest, number: Path[Number]) -> Any:
    member_id = identity_of(request).member_id
    return services.withdraw_exchange(number=number, member_id=member_id, now=clock.now())


@router.get(
    "/certificates/{number}/paper.pdf",
    response={200: None},
    auth=MemberAuth(),
    summary="A certificate of mine, to print",
    openapi_extra={"responses": {200: PDF}},
)
def certificate(request: HttpRequest, number: Path[Number], wish: Query[PaperWish]) -> HttpResponse:
    """A PDF with the holder's verified name, the number, and a QR code that leads to its check."""
    member_id = identity_of(request).member_id
    facts, holder = selectors.certificate_of(member_id=member_id, number=number)
    check_rate(
        what="certificate",
        key=str(member_id),
        limit=PAPERS_A_MINUTE,
        window=timedelta(minutes=1),
        now=clock.now(),
    )
    origin = f"{request.scheme}://{request.get_host()}"
    paper = Paper(
        company=selectors.company(),
        holder=holder,
        facts=facts,
        link=f"{origin}/apps/shares/pages/check?code={facts.code}",
        language=wish.language,
    )
    answer = HttpResponse(draw_certificate(paper), content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{facts.number}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@router.get(
    "/check/{code}", response=CheckedCertificateOut, summary="What the register says of a certificate"
)
def check(request: HttpRequest, code: Path[Annotated[str, Field(pattern="^[0-9a-f]{32}$")]]) -> Any:
    check_rate(
        what="certificate-check",
        key=request.META.get("REMOTE_ADDR", ""),
        limit=CHECKS_A_MINUTE,
        window=timedelta(minutes=1),
        now=clock.now(),
    )
    return selectors.check_certificate(code=code)
