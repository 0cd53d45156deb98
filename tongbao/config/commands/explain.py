"""``tongbao explain ORDER``: who got what of an order, and why, in sentences."""

from __future__ import annotations

import click

from tongbao.config.command_line import language
from tongbao.config.commands._tenant import entered, tenant_option


@click.command("explain")
@click.argument("order_number")
@tenant_option
def command(order_number: str, schema_name: str | None) -> None:
    """Say line by line on what ORDER_NUMBER was settled and why each award has its amount."""
    with entered(schema_name):
        from tongbao.rewards.selectors import explain_order

        for sentence in explain_order(number=order_number, language=language()):
            click.echo(sentence)
