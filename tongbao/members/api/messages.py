"""A member's messages: the list, how many are unread, marking them read."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from tongbao.kit import clock
from tongbao.kit.api import Said, reader_language
from tongbao.kit.api import router as new_router
from tongbao.members.api.auth import MemberAuth, identity_of
from tongbao.members.selectors.messages import messages_of, unread_messages
from tongbao.members.services.messages import mark_read

router = new_router(tag="messages", auth=MemberAuth())

MessageId = Annotated[int, Field(ge=1, le=2**63 - 1)]


class MessageOut(Schema):
    """``message_id`` is the cursor for the next page; ``page`` the storefront page that it leads to."""

    message_id: int
    kind: str
    title: Said
    text: Said
    page: str
    told_at: datetime
    read_at: datetime | None


class MessagesQuery(Schema):
    before: MessageId | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class UnreadOut(Schema):
    unread: int


class ReadIn(Schema):
    up_to: MessageId


@router.get("/me/messages", response=list[MessageOut], summary="My messages, newest first")
def mine(request: HttpRequest, query: Query[MessagesQuery]) -> Any:
    return list(
        messages_of(
            member_id=identity_of(request).member_id,
            language=reader_language(request),
            before_id=query.before,
            limit=query.limit,
        )
    )


@router.get("/me/messages/unread", response=UnreadOut, summary="How many of my messages are unread")
def unread(request: HttpRequest) -> Any:
    return {"unread": unread_messages(member_id=identity_of(request).member_id)}


@router.post("/me/messages/read", response=UnreadOut, summary="I have read my messages up to this one")
def read(request: HttpRequest, said: ReadIn) -> Any:
    member_id = identity_of(request).member_id
    mark_read(member_id=member_id, up_to=said.up_to, now=clock.now())
    return {"unread": unread_messages(member_id=member_id)}
