"""``tongbao tenant``: make and list malls."""

from __future__ import annotations

import os

import click


@click.group("tenant")
def command() -> None:
    """Malls on this installation."""


@command.command("create")
@click.argument("schema_name")
@click.option("--title", required=True, help="The name that members see.")
@click.option("--host", "hosts", multiple=True, required=True, help="Host name; give it again for more.")
@click.option("--demo", is_flag=True, help="The clock of a demo tenant may be moved.")
def create(schema_name: str, title: str, hosts: tuple[str, ...], demo: bool) -> None:
    """Make the mall SCHEMA_NAME with its tables, roles, pools and plans. Safe to repeat."""
    from tongbao.config.commands._django import with_django

    with_django()
    from tongbao.config.provisioning import create_tenant

    click.echo(f"Making {title} ({schema_name}) …", err=True)
    create_tenant(schema_name=schema_name, title=title, hosts=hosts, is_demo=demo)
    click.echo(f"{title} is ready at {', '.join(hosts)}.")


@command.command("list")
def list_tenants() -> None:
    """The malls and their host names."""
    from tongbao.config.commands._django import with_django

    with_django()
    from tongbao.tenancy.registry.models import Tenant

    for tenant in Tenant.objects.order_by("id").prefetch_related("domains"):
        hosts = ", ".join(domain.domain for domain in tenant.domains.all())
        click.echo(f"{tenant.schema_name}\t{tenant.title}\t{hosts}")


@command.command("operator")
@click.argument("schema_name")
@click.argument("username")
@click.option("--role", type=click.Choice(["owner", "finance", "service"]), required=True)
@click.option("--password", default=lambda: os.environ.get("TONGBAO_OPERATOR_PASSWORD"), prompt=True, hide_input=True)
def operator(schema_name: str, username: str, role: str, password: str) -> None:
    """Give the mall SCHEMA_NAME an operator of its console."""
    from tongbao.config.commands._django import with_django

    with_django()
    from tongbao.kit import clock
    from tongbao.tenancy.contexts import tenant_context
    from tongbao.tenancy.contracts import Actor
    from tongbao.tenancy.services.operators import create_operator

    with tenant_context(schema_name):
        create_operator(
            username=username, password=password, role=role, now=clock.now(), actor=Actor.system("command line")
        )
    click.echo(f"{username} may sign in as {role}.")
