"""``tongbao plan simulate`` and ``compare``: files, figures, progress, and what bad input gets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tongbao.config.commands import _plan_simulate
from tongbao.config.commands.plan import command
from tongbao.plans import preset_text


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("TONGBAO_LANGUAGE", "en")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, [*arguments, "--members", "300", "--days", "100"])


def test_a_simulation_writes_a_report_and_figures_and_prints_the_main_ones(tmp_path):
    report, figures = tmp_path / "report.html", tmp_path / "result.json"
    result = run("simulate", "gift-pack", "--seed", "7", "--out", str(report), "--json", str(figures))
    assert result.exit_code == 0
    assert result.stdout.startswith("Gift pack membership (gift-pack)\n  People who lose money: ")
    assert "  Proven bound: 55.00 % (no order can ever pay more)\n" in result.stdout
    assert result.stderr.splitlines() == [str(report), str(figures)]
    page = report.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "tongbao plan simulate gift-pack --members 300 --days 100 --seed 7 --market usual" in page
    content = json.loads(figures.read_text(encoding="utf-8"))
    assert (content["format"], content["members"], content["days"], content["seed"]) == (
        "tongbao.simulation/1",
        300,
        100,
        7,
    )
    assert content["plans"][0]["difference_fen"] == 0


def test_the_same_seed_writes_the_same_bytes(tmp_path):
    files = [tmp_path / name for name in ("a.html", "b.html", "a.json", "b.json")]
    for page, figures in ((files[0], files[2]), (files[1], files[3])):
        run("simulate", "two-level", "--out", str(page), "--json", str(figures))
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[2].read_bytes() == files[3].read_bytes()


def test_two_plans_are_laid_beside_each_other_on_the_same_market(tmp_path):
    figures = tmp_path / "result.json"
    result = run("compare", "gift-pack", "two-level", "--json", str(figures))
    assert result.exit_code == 0
    first, second = json.loads(figures.read_text(encoding="utf-8"))["plans"]
    assert first["figures"]["money"]["paid_in_fen"] == second["figures"]["money"]["paid_in_fen"]
    assert first["figures"]["payout_bp"] > second["figures"]["payout_bp"]


def test_a_report_in_chinese_for_a_reader_of_chinese(tmp_path, monkeypatch):
    monkeypatch.setenv("TONGBAO_LANGUAGE", "zh")
    report = tmp_path / "report.html"
    result = run("simulate", "gift-pack", "--out", str(report))
    assert result.stdout.startswith("大礼包会员制 (gift-pack)\n  亏钱的人: ")
    assert '<html lang="zh-Hans">' in report.read_text(encoding="utf-8")
    run("simulate", "gift-pack", "--out", str(report), "--language", "en")
    assert '<html lang="en">' in report.read_text(encoding="utf-8")


def test_plans_and_markets_come_from_files(tmp_path):
    plan, market = tmp_path / "mine.yaml", tmp_path / "market.yaml"
    plan.write_text(preset_text("gift-pack"), encoding="utf-8")
    market.write_text("founders: 5\nsybil: 0%\nchurn: 1%\n", encoding="utf-8")
    figures = tmp_path / "result.json"
    result = run("simulate", str(plan), "--market", str(market), "--agents", "0%", "--json", str(figures))
    assert result.exit_code == 0
    told = json.loads(figures.read_text(encoding="utf-8"))["market"]
    assert (told["founders"], told["sybil_bp"], told["churn_bp"], told["agents_bp"]) == (5, 0, 100, 0)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["gift-pak"], "gift-pack"),
        (["gift-pack", "--market", "usuall"], "There is no market 'usuall'; write 'usual'."),
        (["gift-pack", "--agents", "5"], "'5' is no rate"),
        (["gift-pack", "--member-rank", "vp"], "The plan has no rank 'vp'"),
        (["gift-pack", "--members", "3"], "--members 3 is below the market's 10 founders. Give more."),
        (["gift-pack", "--out", "no/such/folder/r.html"], "can't be written"),
    ],
)
def test_bad_input_is_refused_with_a_cure(arguments, says):
    result = CliRunner().invoke(command, ["simulate", "--members", "50", "--days", "20", *arguments])
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_market_that_is_wrong_is_told_with_its_line(tmp_path):
    market = tmp_path / "market.yaml"
    market.write_text("founders: 5\nchurm: 1%\n", encoding="utf-8")
    result = run("simulate", "gift-pack", "--market", str(market))
    assert result.exit_code == 2
    assert f"{market}:2:1" in result.stderr
    assert "write 'churn'" in result.stderr


def test_work_that_takes_long_is_told_in_plain_lines(monkeypatch):
    monkeypatch.setattr(_plan_simulate, "SILENT_SECONDS", 0)
    monkeypatch.setattr(_plan_simulate, "LINE_EVERY_SECONDS", 0)
    result = run("simulate", "gift-pack")
    assert "members: 100/100, " in result.stderr
    assert "plan gift-pack: 15/15, " in result.stderr


def test_a_plan_with_books_says_beforehand_that_it_takes_long(monkeypatch):
    monkeypatch.setattr(_plan_simulate, "BOOKS_MEMBERS", 200)
    result = run("simulate", "queue-refund")
    assert result.exit_code == 0
    assert result.stderr.startswith("queue-refund keeps books between orders and runs one order at a time")


def test_without_out_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("simulate", "two-level").exit_code == 0
    assert list(Path().iterdir()) == []
