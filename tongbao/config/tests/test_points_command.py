"""``tongbao points stress`` as an operator runs it."""

from __future__ import annotations

import json

from click.testing import CliRunner

from tongbao.config.command_line import tongbao

SMALL = ("points", "stress", "--days", "6", "--holders", "20", "--daily-sales", "3000.00", "--language", "en")


def run(*arguments: str):
    return CliRunner().invoke(tongbao, [*SMALL, *arguments])


def test_every_scenario_is_told_with_its_lowest_coverage_and_nothing_breaks(tmp_path):
    page, figures = tmp_path / "stress.html", tmp_path / "stress.json"
    done = run("--html", str(page), "--json", str(figures))
    assert done.exit_code == 0, done.output
    assert done.stdout.count("every promise holds") == done.stdout.count("lowest coverage") == 12
    assert "… wash trading" in done.stderr
    assert "tongbao points stress --seed 7 --days 6 --holders 20" in page.read_text()
    assert json.loads(figures.read_text())["is_sound"] is True


def test_what_breaks_by_a_switch_is_named_and_is_no_failure():
    done = run("--no-tasks-limit", "--fixed-budget")
    assert done.exit_code == 0
    assert "because of the switch tasks_monthly_units" in done.stdout


def test_a_promise_that_breaks_without_a_switch_ends_with_one(monkeypatch):
    from tongbao.points.policy.stress import economy

    monkeypatch.setattr(economy, "payout_of", lambda **said: said["units"])
    done = run()
    assert done.exit_code == 1
    assert "broken on day" in done.stdout


def test_what_can_not_be_read_or_written_is_said(tmp_path):
    assert run("--daily-sales", "1.005").exit_code == 2
    assert run("--html", str(tmp_path / "nowhere" / "page.html")).exit_code == 2
    assert run("--days", "1").exit_code == 2
