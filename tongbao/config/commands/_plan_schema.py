"""``tongbao plan schema``: the JSON Schema of the plan language."""

from __future__ import annotations

import json

import click

from tongbao.plans.schema import plan_schema


@click.command("schema")
def print_schema() -> None:
    """Print the JSON Schema of the plan language, for editors.

    docs/plan.schema.json is this; an editor of YAML uses it when the plan begins with
    "# yaml-language-server: $schema=<path or address of that file>".
    """
    click.echo(json.dumps(plan_schema(), ensure_ascii=False, indent=2))
