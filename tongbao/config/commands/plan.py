"""``tongbao plan``: evaluate, prove and replay plans. Works with no database and no server."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NoReturn

import click

from tongbao.config.command_line import REFUSED, language
from tongbao.config.commands._plan_issue import issue_command
from tongbao.config.commands._plan_lint import lint_plan
from tongbao.config.commands._plan_schema import print_schema
from tongbao.config.commands._plan_simulate import compare_plans, simulate_plan
from tongbao.kit.errors import DomainError
from tongbao.money import StatedError
from tongbao.plans import Plan, Proof, UnknownPreset, load_plan, preset, preset_names, proof_sentences, prove
from tongbao.plans.cases import check_case, load_cases, run_cases

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT = click.Path(dir_okay=False, path_type=Path)
NOT_PUBLISHABLE: Final = 1
CASES_DIFFER: Final = 1


class PlanCommands(click.Group):
    """Sub-commands whose stated refusals become a message on standard error and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (StatedError, DomainError) as refusal:
            _fail(refusal.message(language()))


@click.group("plan", cls=PlanCommands)
def command() -> None:
    """Distribution plans: what they pay, and the most they can pay.

    PLAN is a preset's name or a file.
    """


command.add_command(lint_plan)
command.add_command(print_schema)
command.add_command(simulate_plan)
command.add_command(compare_plans)


@command.command("evaluate")
@click.argument("plan_name", metavar="PLAN")
@click.option(
    "--cases", "cases_file", required=True, type=click.Path(path_type=Path), help="YAML file of cases."
)
@click.option("--strict", is_flag=True, help="Exit with 1 if a case says something else than PLAN pays.")
def evaluate_cases(plan_name: str, cases_file: Path, strict: bool) -> None:
    """Print what PLAN pays in each case, one JSON line for each.

    Where a case says what it should be and that differs, the difference is told on standard error. The exit status
    is 0 all the same, unless --strict is given.
    """
    plan = _plan(plan_name)
    try:
        cases = load_cases(read_file(cases_file), plan=plan, source=str(cases_file))
    except StatedError as refusal:
        _fail(refusal.message(language()))
    for result in run_cases(plan=plan, cases=cases):
        click.echo(json.dumps(result.as_json(), ensure_ascii=False))
    differences = [found for case in cases for found in check_case(plan=plan, case=case)]
    for found in differences:
        click.echo(f"{cases_file}:{found.message(language())}", err=True)
    if strict and differences:
        raise SystemExit(CASES_DIFFER)


@command.command("prove")
@click.argument("plan_name", metavar="PLAN")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--strict", is_flag=True, help="Exit with 1 if PLAN is above its budget or can't be bounded.")
def prove_plan(plan_name: str, as_json: bool, strict: bool) -> None:
    """Print the most that one order can make PLAN pay, and a chain that reaches it.

    Exits with 0 also if PLAN is above its budget or can't be bounded, unless --strict is given.
    """
    plan = _plan(plan_name)
    proof = prove(plan)
    if as_json:
        click.echo(json.dumps(proof.as_json(), ensure_ascii=False))
    else:
        _print_proof(plan, proof)
    if strict and not proof.within_budget:
        raise SystemExit(NOT_PUBLISHABLE)


def _print_proof(plan: Plan, proof: Proof) -> None:
    spoken = language()
    click.echo(f"{plan.title(spoken)} ({plan.key})")
    for sentence in plan.sentences(spoken):
        click.echo(f"  {sentence}")
    for sentence in proof_sentences(proof, plan=plan, language=spoken):
        click.echo(sentence)


@command.command("replay")
@click.argument("plan_name", metavar="PLAN")
@click.option("--members", required=True, type=FILE, help="members.csv: member_id, sponsor_id, rank, …")
@click.option("--agents", type=FILE, help="agents.csv: region_code, member_id")
@click.option(
    "--orders", required=True, type=FILE, help="orders.csv: order_id, buyer_id, product, base_fen, …"
)
@click.option("--out", required=True, type=OUTPUT, help="Where to write awards.csv.")
@click.option("--statement", required=True, type=OUTPUT, help="Where to write statement.csv.")
@click.option("--as-of", "as_of_text", help="Stop at this moment: 2026-01-01T00:00:00+08:00.")
def replay_plan(
    plan_name: str,
    members: Path,
    agents: Path | None,
    orders: Path,
    out: Path,
    statement: Path,
    as_of_text: str | None,
) -> None:
    """Write what PLAN would have paid on the orders of the files, award by award and member by member.

    A line that can't be used stops everything, and nothing is written.
    """
    from tongbao.config.replay.books import BookReplay, needs_books
    from tongbao.config.replay.files import History, write_awards, write_statement
    from tongbao.config.replay.orders import Replay

    plan = _plan(plan_name)
    as_of = _moment(as_of_text)
    try:
        history = History(plan=plan, members=members, agents=agents, orders=orders)
    except DomainError as refusal:
        _fail(refusal.message(language()))
    if history.problems:
        _fail("\n".join(problem.message(language()) for problem in history.problems))
    replay: Replay | BookReplay = (
        BookReplay(plan=plan, members=history.members, agents=history.agents)
        if needs_books(plan)
        else Replay(plan=plan, people=history.people)
    )
    replay.play(history.orders, as_of=as_of)
    try:
        awards, people = write_awards(out, replay.awards()), write_statement(statement, replay.statement())
    except OSError as error:
        fail_to_write(error)
    click.echo(
        f"{len(history.orders)} orders: {awards} lines in {out}, {people} members in {statement}.", err=True
    )


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        _fail(
            _either(
                en=f"--as-of must look like 2026-01-01T00:00:00+08:00, not {text!r}.",
                zh=f"--as-of的格式应为2026-01-01T00:00:00+08:00,而不是{text!r}。",
            )
        )
    return moment


def _plan(name: str) -> Plan:
    """The preset of that name, or the plan in the file of that name; ends the command if there is neither."""
    path = Path(name)
    is_file = path.suffix in (".yaml", ".yml", ".json") or path.exists()
    try:
        if name in preset_names() or not is_file:
            return preset(name)
        return load_plan(read_file(path), source=name)
    except UnknownPreset as refusal:
        also = {"en": " Or name a file.", "zh": "也可以填写文件名。"}
        _fail(refusal.message(language()) + also[language()])
    except StatedError as refusal:
        _fail(refusal.message(language()))


def read_file(path: Path) -> str:
    """The text of a file in UTF-8, or in GBK as Chinese Windows writes it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        _fail(
            _either(
                en=f"{path}: can't be read: {error.strerror}. Check the name.",
                zh=f"{path}:无法读取({error.strerror})。请核对文件名。",
            )
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
    try:
        return content.decode("gbk")
    except UnicodeDecodeError:
        _fail(
            _either(
                en=f"{path}:{line}: this is neither UTF-8 nor GBK. Save the file as UTF-8.",
                zh=f"{path}:{line}:编码既非UTF-8也非GBK。请另存为UTF-8。",
            )
        )


command.add_command(issue_command(read_file))


def fail_to_write(error: OSError) -> NoReturn:
    """End the command because a file can't be written."""
    _fail(
        _either(
            en=f"{error.filename}: can't be written: {error.strerror}. Name another file.",
            zh=f"{error.filename}:无法写入({error.strerror})。请指定其他文件。",
        )
    )


def _either(*, en: str, zh: str) -> str:
    return zh if language() == "zh" else en


def _fail(message: str) -> NoReturn:
    click.echo(message, err=True)
    raise SystemExit(REFUSED)
