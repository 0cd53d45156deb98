"""A place on the order's page for what other packages know of it, such as who earned from it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

OrderPanel = Callable[[HttpRequest, int], SafeString]
"""From the request and an order's id, the panel's HTML; empty for none."""

_panels: list[OrderPanel] = []


def add_order_panel(panel: OrderPanel) -> None:
    """Show a panel below every order; called by the ``admin`` of a package above."""
    if panel not in _panels:
        _panels.append(panel)


def order_panels(request: HttpRequest, order_id: int) -> list[SafeString]:
    """All panels that have something to say about an order, in order of registration."""
    return [shown for panel in _panels if (shown := panel(request, order_id))]
