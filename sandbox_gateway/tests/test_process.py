"""The process: killed, started again, stopped, and started twice."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import time
from http.client import HTTPException
from pathlib import Path
from threading import Thread

import pytest

import sandbox_gateway
from sandbox_gateway.client import Refused, send
from sandbox_gateway.server import free_port
from sandbox_gateway.store import admin_token
from sandbox_gateway.testing import ROOT, running_gateway


def test_a_killed_gateway_forgets_nothing_and_goes_on_telling(receiver):
    with running_gateway(retry_base_ms=300) as gateway:
        lotus = gateway.merchant(
            "lotus",
            hosts=[receiver.host],
            notify_url=receiver.url,
            refund_delay_ms=2_000,
            transfer_delay_ms=2_000,
        )
        receiver.refuse_next = 1_000
        lotus.pay("P1", 10_000)
        gateway.admin.pay("lotus", "P1")
        lotus.refund("P1", "R1", 10_000)
        lotus.transfer("T1", 500, "alice")
        receiver.wait_for(1)
        gateway.kill()
        receiver.refuse_next = 0
        receiver.received.clear()
        gateway.restart()
        gateway.admin.wait_until_quiet()
        taken = sorted(notice.said["event"] for notice in receiver.received)
        assert taken == ["payment.succeeded", "refund.succeeded", "transfer.succeeded"]
        assert lotus.refund("P1", "R1", 10_000)["state"] == "succeeded"
        with pytest.raises(Refused):
            lotus.refund("P1", "R2", 1)


def test_a_nonce_is_remembered_by_a_killed_gateway():
    with running_gateway() as gateway:
        lotus = gateway.merchant("lotus")
        headers = lotus.sign("GET", "/v1/payments/P1", b"")
        assert send(gateway.url, "GET", "/v1/payments/P1", headers=headers)[0] == 404
        gateway.kill()
        gateway.restart()
        assert send(gateway.url, "GET", "/v1/payments/P1", headers=headers)[0] == 401


def test_a_gateway_told_to_stop_ends_well():
    with running_gateway() as gateway:
        gateway.merchant("lotus").pay("P1", 100)
        assert gateway.stop() == 0
        gateway.restart()
        assert gateway.admin.pay("lotus", "P1") == {"P1": "succeeded"}


def test_what_was_answered_before_a_stop_is_there_after_it():
    with running_gateway() as gateway:
        lotus = gateway.merchant("lotus")
        answered: list[str] = []

        def ask(name: str) -> None:
            for turn in range(10_000):
                try:
                    answered.append(lotus.pay(f"{name}-{turn}", 100)["number"])
                except (OSError, HTTPException, Refused):
                    return

        threads = [Thread(target=ask, args=(f"P{turn}",)) for turn in range(4)]
        for thread in threads:
            thread.start()
        while len(answered) < 50:
            time.sleep(0.01)
        assert gateway.stop() == 0
        for thread in threads:
            thread.join()
        gateway.restart()
        assert [lotus.payment(number)["state"] for number in answered] == ["open"] * len(answered)


def test_a_token_that_a_crash_cut_short_is_made_anew(tmp_path):
    (tmp_path / "admin.token").write_text("")
    token = admin_token(tmp_path, None)
    assert len(token) == 64
    assert admin_token(tmp_path, "") == token


def test_a_token_that_could_be_guessed_is_refused(tmp_path):
    done = _start("--state-dir", str(tmp_path), "--port", "0", SANDBOX_GATEWAY_ADMIN_TOKEN="guess")
    assert done.returncode == 2
    assert "16 or more" in done.stderr


def test_a_second_gateway_on_the_same_state_is_refused():
    with running_gateway() as gateway:
        second = _start("--state-dir", str(gateway.state_dir), "--port", str(free_port()))
        assert second.returncode == 2
        assert "Another sandbox gateway works in" in second.stderr


def test_a_taken_port_is_said_plainly(tmp_path):
    with running_gateway() as gateway:
        second = _start("--state-dir", str(tmp_path / "other"), "--port", str(gateway.port))
        assert second.returncode == 2
        assert f"Can't listen on 127.0.0.1:{gateway.port}" in second.stderr


def test_the_state_is_its_owners_alone(tmp_path):
    with running_gateway(state_dir=tmp_path / "state") as gateway:
        gateway.merchant("lotus")
        for path in ("", "gateway.sqlite3"):
            assert (tmp_path / "state" / path).stat().st_mode & 0o077 == 0


def _start(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox_gateway", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **more},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_it_needs_nothing_but_the_standard_library():
    """Neither Tongbao nor Django nor anything installed: a stranger can take the folder away."""
    folder = Path(sandbox_gateway.__file__).parent
    for path in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                root = name.partition(".")[0]
                assert root == "sandbox_gateway" or root in sys.stdlib_module_names, f"{path.name}: {name}"
