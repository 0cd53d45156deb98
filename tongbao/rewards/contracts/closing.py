"""Closing one's own account: what stands in the way, and what would be given up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tongbao.kit.errors import DomainError

Obstacle = Literal[
    "open_orders",
    "open_claims",
    "open_withdrawals",
    "pending_awards",
    "pending_points",
    "debt",
    "market_orders",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """What somebody who closes their account gives up: cash in fen, points in 1/10 000."""

    cash_fen: int
    paid_in_fen: int
    points: int
    vesting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingFacts:
    """Whether a member may close their account now, what stands in the way, and what they would give up."""

    obstacles: tuple[Obstacle, ...]
    gives_up: GivenUp


class AccountNotClosable(DomainError):
    code = "account_not_closable"
    status = 409
    message_en = "The account can't be closed yet: {obstacles}. Wait until that is over, then close it."
    message_zh = "账户暂时不能注销:{obstacles}。请待其完成后再注销。"


class GivenUpDiffers(DomainError):
    code = "given_up_differs"
    status = 409
    message_en = (
        "What you would give up has changed since you looked. Look again, and confirm it as it is now."
    )
    message_zh = "将放弃的余额与您查看时不同。请重新查看并确认。"
