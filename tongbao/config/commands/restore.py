"""``tongbao restore``: a backup in place of the database."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", "replace_existing", is_flag=True, help="Give up the database that is there.")
def command(file: Path, replace_existing: bool) -> None:
    """Put the backup FILE in place of an empty database. Stop web and worker first."""
    from tongbao.config.commands._django import with_django

    with_django()
    from tongbao.config.backup import restore
    from tongbao.kit.postgres import access

    malls = restore(
        access=access.resolve(),
        path=file,
        replace_existing=replace_existing,
        say=lambda message: click.echo(message, err=True),
    )
    click.echo(
        f"{file} is restored: {', '.join(malls) or 'no malls'}. Run `tongbao migrate`, then `tongbao verify`."
    )
