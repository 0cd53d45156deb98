"""Regional agencies under ``/api/v1/agency``: free seats, my applications, and the workbench. Amounts in fen."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query, Schema, Status
from pydantic import Field

from tongbao.apps.agency import selectors, services
from tongbao.apps.agency.contracts import AgencyFacts, ApplicationState, SeatState
from tongbao.kit import clock
from tongbao.kit.api import Said, reader_language
from tongbao.kit.api import router as new_router
from tongbao.kit.ratelimit import check_rate
from tongbao.mall.api.fields import ClientKey, Fen, Id
from tongbao.mall.contracts import OrderStatus
from tongbao.mall.selectors import orders_of_region
from tongbao.members.api.auth import MemberAuth, identity_of
from tongbao.members.api.fields import RegionCode
from tongbao.members.contracts import RegionLevel
from tongbao.members.selectors import rank_name, residents
from tongbao.rewards.contracts import AwardState, state_title
from tongbao.rewards.selectors import region_awards_of

router = new_router(tag="agency")

APPLICATIONS_A_MINUTE = 10
PageSize = Annotated[int, Field(ge=1, le=100)]


class AgencyLevelOut(Schema):
    level: RegionLevel
    fee_fen: int
    seats: int = Field(description="So many agents of this level there can be at once.")
    left: int
    card_points: int = Field(
        description="Whole points of the rights card that an approved agent gets; 0: none."
    )
    card_months: int = Field(description="The card vests in so many equal monthly parts.")


class AgencySeatOut(Schema):
    region_code: str
    name: str
    level: RegionLevel
    state: SeatState = Field(
        description="`full`: all seats of the level are taken; `no_seat`: nobody's region."
    )
    has_divisions: bool


class AgencySeatsOut(Schema):
    levels: list[AgencyLevelOut]
    earliest_start: date = Field(description="An agency that is approved today begins then at the earliest.")
    seats: list[AgencySeatOut]


class AgencySeatsQuery(Schema):
    parent: RegionCode | None = None


class AgencyApplicationIn(Schema):
    """``client_key`` is new for each application. ``expected_fee_fen`` is the fee that was shown."""

    region_code: RegionCode
    expected_fee_fen: Fen
    client_key: ClientKey


class AgencyApplicationOut(Schema):
    application_id: int
    region_code: str
    region_name: str
    level: RegionLevel
    fee_fen: int
    state: ApplicationState
    reason: str = Field(description="Why it was refused.")
    order_number: str = Field(description="The order of the fee; empty: none was placed.")
    is_fee_back: bool
    applied_at: datetime
    paid_at: datetime | None
    decided_at: datetime | None
    starts_on: date | None
    ends_on: date | None = Field(description="The last day; null: open.")
    can_pay: bool
    can_withdraw: bool


class AgencyFeeOrderOut(Schema):
    number: str = Field(description="Pay it with `POST /orders/{number}/pay`.")
    total_fen: int
    pay_before: datetime


class AgencyOut(Schema):
    region_code: str
    region_name: str
    level: RegionLevel
    starts_on: date
    ends_on: date | None


class AgencyDayOut(Schema):
    day: date
    orders: int
    turnover_fen: int
    refunded_fen: int


class AgencySummaryOut(Schema):
    """Figures since the first day of the agency. Turnover is what was paid for the lines, without freight."""

    agencies: list[AgencyOut]
    region_code: str
    orders: int
    turnover_fen: int
    refunded_fen: int
    pending_fen: int = Field(description="My awards as the agent that wait for the return windows.")
    released_fen: int
    members: int = Field(description="Members whose default address lies in the region.")
    days: list[AgencyDayOut]


class AgencyRegionQuery(Schema):
    region_code: RegionCode | None = Field(
        None, description="One of my regions; the oldest if none is named."
    )


class AgencyPageQuery(AgencyRegionQuery):
    before: Id | None = None
    limit: PageSize = 20


class AgencyOrderOut(Schema):
    number_masked: str
    status: OrderStatus
    region_name: str
    recipient_masked: str
    pieces: int
    turnover_fen: int
    refunded_fen: int
    paid_at: datetime


class AgencyOrdersOut(Schema):
    orders: list[AgencyOrderOut]
    next_before: int | None = Field(description="Send it as `before` for what follows; null at the end.")


class AgencyAwardOut(Schema):
    award_id: int
    order_number_masked: str
    region_code: str
    amount_fen: int
    original_fen: int
    state: AwardState
    state_title: Said
    why: Said
    settled_at: datetime
    release_at: datetime | None


class AgencyAwardsOut(Schema):
    awards: list[AgencyAwardOut]
    next_before: int | None


class AgencyMemberOut(Schema):
    name_masked: str
    phone_masked: str
    rank_name: Said
    region_name: str
    joined_at: datetime


class AgencyMembersOut(Schema):
    members: list[AgencyMemberOut]
    next_before: int | None


@router.get("/seats", response=AgencySeatsOut, summary="Seats: fees, how many are left, and which are free")
def seats(request: HttpRequest, query: Query[AgencySeatsQuery]) -> Any:
    """The provinces, or what is below a division."""
    now = clock.now()
    return {
        "levels": list(selectors.levels(now=now)),
        "earliest_start": selectors.first_day(now),
        "seats": list(selectors.seats_below(parent=query.parent or "", now=now)),
    }


@router.get(
    "/applications",
    response=list[AgencyApplicationOut],
    auth=MemberAuth(),
    summary="My applications, newest first",
)
def my_applications(request: HttpRequest) -> Any:
    return list(selectors.applications_of(member_id=_member(request), now=clock.now()))


@router.post(
    "/applications",
    response={201: AgencyApplicationOut},
    auth=MemberAuth(),
    summary="Apply for the agency of a region",
)
def apply(request: HttpRequest, wanted: AgencyApplicationIn) -> Any:
    now, member_id = clock.now(), _member(request)
    check_rate(
        what="agency_application",
        key=str(member_id),
        limit=APPLICATIONS_A_MINUTE,
        window=timedelta(minutes=1),
        now=now,
    )
    application_id = services.apply(
        member_id=member_id,
        region_code=wanted.region_code,
        expected_fee_fen=wanted.expected_fee_fen,
        client_key=wanted.client_key,
        now=now,
    )
    return Status(201, selectors.application(member_id=member_id, application_id=application_id, now=now))


@router.post(
    "/applications/{application_id}/order",
    response=AgencyFeeOrderOut,
    auth=MemberAuth(),
    summary="The order with which the fee is paid",
)
def order_fee(request: HttpRequest, application_id: Path[Id]) -> Any:
    """Asking again while it waits for payment gives the same one."""
    return services.order_fee(member_id=_member(request), application_id=application_id, now=clock.now())


@router.post(
    "/applications/{application_id}/withdraw",
    response=AgencyApplicationOut,
    auth=MemberAuth(),
    summary="Take an application back; a fee that was paid is refunded",
)
def withdraw(request: HttpRequest, application_id: Path[Id]) -> Any:
    now, member_id = clock.now(), _member(request)
    services.withdraw(member_id=member_id, application_id=application_id, now=now)
    return selectors.application(member_id=member_id, application_id=application_id, now=now)


@router.get(
    "/workbench", response=AgencySummaryOut, auth=MemberAuth(), summary="My region in figures, for its agent"
)
def workbench(request: HttpRequest, query: Query[AgencyRegionQuery]) -> Any:
    now, member_id = clock.now(), _member(request)
    found = selectors.summary(member_id=member_id, region_code=query.region_code or "", now=now)
    return {
        "agencies": list(selectors.agencies_of(member_id=member_id, now=now)),
        "region_code": found.agency.region_code,
        **{
            name: getattr(found, name)
            for name in AgencySummaryOut.model_fields
            if name not in ("agencies", "region_code", "days")
        },
        "days": list(found.days),
    }


@router.get(
    "/workbench/orders",
    response=AgencyOrdersOut,
    auth=MemberAuth(),
    summary="Paid orders that went to my region, newest first",
)
def region_orders(request: HttpRequest, query: Query[AgencyPageQuery]) -> Any:
    agency = _agency(request, query)
    found = orders_of_region(
        region_code=agency.region_code, since=agency.since, before_id=query.before, limit=query.limit + 1
    )
    shown = found[: query.limit]
    return {
        "orders": [
            {
                "number_masked": _masked(order.number),
                "status": order.status,
                "region_name": order.region_name,
                "recipient_masked": order.recipient_masked,
                "pieces": order.pieces,
                "turnover_fen": order.turnover_fen,
                "refunded_fen": order.refunded_fen,
                "paid_at": order.paid_at,
            }
            for order in shown
        ],
        "next_before": shown[-1].order_id if len(found) > query.limit else None,
    }


@router.get(
    "/workbench/awards",
    response=AgencyAwardsOut,
    auth=MemberAuth(),
    summary="What I earned as the agent of my region, and why, newest first",
)
def region_awards(request: HttpRequest, query: Query[AgencyPageQuery]) -> Any:
    agency, language = _agency(request, query), reader_language(request)
    found = region_awards_of(
        member_id=agency.member_id,
        region_code=agency.region_code,
        level=agency.level,
        since=agency.since,
        before_id=query.before,
        limit=query.limit + 1,
    )
    shown = found[: query.limit]
    return {
        "awards": [
            {
                "award_id": award.award_id,
                "order_number_masked": _masked(award.order_number),
                "region_code": award.region_code,
                "amount_fen": award.amount_fen,
                "original_fen": award.original_fen,
                "state": award.state,
                "state_title": state_title(award.state, language=language),
                "why": award.sentence_zh if language == "zh" else award.sentence_en,
                "settled_at": award.settled_at,
                "release_at": award.release_at,
            }
            for award in shown
        ],
        "next_before": shown[-1].award_id if len(found) > query.limit else None,
    }


@router.get(
    "/workbench/members",
    response=AgencyMembersOut,
    auth=MemberAuth(),
    summary="Members of my region, masked, who joined last first",
)
def region_members(request: HttpRequest, query: Query[AgencyPageQuery]) -> Any:
    agency, language = _agency(request, query), reader_language(request)
    found = residents(region_code=agency.region_code, before_id=query.before, limit=query.limit + 1)
    shown = found[: query.limit]
    return {
        "members": [
            {
                "name_masked": one.name_masked,
                "phone_masked": one.phone_masked,
                "rank_name": rank_name(one.rank, language=language),
                "region_name": one.region_name,
                "joined_at": one.joined_at,
            }
            for one in shown
        ],
        "next_before": shown[-1].member_id if len(found) > query.limit else None,
    }


def _agency(request: HttpRequest, query: AgencyRegionQuery) -> AgencyFacts:
    """The agency that is asked for, held today by whoever asks: somebody whose term is over sees nothing."""
    return selectors.agency_of(
        member_id=_member(request), region_code=query.region_code or "", now=clock.now()
    )


def _masked(number: str) -> str:
    """Enough of an order's number to talk about it, not enough to look it up."""
    return f"…{number[-6:]}"


def _member(request: HttpRequest) -> int:
    return identity_of(request).member_id
