"""``tongbao database``: the embedded PostgreSQL, by hand."""

from __future__ import annotations

import subprocess

import click


@click.group("database")
def command() -> None:
    """The embedded PostgreSQL: start, stop, status, shell."""


@command.command("start")
def start() -> None:
    """Start it unless it runs; it goes on running until stopped."""
    from tongbao.kit.postgres import server

    address = server.ensure_running()
    click.echo(f"PostgreSQL answers on {address.host}:{address.port}.")


@command.command("stop")
def stop() -> None:
    """Stop it; what was committed is on disk."""
    from tongbao.kit.postgres import server

    click.echo("PostgreSQL is stopped." if server.stop() else "PostgreSQL wasn't running.")


@command.command("status")
def status() -> None:
    """Whether it runs and where its files are. Exit code 0 when it runs, 3 when it doesn't."""
    from tongbao.kit.postgres import server

    found = server.status()
    if found.is_running:
        click.echo(f"running on {server.HOST}:{found.port}, process {found.pid}")
    else:
        click.echo("not running")
    if found.data is not None:
        click.echo(f"data    {found.data}\nsocket  {found.socket_dir}\nlog     {found.log}")
    if not found.is_running:
        raise click.exceptions.Exit(3)


@command.command("shell", context_settings={"ignore_unknown_options": True})
@click.option(
    "--as",
    "role",
    type=click.Choice(["admin", "migrator", "app"]),
    default="admin",
    show_default=True,
    help="The account to sign in with.",
)
@click.option("--tenant", help="Start in this mall's schema.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def shell(role: str, tenant: str | None, arguments: tuple[str, ...]) -> None:
    """psql on the database in use, embedded or not; further ARGUMENTS go to psql."""
    from tongbao.kit.postgres import access
    from tongbao.kit.postgres.programs import client_environment, client_program

    found = access.resolve()
    environment = client_environment(found, role=role)
    if tenant:
        environment["PGOPTIONS"] = f"-c search_path={tenant},public"
    psql = client_program("psql", access=found)
    done = subprocess.run([str(psql), *arguments], env=environment, check=False)  # noqa: S603  no shell
    raise click.exceptions.Exit(done.returncode)
