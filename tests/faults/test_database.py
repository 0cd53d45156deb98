"""The database is killed, in whole or in part, runs full, or loses its answers: nothing is lost, doubled or wrong."""

from __future__ import annotations

import pytest
from django.test import override_settings

from tests.faults.proxy import Proxy
from tests.faults.reckoning import read_as_administrator
from tests.faults.runs import running, wait_until


def test_without_a_fault_the_books_agree_with_a_childs(mall, tmp_path):
    with running(mall, tmp_path, seed=1) as run:
        run.wait_for(300)
        report = run.reckon()
    assert report.is_right()
    assert report.refused > 5
    assert report.replayed > 5


def test_postgres_killed_in_mid_workload_keeps_what_it_said_and_nothing_else(server, mall, tmp_path):
    with override_settings(SEAL_DIR=tmp_path / "seals"), running(mall, tmp_path, seed=2) as run:
        run.sealer()
        run.wait_for(100)
        server.kill()
        server.start()
        run.wait_for(50)
        report = run.reckon()
    assert report.is_right()
    assert report.unknown_settled > 0
    assert run.seals > 0


def test_a_terminated_backend_costs_one_answer_and_no_fen(mall, tmp_path):
    with running(mall, tmp_path, seed=3) as run, read_as_administrator(mall) as admin:
        ended = 0
        for _ in range(10):
            run.wait_for(20)
            ended += admin.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
                " ORDER BY random() LIMIT 1) AS one"
            ).fetchone()[0]
        run.wait_for(20)
        report = run.reckon()
    assert report.is_right()
    assert ended > 0


@pytest.mark.parametrize(("loses", "was_booked"), [("the answer", True), ("the question", False)])
def test_a_client_killed_while_it_waits_for_the_answer_to_commit(mall, tmp_path, loses, was_booked):
    with (
        running(mall, tmp_path, seed=40 + was_booked, threads=1) as run,
        Proxy(host=mall.host, port=mall.port) as proxy,
    ):
        number = run.process(port=proxy.port)
        journal = tmp_path / f"client-{number}.jsonl"
        wait_until(lambda: journal.exists() and journal.read_text().count("heard") > 20, "the client books")
        proxy.lose(loses)
        wait_until(proxy.is_lost.is_set, "a COMMIT was lost")
        run.processes[number].kill()
        run.processes[number].wait()
        run.wait_for(20)
        report = run.reckon()
    assert report.is_right()
    assert report.unknown_settled > 0
    if was_booked:
        assert report.unknown_booked == report.unknown_settled
    else:
        assert report.unknown_booked_alone == 0


def test_a_connection_that_breaks_at_commit_is_no_answer_and_a_second_try_books_once(mall, tmp_path):
    with running(mall, tmp_path, seed=5, threads=1) as run, Proxy(host=mall.host, port=mall.port) as proxy:
        number = run.process(port=proxy.port)
        journal = tmp_path / f"client-{number}.jsonl"
        for loses in ("the answer", "the question") * 2:
            before = journal.read_text().count("heard") if journal.exists() else 0
            wait_until(
                lambda before=before: journal.exists() and journal.read_text().count("heard") > before + 3,
                "the client goes on",
            )
            proxy.lose(loses, hangs=False)
            wait_until(proxy.is_lost.is_set, "a COMMIT was lost")
        report = run.reckon()
    assert report.is_right()
    assert report.unknown_settled >= 4
