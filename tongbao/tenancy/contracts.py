"""The vocabulary of tenancy: settings, roles, audit facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tongbao.kit.errors import DomainError

OWNER = "owner"
FINANCE = "finance"
SERVICE = "service"
OPERATOR_ROLES = (OWNER, FINANCE, SERVICE)


@dataclass(frozen=True, kw_only=True)
class TenantSettings:
    """Base of a package's settings: frozen fields with defaults, stored under ``key`` where they differ."""

    key: ClassVar[str] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who does something: an operator by user id and name, or the system itself."""

    user_id: int | None
    name: str

    @classmethod
    def system(cls, name: str = "system") -> Actor:
        return cls(user_id=None, name=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFact:
    """One operator action, as it is kept."""

    actor: Actor
    action: str
    subject: str
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantFacts:
    """What the registry says of a tenant."""

    title: str
    is_demo: bool


class FourEyesNeeded(DomainError):
    code = "four_eyes_needed"
    status = 403
    message_en = "{name} proposed this and can't also decide it. Ask another operator to look at it."
    message_zh = "{name}是提议人,不能自己审批。请另一位操作员复核。"


class ProposalDecided(DomainError):
    code = "proposal_decided"
    status = 409
    message_en = "Proposal {proposal_id} has already been {state}. Make a new one if it is still needed."
    message_zh = "提议{proposal_id}已{state}。如仍需要,请重新提议。"


class ReasonNeeded(DomainError):
    code = "reason_needed"
    status = 422
    message_en = "{action} needs a reason that another person can check. Write one."
    message_zh = "{action}需要填写可供复核的理由。"


class UnknownSetting(DomainError):
    code = "unknown_setting"
    status = 422
    message_en = "{key} has no setting {name}. Known: {known}."
    message_zh = "{key}没有设置项{name}。可用:{known}。"


class TenantNameTaken(DomainError):
    code = "tenant_name_taken"
    status = 409
    message_en = "A tenant or host {name} exists already. Choose another name."
    message_zh = "租户或域名{name}已存在。请换一个名称。"
