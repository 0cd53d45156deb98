"""``tongbao plan lint``: a plan seen with the law of one jurisdiction, or of all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final, cast

import click

from tongbao.config.command_line import language
from tongbao.money import Language, StatedError
from tongbao.plans import Plan, preset_names
from tongbao.plans.lint import (
    JURISDICTIONS,
    SEVERITIES,
    Finding,
    Jurisdiction,
    Practice,
    Reason,
    Severity,
    blocking,
    lint,
    load_practice,
    statement,
)

EVERYWHERE: Final = "all"
BLOCKED: Final = 1
_COLOURS: Final[dict[Severity, str]] = {
    "critical": "bright_red",
    "block": "red",
    "error": "magenta",
    "warn": "yellow",
    "info": "blue",
}
_SEVERITIES_ZH: Final[dict[Severity, str]] = {
    "critical": "严重",
    "block": "阻断",
    "error": "错误",
    "warn": "警告",
    "info": "提示",
}


@click.command("lint")
@click.argument("plan_name", metavar="PLAN")
@click.option(
    "--jurisdiction",
    type=click.Choice([*JURISDICTIONS, EVERYWHERE], case_sensitive=False),
    default=EVERYWHERE,
    show_default=True,
    help="Whose law is looked at.",
)
@click.option(
    "--practice",
    "practice_file",
    type=click.Path(path_type=Path),
    help="YAML or JSON: fees, points, draws, licences …; without it, a plain shop.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--strict", is_flag=True, help="Exit with 1 if something blocks.")
def lint_plan(
    plan_name: str, jurisdiction: str, practice_file: Path | None, as_json: bool, strict: bool
) -> None:
    """Say what the law, as far as it was gathered, finds wrong with PLAN. Information, no legal advice.

    Exits with 0 also if there are findings, unless --strict is given.
    """
    from tongbao.config.commands.plan import _fail, _plan, read_file

    plan = _plan(plan_name)
    practice = Practice()
    if practice_file is not None:
        try:
            practice = load_practice(read_file(practice_file), source=str(practice_file))
        except StatedError as refusal:
            _fail(refusal.message(language()))
    asked = JURISDICTIONS if jurisdiction == EVERYWHERE else (cast(Jurisdiction, jurisdiction),)
    found = {name: lint(plan=plan, practice=practice, jurisdiction=name) for name in asked}
    if as_json:
        click.echo(json.dumps(_as_json(plan, found), ensure_ascii=False))
    else:
        source = f"{plan_name}.yaml" if plan_name in preset_names() else plan_name
        _print(plan, found, source=source, reader=language())
    if strict and any(blocking(findings) for findings in found.values()):
        raise SystemExit(BLOCKED)


def _as_json(plan: Plan, found: dict[Jurisdiction, tuple[Finding, ...]]) -> dict[str, object]:
    return {
        "plan": plan.key,
        "sha256": plan.sha256,
        "blocks": any(blocking(findings) for findings in found.values()),
        "jurisdictions": {
            name: {
                "blocks": bool(blocking(findings)),
                "findings": [finding.as_json() for finding in findings],
            }
            for name, findings in found.items()
        },
        "statement": {"zh": statement("zh"), "en": statement("en")},
    }


def _print(
    plan: Plan, found: dict[Jurisdiction, tuple[Finding, ...]], *, source: str, reader: Language
) -> None:
    zh = reader == "zh"
    click.echo(f"{plan.title(reader)} ({plan.key})")
    for name, findings in found.items():
        click.echo()
        blocked = len(blocking(findings))
        if not findings:
            click.secho(f"{name}: {'没有发现问题' if zh else 'nothing found'}", fg="green", bold=True)
            continue
        count = (
            f"{len(findings)}项,其中{blocked}项阻断"
            if zh
            else f"{len(findings)} {'finding' if len(findings) == 1 else 'findings'}, {blocked} of them blocking"
        )
        click.secho(f"{name}: {count}", bold=True)
        for severity in SEVERITIES:
            graded = [finding for finding in findings if finding.severity == severity]
            if graded:
                click.secho(f"  {_SEVERITIES_ZH[severity] if zh else severity}", fg=_COLOURS[severity])
            for finding in graded:
                _print_finding(finding, source=source, reader=reader)
    click.echo()
    click.echo(statement(reader))


def _print_finding(finding: Finding, *, source: str, reader: Language) -> None:
    zh = reader == "zh"
    click.echo(f"    {click.style(finding.id, bold=True)} {finding.rule.title(reader)}")
    for reason in finding.reasons:
        place = f"{source}:{reason.line}: " if reason.line else ""
        click.echo(f"      - {place}{reason.text(reader)}{_cure(reason)}")
    click.echo(f"      {'依据' if zh else 'source'}: {finding.rule.source.text(reader)}")
    click.echo(f"      {'改法' if zh else 'cure'}: {finding.rule.cure(reader)}")


def _cure(reason: Reason) -> str:
    """The setting or key that cures it, as a document writes it."""
    name = reason.cure_key.removeprefix("practice.")
    return f" → {name}: {reason.cure_value}" if reason.cure_value else ""
