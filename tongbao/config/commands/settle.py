"""``tongbao settle``: settle what is paid and release what is due, here and now, without a worker."""

from __future__ import annotations

import click

from tongbao.config.commands._django import with_django


@click.command("settle")
@click.option("--tenant", "schema_name", envvar="TONGBAO_TENANT", help="Only this mall.  [default: all]")
def command(schema_name: str | None) -> None:
    """Handle every waiting event and run the release; safe beside a running worker."""
    with_django()
    from tongbao.kit import clock, events
    from tongbao.rewards.services import release_due
    from tongbao.tenancy.contexts import tenant_context
    from tongbao.tenancy.selectors import tenant_schemas

    for name in [schema_name] if schema_name else tenant_schemas():
        with tenant_context(name):
            handled = events.drain(now=clock.now())
            released = release_due(now=clock.now())
        click.echo(f"{name}: {handled} events handled, {released} orders released.")
