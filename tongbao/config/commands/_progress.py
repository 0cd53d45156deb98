"""How far a long command is: bars on a terminal, a line now and then elsewhere; both on standard error."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from tongbao.kit import progress

SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def shown() -> Iterator[None]:
    """Show what is told inside."""
    with _bars() if sys.stderr.isatty() else _lines():
        yield


@contextmanager
def _lines() -> Iterator[None]:
    said_at = time.monotonic()

    def listen(step: str, *, done: int, total: int) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= SECONDS_BETWEEN_LINES:
            said_at = time.monotonic()
            click.echo(f"  {step}: {done:,} of {total:,}", err=True)

    with progress.heard_by(listen):
        yield


@contextmanager
def _bars() -> Iterator[None]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def listen(step: str, *, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        with progress.heard_by(listen):
            yield


def peak_mib() -> int:
    """The most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
