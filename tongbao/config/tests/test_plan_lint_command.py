"""``tongbao plan lint``: what a person reads, what a program reads, and what bad input gets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tongbao.config.commands.plan import command
from tongbao.plans import preset_text

BRIEF = Path(__file__).resolve().parents[2] / "plans" / "lint" / "tests" / "examples" / "brief.yaml"


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("TONGBAO_LANGUAGE", "en")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["lint", *arguments])


def test_findings_are_grouped_by_severity_with_file_and_line():
    result = run("gift-pack", "--jurisdiction", "CN")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[:5] == [
        "Gift pack membership (gift-pack)",
        "",
        "CN: 5 findings, 5 of them blocking",
        "  critical",
        "    CN4 Criminal threshold: three levels or more and thirty people or more",
    ]
    assert (
        "      - gift-pack.yaml:28: clause tier pays on the sales of people below at any level, up to 3 people of one "
        "order"
    ) in lines
    assert "      source: 禁止传销条例 (Regulation on Prohibiting Pyramid Selling, 2005), art. 7" in lines
    assert "not legal advice" in lines[-1]
    assert "\x1b" not in result.stdout


def test_a_chinese_reader_reads_chinese(monkeypatch):
    monkeypatch.setenv("TONGBAO_LANGUAGE", "zh")
    lines = run("gift-pack", "--jurisdiction", "CN").stdout.splitlines()
    assert lines[:4] == ["大礼包会员制 (gift-pack)", "", "CN: 5项,其中5项阻断", "  严重"]
    assert "不构成法律意见" in lines[-1]


def test_a_plan_in_a_file_is_told_with_its_own_name(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text(preset_text("gift-pack"), encoding="utf-8")
    assert f"{file}:28: clause tier" in run(str(file), "--jurisdiction", "cn").stdout


def test_the_compliant_preset_is_clean_in_all_jurisdictions():
    result = run("compliant", "--strict")
    assert result.exit_code == 0
    assert result.stdout.count("nothing found") == 6
    assert "not legal advice" in result.stdout


def test_a_practice_adds_what_the_plan_does_not_say():
    result = run("compliant", "--jurisdiction", "CN", "--practice", str(BRIEF))
    assert "CN6" in result.stdout
    assert "- points can be cashed → points_cashable: no" in result.stdout


def test_strict_exits_with_1_only_if_something_blocks():
    assert run("gift-pack", "--jurisdiction", "CN", "--strict").exit_code == 1
    assert run("gift-pack", "--jurisdiction", "US", "--strict").exit_code == 0  # an error and a warning


def test_json_is_one_object_with_every_jurisdiction():
    result = run("gift-pack", "--json")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert list(found["jurisdictions"]) == ["CN", "US", "EU", "HK", "SG", "MY"]
    assert found["blocks"] is True
    assert found["jurisdictions"]["US"]["blocks"] is False
    assert [item["id"] for item in found["jurisdictions"]["HK"]["findings"]] == ["HK1"]
    assert set(found["statement"]) == {"zh", "en"}


def test_a_practice_that_makes_no_sense_is_refused_with_file_and_line(tmp_path):
    file = tmp_path / "shop.yaml"
    file.write_text("points_cashble: yes\n", encoding="utf-8")
    result = run("gift-pack", "--practice", str(file))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.strip() == (
        f"{file}:1:1: the document has no key 'points_cashble'; write 'points_cashable'"
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("gift-pakc",), "Write 'gift-pack'"),
        (("gift-pack", "--jurisdiction", "FR"), "'FR' is not one of"),
        (("gift-pack", "--practice", "nowhere.yaml"), "nowhere.yaml: can't be read"),
    ],
)
def test_bad_input_exits_with_2_and_says_what_to_write(arguments, told):
    result = run(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr
