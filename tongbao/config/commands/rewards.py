"""``tongbao rewards …``: what is done with rewards by hand."""

from __future__ import annotations

import click

from tongbao.config.commands._tenant import entered, tenant_option


@click.group("rewards")
def command() -> None:
    """Rewards: what members earned, counted and disclosed."""


@command.command("disclose-income")
@tenant_option
def disclose(schema_name: str | None) -> None:
    """Count now what members earned, and publish it (a job does so once a day)."""
    with entered(schema_name):
        from tongbao.kit import clock
        from tongbao.rewards.services import disclose_income

        now = clock.now()
        counted = disclose_income(now=now)
        click.echo(f"Counted {counted} members as of {now.isoformat(timespec='seconds')}; see /disclosure/.")
