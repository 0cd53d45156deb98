"""The web server: answers over real sockets, and a stop loses no request that is under way."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from tongbao.config.processes import free_port
from tongbao.config.tests.commands import command_line, environment_for
from tongbao.kit.postgres.access import DatabaseAccess

pytestmark = pytest.mark.slow


@contextmanager
def serving(access: DatabaseAccess, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    process = subprocess.Popen(
        command_line("serve", *arguments),
        env=environment_for(access, PORT=str(port)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: httpx.get(f"{address}/healthz").status_code == 200, process)
        yield process, address
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def wait_for(question: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, process.stdout.read() if process.stdout else ""
        try:
            if question():
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the server did not get ready")


def lock_is_awaited(admin) -> bool:
    return admin.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)").fetchone()[0]


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_request_under_way_is_answered_although_the_server_is_told_to_stop(committed_tenant, processes):
    with serving(committed_tenant.access, "--processes", processes) as (process, address):
        with committed_tenant.connect_as_superuser() as admin, ThreadPoolExecutor(1) as pool:
            admin.execute("BEGIN")
            admin.execute("LOCK TABLE public.django_migrations IN ACCESS EXCLUSIVE MODE")
            answer = pool.submit(httpx.get, f"{address}/readyz", timeout=60)
            while not lock_is_awaited(admin):
                time.sleep(0.02)
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            assert not answer.done()
            admin.execute("ROLLBACK")
            assert answer.result().status_code == 200
        assert process.wait(timeout=30) == 0
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{address}/healthz")


def test_several_processes_add_up_their_measurements(committed_tenant):
    with serving(committed_tenant.access, "--processes", "2") as (_, address):
        for _ in range(30):
            assert httpx.get(f"{address}/healthz").status_code == 200
        name = 'tongbao_http_request_seconds_count{method="GET",route="/healthz",status="200"}'

        def counted() -> float:
            lines = httpx.get(f"{address}/metrics").text.splitlines()
            return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

        first = counted()
        assert first >= 30
        assert {counted() for _ in range(10)} == {first}  # whichever process answers


def test_every_line_of_the_log_is_one_json_object(committed_tenant):
    with serving(committed_tenant.access) as (process, address):
        httpx.get(f"{address}/console/", headers={"Host": committed_tenant.host, "X-Request-Id": "desk-0001"})
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)
    lines = [json.loads(line) for line in output.splitlines()]
    served = [line for line in lines if line["logger"] == "tongbao.request" and line["tenant"] == "lotus"]
    assert [line["request_id"] for line in served] == ["desk-0001"]
    assert [lines[0]["message"].split(" ")[0], lines[-1]["message"]] == ["serving", "stopped"]


def test_a_port_in_use_is_said_and_ends_the_command(committed_tenant):
    with serving(committed_tenant.access) as (_, address):
        second = subprocess.run(
            command_line("serve", "--port", address.rpartition(":")[2]),
            env=environment_for(committed_tenant.access),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert second.returncode == 2
    assert f"Port {address.rpartition(':')[2]} on 127.0.0.1 is taken" in second.stderr
