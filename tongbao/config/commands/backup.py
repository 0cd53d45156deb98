"""``tongbao backup``: the whole database into one file, while the shop is open."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def command(file: Path) -> None:
    """Write the database, all malls included, to FILE. Pictures and secrets are not in it: see docs/operation.md."""
    from tongbao.config.commands._django import with_django

    with_django()
    from tongbao.config.backup import back_up
    from tongbao.kit.postgres import access

    size = back_up(access=access.resolve(), path=file, say=lambda message: click.echo(message, err=True))
    click.echo(f"{file} is complete ({size:,} bytes). Copy var/media and var/secrets.json too.")
