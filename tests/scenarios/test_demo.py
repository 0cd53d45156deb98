"""The demo's command on an empty database: killed in the middle, started again, started a third time."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tongbao.kit.postgres.access import resolve

NAME = "tongbao_test_demo"
COMMAND = (sys.executable, "-m", "tongbao.config.command_line")
SMALL = ("--once", "--members", "4", "--orders", "8")


@pytest.fixture
def environment(tmp_path):
    """An installation of its own: folder, database and roles; forgotten afterwards."""
    access = resolve()
    address = f"{access.host}:{access.port}/{NAME}"
    forget(access)
    yield {
        **os.environ,
        "DATABASE_URL": f"postgresql://{access.admin_user}:{access.admin_password}@{address}",
        "TONGBAO_VAR": str(tmp_path / "var"),
        "TONGBAO_ROLE_PREFIX": "tongbao_demotest",
        "TONGBAO_ENVIRONMENT": "demo",
        "TONGBAO_LANGUAGE": "en",
    }
    forget(access)


def forget(access) -> None:
    with psycopg.connect(
        host=access.host,
        port=access.port,
        user=access.admin_user,
        password=access.admin_password,
        dbname="postgres",
        autocommit=True,
    ) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(NAME)))


def demo(environment) -> str:
    done = subprocess.run(
        [*COMMAND, "demo", *SMALL], env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout + done.stderr


def kill_in_the_middle(environment, log: Path) -> None:
    with log.open("wb") as sink:
        process = subprocess.Popen([*COMMAND, "demo", *SMALL], env=environment, stdout=sink, stderr=sink)
    deadline = time.monotonic() + 120
    while b"pays at the cashier" not in log.read_bytes():
        assert process.poll() is None, log.read_text()[-3000:]
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_a_demo_that_was_killed_is_made_good_and_a_third_start_keeps_its_data(environment, tmp_path):
    kill_in_the_middle(environment, tmp_path / "killed.log")

    second = demo(environment)
    assert "Making Lotus Mall" in second, "a story that was cut short is played from its beginning"
    assert "23.76 yuan" in second
    assert "3.56" in second, "what the claw-back leaves the VIP"
    verified = subprocess.run(
        [*COMMAND, "verify", "--json"], env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    assert json.loads(verified.stdout) == {"ok": True, "findings": []}

    begin = time.monotonic()
    third = demo(environment)
    assert "its data is kept" in third
    assert "Making" not in third
    assert time.monotonic() - begin < 60, "nothing is played again"
    the_commands_tell_the_same_story(environment, third)
    another_systems_files_are_taken_over(environment, tmp_path)


def tongbao(environment, *arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [*COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == code, done.stderr[-3000:]
    return done.stdout + done.stderr


def the_commands_tell_the_same_story(environment, printed: str) -> None:
    """``explain``, ``statement`` and ``settle`` on the demo's first mall."""
    number = re.search(r"^\d{20,}$", printed, re.MULTILINE)
    assert number is not None, printed[:2000]
    explained = tongbao(environment, "explain", number.group(0), "--tenant", "lotus")
    assert "settled by plan gift-pack v1" in explained
    assert "23.76 yuan" in explained
    lines = tongbao(environment, "statement", "M0000003", "--tenant", "lotus").splitlines()
    kinds = [line.split()[1] for line in lines]
    assert kinds.count("withdrawal") == 1
    assert kinds.count("claw_back") >= 1
    assert any(line.endswith(" 3.56") for line in lines), "what the claw-back leaves the VIP"
    assert "lotus: 0 events handled" in tongbao(environment, "settle", "--tenant", "lotus")


def another_systems_files_are_taken_over(environment, folder: Path) -> None:
    """Members in GBK with Chinese headers, an agent and an order: the sponsor is paid, and verify agrees."""
    (folder / "members.csv").write_bytes(
        "会员编号,推荐人编号,等级,加入时间,状态\nA1,,vip,2026-01-01T00:00:00+08:00,1\n"
        "A2,A1,member,2026-01-02T00:00:00+08:00,1\n".encode("gbk")
    )
    (folder / "agents.csv").write_text("region_code,member_id\n330100,A1\n", encoding="utf-8")
    (folder / "orders.csv").write_text(
        "order_id,buyer_id,product,base_fen,freight_fen,region_code,paid_at,received_at,refunded_fen,refunded_at\n"
        "O1,A2,pack-198,19800,0,330106,2026-02-01T10:00:00+08:00,2026-02-03T10:00:00+08:00,,\n",
        encoding="utf-8",
    )
    files = [f"--{name}={folder / name}.csv" for name in ("members", "agents", "orders")]
    since = "--agents-from=2026-01-01"
    assert "dry run" in tongbao(environment, "import", *files, since, "--dry-run", "--tenant", "orchid")
    assert "orders.csv: 1" in tongbao(environment, "import", *files, since, "--tenant", "orchid")
    tongbao(environment, "settle", "--tenant", "orchid")
    # direct 23.76 and tier 19.80 as sponsor, 6 % of 198.00 as the city's agent
    statement = tongbao(environment, "statement", "A1", "--tenant", "orchid").splitlines()
    assert statement[-1].endswith(" 55.44"), statement
    assert '"ok": true' in tongbao(environment, "verify", "--json")
    again = tongbao(environment, "import", *files, since, "--tenant", "orchid", code=2)
    assert "members.csv:2:" in again
    assert "Nothing was imported" in again
