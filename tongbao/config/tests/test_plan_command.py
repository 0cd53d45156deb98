"""``tongbao plan``: what other programs rely on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tongbao.config.commands.plan import command
from tongbao.plans import PlanTooIntertwined, preset_text
from tongbao.plans.bounding import exploring

EXAMPLES = Path(__file__).resolve().parents[3] / "tests" / "examples"


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("TONGBAO_LANGUAGE", "en")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def test_evaluate_prints_one_json_line_for_each_case():
    result = run("evaluate", "gift-pack", "--cases", str(EXAMPLES / "gift_pack.yaml"))
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert len(lines) == (EXAMPLES / "gift_pack.yaml").read_text(encoding="utf-8").count("- name:")
    assert json.loads(lines[0]) == {
        "name": "an ordinary member's recruit buys",
        "awards": [{"to": "sponsor 1", "clause": "direct", "fen": 2376}],
        "total_fen": 2376,
    }


def test_evaluate_tells_where_a_case_says_something_else_and_ends_with_1_if_asked(tmp_path):
    file = tmp_path / "cases.yaml"
    file.write_text(
        "cases:\n"
        "  - {name: right, base_fen: 19800, sponsors: [member], total_fen: 2376}\n"
        "  - {name: wrong, base_fen: 19800, sponsors: [member], total_fen: 2377}\n",
        encoding="utf-8",
    )
    told = run("evaluate", "gift-pack", "--cases", str(file))
    assert told.exit_code == 0
    assert len(told.stdout.splitlines()) == 2
    assert told.stderr == f"{file}:3: wrong: total_fen is 2377 and 2376 are paid\n"
    assert run("evaluate", "gift-pack", "--cases", str(file), "--strict").exit_code == 1
    right = run("evaluate", "gift-pack", "--cases", str(EXAMPLES / "gift_pack.yaml"), "--strict")
    assert (right.exit_code, right.stderr) == (0, "")


def test_evaluate_takes_a_plan_from_a_file_in_utf_8_or_gbk(tmp_path):
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        file = tmp_path / f"plan-{encoding}.yaml"
        file.write_bytes(preset_text("merchant-alliance").encode(encoding))
        result = run("evaluate", str(file), "--cases", str(EXAMPLES / "alliance.yaml"))
        assert result.exit_code == 0, result.stderr
        assert json.loads(result.stdout.splitlines()[0])["total_fen"] == 400


def test_prove_prints_one_json_object():
    result = run("prove", "gift-pack", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "bounded": True,
        "worst_case_bp": 5500,
        "budget_bp": 5500,
        "witness": {
            "sponsors": ["cofounder", "cofounder"],
            "agents": ["province"],
            "base_fen": 100,
            "total_fen": 55,
        },
    }


def test_prove_says_it_in_words_and_says_when_the_budget_does_not_reach(tmp_path):
    assert "Worst case 55% of the money paid, within the budget of 55%." in run("prove", "gift-pack").stdout
    every = tmp_path / "every.yaml"
    every.write_text(preset_text("gift-pack").replace("pairs: highest", "pairs: every"), encoding="utf-8")
    result = run("prove", str(every))
    assert "Worst case 65% of the money paid, ABOVE the budget of 55%." in result.stdout


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("rate: 12%", "rate: 0.12", ":27:11: rate: '0.12' is no rate: rates are percentages; write 12%"),
        ("budget: 55%\n", "", "needs budget; write 'budget: 12%'"),
    ],
)
def test_a_bad_plan_ends_with_2_and_file_and_line_on_standard_error(tmp_path, before, after, says):
    file = tmp_path / "mine.yaml"
    file.write_text(preset_text("gift-pack").replace(before, after, 1), encoding="utf-8")
    for arguments in (
        ("prove", str(file)),
        ("evaluate", str(file), "--cases", str(EXAMPLES / "gift_pack.yaml")),
    ):
        result = run(*arguments)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert result.stderr.startswith(f"{file}:")
        assert says in result.stderr


def test_a_bad_case_ends_with_2_before_anything_is_printed(tmp_path):
    file = tmp_path / "cases.yaml"
    file.write_text(
        "cases:\n  - {name: one, base_fen: 100}\n  - {name: two, base_fen: 1.5}\n", encoding="utf-8"
    )
    result = run("evaluate", "gift-pack", "--cases", str(file))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f"{file}:3:27: base_fen '1.5' must be a whole number")


def test_an_unknown_plan_or_file_ends_with_2_and_says_what_there_is(tmp_path, monkeypatch):
    result = run("prove", "gift-pakc")
    assert result.exit_code == 2
    assert "Write 'gift-pack'" in result.stderr
    result = run("prove", str(tmp_path / "nowhere.yaml"))
    assert result.exit_code == 2
    assert "can't be read" in result.stderr
    monkeypatch.setenv("TONGBAO_LANGUAGE", "zh")
    assert "请写'gift-pack'" in run("prove", "gift-pakc").stderr
    monkeypatch.setenv("TONGBAO_LANGUAGE", "en")
    unreadable = tmp_path / "picture.yaml"
    unreadable.write_bytes(b"plan: x\n\xff\xfe\xff")
    result = run("prove", str(unreadable))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{unreadable}:2: this is neither UTF-8 nor GBK")


def test_it_works_with_no_database_and_without_django():
    program = (
        "import sys; from tongbao.config.commands.plan import command; "
        "command(['prove', 'gift-pack'], standalone_mode=False); "
        "assert not {'django', 'psycopg', 'ninja'} & set(sys.modules), 'Django was imported'"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={}, check=False
    )
    assert result.returncode == 0, result.stderr


ENDLESS = """\
plan: endless
title: {zh: 无尽, en: Endless}
budget: 20%
ranks: [{key: member, zh: 会员, en: Member}]
clauses:
  - {id: endless, rate: 1%}
"""


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_prove_strict_ends_with_1_above_the_budget_or_without_a_bound(tmp_path, form):
    above, endless = tmp_path / "above.yaml", tmp_path / "endless.yaml"
    above.write_text(preset_text("gift-pack").replace("budget: 55%", "budget: 54.99%"), encoding="utf-8")
    endless.write_text(ENDLESS, encoding="utf-8")
    assert [run("prove", str(file), *form).exit_code for file in (above, endless)] == [0, 0]
    assert [run("prove", str(file), "--strict", *form).exit_code for file in (above, endless)] == [1, 1]
    assert run("prove", str(above), "--strict", *form).stdout == run("prove", str(above), *form).stdout
    assert run("prove", "gift-pack", "--strict", *form).exit_code == 0


@pytest.mark.parametrize(("spoken", "says"), [("en", "can't be proven"), ("zh", "无法证明")])
def test_a_plan_that_can_not_be_proven_ends_with_2_and_the_reason(tmp_path, monkeypatch, spoken, says):
    monkeypatch.setenv("TONGBAO_LANGUAGE", spoken)
    monkeypatch.setattr(exploring, "MOST_STEPS", 10)
    rate = {"en": "11.97%", "zh": "11.96%"}[spoken]  # what was explored once isn't explored again
    file = tmp_path / "intertwined.yaml"
    file.write_text(preset_text("gift-pack").replace("12%", rate), encoding="utf-8")
    result = run("prove", str(file))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert says in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("prove", "gift-pack"),
        ("evaluate", "gift-pack", "--cases", str(EXAMPLES / "gift_pack.yaml")),
        ("lint", "gift-pack"),
        ("simulate", "gift-pack"),
        ("compare", "gift-pack", "merchant-alliance"),
        ("schema",),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_refusal_from_deep_inside_any_command_is_told_and_no_traceback(arguments, monkeypatch):
    def refuse(context):
        raise PlanTooIntertwined(plan="tea", most=7)

    monkeypatch.setattr(command.commands[arguments[0]], "invoke", refuse)
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("Plan tea can't be proven: its clauses together can be in more than 7")


@pytest.mark.parametrize(
    ("spoken", "says"),
    [
        ("en", "can't be read: No such file or directory. Check the name."),
        ("zh", "无法读取(No such file or directory)"),
    ],
)
def test_a_file_that_is_not_there_is_told_in_the_reader_s_language(tmp_path, monkeypatch, spoken, says):
    monkeypatch.setenv("TONGBAO_LANGUAGE", spoken)
    missing = str(tmp_path / "nowhere.yaml")
    for arguments in (
        ("prove", missing),
        ("lint", "gift-pack", "--practice", missing),
        ("evaluate", "gift-pack", "--cases", missing),
        ("compare", "gift-pack", missing),
    ):
        result = run(*arguments)
        assert result.exit_code == 2
        assert result.stderr.startswith(missing)
        assert says in result.stderr


def test_issue_prints_the_table_in_words_as_csv_and_as_json():
    assert "5 Province agents" in run("issue", "brief").stdout
    lines = run("issue", "brief", "--csv").stdout.splitlines()
    assert (len(lines), lines[1][:38]) == (6, "1,100 000 packs of 398 yuan,3980000000")
    told = json.loads(run("issue", "brief", "--json").stdout)
    assert told["rows"][4]["floor_fen_per_point"] == "362/75"
    assert run("issue", "brief", "--json", "--csv").exit_code == 2


def test_issue_refuses_more_than_a_pool_holds_and_tells_the_line_of_a_mistake(tmp_path):
    refused = run("issue", "brief-as-written")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "Pool Regional agents holds 30,000,000 points and 31,000,000 are planned" in refused.stderr
    written = tmp_path / "plan.yaml"
    written.write_text("issuance: a\ntitle: A\ncap: 9\nreserve: 10%\nbatches:\n  - {title: B, sales: -1}\n")
    mistaken = run("issue", str(written))
    assert (mistaken.exit_code, "plan.yaml:6:23: sales: '-1' is no amount" in mistaken.stderr) == (2, True)
    unknown = run("issue", "nothing")
    assert (unknown.exit_code, "brief-as-written" in unknown.stderr) == (2, True)
