"""``tongbao gateway``: the sandbox payment provider, and the malls' accounts there."""

from __future__ import annotations

from urllib.parse import urlsplit

import click


@click.group("gateway", invoke_without_command=True)
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port.  [default: of TONGBAO_SANDBOX_GATEWAY_URL, or 8701]"
)
@click.option("--bind", default="127.0.0.1", show_default=True, help="Address.")
@click.option("--public-url", default="", help="How browsers reach the cashier, if not by address and port.")
@click.pass_context
def command(context: click.Context, port: int | None, bind: str, public_url: str) -> None:
    """Run the sandbox payment provider until told to stop. It moves no real money."""
    if context.invoked_subcommand is not None:
        return
    # Without Django: the provider needs neither a database nor to know who uses it.
    from sandbox_gateway.__main__ import serve
    from sandbox_gateway.server import DEFAULT_PORT, Options
    from tongbao.apps.sandbox_pay.services.configuration import configuration
    from tongbao.kit import installation

    known = configuration()
    if port is None:
        port = urlsplit(known.url).port or DEFAULT_PORT
    context.exit(
        serve(
            Options(
                state_dir=installation.make_var_dir() / "gateway",
                host=bind,
                port=port,
                public_url=public_url,
                admin_token=known.token,
            )
        )
    )


@command.command("open")
@click.argument("schema_name")
@click.option("--site", "sites", multiple=True, required=True, help="Address of the mall; again for more.")
@click.option(
    "--connect-to", default="", help="host:port where the addresses are found, if their names lead nowhere."
)
def open_account(schema_name: str, sites: tuple[str, ...], connect_to: str) -> None:
    """Open the account of the mall SCHEMA_NAME, so that its customers can pay there. Safe to repeat."""
    from tongbao.config.commands._django import with_django

    with_django()
    from tongbao.apps.sandbox_pay.services import accounts
    from tongbao.kit import clock
    from tongbao.kit.errors import NotFound
    from tongbao.tenancy.contexts import tenant_context
    from tongbao.tenancy.contracts import Actor
    from tongbao.tenancy.registry.models import Tenant

    tenant = Tenant.objects.filter(schema_name=schema_name).first()
    if tenant is None:
        raise NotFound(what="tenant", key=schema_name)
    with tenant_context(schema_name):
        accounts.open_account(
            site_urls=sites,
            title_zh=tenant.title,
            connect_to=connect_to,
            actor=Actor.system("command line"),
            now=clock.now(),
        )
    click.echo(f"{tenant.title} takes payments from the sandbox gateway at {', '.join(sites)}.")
