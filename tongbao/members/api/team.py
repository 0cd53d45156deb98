"""My invitation, whoever came by it, and who stands above me."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Schema
from pydantic import Field

from tongbao.kit.api import router as new_router
from tongbao.members import selectors
from tongbao.members.api.auth import MemberAuth, identity_of
from tongbao.members.api.fields import Cursor, Depth, InviteCode, PageSize
from tongbao.members.contracts import MembersSettings, TeamMember
from tongbao.members.policy.invitations import invitation_link, qr_svg
from tongbao.members.policy.people import mask_name
from tongbao.tenancy.selectors import tenant_settings

router = new_router(tag="team")


class InvitationOut(Schema):
    invite_code: str
    link: str
    qr_svg: str = Field(description="The link as a QR code, one `<svg>` element.")


class InviterOut(Schema):
    invite_code: str
    name_masked: str


class TeamMemberOut(Schema):
    number: str
    name_masked: str
    phone_masked: str
    rank: str
    status: str
    depth: int = Field(description="1: a direct recruit; -1: the sponsor.")
    recruits: int
    joined_at: datetime


class UplineOut(Schema):
    number: str
    name_masked: str
    rank: str
    depth: int


class LevelOut(Schema):
    depth: int
    members: int


class TeamOut(Schema):
    direct: int
    total: int
    levels: list[LevelOut]


class TeamWish(Schema):
    depth: Depth = Field(0, description="One level only; 0 for all of them.")
    cursor: Cursor = Field("", description="The `next_cursor` of the page before.")
    limit: PageSize = 50


class TeamPageOut(Schema):
    members: list[TeamMemberOut]
    next_cursor: str = Field(description="Send it as `cursor` for what follows; empty at the end.")


@router.get("/invitations/{invite_code}", response=InviterOut, summary="Whose invitation this is")
def invitation_of(request: HttpRequest, invite_code: Path[InviteCode]) -> Any:
    known = selectors.inviter(invite_code=invite_code)
    return {"invite_code": known.invite_code, "name_masked": mask_name(known.name) or known.phone_masked}


@router.get("/me/invitation", response=InvitationOut, auth=MemberAuth(), summary="My invitation")
def my_invitation(request: HttpRequest) -> Any:
    invite_code, link = _invitation(request)
    return {"invite_code": invite_code, "link": link, "qr_svg": qr_svg(link)}


@router.get("/me/invitation/qr.svg", auth=MemberAuth(), summary="My invitation as a picture")
def my_invitation_picture(request: HttpRequest) -> HttpResponse:
    _, link = _invitation(request)
    picture = qr_svg(link).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return HttpResponse(picture, content_type="image/svg+xml")


@router.get("/me/team", response=TeamOut, auth=MemberAuth(), summary="How many came by me, level by level")
def team(request: HttpRequest) -> Any:
    levels = selectors.downline_counts(member_id=identity_of(request).member_id)
    return {
        "direct": levels[0].members if levels else 0,
        "total": sum(level.members for level in levels),
        "levels": levels,
    }


@router.get("/me/team/members", response=TeamPageOut, auth=MemberAuth(), summary="Who came by me")
def team_members(request: HttpRequest, wish: Query[TeamWish]) -> Any:
    after_depth, _, after_id = wish.cursor.partition(".")
    page = selectors.downline(
        member_id=identity_of(request).member_id,
        depth=wish.depth,
        after=(int(after_depth), int(after_id)) if wish.cursor else None,
        limit=wish.limit,
    )
    following = page.next_cursor
    return {
        "members": [_team_member(member) for member in page.members],
        "next_cursor": f"{following[0]}.{following[1]}" if following else "",
    }


@router.get("/me/upline", response=list[UplineOut], auth=MemberAuth(), summary="Who stands above me")
def upline(request: HttpRequest) -> Any:
    return list(selectors.upline_seen_by(member_id=identity_of(request).member_id))


def _team_member(member: TeamMember) -> dict[str, Any]:
    return {
        "number": member.number,
        "name_masked": member.name_masked,
        "phone_masked": member.phone_masked,
        "rank": member.rank,
        "status": member.status,
        "depth": member.depth,
        "recruits": member.recruits,
        "joined_at": member.joined_at,
    }


def _invitation(request: HttpRequest) -> tuple[str, str]:
    invite_code = selectors.member(member_id=identity_of(request).member_id).invite_code
    path = tenant_settings(MembersSettings).invitation_path
    origin = f"{request.scheme}://{request.get_host()}"
    return invite_code, invitation_link(origin=origin, path=path, invite_code=invite_code)
