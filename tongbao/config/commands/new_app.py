"""``tongbao new-app``: a business app in one folder, with a test that passes."""

from __future__ import annotations

import click


@click.command("new-app")
@click.argument("name")
@click.option("--title-zh", default="", help="Its title in Chinese.")
@click.option("--title-en", default="", help="Its title in English.")
def command(name: str, title_zh: str, title_en: str) -> None:
    """Write the folder tongbao/apps/NAME; nothing else is edited."""
    from tongbao.config.new_app.write import write_app

    written = write_app(key=name, title_zh=title_zh, title_en=title_en)
    click.echo(f"{written[0].parent}: {len(written)} files.")
    click.echo(f"Its test: .venv/bin/python -m pytest tongbao/apps/{name}")
    click.echo(f"Then: tongbao migrate; tongbao app on {name} --tenant …; and read docs/add-an-app.md.")
