"""A gateway in a process of its own, for tests and demos: ``with running_gateway() as gateway: …``."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread
from typing import Any

from sandbox_gateway.__main__ import TOKEN_VARIABLE
from sandbox_gateway.client import AdminClient, MerchantClient
from sandbox_gateway.server import free_port
from sandbox_gateway.signing import matches, signature

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 20
STOP_SECONDS = 20


class RunningGateway:
    """A real server process. It can be stopped, killed, and started again on the same state and port."""

    def __init__(
        self, *, state_dir: Path, port: int, admin_token: str, retry_base_ms: int, public_url: str
    ) -> None:
        self.state_dir = state_dir
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.admin_token = admin_token
        self.admin = AdminClient(self.url, token=admin_token)
        self._retry_base_ms = retry_base_ms
        self._public_url = public_url
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it answers. RuntimeError says what it wrote if it does not."""
        command = [sys.executable, "-m", "sandbox_gateway", "--state-dir", str(self.state_dir)]
        command += ["--port", str(self.port), "--retry-base-ms", str(self._retry_base_ms)]
        command += ["--public-url", self._public_url] if self._public_url else []
        environment = {**os.environ, TOKEN_VARIABLE: self.admin_token, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and package
            command, env=environment, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        lines: list[str] = []
        reader = Thread(target=lambda out=self._process.stdout: lines.append(out.readline()), daemon=True)
        reader.start()
        reader.join(START_SECONDS)
        if not lines or not lines[0] or not json.loads(lines[0]).get("ready"):
            self.kill()
            raise RuntimeError(f"The sandbox gateway did not start on port {self.port}; it said {lines}.")

    def stop(self) -> int:
        """Stop it as an operator would, and return its exit code."""
        return self._end(gently=True)

    def kill(self) -> None:
        """Stop it as a power cut would."""
        self._end(gently=False)

    def restart(self) -> None:
        """Start it again, on the same state and port."""
        self.start()

    def merchant(self, merchant_id: str, *, key: str = "", **said: object) -> MerchantClient:
        """Open a merchant's account, and return a client with its key."""
        key = key or secrets.token_hex(32)
        self.admin.merchant(merchant_id, key=key, **said)
        return MerchantClient(self.url, merchant_id=merchant_id, key=key)

    def _end(self, *, gently: bool) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        if gently:
            process.terminate()
        else:
            process.kill()
        try:
            code = process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        if process.stdout is not None:
            process.stdout.close()
        return code


@contextmanager
def running_gateway(
    *,
    state_dir: Path | None = None,
    port: int = 0,
    admin_token: str = "",
    retry_base_ms: int = 50,
    public_url: str = "",
) -> Iterator[RunningGateway]:
    """A gateway for the time of a ``with``; its state is thrown away at the end unless ``state_dir`` is given.

    >>> with running_gateway() as gateway:                                         # doctest: +SKIP
    ...     lotus = gateway.merchant("lotus", name="莲花商城", hosts=["127.0.0.1:8000"],
    ...                              notify_url="http://127.0.0.1:8000/pay/notify/sandbox")
    ...     lotus.pay("P1", 19_800)["cashier_url"]
    ...     gateway.admin.pay("lotus", "P1")
    ...     gateway.admin.wait_until_quiet()
    """
    with tempfile.TemporaryDirectory(prefix="sandbox-gateway-") as temporary:
        gateway = RunningGateway(
            state_dir=state_dir or Path(temporary),
            port=port or free_port(),
            admin_token=admin_token or secrets.token_hex(32),
            retry_base_ms=retry_base_ms,
            public_url=public_url,
        )
        gateway.start()
        try:
            yield gateway
        finally:
            gateway.stop()


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One notification as it came in."""

    headers: dict[str, str]
    body: bytes
    answered: int

    @property
    def said(self) -> dict[str, Any]:
        """What it says."""
        said: dict[str, Any] = json.loads(self.body)
        return said

    def is_signed_with(self, key: str) -> bool:
        """Whether somebody with the key wrote it."""
        parts = tuple(self.headers[f"sandbox-{name}"] for name in ("notification-id", "timestamp", "nonce"))
        expected = signature(key=key, purpose="notification", parts=parts, body=self.body)
        return matches(expected=expected, given=self.headers["sandbox-signature"])


class Receiver:
    """A shop that only listens: it keeps every notification, and refuses as many as it is told to.

    Customers who come back from the cashier find a page.
    """

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.refuse_next = 0
        self._changed = Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.host}/pay/notify/sandbox"
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def wait_for(self, count: int, *, seconds: float = 15) -> list[Received]:
        """What came in, once there are ``count``; TimeoutError if there never are."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.received) >= count, seconds):
                raise TimeoutError(f"{len(self.received)} notifications came instead of {count}")
            return list(self.received)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def _take(self, headers: dict[str, str], body: bytes) -> int:
        with self._changed:
            status = 500 if self.refuse_next > 0 else 204
            self.refuse_next = max(0, self.refuse_next - 1)
            self.received.append(Received(headers=headers, body=body, answered=status))
            self._changed.notify_all()
            return status

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                self.send_response(receiver._take(headers, body))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self) -> None:
                page = "<!doctype html><title>shop</title><h1>欢迎回来</h1>".encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *arguments: Any) -> None:
                """Tests look at what was received."""

        return Handler
