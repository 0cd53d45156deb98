"""What members tell the floors above: past-tense facts, written with the change they tell of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberJoined:
    """Somebody signed up. Members taken over from another system don't join: they were there before."""

    name: ClassVar[str] = "members.member_joined"
    member_id: int
    sponsor_id: int | None
    joined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFrozen:
    """What is pending for this member waits from now on."""

    name: ClassVar[str] = "members.member_frozen"
    member_id: int
    frozen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberUnfrozen:
    """What waited may go on."""

    name: ClassVar[str] = "members.member_unfrozen"
    member_id: int
    unfrozen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RankChanged:
    """A member rose or fell."""

    name: ClassVar[str] = "members.rank_changed"
    member_id: int
    rank_before: str
    rank_after: str
    because: str
    changed_at: datetime
