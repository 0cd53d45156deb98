"""The demo's command on an empty database: killed in the middle, started again, started a third time."""

from __future__ import annotations

import json
import os
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
