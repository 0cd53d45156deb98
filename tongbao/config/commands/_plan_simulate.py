"""``tongbao plan simulate`` and ``compare``: plans on a random market, as a report and as figures."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from tongbao.config.command_line import language
from tongbao.money import Language, StatedError

if TYPE_CHECKING:
    from tongbao.plans import Plan
    from tongbao.plans.simulation import Drawn, Market, Progress
    from tongbao.plans.simulation.report import Outcome

OUTPUT = click.Path(dir_okay=False, path_type=Path)
SILENT_SECONDS: Final = 2
LINE_EVERY_SECONDS: Final = 10
BOOKS_MEMBERS: Final = 20_000
"""Above this a plan that is run order by order takes long: then the command says so beforehand."""


def _options(function: Callable[..., None]) -> Callable[..., None]:
    """What both commands take."""
    for option in reversed(
        (
            click.option(
                "--members",
                type=click.IntRange(1, 10_000_000),
                default=100_000,
                show_default=True,
                help="How many accounts can ever join.",
            ),
            click.option(
                "--days",
                type=click.IntRange(1, 3_650),
                default=365,
                show_default=True,
                help="How many days are looked at.",
            ),
            click.option(
                "--seed",
                type=click.IntRange(0, 2**63 - 1),
                default=7,
                show_default=True,
                help="The same seed gives the same market.",
            ),
            click.option(
                "--market",
                "market_name",
                default="usual",
                show_default=True,
                metavar="MARKET",
                help="usual, plain, plain-preferential, or a YAML file of parameters.",
            ),
            click.option(
                "--agents",
                "agents",
                metavar="SHARE",
                help="Regions that have agents at each level, such as 50%; 0% for none.",
            ),
            click.option("--out", type=OUTPUT, help="Where to write the report, an HTML file."),
            click.option("--json", "json_file", type=OUTPUT, help="Where to write all figures."),
            click.option(
                "--language",
                "spoken",
                type=click.Choice(["zh", "en"]),
                help="The report's language; else that of the terminal.",
            ),
        )
    ):
        function = option(function)
    return function


@click.command("simulate")
@click.argument("plan_name", metavar="PLAN")
@click.option(
    "--member-rank", metavar="RANK", help="The rank that members join with, if ranks are appointed."
)
@_options
def simulate_plan(plan_name: str, member_rank: str | None, **options: Any) -> None:
    """Let PLAN run on a random market: who joins, who earns, who loses.

    Amounts are exact. It follows from assumptions and is no forecast; docs/simulation.md names them all.
    """
    _run([plan_name], member_rank, **options)


@click.command("compare")
@click.argument("first_name", metavar="PLAN")
@click.argument("second_name", metavar="OTHER")
@click.option("--member-rank", metavar="RANK", help="The rank that members join with, where a plan has it.")
@_options
def compare_plans(first_name: str, second_name: str, member_rank: str | None, **options: Any) -> None:
    """Lay two plans side by side on the same random market."""
    _run([first_name, second_name], member_rank, **options)


def _run(
    plan_names: Sequence[str],
    member_rank: str | None,
    *,
    members: int,
    days: int,
    seed: int,
    market_name: str,
    agents: str | None,
    out: Path | None,
    json_file: Path | None,
    spoken: Language | None,
) -> None:
    from tongbao.config.commands.plan import _fail, _plan, fail_to_write
    from tongbao.plans.simulation import draw_market, needs_books
    from tongbao.plans.simulation.report import as_html, as_json, simulate

    reader = spoken or language()
    plans = [_plan(name) for name in plan_names]
    try:
        market = _market(market_name, agents)
        if members < market.founders:
            _fail(
                f"--members {members}少于市场的{market.founders}位创始会员。请增加人数。"
                if language() == "zh"
                else f"--members {members} is below the market's {market.founders} founders. Give more."
            )
        ranks = _member_ranks(plans, member_rank)
        if members > BOOKS_MEMBERS and any(needs_books(plan) for plan in plans):
            slow = ", ".join(plan.key for plan in plans if needs_books(plan))
            click.echo(
                f"{slow} keeps books between orders and runs one order at a time; "
                f"--members {BOOKS_MEMBERS} or fewer take minutes.",
                err=True,
            )
        with _progress() as progress:
            drawn = draw_market(market, members=members, days=days, seed=seed, progress=progress)
            outcomes = simulate(plans, drawn, member_ranks=ranks, progress=progress)
    except StatedError as refusal:
        _fail(refusal.message(language()))
    command = " ".join(
        ["tongbao plan", "simulate" if len(plan_names) == 1 else "compare", *plan_names]
        + [f"--members {members} --days {days} --seed {seed} --market {market_name}"]
        + ([f"--agents {agents}"] if agents else [])
        + ([f"--member-rank {member_rank}"] if member_rank else [])
    )
    try:
        if out is not None:
            out.write_text(as_html(outcomes, drawn, language=reader, made_with=command), encoding="utf-8")
        if json_file is not None:
            content = json.dumps(as_json(outcomes, drawn), ensure_ascii=False, indent=1)
            json_file.write_text(content + "\n", encoding="utf-8")
    except OSError as error:
        fail_to_write(error)
    _print(outcomes, drawn, reader)
    for path in (out, json_file):
        if path is not None:
            click.echo(str(path), err=True)


def _member_ranks(plans: Sequence[Plan], member_rank: str | None) -> dict[str, str]:
    """By plan the rank that members join with. Raises UnknownRank if no plan has it."""
    if member_rank is None:
        return {}
    if not any(member_rank in plan.ranks for plan in plans):
        plans[0].require_rank(member_rank)
    return {plan.key: member_rank for plan in plans if member_rank in plan.ranks}


def _market(name: str, agents: str | None) -> Market:
    """A shipped market, or one in a file. Raises UnknownMarket, PlanInvalid, RateInvalid."""
    from tongbao.config.commands.plan import read_file
    from tongbao.money import parse_rate
    from tongbao.plans.simulation import load_market, market_names, market_preset

    path = Path(name)
    is_file = path.suffix in (".yaml", ".yml", ".json") or path.exists()
    market = (
        market_preset(name)
        if name in market_names() or not is_file
        else load_market(read_file(path), source=name)
    )
    return market if agents is None else replace(market, agents_bp=parse_rate(agents))


def _print(outcomes: Sequence[Outcome], drawn: Drawn, reader: Language) -> None:
    """The key figures, and how many comparisons agree."""
    from tongbao.plans.simulation.report import key_figures, notes
    from tongbao.plans.simulation.words import Speaker

    say = Speaker(reader)
    for outcome in outcomes:
        click.echo(f"{outcome.title(reader)} ({outcome.plan.key})")
        for row in key_figures([outcome], say):
            click.echo(f"  {row.name}: {row.values[0]}" + (f" ({row.meaning})" if row.meaning else ""))
        agreeing = sum(item.agrees for item in outcome.comparisons)
        of = len(outcome.comparisons)
        click.echo(
            say(
                f"  Of {of} published figures and closed forms {agreeing} agree; the report says why others don't.",
                f"  {of}项公开数字与公式中{agreeing}项一致;其余原因见报告。",
            )
        )
    for note in notes(outcomes, drawn, say):
        click.echo(note)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Bars on a terminal; elsewhere a line now and then. Nothing for what takes less than two seconds."""
    if sys.stderr.isatty():
        with _bars() as bars:
            yield bars
        return
    began = last = time.monotonic()

    def told(what: str, done: int, of: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - began >= SILENT_SECONDS and (now - last >= LINE_EVERY_SECONDS or done == of):
            click.echo(f"{what}: {done}/{of}, {now - began:.0f} s", err=True)
            last = now

    yield told


@contextmanager
def _bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def told(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=of)
            bars.update(tasks[what], completed=done)

        yield told
