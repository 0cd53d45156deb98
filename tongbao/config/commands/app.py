"""``tongbao app``: which business apps a mall has, and switching them."""

from __future__ import annotations

import click

from tongbao.config.commands._tenant import entered, tenant_option


@click.group("app")
def command() -> None:
    """Business apps of a mall: list, on, off."""


@command.command("list")
@tenant_option
def list_apps(schema_name: str | None) -> None:
    """The apps there are, and whether the mall has them switched on."""
    with entered(schema_name):
        from tongbao.config.business_apps import manifests
        from tongbao.tenancy.selectors import app_is_on

        for manifest in manifests():
            state = "on " if app_is_on(app_key=manifest.key) else "off"
            click.echo(f"{state}  {manifest.key}\t{manifest.title_zh} {manifest.title_en}")


@command.command("on")
@click.argument("key")
@tenant_option
def on(key: str, schema_name: str | None) -> None:
    """Switch the app KEY on."""
    _switch(key=key, is_on=True, schema_name=schema_name)


@command.command("off")
@click.argument("key")
@tenant_option
def off(key: str, schema_name: str | None) -> None:
    """Switch the app KEY off; what was booked stays booked."""
    _switch(key=key, is_on=False, schema_name=schema_name)


def _switch(*, key: str, is_on: bool, schema_name: str | None) -> None:
    with entered(schema_name) as schema:
        from tongbao.config.business_apps import manifests
        from tongbao.kit import clock
        from tongbao.kit.errors import NotFound
        from tongbao.tenancy.contracts import Actor
        from tongbao.tenancy.services.changes import switch_app

        known = [manifest.key for manifest in manifests()]
        if key not in known:
            raise NotFound(what="app", key=f"{key}; known: {', '.join(known)}")
        switch_app(app_key=key, is_on=is_on, actor=Actor.system("command line"), now=clock.now())
        click.echo(f"{key} is {'on' if is_on else 'off'} in {schema}.")
