"""A member's messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tongbao.kit.errors import Language
from tongbao.members.models import Message
from tongbao.members.policy.messages import say


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """A message as its reader sees it; ``page`` is the storefront page that it leads to."""

    message_id: int
    kind: str
    title: str
    text: str
    page: str
    told_at: datetime
    read_at: datetime | None


def messages_of(
    *, member_id: int, language: Language, before_id: int | None = None, limit: int = 20
) -> tuple[MessageView, ...]:
    """One page of a member's messages, newest first, after the message ``before_id``."""
    rows = Message.objects.filter(member_id=member_id).order_by("-id")
    if before_id is not None:
        rows = rows.filter(id__lt=before_id)
    views = []
    for row in rows[:limit]:
        said = say(kind=row.kind, values=row.values, language=language)
        views.append(
            MessageView(
                message_id=row.pk,
                kind=row.kind,
                title=said.title,
                text=said.text,
                page=said.page,
                told_at=row.told_at,
                read_at=row.read_at,
            )
        )
    return tuple(views)


def unread_messages(*, member_id: int) -> int:
    """How many messages a member has not read."""
    return Message.objects.filter(member_id=member_id, read_at__isnull=True).count()
