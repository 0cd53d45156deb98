"""Writes of tenancy."""

from tongbao.tenancy.services.audit import audit
from tongbao.tenancy.services.changes import change_settings, switch_app
from tongbao.tenancy.services.four_eyes import decide, propose, register_proposal

__all__ = ["audit", "change_settings", "decide", "propose", "register_proposal", "switch_app"]
