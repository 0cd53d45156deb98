"""``tongbao worker``: settles orders, releases awards, runs schedules."""

from __future__ import annotations

import click


@click.command("worker")
@click.option("--concurrency", default=2, show_default=True, type=click.IntRange(1, 32))
def command(concurrency: int) -> None:
    """Work until told to stop; a job under way is finished first."""
    from tongbao.config.commands._django import with_django

    with_django()
    from tongbao.config.worker import run

    run(concurrency=concurrency)
