"""``tongbao migrate``: bring database, shared tables and every tenant to this version."""

from __future__ import annotations

import click


@click.command("migrate")
@click.option("--verbosity", default=0, type=click.IntRange(0, 3))
def command(verbosity: int) -> None:
    """Make roles and database if need be, then migrate everything. Safe to repeat."""
    from tongbao.config.commands._django import with_django

    with_django()
    from tongbao.config.provisioning import migrate_everything

    migrate_everything(verbosity=verbosity)
    click.echo("The database is at this version.")
