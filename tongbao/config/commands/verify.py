"""``tongbao verify``: recompute every balance, every award and every invariant from the stored facts."""

from __future__ import annotations

import json
import sys
import time

import click

from tongbao.config.commands import _progress
from tongbao.config.commands._django import with_django


@click.command("verify")
@click.option("--tenant", "schema_name", envvar="TONGBAO_TENANT", help="Only this mall.  [default: all]")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
def command(schema_name: str | None, as_json: bool) -> None:
    """Exit 0 when every row follows from the facts; 2 when one does not, naming it.

    Rows stream: memory doesn't grow with the books. How far it is, and the most memory that it held, go to standard
    error.
    """
    with_django()
    from tongbao.config.verification import findings
    from tongbao.tenancy.contexts import tenant_context
    from tongbao.tenancy.selectors import tenant_schemas

    began = time.monotonic()
    rows: list[dict[str, str]] = []
    count = 0
    for name in [schema_name] if schema_name else tenant_schemas():
        click.echo(f"Verifying {name} …", err=True)
        with tenant_context(name), _progress.shown():
            for finding in findings():
                count += 1
                if as_json:
                    rows.append({"tenant": name, **finding.as_json()})
                else:
                    click.echo(
                        f"{name}.{finding.table} {finding.key}: says {finding.says}, should be {finding.should}"
                    )
    seconds = round(time.monotonic() - began, 1)
    click.echo(f"Took {seconds} s; this process held at most {_progress.peak_mib()} MiB.", err=True)
    if as_json:
        click.echo(json.dumps({"ok": not count, "findings": rows}, ensure_ascii=False))
    elif not count:
        click.echo("Every balance, every award and every rank follows from the stored facts.")
    if count:
        sys.exit(2)
