"""``tongbao plan schema`` prints the file that editors use."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from tongbao.config.commands.plan import command

COMMITTED = Path(__file__).resolve().parents[3] / "docs" / "plan.schema.json"


def test_the_command_prints_the_committed_schema():
    result = CliRunner().invoke(command, ["schema"])
    assert result.exit_code == 0
    assert result.output == COMMITTED.read_text(encoding="utf-8")
