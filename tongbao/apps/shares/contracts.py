"""What others may use of shares (股权), what a mall may set, and what is refused. Source: business rules §4.

The brief: 7.5 points exchange into one share; twenty million of them stand behind the 150 million points.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final, Literal

from tongbao.kit.errors import DomainError, InvalidInput, NotFound
from tongbao.tenancy.contracts import TenantSettings

UNITS_PER_SHARE: Final = 75_000
CAP_SHARES: Final = 20_000_000
MOST_SHARES: Final = 10**12
LONGEST_TEXT: Final = 120

ExchangeState = Literal["waiting", "approved", "refused", "withdrawn"]
DividendState = Literal["drawn_up", "paying", "paid", "dropped"]


@dataclass(frozen=True, kw_only=True)
class SharesSettings(TenantSettings):
    """What a mall may set about shares."""

    key: ClassVar[str] = "shares"

    company: str = ""
    """Whose shares they are, as the certificate says it; "" for the mall's own name."""
    units_per_share: int = UNITS_PER_SHARE
    """What one share costs, in 1/10 000 point; requests that wait keep what they were made at."""

    def __post_init__(self) -> None:
        if type(self.company) is not str or len(self.company) > LONGEST_TEXT:
            raise InvalidInput(field="company", why_en="it is a name", why_zh="应为公司名称")
        if type(self.units_per_share) is not int or not 0 < self.units_per_share <= 10**12:
            raise InvalidInput(
                field="units_per_share", why_en="it is a whole number above zero", why_zh="应为正整数"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareTerms:
    """What a share costs, and how many there still are: the cap less what was issued."""

    company: str
    units_per_share: int
    cap: int
    issued: int

    @property
    def left(self) -> int:
        """How many more can be issued."""
        return self.cap - self.issued


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeFacts:
    """A member's request to exchange points into shares. ``reason``: why it was refused."""

    number: str
    shares: int
    units: int
    state: ExchangeState
    reason: str
    requested_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """An entry of the register: the shares from ``first_share`` to ``last_share``. ``code`` lets anybody check it."""

    number: str
    code: str
    shares: int
    first_share: int
    last_share: int
    units: int
    issued_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedCertificate:
    """What a stranger who holds the certificate's code may see."""

    company: str
    number: str
    holder: str
    shares: int
    first_share: int
    last_share: int
    issued_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DividendFacts:
    """What one dividend brings one member."""

    number: str
    state: DividendState
    shares: int
    amount_fen: int
    total_fen: int
    total_shares: int
    drawn_up_at: datetime
    paid_at: datetime | None


class SharesInvalid(DomainError):
    code = "shares_invalid"
    status = 422
    message_en = "{asked} shares can't be exchanged. Ask for a whole number above zero."
    message_zh = "无法兑换{asked}股。请填写正整数。"


class SharesCapReached(DomainError):
    code = "shares_cap_reached"
    status = 409
    message_en = "{asked} shares are too many: {left} are left below the cap. Ask for less."
    message_zh = "无法兑换{asked}股:距上限只剩{left}股。请减少数量。"


class HolderNotVerified(DomainError):
    code = "shares_identity_needed"
    status = 409
    message_en = "A register of shares names people: have your identity verified first."
    message_zh = "股权登记需实名。请先完成实名认证。"


class CapBelowIssued(DomainError):
    code = "shares_cap_below_issued"
    status = 409
    message_en = "The cap can't be {cap}: {issued} shares are issued. Set it there or above."
    message_zh = "上限不能设为{cap}:已发行{issued}股。请设为不低于已发行数。"


class ExchangeUnknown(NotFound):
    code = "share_exchange_unknown"
    message_en = "No request {number} waits. Look at the list."
    message_zh = "没有待处理的申请 {number}。请查看列表。"


class CertificateUnknown(NotFound):
    code = "share_certificate_unknown"
    message_en = "There is no certificate {number}. Compare it with the paper."
    message_zh = "没有股权证 {number}。请与证书核对。"


class DividendInvalid(DomainError):
    code = "dividend_invalid"
    status = 422
    message_en = "The dividend can't be drawn up: {why_en}."
    message_zh = "无法编制分红:{why_zh}。"


class DividendUnknown(NotFound):
    code = "dividend_unknown"
    message_en = "There is no dividend {number} in that state. Look at the list."
    message_zh = "没有处于该状态的分红 {number}。请查看列表。"
