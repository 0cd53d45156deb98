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
from pathlib import Path
from threading import Thread

from sandbox_gateway.__main__ import TOKEN_VARIABLE
from sandbox_gateway.client import AdminClient, MerchantClient
from sandbox_gateway.server import free_port

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
