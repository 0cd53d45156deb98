"""``tongbao worker``: settles orders, releases awards, runs schedules."""

from __future__ import annotations

import signal
import sys

import click


@click.command("worker")
@click.option("--concurrency", default=2, show_default=True, type=click.IntRange(1, 32))
def command(concurrency: int) -> None:
    """Work until told to stop; a job under way is finished first."""
    from tongbao.config.commands._django import with_django

    with_django()
    from tongbao.config.worker import run

    # Until the queue's own handlers are in place: leave at once, what was under way is rolled back and waits.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    run(concurrency=concurrency)
