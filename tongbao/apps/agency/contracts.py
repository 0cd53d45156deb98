"""What others may use of regional agencies (区域代理), what a mall may set, and what is refused.

Fees and the number of seats are settings of ``members``. Source: business rules §2.4 and §4.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import ClassVar, Final, Literal

from tongbao.kit.errors import DomainError, InvalidInput, NotFound
from tongbao.members.contracts import RegionLevel
from tongbao.tenancy.contracts import TenantSettings

POOL: Final = "regional_agents"
FEE_CODE: Final = "agency-fee"
"""The product code of a fee's order line."""
LEVELS: Final[tuple[RegionLevel, ...]] = ("province", "city", "county")

ApplicationState = Literal["applied", "paid", "approved", "refused", "withdrawn", "ended"]
"""``ended`` follows from the appointment: its term is over, or it was revoked."""
OPEN_STATES: Final = ("applied", "paid")
SeatState = Literal["free", "taken", "full", "no_seat"]


@dataclass(frozen=True, kw_only=True)
class AgencySettings(TenantSettings):
    """What a mall may set about agencies. Points are whole; 0 gives no rights card."""

    key: ClassVar[str] = "agency"

    county_card_points: int = field(default=50_000, metadata={"min": 0, "max": 30_000_000})
    city_card_points: int = field(default=100_000, metadata={"min": 0, "max": 30_000_000})
    province_card_points: int = field(default=300_000, metadata={"min": 0, "max": 30_000_000})
    """The rights card that an approved agent gets, out of the pool of the regional agents."""
    card_months: int = field(default=12, metadata={"min": 1, "max": 120})
    """It vests in so many equal monthly parts."""

    def __post_init__(self) -> None:
        for entry in fields(self):
            value, low, high = getattr(self, entry.name), entry.metadata["min"], entry.metadata["max"]
            if type(value) is not int or not low <= value <= high:
                raise InvalidInput(
                    field=entry.name,
                    why_en=f"it must be a whole number from {low} to {high}",
                    why_zh=f"必须是{low}到{high}之间的整数",
                )

    def card_points(self, level: RegionLevel) -> int:
        """The points of a level's rights card."""
        return int(getattr(self, f"{level}_card_points"))


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelFacts:
    """What an agency of a level costs and gives, how many seats there are and how many are left."""

    level: RegionLevel
    fee_fen: int
    seats: int
    left: int
    card_points: int
    card_months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CardsNeeded:
    """What the rights cards of all seats together would need of their pool, in whole points."""

    needed: int
    cap: int

    @property
    def fits(self) -> bool:
        return self.needed <= self.cap


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatFacts:
    """One division and whether its seat can be applied for. ``no_seat``: it is a heading and nobody's region."""

    region_code: str
    name: str
    level: RegionLevel
    state: SeatState
    has_divisions: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFacts:
    """An application as its member sees it. ``can_pay`` and ``can_withdraw`` say what they can do next.

    ``order_number`` is the order of the fee, once there is one; ``is_fee_back``: all of it went back.
    """

    application_id: int
    region_code: str
    region_name: str
    level: RegionLevel
    fee_fen: int
    state: ApplicationState
    reason: str
    order_number: str
    is_fee_back: bool
    applied_at: datetime
    paid_at: datetime | None
    decided_at: datetime | None
    starts_on: date | None
    ends_on: date | None
    can_pay: bool
    can_withdraw: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeOrder:
    """The order with which a fee is paid."""

    number: str
    total_fen: int
    pay_before: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyFacts:
    """An agency that is in force. ``since`` is the first moment of its first day."""

    agent_id: int
    member_id: int
    region_code: str
    region_name: str
    level: RegionLevel
    starts_on: date
    ends_on: date | None
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """What a region ordered on one day, in fen; ``refunded_fen`` of what was paid then."""

    day: date
    orders: int
    turnover_fen: int
    refunded_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionSummary:
    """A region in figures since its agent took office; ``days`` are the last thirty, the newest first."""

    agency: AgencyFacts
    orders: int
    turnover_fen: int
    refunded_fen: int
    pending_fen: int
    released_fen: int
    members: int
    days: tuple[DayFigures, ...]


class AgencyIdentityNeeded(DomainError):
    code = "agency_identity_needed"
    status = 403
    message_en = "An agency needs a verified identity. Submit yours first."
    message_zh = "申请区域代理须先完成实名认证。请先提交认证。"


class RegionHasAgent(DomainError):
    code = "region_has_agent"
    status = 409
    message_en = "{region} has an agent already. Choose another region."
    message_zh = "{region}已有代理。请选择其他区域。"


class LevelSeatsFull(DomainError):
    code = "level_seats_full"
    status = 409
    message_en = (
        "All {seats} seats of this level are taken. Choose a region of another level, or come back later."
    )
    message_zh = "该级别{seats}个名额已满。请选择其他级别的区域,或稍后再来。"


class ApplicationOpen(DomainError):
    code = "application_open"
    status = 409
    message_en = "You have applied for {region} already. Go on with that application, or withdraw it."
    message_zh = "您已申请{region}的代理。请继续该申请,或先撤回。"


class AgencyFeeChanged(DomainError):
    code = "agency_fee_changed"
    status = 409
    message_en = "The fee is {fee_fen} fen now, not {expected_fen}. Look at it and apply again."
    message_zh = "代理费现为{fee_fen}分,而非{expected_fen}分。请核对后重新提交。"


class ApplicationKeyUsed(DomainError):
    code = "application_key_used"
    status = 409
    message_en = "The key {key} was used for another application. Use a new key for a new one."
    message_zh = "键{key}已用于另一份申请。新申请请使用新的键。"


class ApplicationUnknown(NotFound):
    code = "application_unknown"
    message_en = "There is no application {key} of yours. Look at the list."
    message_zh = "没有您的申请 {key}。请查看申请列表。"


class ApplicationDecided(DomainError):
    code = "application_decided"
    status = 409
    message_en = "Application {key} is {state} already; that can't be done any more. Look at it again."
    message_zh = "申请{key}当前状态为{state},无法再执行此操作。请刷新查看。"


class ApplicationNotPaid(DomainError):
    code = "application_not_paid"
    status = 409
    message_en = "The fee of application {key} is not paid in full. Wait for the payment, or refuse it."
    message_zh = "申请{key}的代理费未足额支付。请等待支付,或拒绝申请。"


class NothingToPay(DomainError):
    code = "agency_nothing_to_pay"
    status = 409
    message_en = "Application {key} is {state}: there is nothing to pay. Look at it again."
    message_zh = "申请{key}当前状态为{state},无需支付。请刷新查看。"


class NoAgency(NotFound):
    code = "no_agency"
    message_en = "You hold no agency of this region at present. Look at your applications."
    message_zh = "您目前没有该区域的代理资格。请查看您的申请。"
