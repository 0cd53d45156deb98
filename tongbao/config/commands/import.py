# ruff: noqa: N999 - the command is called import
"""``tongbao import``: members, agents, orders and opening balances of another system."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import click

from tongbao.config.command_line import language
from tongbao.config.commands._tenant import entered, tenant_option

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class ImportRefused(click.ClickException):
    """Lines that can't be taken; nothing was imported."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), err=True)


@click.command("import")
@click.option("--members", type=FILE, help="members.csv: member_id, sponsor_id, rank, joined_at, active")
@click.option("--agents", type=FILE, help="agents.csv: region_code, member_id")
@click.option("--orders", type=FILE, help="orders.csv: order_id, buyer_id, product, base_fen, …")
@click.option("--balances", type=FILE, help="balances.csv: member_id, cash_fen, points")
@click.option("--plan", "plan_key", default="gift-pack", show_default=True, help="The plan that the orders pay by.")
@click.option("--agents-from", type=click.DateTime(["%Y-%m-%d"]), help="First day of the agents' terms.")
@click.option("--skip-bad-lines", is_flag=True, help="Leave bad lines out instead of refusing the file.")
@click.option("--dry-run", is_flag=True, help="Check everything and change nothing.")
@tenant_option
def command(
    members: Path | None,
    agents: Path | None,
    orders: Path | None,
    balances: Path | None,
    plan_key: str,
    agents_from: Any,
    skip_bad_lines: bool,
    dry_run: bool,
    schema_name: str | None,
) -> None:
    """Take over what the files hold, in this order: members, agents, balances, orders; all or nothing.

    A bad line is reported with its number and stops everything, unless --skip-bad-lines leaves it out.
    """
    if not any((members, agents, orders, balances)):
        raise click.UsageError("Name at least one file: --members, --agents, --balances or --orders.")
    with entered(schema_name):
        from tongbao.config.taking_over import TakeOver, take_over

        report = take_over(
            wanted=TakeOver(
                members=members,
                agents=agents,
                balances=balances,
                orders=orders,
                plan_key=plan_key,
                agents_from=agents_from.date() if agents_from else date.today(),  # noqa: DTZ011 - a local day
                leave_out_bad_lines=skip_bad_lines,
                dry_run=dry_run,
            ),
            say=lambda text: click.echo(text, err=True),
        )
        _tell(report.problems)
        if report.refused:
            raise ImportRefused(
                "Nothing was imported. Correct the lines above, or leave them out with --skip-bad-lines."
            )
        for name, count in report.imported.items():
            click.echo(f"{name}: {count}" + (" (dry run, nothing kept)" if dry_run else ""))


def _tell(problems: Iterable[tuple[str, int, Any]]) -> None:
    for file, line, problem in problems:
        said = problem(language()) if callable(problem) else problem
        sys.stderr.write(f"{file}:{line}: {said}\n")
