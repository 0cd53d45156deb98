"""``tongbao points``: the point economy put under stress."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from click.core import ParameterSource

from tongbao.config.command_line import language
from tongbao.config.commands._tenant import entered
from tongbao.money import AmountInvalid, Language, format_yuan, parse_yuan

if TYPE_CHECKING:
    from tongbao.points.policy.stress import Start

OUTPUT = click.Path(dir_okay=False, path_type=Path)
BROKEN: Final = 1
OPTIONS: Final = {
    "seed": "seed",
    "days": "days",
    "holders": "holders",
    "daily_sales_fen": "daily_sales_fen",
    "margin_percent": "margin_bp",
    "fixed_budget": "fixed_budget",
    "no_tasks_limit": "tasks_monthly_units",
}
"""What an option sets; typed, it wins over a file."""


class Yuan(click.ParamType):
    """An amount in yuan, as fen."""

    name = "yuan"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            return parse_yuan(str(value))
        except AmountInvalid as error:
            self.fail(error.message(language()), param, ctx)


@click.group("points")
def command() -> None:
    """Points: what the economy does under stress."""


@command.command("stress")
@click.option("--tenant", "schema_name", help="Begin where this mall stands.  [default: a new mall]")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=7, show_default=True)
@click.option("--days", type=click.IntRange(2, 3_650), default=180, show_default=True, help="Of sales.")
@click.option("--holders", type=click.IntRange(2, 100_000), default=500, show_default=True)
@click.option("--daily-sales", "daily_sales_fen", type=Yuan(), default="100000.00", show_default=True)
@click.option(
    "--margin",
    "margin_percent",
    type=click.IntRange(0, 100),
    default=30,
    show_default=True,
    help="What the mall has left of sales after goods and awards, in per cent.",
)
@click.option(
    "--fixed-budget",
    is_flag=True,
    help="Give the whole daily budget away, whatever the mall earns (against advice).",
)
@click.option("--no-tasks-limit", is_flag=True, help="No monthly limit to what tasks give (against advice).")
@click.option(
    "--settings",
    "settings_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The mall's own figures, YAML or JSON; other options win over it.",
)
@click.option("--price", help="The operator's own price of a point, in yuan; up to six decimals.")
@click.option("--daily-budget", "daily_budget_fen", type=Yuan(), help="What a day may give away above the floor.")
@click.option("--html", "html_file", type=OUTPUT, help="Where to write the report, with plots.")
@click.option("--json", "json_file", type=OUTPUT, help="Where to write every day of every scenario.")
@click.option("--language", "spoken", type=click.Choice(["zh", "en"]), help="Else that of the terminal.")
@click.pass_context
def stress_points(
    context: click.Context,
    schema_name: str | None,
    seed: int,
    days: int,
    holders: int,
    daily_sales_fen: int,
    margin_percent: int,
    fixed_budget: bool,
    no_tasks_limit: bool,
    settings_file: Path | None,
    price: str | None,
    daily_budget_fen: int | None,
    html_file: Path | None,
    json_file: Path | None,
    spoken: Language | None,
) -> None:
    """Runs by 1–100 % of the holders, sales that stop, wash trading, sybils, a pledge worth nothing, a price too high.

    Prints the lowest coverage of each and the first promise that would break. Exit code 1 if one breaks that no switch
    was set against advice for. Nothing is written to any database.
    """
    from tongbao.points.policy.stress import as_html, as_json, as_text, checked, stress

    reader = spoken or language()
    said = {
        "seed": seed,
        "days": days,
        "holders": holders,
        "daily_sales_fen": daily_sales_fen,
        "margin_bp": margin_percent * 100,
        "fixed_budget": fixed_budget,
        "tasks_monthly_units": 0 if no_tasks_limit else None,
    }
    typed = {becomes for name, becomes in OPTIONS.items() if _is_typed(context, name)}
    with _begun(schema_name) as begun:
        start = replace(begun, **said)
        if settings_file is not None:
            start = _from_file(settings_file, start)
            start = replace(start, **{name: value for name, value in said.items() if name in typed})
        if price is not None or daily_budget_fen is not None:
            start = checked(_own_terms(start, price, daily_budget_fen))
    outcomes = list(stress(start, report=lambda title: click.echo(f"… {title}", err=True)))
    click.echo(as_text(outcomes, language=reader), nl=False)
    made_with = _command(context, start)
    if html_file is not None:
        _write(html_file, as_html(outcomes, start, language=reader, made_with=made_with))
    if json_file is not None:
        _write(json_file, json.dumps(as_json(outcomes, start), ensure_ascii=False))
    if not all(outcome.is_sound for outcome in outcomes):
        context.exit(BROKEN)


def _is_typed(context: click.Context, option: str) -> bool:
    return context.get_parameter_source(option) is ParameterSource.COMMANDLINE


def _from_file(path: Path, begun: Start) -> Start:
    from tongbao.config.commands.plan import read_file
    from tongbao.points.policy.stress import read_start

    return read_start(read_file(path), begun=begun)


def _own_terms(start: Start, price: str | None, daily_budget_fen: int | None) -> Start:
    """With the operator's own price, and what a day may give away above the floor."""
    from tongbao.points.policy.prices import parse_price

    if price is not None:
        start = replace(start, own_price=parse_price(price))
    if daily_budget_fen is not None:
        start = replace(start, settings=replace(start.settings, daily_budget_fen=daily_budget_fen))
    return start


def _command(context: click.Context, start: Start) -> str:
    """What to type for the same again."""
    words = ["--seed", start.seed, "--days", start.days, "--holders", start.holders]
    for option in context.command.params:
        name = str(option.name)
        if name in ("seed", "days", "holders", "html_file", "json_file", "spoken") or not _is_typed(context, name):
            continue
        value = context.params[name]
        words.append(option.opts[0])
        if isinstance(option.type, Yuan):
            words.append(format_yuan(value))
        elif value is not True:
            words.append(value)
    return f"tongbao points stress {shlex.join(map(str, words))}"


@contextmanager
def _begun(schema_name: str | None) -> Iterator[Start]:
    if schema_name is None:
        from tongbao.points.policy.stress import Start

        yield Start()
        return
    with entered(schema_name):
        from tongbao.points.selectors.stressing import stress_start

        yield stress_start()


def _write(path: Path, text: str) -> None:
    from tongbao.config.commands.plan import fail_to_write

    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        fail_to_write(error)
