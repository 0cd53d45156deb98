"""What others may use of mining (矿机), what a mall may set, and what is refused. Source: business rules §4."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final, Literal

from tongbao.kit.errors import DomainError, InvalidInput, NotFound
from tongbao.tenancy.contracts import TenantSettings

POOL: Final = "mining"
MOST_DAYS: Final = 3_650
MOST_DAILY_UNITS: Final = 10_000_000_000
LONGEST_CODE: Final = 40

MachineState = Literal["waiting", "running", "finished", "taken_back"]


@dataclass(frozen=True, kw_only=True)
class MiningSettings(TenantSettings):
    """What a mall may set about mining."""

    key: ClassVar[str] = "mining"

    free_prop: str = ""
    """The code of the prop that everybody gets once at sign-up; "" for none."""

    def __post_init__(self) -> None:
        if type(self.free_prop) is not str or len(self.free_prop) > LONGEST_CODE:
            raise InvalidInput(field="free_prop", why_en="it is the code of a prop", why_zh="应为矿机编号")


@dataclass(frozen=True, slots=True, kw_only=True)
class PropFacts:
    """A prop on offer. ``left`` is what the pool still has: all machines together give no more."""

    code: str
    title_zh: str
    title_en: str
    daily: int
    days: int
    product_code: str
    price_fen: int | None
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineFacts:
    """A member's machine. ``waits`` is what it has brought forth while its order may still be returned."""

    machine_id: int
    title_zh: str
    title_en: str
    state: MachineState
    daily: int
    days: int
    given_days: int
    given: int
    waits: int
    started_at: datetime
    next_due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFacts:
    """What one day of a machine gave: less than its daily output where the pool had less."""

    day: int
    amount: int
    given_at: datetime


class PropNotValid(DomainError):
    code = "prop_not_valid"
    status = 422
    message_en = "The prop can't be kept: {why_en}."
    message_zh = "矿机无法保存:{why_zh}。"


class PropTaken(DomainError):
    code = "prop_taken"
    status = 409
    message_en = "A prop with this code, or for this product, is there already. Look at the list."
    message_zh = "已有相同编号或关联同一商品的矿机。请查看列表。"


class PropUnknown(NotFound):
    code = "prop_unknown"
    message_en = "There is no prop {key}. Look at the list."
    message_zh = "没有矿机 {key}。请查看列表。"


class MachineUnknown(NotFound):
    code = "machine_unknown"
    message_en = "You have no machine {key}. Look at the list of yours."
    message_zh = "您没有矿机 {key}。请查看我的矿机。"


class MachineEnded(DomainError):
    code = "machine_ended"
    status = 409
    message_en = "Machine {key} has ended already. Look at the list."
    message_zh = "矿机 {key} 已结束。请查看列表。"
