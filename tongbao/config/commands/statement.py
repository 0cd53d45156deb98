"""``tongbao statement MEMBER``: a member's account, line by line, with running balances."""

from __future__ import annotations

import click

from tongbao.config.commands._tenant import entered, tenant_option

KINDS = ("cash", "pending", "receivable", "paid_in", "points", "points_pending")
PAGE = 500


@click.command("statement")
@click.argument("member")
@click.option("--account", "kind", type=click.Choice(KINDS), default="cash", show_default=True)
@tenant_option
def command(member: str, kind: str, schema_name: str | None) -> None:
    """Print the transfers of MEMBER (number, or the number in a former system) from first to last."""
    with entered(schema_name):
        from tongbao.ledger.contracts import CASH, POINT, member_account
        from tongbao.ledger.selectors import statement
        from tongbao.members.selectors import member_by_key
        from tongbao.money import CNY, format_amount
        from tongbao.money import POINT as POINT_ASSET

        facts = member_by_key(key=member)
        is_points = kind.startswith("points")
        asset, unit = (POINT, POINT_ASSET) if is_points else (CASH, CNY)
        cursor = (0, -1)
        while True:
            account = member_account(facts.member_id, kind)
            lines = statement(account=account, asset=asset, after=cursor, limit=PAGE)
            for line in lines:
                amount = format_amount(line.amount, asset=unit)
                after = format_amount(line.balance_after, asset=unit)
                when = line.booked_at.isoformat(timespec="seconds")
                click.echo(f"{when}  {line.kind:<16} {line.subject:<28} {amount:>14} {after:>14}")
            if len(lines) < PAGE:
                return
            cursor = (lines[-1].batch, lines[-1].position)
