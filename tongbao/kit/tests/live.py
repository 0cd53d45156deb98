"""A tenant's site over real HTTP, for tests whose other side is a process or a browser of its own.

with live_site(committed_tenant) as site:
    httpx.get(site.address + "/healthz", headers={"Host": site.named})
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any, Protocol
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection


class Tenant(Protocol):
    """What the fixtures ``committed_tenant`` and ``two_tenants`` give."""

    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSite:
    """``url`` is the site by its tenant's name; ``address`` and ``port`` are where it is really found."""

    url: str
    named: str
    port: int

    @property
    def address(self) -> str:
        return f"http://{self.connect_to}"

    @property
    def connect_to(self) -> str:
        return f"127.0.0.1:{self.port}"

    def of(self, host: str) -> str:
        """The address of another tenant on the same server."""
        return f"http://{host}:{self.port}"


@contextmanager
def live_site(tenant: Tenant) -> Iterator[LiveSite]:
    """Serve the whole product in threads of this process, in the database of the running test.

    Real commits are needed: use ``committed_tenant`` or ``two_tenants``.
    """
    server = make_server(
        "127.0.0.1", 0, _in_database(connection.settings_dict["NAME"]), _Server, _QuietHandler
    )
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        named = f"{tenant.host}:{server.server_port}"
        yield LiveSite(url=f"http://{named}", named=named, port=server.server_port)
    finally:
        server.shutdown()
        server.server_close()


def _in_database(name: str) -> Callable[..., Any]:
    application = WSGIHandler()

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        # A thread begins with the settings' database, which is not the test's.
        if connection.settings_dict["NAME"] != name:
            connection.close()
            connection.settings_dict["NAME"] = name
        return _Closing(application(environ, start_response))

    return answer


class _Closing:
    """The body of an answer; when it has been sent, the thread's connection is put away."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        if hasattr(self._body, "close"):
            self._body.close()
        connection.close()


class _Server(ThreadingMixIn, WSGIServer):
    # Waits for its threads when it is closed, so that the test's database can be dropped.
    daemon_threads = False
    request_queue_size = 128


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """Failures show in what the test looks at."""
