"""``tongbao makemigrations``: write the migrations that changed tables need."""

from __future__ import annotations

import click


@click.command("makemigrations")
@click.argument("apps", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing; exit code 2 if something would be written.")
@click.option("--name", help="The migration's name.")
def command(apps: tuple[str, ...], check: bool, name: str | None) -> None:
    """Write migrations for APPS, or for all, where the tables in the code have changed."""
    from tongbao.config.commands._django import with_django

    with_django()
    from django.core.management import call_command

    options: dict[str, object] = {"interactive": False}
    if name:
        options["name"] = name
    try:
        call_command("makemigrations", *apps, check_changes=check, dry_run=check, **options)
    except SystemExit as changed:
        raise click.exceptions.Exit(2 if changed.code else 0) from changed
