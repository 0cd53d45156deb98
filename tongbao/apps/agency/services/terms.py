"""What agencies cost and give, and how many there are: set by the owner, for applications to come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from tongbao.apps.agency.contracts import AgencySettings
from tongbao.kit.transactions import transaction
from tongbao.members.contracts import MembersSettings
from tongbao.tenancy.contracts import Actor, ReasonNeeded
from tongbao.tenancy.services import change_settings


def change_terms(
    *, members: Mapping[str, int], own: Mapping[str, int], reason: str, actor: Actor, now: datetime
) -> None:
    """Change fees and numbers of seats (``members``), and rights cards (``own``), together; audited, with a reason.

    Who has applied keeps the fee that they saw. Raises ReasonNeeded, UnknownSetting, InvalidInput.
    """
    if not reason.strip():
        raise ReasonNeeded(action="agency.set_terms")
    with transaction():
        change_settings(
            settings_class=MembersSettings, values=dict(members), actor=actor, now=now, reason=reason.strip()
        )
        change_settings(
            settings_class=AgencySettings, values=dict(own), actor=actor, now=now, reason=reason.strip()
        )
