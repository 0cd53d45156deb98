"""``tongbao verify``: recompute every balance, every award and every invariant from the stored facts."""

from __future__ import annotations

import json
import sys

import click

from tongbao.config.commands._django import with_django


@click.command("verify")
@click.option("--tenant", "schema_name", envvar="TONGBAO_TENANT", help="Only this mall.  [default: all]")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def command(schema_name: str | None, as_json: bool) -> None:
    """Exit 0 when every row follows from the facts; 2 when one does not, naming it."""
    with_django()
    from tongbao.config.verification import findings
    from tongbao.tenancy.contexts import tenant_context
    from tongbao.tenancy.selectors import tenant_schemas

    found: list[dict[str, str]] = []
    for name in [schema_name] if schema_name else tenant_schemas():
        click.echo(f"Verifying {name} …", err=True)
        with tenant_context(name):
            found += [{"tenant": name, **finding.as_json()} for finding in findings()]
    if as_json:
        click.echo(json.dumps({"ok": not found, "findings": found}, ensure_ascii=False))
    elif found:
        for row in found:
            click.echo(
                f"{row['tenant']}.{row['table']} {row['key']}: says {row['says']}, should be {row['should']}"
            )
    else:
        click.echo("Every balance, every award and every rank follows from the stored facts.")
    if found:
        sys.exit(2)
