"""``tongbao openapi``: the API's description as the storefront's client is made from."""

from __future__ import annotations

from pathlib import Path

import click

from tongbao.config.commands._django import with_django


@click.command("openapi")
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 if the file is not what the code says.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def command(check: bool, file: Path) -> None:
    """Write the OpenAPI document of this code to FILE."""
    with_django()
    from tongbao.config.openapi import description

    text = description()
    if not check:
        file.write_text(text, encoding="utf-8")
        click.echo(f"{file}: written")
    elif not file.exists() or file.read_text(encoding="utf-8") != text:
        raise click.ClickException(f"{file} is stale. Write it anew: tongbao openapi {file}")
    else:
        click.echo(f"{file}: as the code says")
