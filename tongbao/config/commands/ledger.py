"""``tongbao ledger``: old partitions of awards become files, and partitions again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from tongbao.config.commands import _progress
from tongbao.config.commands._django import with_django
from tongbao.config.commands._tenant import tenant_option


@click.group("ledger")
def command() -> None:
    """Partitions of awards: what there is, what can become a file, and the way back."""


@command.command("archive")
@click.option(
    "--before",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="Only partitions without an award since this day.",
)
@click.option("--most", type=click.IntRange(min=1), help="At most so many partitions, the oldest first.")
@click.option("--yes", is_flag=True, help="Do it; without, it only says what it would do.")
@tenant_option
def archive(before: datetime, most: int | None, yes: bool, schema_name: str | None) -> None:
    """Turn full, sealed, old partitions into compressed files below TONGBAO_ARCHIVE_DIR.

    A partition leaves the database when its file was written, forced to the disk and read back. Balances, statements,
    proofs and `tongbao verify` go on from the files; keep copies of them.
    """
    with _as_migrator(schema_name) as name:
        from django.utils import timezone

        from tongbao.kit import clock
        from tongbao.ledger.services import archiving

        since = timezone.make_aware(before)
        found = archiving.plan_archive(before=since)
        able = [item for item in found if not item.why_not][:most]
        for item in found:
            if not item.why_not and item not in able:
                continue
            click.echo(f"{name}: {_described(item.facts)}: {_verdict(item, done=yes)}")
            if yes and not item.why_not:
                with _progress.shown():
                    file = archiving.archive_partition(
                        partition=item.facts.partition, before=since, now=clock.now()
                    )
                click.echo(f"{name}: {file} ({file.stat().st_size:,} bytes)")
        if not found:
            click.echo(f"{name}: the settlement lane has booked nothing yet.")
        elif not yes and able:
            click.echo(f"{name}: {len(able)} would become files; add --yes to do it.")


@command.command("restore-partition")
@click.argument("partition", type=click.IntRange(min=1))
@tenant_option
def restore_partition(partition: int, schema_name: str | None) -> None:
    """Bring PARTITION back into the database from its file; the file stays."""
    with _as_migrator(schema_name) as name:
        from tongbao.ledger.services import archiving

        awards = archiving.restore_partition(partition=partition)
        click.echo(f"{name}: partition {partition} is back with {awards:,} awards.")


def _described(facts: Any) -> str:
    size = f", {facts.bytes:,} bytes" if facts.bytes else ""
    return f"partition {facts.partition}, {facts.awards:,} awards to {facts.newest_at:%Y-%m-%d}{size}"


def _verdict(item: Any, *, done: bool) -> str:
    if item.why_not:
        return f"stays, {item.why_not}"
    return "becomes a file" if done else "would become a file"


def _as_migrator(schema_name: str | None) -> Any:
    """Work in a mall with the rights of the role that may change tables."""
    from contextlib import contextmanager

    from tongbao.config.commands._tenant import entered

    @contextmanager
    def working() -> Any:
        with_django()
        from tongbao.config.provisioning import as_migrator
        from tongbao.kit.postgres.access import resolve
        from tongbao.tenancy.contexts import tenant_context

        with entered(schema_name) as name:
            pass
        with as_migrator(resolve()), tenant_context(name):
            yield name

    return working()
