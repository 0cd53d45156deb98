"""What other packages learn about members: frozen facts, never rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from tongbao.kit.errors import DomainError
from tongbao.members.contracts.words import (
    ACTIVE,
    GrantBasis,
    IdentityStatus,
    MemberStatus,
    RegionLevel,
    RevokeCause,
)
from tongbao.plans import RecruitRule


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFacts:
    """A member as the platform knows them. The phone is masked: whoever needs it whole asks by name."""

    member_id: int
    number: str
    external_number: str
    name: str
    phone_masked: str
    rank: str
    status: MemberStatus
    identity_status: IdentityStatus
    sponsor_id: int | None
    invite_code: str
    language: str
    joined_at: datetime

    @property
    def active(self) -> bool:
        """Whether they earn: inactive, frozen and closed members do not."""
        return self.status == ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class UplineSeat:
    """One sponsor on the way up from a member."""

    member_id: int
    rank: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMember:
    """Somebody above or below a member, as a person may see them: name and phone are masked.

    ``depth`` counts from the member who looks: 1 is a direct recruit, -1 the sponsor.
    """

    member_id: int
    number: str
    name_masked: str
    phone_masked: str
    rank: str
    status: MemberStatus
    sponsor_id: int | None
    depth: int
    recruits: int
    joined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelCount:
    """How many members stand ``depth`` levels below."""

    depth: int
    members: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPage:
    """Part of a downline, nearest level first; ``next_cursor`` asks for the following part."""

    members: tuple[TeamMember, ...]
    next_cursor: tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RankChange:
    """A member's rank before and after, and what changed it (``order_line:7``, ``recruits``)."""

    member_id: int
    rank_before: str
    rank_after: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RankStep:
    """One rank given among many: by a purchase (``source``), or by a rule for recruits and those who counted.

    ``rank_before`` is the rank just before it; a purchase of a smaller pack gives a rank that lifts nobody.
    """

    member_id: int
    rank_before: str
    rank: str
    granted_at: datetime
    lifts: bool = True
    source: str = "recruits"
    rule: RecruitRule | None = None
    witnesses: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantFacts:
    """One reason why a member holds, or held, a rank. It stands while ``revoked_at`` is None."""

    grant_id: int
    member_id: int
    rank: str
    basis: GrantBasis
    source: str
    granted_at: datetime
    revoked_at: datetime | None
    revoked_because: RevokeCause | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionalSeat:
    """Who holds the agency of the county, city or province of an address."""

    level: RegionLevel
    member_id: int
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentFacts:
    """One appointment of a regional agent. ``ends_on`` is the last day of the term, None: open."""

    agent_id: int
    region_code: str
    region_name: str
    level: RegionLevel
    member_id: int
    fee_fen: int
    starts_on: date
    ends_on: date | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resident:
    """A member whose default address lies in a region, as its agent may see them: name and phone are masked."""

    member_id: int
    name_masked: str
    phone_masked: str
    rank: str
    region_code: str
    region_name: str
    joined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressFacts:
    """A delivery address. ``region_code`` is a GB/T 2260 code without divisions below it."""

    address_id: int
    recipient: str
    phone: str
    region_code: str
    region_name: str
    street: str
    is_default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberIdentity:
    """Who a request of the API comes from."""

    member_id: int
    number: str
    session_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A fresh session. The token is told once; only its hash is kept."""

    member_id: int
    number: str
    session_id: int
    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """One device on which a member is signed in."""

    session_id: int
    device: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """A line of members.csv. ``member_id`` and ``sponsor_id`` are the other system's; "" is no sponsor."""

    line: int
    member_id: str
    sponsor_id: str
    rank: str
    joined_at: datetime
    active: bool = True
    phone: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRow:
    """A line of agents.csv."""

    line: int
    region_code: str
    member_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """Why a line of a file can't be taken over."""

    line: int
    error: DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """How many rows were taken over, and which were not."""

    imported: int
    problems: tuple[RowProblem, ...]
