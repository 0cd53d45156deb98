"""The id of the request being served, for logs and the audit trail."""

from __future__ import annotations

from contextvars import ContextVar

_request_id: ContextVar[str | None] = ContextVar("tongbao_request_id", default=None)


def current_request_id() -> str | None:
    """The id of the request that this code runs for, if any."""
    return _request_id.get()


def set_request_id(request_id: str | None) -> None:
    """Name the request that the following code runs for."""
    _request_id.set(request_id)
