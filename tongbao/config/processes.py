"""Child processes of a demo, a browser test or a benchmark: started, waited for, stopped, never left behind."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import httpx

STOP_SECONDS = 15
READY_SECONDS = 60
# prctl's option of that name, Linux only.
PARENT_DEATH_SIGNAL = 1


class ProcessFailed(RuntimeError):
    """A child ended or did not get ready; the message ends with the last lines of its log."""


def free_port(preferred: int | None = None) -> int:
    """``preferred`` if nobody listens there, otherwise a port that the system chooses."""
    for port in (preferred, 0):
        if port is None:
            continue
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise ProcessFailed("no port is free on this machine")


@dataclass(slots=True)
class Child:
    """One process with its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


@dataclass(slots=True)
class Processes:
    """Children that live as long as the ``with`` block; the last started is stopped first.

    >>> with Processes(log_dir=Path("var/log")) as children:                   # doctest: +SKIP
    ...     children.start("web", "-m", "tongbao.config.command_line", "serve", environment={"PORT": "8000"})
    """

    log_dir: Path
    children: list[Child] = field(default_factory=list)

    def __enter__(self) -> Processes:
        self.log_dir.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(
        self,
        name: str,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        ready: Callable[[], bool] | None = None,
    ) -> Child:
        """Start this Python with ``arguments`` and wait until ``ready()``. Raises ProcessFailed with the log's end."""
        log = self.log_dir / f"{name}.log"
        with log.open("ab") as sink:
            process = subprocess.Popen(  # noqa: S603 - our own modules
                [sys.executable, *arguments],
                env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )
        child = Child(name, process, log)
        self.children.append(child)
        deadline = time.monotonic() + READY_SECONDS
        while ready is not None and not ready():
            self.check()
            if time.monotonic() > deadline:
                raise ProcessFailed(f"{name} is not ready after {READY_SECONDS} s.\n{_end_of(log)}")
            time.sleep(0.1)
        return child

    def check(self) -> None:
        """Raise ProcessFailed if a child has ended by itself."""
        for child in self.children:
            code = child.process.poll()
            if code is not None:
                raise ProcessFailed(f"{child.name} ended with code {code}.\n{_end_of(child.log)}")

    def stop(self) -> None:
        """Ask every child to stop, last started first, and kill what does not in time."""
        for child in reversed(self.children):
            if child.process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.process.pid, signal.SIGTERM)
        for child in reversed(self.children):
            try:
                child.process.wait(timeout=STOP_SECONDS)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()
        self.children.clear()


def answers(url: str, *, host: str | None = None) -> Callable[[], bool]:
    """A readiness question: does the address answer with success?"""

    def ready() -> bool:
        try:
            return httpx.get(url, headers={"Host": host} if host else {}, timeout=2).is_success
        except httpx.HTTPError:
            return False

    return ready


def _end_with_parent() -> None:
    """In the child: be asked to stop when the parent is gone, even if it was killed and could not ask."""
    ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)


def _end_of(log: Path, lines: int = 20) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
