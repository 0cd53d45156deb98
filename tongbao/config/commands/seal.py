"""``tongbao seal``: seal what is booked, here and now, without a worker."""

from __future__ import annotations

from datetime import datetime

import click

from tongbao.config.commands._django import with_django


@click.command("seal")
@click.option("--tenant", "schema_name", envvar="TONGBAO_TENANT", help="Only this mall.  [default: all]")
@click.option("--liabilities", is_flag=True, help="Prove what is owed, too.")
@click.option(
    "--on", type=click.DateTime(["%Y-%m-%d"]), help="With --liabilities: for this day.  [default: today]"
)
@click.option(
    "--republish", is_flag=True, help="Write every checkpoint whose file is missing in TONGBAO_SEAL_DIR."
)
def command(schema_name: str | None, liabilities: bool, on: datetime | None, republish: bool) -> None:
    """Give everything booked its place in the log, sign it and publish it; safe beside a running worker."""
    with_django()
    from django.utils import timezone

    from tongbao.kit import clock
    from tongbao.ledger.services.liabilities import prove_liabilities
    from tongbao.ledger.services.publishing import publish
    from tongbao.ledger.services.seals import seal
    from tongbao.tenancy.contexts import tenant_context
    from tongbao.tenancy.selectors import tenant_schemas

    for name in [schema_name] if schema_name else tenant_schemas():
        with tenant_context(name):
            now = clock.now()
            days = (
                prove_liabilities(on=on.date() if on else timezone.localdate(now), now=now)
                if liabilities
                else ()
            )
            newest = seal(now=now)
            written = publish(again=True) if republish else 0
        click.echo(f"{name}: {newest.size if newest else 0} entries sealed.")
        for day in days:
            click.echo(
                f"{name}: {day.total} {day.asset} (smallest units) owed to {day.leaves} owners on {day.on}."
            )
        if republish:
            click.echo(f"{name}: {written} checkpoints written again.")
