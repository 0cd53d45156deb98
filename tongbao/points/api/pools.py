"""The API of points: mine, where they came from, and what every pool has left. Amounts in 1/10 000 point."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field, StringConstraints

from tongbao.kit import clock
from tongbao.kit.api import Said, reader_language
from tongbao.kit.api import router as new_router
from tongbao.kit.errors import Language
from tongbao.members.api.auth import MemberAuth, identity_of
from tongbao.points import selectors
from tongbao.points.api.fields import RatioOut, ratio
from tongbao.points.contracts import PoolFacts

router = new_router(tag="points")

Cursor = Annotated[str, StringConstraints(pattern=r"^([1-9][0-9]{0,17}\.[0-9]{1,9})?$")]
PageSize = Annotated[int, Field(ge=1, le=200)]

# How members read what moved their points.
TITLES: dict[str, tuple[str, str]] = {
    "points_minted": ("积分到账", "Points credited"),
    "points_returned": ("退货扣回", "Taken back with returned goods"),
    "points_repaid": ("补扣此前退货的积分", "Repaid for goods returned earlier"),
    "points_spent": ("抵扣订单", "Paid for an order"),
    "points_given_back": ("退货返还", "Given back with returned goods"),
    "points_redeemed": ("兑现销毁", "Redeemed for cash and burned"),
    "points_expired": ("过期销毁", "Expired and burned"),
    "market_offered": ("挂卖冻结", "Set aside for the market"),
    "market_returned": ("挂卖退回", "Given back from the market"),
    "market_bought": ("挂卖买入", "Bought on the market"),
    "card_part": ("权益卡释放", "Released by a rights card"),
}


class PoolOut(Schema):
    code: str
    title: Said
    cap: int
    left: int = Field(
        description="What may still be granted. Less than a purchase would give: it gives this."
    )
    pending: int
    vesting: int = Field(description="On rights cards, released by their calendars.")
    minted: int
    retired: int = Field(description="Given up for ever.")


class SupplyOut(Schema):
    supply: int
    circulating: int
    pending: int
    vesting: int
    burned: int
    retired: int
    reserve_fen: int
    reserve_pending_fen: int
    floor: RatioOut | None = Field(description="Fen for one point: reserve / supply. It never falls.")
    ceiling: RatioOut | None = Field(
        description="Reserve / circulating. Shown beside the floor, never promised."
    )


class MyPointsOut(Schema):
    available: int = Field(description="Can be spent.")
    held: int = Field(description="Set aside for something under way.")
    pending: int = Field(description="Waits until the return window closes.")
    vesting: int = Field(description="On rights cards, released by their calendars.")
    spent: int = Field(description="Paid for orders whose goods may still go back.")
    expiring_soon: int = Field(
        description="Expires within the mall's time of warning; 0 where points live for ever."
    )
    owed: int = Field(description="Spent before the goods went back; taken from the next points.")


class PointsLineOut(Schema):
    booked_at: datetime
    amount: int
    balance_after: int
    kind: str
    title: Said
    subject: str


class PointsStatementOut(Schema):
    lines: list[PointsLineOut]
    next_cursor: str = Field(description="Send it as `cursor` for what follows; empty at the end.")


class PointsGrantOut(Schema):
    subject: str
    pool: str
    granted: int
    amount: int = Field(description="What it is worth now, after returns.")
    owed: int
    state: str
    granted_at: datetime
    vests_at: datetime | None = Field(default=None, description="Can be spent from then on, not before.")
    ended_at: datetime | None


class PageQuery(Schema):
    cursor: Cursor = ""
    limit: PageSize = 50


class GrantsQuery(Schema):
    limit: PageSize = 50


@router.get("/points/pools", response=list[PoolOut], summary="The pools and what is left in them")
def pools(request: HttpRequest) -> Any:
    language = reader_language(request)
    return [_pool(facts, language) for facts in selectors.pools()]


@router.get("/points/supply", response=SupplyOut, summary="Supply, reserve, floor and ceiling")
def supply(request: HttpRequest) -> Any:
    economy = selectors.supply()
    return {
        "supply": economy.supply,
        "circulating": economy.circulating,
        "pending": economy.pending,
        "vesting": economy.vesting,
        "burned": economy.burned,
        "retired": economy.retired,
        "reserve_fen": economy.reserve_fen,
        "reserve_pending_fen": economy.reserve_pending_fen,
        "floor": ratio(economy.floor),
        "ceiling": ratio(economy.ceiling),
    }


@router.get("/me/points", response=MyPointsOut, auth=MemberAuth(), summary="My points")
def my_points(request: HttpRequest) -> Any:
    member_id = identity_of(request).member_id
    mine = selectors.member_points(member_id=member_id)
    soon = selectors.expiring_soon(member_id=member_id, now=clock.now())
    return {
        "available": mine.available,
        "held": mine.held,
        "pending": mine.pending,
        "vesting": mine.vesting,
        "spent": mine.spent,
        "expiring_soon": soon,
        "owed": mine.owed,
    }


@router.get(
    "/me/points/statement",
    response=PointsStatementOut,
    auth=MemberAuth(),
    summary="My points, line by line, oldest first",
)
def my_statement(request: HttpRequest, query: Query[PageQuery]) -> Any:
    language = reader_language(request)
    after = (0, -1)
    if query.cursor:
        batch, _, position = query.cursor.partition(".")
        after = (int(batch), int(position))
    member_id = identity_of(request).member_id
    lines = selectors.member_statement(member_id=member_id, after=after, limit=query.limit + 1)
    shown = lines[: query.limit]
    return {
        "lines": [
            {
                "booked_at": line.booked_at,
                "amount": line.amount,
                "balance_after": line.balance_after,
                "kind": line.kind,
                "title": _title(line.kind, language),
                "subject": line.subject,
            }
            for line in shown
        ],
        "next_cursor": f"{shown[-1].batch}.{shown[-1].position}" if len(lines) > query.limit else "",
    }


@router.get(
    "/me/points/grants", response=list[PointsGrantOut], auth=MemberAuth(), summary="My grants, newest first"
)
def my_grants(request: HttpRequest, query: Query[GrantsQuery]) -> Any:
    return list(selectors.member_grants(member_id=identity_of(request).member_id, limit=query.limit))


def _pool(facts: PoolFacts, language: Language) -> dict[str, Any]:
    return {
        "code": facts.code,
        "title": facts.title_zh if language == "zh" else facts.title_en,
        "cap": facts.cap,
        "left": facts.left,
        "pending": facts.pending,
        "vesting": facts.vesting,
        "minted": facts.minted,
        "retired": facts.retired,
    }


def _title(kind: str, language: Language) -> str:
    zh, en = TITLES.get(kind, (kind, kind))
    return zh if language == "zh" else en
