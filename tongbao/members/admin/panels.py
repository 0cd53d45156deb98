"""A place on the member's page for what packages above know of them, such as balances and awards."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

MemberPanel = Callable[[HttpRequest, int], SafeString]
"""From the request and a member's id, the panel's HTML; empty for none."""

_panels: list[MemberPanel] = []


def add_member_panel(panel: MemberPanel) -> None:
    """Show a panel below every member; called by the ``admin`` of a package above."""
    if panel not in _panels:
        _panels.append(panel)


def member_panels(request: HttpRequest, member_id: int) -> list[SafeString]:
    """All panels that have something to say about a member, in order of registration."""
    return [shown for panel in _panels if (shown := panel(request, member_id))]
