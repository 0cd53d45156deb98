"""Members in the operator's console. Every write calls a service; phones and names are masked in lists."""

from tongbao.members.admin import agents, identities, members, messages, ranks
from tongbao.members.admin.panels import add_member_panel

__all__ = ["add_member_panel", "agents", "identities", "members", "messages", "ranks"]
