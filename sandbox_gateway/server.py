"""The HTTP server: reads requests, hands them to the part that answers, and stops without losing anything."""

from __future__ import annotations

import logging
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sandbox_gateway.admin import AdminApi
from sandbox_gateway.api import MerchantApi
from sandbox_gateway.cashier import Cashier
from sandbox_gateway.courier import Courier
from sandbox_gateway.errors import Refusal
from sandbox_gateway.store import Store, admin_token
from sandbox_gateway.web import Request, Response, as_json, not_found

logger = logging.getLogger(__name__)

DEFAULT_PORT = 8701
LONGEST_BODY = 262_144
IDLE_SECONDS = 30
STOP_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a gateway is started. ``port`` 0 takes a free one; ``public_url`` is how browsers reach it."""

    state_dir: Path
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    public_url: str = ""
    admin_token: str | None = None
    retry_base_ms: int = 1_000
    max_attempts: int = 15


class Gateway:
    """A gateway that serves from ``start`` to ``stop``."""

    def __init__(self, options: Options) -> None:
        # The port first: who can't have it should not touch the state.
        self._server = _Server((options.host, options.port), self)
        try:
            self._store = Store(options.state_dir)
        except BaseException:
            self._server.server_close()
            raise
        self.port: int = self._server.server_address[1]
        host = "127.0.0.1" if options.host in ("0.0.0.0", "") else options.host  # noqa: S104 - only compared
        self.url = f"http://{host}:{self.port}"
        try:
            token = admin_token(options.state_dir, options.admin_token)
        except ValueError:
            self._server.server_close()
            self._store.close()
            raise
        self._api = MerchantApi(self._store, public_url=(options.public_url or self.url).rstrip("/"))
        self._admin = AdminApi(self._store, token=token)
        self._cashier = Cashier(self._store)
        self._courier = Courier(
            self._store, retry_base_ms=options.retry_base_ms, max_attempts=options.max_attempts
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="server", daemon=True
        )
        self._busy = 0
        self._stopping = False
        self._busy_lock = threading.Lock()

    def start(self) -> None:
        """Begin to serve and to deliver."""
        self._courier.start()
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests, finish those under way, deliver what is on its way, put the state away."""
        self._server.shutdown()
        self._server.server_close()
        # Connections that are kept open may still ask: from here on they are sent away.
        self._stopping = True
        end = monotonic() + STOP_SECONDS
        while self._busy and monotonic() < end:
            sleep(0.01)
        self._courier.stop()
        self._store.close()

    def answer(self, request: Request) -> Response:
        """Whatever happens, an answer."""
        try:
            return self._answer(request)
        except Refusal as refusal:
            return as_json(refusal.as_json(), refusal.status)
        except Exception:
            logger.exception("%s %s failed", request.method, request.target.partition("?")[0])
            said = {"code": "internal", "message": "The gateway failed.", "message_zh": "网关内部错误。"}
            return as_json(said, 500)

    @contextmanager
    def busy(self) -> Iterator[bool]:
        """While a request is answered, the gateway does not stop; False if it is stopping already."""
        with self._busy_lock:
            self._busy += 1
        try:
            yield not self._stopping
        finally:
            with self._busy_lock:
                self._busy -= 1

    def _answer(self, request: Request) -> Response:
        first, *rest = request.segments or ("",)
        response: Response | None = None
        if first == "v1":
            response = self._api.answer(request)
        elif first == "admin":
            response = self._admin.answer(request)
        elif first == "cashier":
            response = self._cashier.answer(request)
        elif first == "static" and len(rest) == 1 and request.method in ("GET", "HEAD"):
            response = self._cashier.static(rest[0])
        elif first == "healthz":
            response = as_json({"status": "ok"})
        if request.method not in ("GET", "HEAD"):
            self._courier.poke()
        return response or not_found()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], gateway: Gateway) -> None:
        super().__init__(address, _Handler)
        self.gateway = gateway

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A customer who closed the browser is no error of ours.
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SandboxGateway"
    sys_version = ""
    timeout = IDLE_SECONDS
    # Headers and body leave in one piece, at once.
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def handle_any(self) -> None:
        """One request."""
        body = self._body()
        if body is None:
            return
        request = Request(
            method=self.command,
            target=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            client=self.client_address[0],
        )
        with self.server.gateway.busy() as welcome:
            if welcome:
                self._send(self.server.gateway.answer(request))
            else:
                self._refuse(
                    503, "stopping", "The gateway is stopping. Ask again.", "网关正在停止,请稍后再试。"
                )

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = handle_any  # noqa: N815 - so named by the base class

    def _body(self) -> bytes | None:
        """What was sent; None if it can't be read, which has then been answered."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdigit()):
            self._refuse(411, "length_required", "Send a Content-Length.", "请提供Content-Length。")
            return None
        if len(length) > 9 or int(length) > LONGEST_BODY:
            self._refuse(413, "too_large", f"At most {LONGEST_BODY} bytes.", f"最多{LONGEST_BODY}字节。")
            return None
        return self.rfile.read(int(length))

    def _refuse(self, status: int, code: str, message: str, message_zh: str) -> None:
        # What was not read would be taken for the next request.
        self.close_connection = True
        self._send(as_json({"code": code, "message": message, "message_zh": message_zh}, status))

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        for name, value in response.headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        # Paths of the cashier are secrets: nothing is written down.
        logger.debug("%s", self.command)


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
    return port
