"""Who takes a step, as the log of steps keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tongbao.tenancy.contracts import Actor

StepTaker = Literal["member", "operator", "system", "gateway"]


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """A member, an operator, the system's own schedule, or a gateway's word.

    >>> By.member(member_id=7).name
    'member 7'
    """

    kind: StepTaker
    name: str
    number: int | None = None

    @classmethod
    def member(cls, *, member_id: int) -> By:
        return cls(kind="member", name=f"member {member_id}", number=member_id)

    @classmethod
    def operator(cls, *, actor: Actor) -> By:
        return cls(kind="operator", name=actor.name, number=actor.user_id)

    @classmethod
    def system(cls, *, what: str) -> By:
        return cls(kind="system", name=what)

    @classmethod
    def gateway(cls, *, code: str) -> By:
        return cls(kind="gateway", name=code)
