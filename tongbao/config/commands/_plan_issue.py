"""``tongbao plan issue``: batches of sales and points, and what each does to the worth of a point."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click

from tongbao.config.command_line import language
from tongbao.plans.issuance import IssuancePlan, issuance_preset, issuance_preset_names, load_issuance
from tongbao.plans.issuance.tables import as_csv, as_json, as_text

ReadText = Callable[[Path], str]


def issue_command(read: ReadText) -> click.Command:
    """The command; ``read`` gives the text of a file, or ends the program with why not."""

    @click.command("issue")
    @click.argument("name", metavar="FILE")
    @click.option(
        "--csv", "as_table", is_flag=True, help="Print CSV: whole fen, 1/10 000 points, exact ratios."
    )
    @click.option("--json", "as_object", is_flag=True, help="Print one JSON object.")
    def issue_points(name: str, as_table: bool, as_object: bool) -> None:
        """Print what the batches of FILE put into the reserve and issue, and what a point is worth after each.

        FILE is an issuance plan in YAML or JSON, or the name of one that comes with the house. One that adds up to more
        than a pool or the cap is refused.
        """
        if as_table and as_object:
            raise click.UsageError("Give --csv or --json, not both.")
        plan = _plan(name, read)
        if as_table:
            click.echo(as_csv(plan, language=language()), nl=False)
        elif as_object:
            click.echo(json.dumps(as_json(plan, language=language()), ensure_ascii=False))
        else:
            click.echo(as_text(plan, language=language()))

    return issue_points


def _plan(name: str, read: ReadText) -> IssuancePlan:
    """The preset of that name, or the plan in that file. Raises StatedError."""
    path = Path(name)
    is_file = path.suffix in (".yaml", ".yml", ".json") or path.exists()
    if name in issuance_preset_names() or not is_file:
        return issuance_preset(name)
    return load_issuance(read(path), source=name)
