"""``tongbao points stress`` as an operator runs it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from tongbao.config.command_line import tongbao
from tongbao.kit.errors import DomainError

SMALL = ("points", "stress", "--days", "6", "--holders", "20", "--daily-sales", "3000.00", "--language", "en")


def run(*arguments: str):
    return CliRunner().invoke(tongbao, [*SMALL, *arguments])


def refusal(*arguments: str) -> str:
    """What the command line says, with exit code 2, of a refusal that the command raises."""
    error = run(*arguments).exception
    assert isinstance(error, DomainError)
    return error.message("en")


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


def test_a_malls_own_figures_come_from_a_file_and_what_is_typed_wins(tmp_path):
    file, page, figures = (tmp_path / name for name in ("mall.yaml", "stress.html", "stress.json"))
    file.write_text(
        "settings: {redemption_fee_bp: 1000, reserve_rate_bp: 2000}\n"
        "reserve_fen: 300000000\nholders: 10\ncirculating_points: 1000\n"
        "pools: {gift_packs: 39999000}\n"
        'price_yuan: "0.50"\n',
        encoding="utf-8",
    )
    done = run("--settings", str(file), "--html", str(page), "--json", str(figures))
    assert done.exit_code == 0, done.output
    first, *_ = json.loads(figures.read_text())["scenarios"][0]["days"]
    # 3 000 yuan of sales, a fifth of it for the reserve, at 50 fen a point; twenty holders were typed.
    assert (first["reserve_fen"], first["price"]) == (300_000_000 + 60_000, "50")
    assert "--seed 7 --days 6 --holders 20 --daily-sales 3000.00" in page.read_text()
    assert f"--settings {file}" in page.read_text()


def test_the_operators_own_price_and_budget_are_options(tmp_path):
    figures = tmp_path / "stress.json"
    done = run("--price", "0.75", "--daily-budget", "12.00", "--json", str(figures))
    assert done.exit_code == 0, done.output
    giveaway = json.loads(figures.read_text())["scenarios"][-1]
    assert giveaway["facts"]["daily budget, in fen"] == "1,200"
    assert giveaway["facts"]["the operator's price, in fen"] == "75.000000"
    assert {day["price"] for day in giveaway["days"]} == {"75"}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("reserve: 5", "reserve can't be accepted: known are"),
        ("reserve_fen: 5.0", "reserve_fen can't be accepted"),
        ("reserve_fen: true", "reserve_fen can't be accepted"),
        ("margin_bp: 10001", "from 0 to 10000"),
        ("circulating_points: 1", "more than 150,000,000"),
        ("pools: {gift_packs: 40000001}", "more than 150,000,000"),
        ("pools: {treasure: 1}", "known are gift_packs"),
        ("settings: {reserve_rate_bp: -1}", "reserve_rate_bp can't be accepted"),
        ("settings: {rate: 1}", "settings can't be accepted"),
        ("fixed_budget: 1", "true or false"),
        ("price_yuan: 0.5", "write it in quotes"),
        ('price_yuan: "0"', "can't be set"),
        ('reserve_fen: 300000000\nprice_yuan: "0.019"', "below the floor"),
        ("- 5", "write names with values"),
        ("a: [", "line 1 is neither YAML nor JSON"),
        ("!!python/object/apply:os.system [ls]", "neither YAML nor JSON"),
        ("", "write names with values"),
    ],
)
def test_figures_that_can_not_be_are_refused_by_name(tmp_path, written, said):
    file = tmp_path / "mall.yaml"
    file.write_text(written, encoding="utf-8")
    assert said in refusal("--settings", str(file))


def test_a_price_below_the_floor_or_no_price_is_refused():
    for price in ("0", "-1", "1e3", "½", "0.1234567"):
        assert "price" in refusal("--price", price), price
