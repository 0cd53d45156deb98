"""What machines ask: is the process up, is it ready, how far is the work behind."""

from __future__ import annotations

import dataclasses
import json
import logging
import re

import pytest
from django.db import connection
from django.test import Client

from tongbao.config import health
from tongbao.config.environment import environment
from tongbao.kit import events
from tongbao.kit.logging import JsonFormatter
from tongbao.mall.contracts import OrderPaid
from tongbao.tenancy.contexts import tenant_context


@pytest.fixture(autouse=True)
def fresh_answers():
    health.forget_answers()
    yield
    health.forget_answers()


@pytest.fixture
def elsewhere(two_tenants) -> Client:
    """A caller under a host name that belongs to no tenant."""
    return Client(headers={"host": "10.0.0.7"})


def test_the_process_says_it_is_up_on_any_host(elsewhere):
    answer = elsewhere.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})


def test_a_tenants_host_answers_too(two_tenants):
    assert Client(headers={"host": "lotus.test"}).get("/readyz").json() == {"ready": True, "why": []}


def test_it_is_ready_when_every_schema_is_at_this_version(elsewhere):
    answer = elsewhere.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)


@pytest.mark.parametrize("schema", ["public", "orchid"])
def test_it_is_not_ready_while_a_schema_lacks_a_migration(elsewhere, two_tenants, schema):
    with two_tenants[0].connect_as_superuser() as admin:
        admin.execute(f"DELETE FROM {schema}.django_migrations WHERE app = 'ledger'")
    answer = elsewhere.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["why"] == ["1 schemas are not at this version: run `tongbao migrate`"]


def test_it_is_up_but_not_ready_while_the_database_is_away(elsewhere, monkeypatch):
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    answer = elsewhere.get("/readyz")
    assert answer.status_code == 503
    assert "can't be reached" in answer.json()["why"][0]
    assert elsewhere.get("/healthz").status_code == 200
    assert "tongbao_database_up 0.0" in elsewhere.get("/metrics").text


def test_an_unknown_host_sees_no_shop(elsewhere):
    assert elsewhere.get("/api/v1/docs").status_code == 404


def reading(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} ([0-9.e+-]+)$", text, re.MULTILINE)
    assert found, f"{name} is not in\n{text}"
    return float(found[1])


def test_the_metrics_show_how_far_each_tenant_is_behind(elsewhere):
    with tenant_context("lotus"):
        events.emit(OrderPaid(order_id=1))
        events.emit(OrderPaid(order_id=2))
        with connection.cursor() as cursor:
            cursor.execute("UPDATE kit_outbox_event SET emitted_at = now() - interval '90 seconds'")
    text = elsewhere.get("/metrics").text
    assert reading(text, 'tongbao_outbox_waiting{tenant="lotus"}') == 2
    assert reading(text, 'tongbao_outbox_waiting{tenant="orchid"}') == 0
    assert 90 <= reading(text, 'tongbao_settlement_lag_seconds{tenant="lotus"}') < 120
    assert reading(text, 'tongbao_settlement_lag_seconds{tenant="orchid"}') == 0
    assert reading(text, "tongbao_database_up") == 1


def test_requests_are_measured_by_route_and_status(elsewhere):
    name = 'tongbao_http_request_seconds_count{method="GET",route="/healthz",status="200"}'
    elsewhere.get("/healthz")
    before = reading(elsewhere.get("/metrics").text, name)
    elsewhere.get("/healthz")
    elsewhere.get("/healthz")
    assert reading(elsewhere.get("/metrics").text, name) == before + 2


def test_paths_that_match_nothing_make_no_new_series(elsewhere):
    for number in range(3):
        elsewhere.get(f"/nowhere/{number}")
    text = elsewhere.get("/metrics").text
    assert 'route="unmatched"' in text
    assert "nowhere" not in text


def test_in_production_the_metrics_take_the_operators_token(elsewhere, monkeypatch):
    production = dataclasses.replace(environment(), kind="production")
    monkeypatch.setattr(health, "environment", lambda: production)
    assert elsewhere.get("/metrics").status_code == 403
    with_token = dataclasses.replace(production, metrics_token="let-me-see")
    monkeypatch.setattr(health, "environment", lambda: with_token)
    assert elsewhere.get("/metrics").status_code == 401
    assert elsewhere.get("/metrics", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert elsewhere.get("/metrics", headers={"authorization": "Bearer let-me-see"}).status_code == 200


def test_every_answer_carries_a_request_id(elsewhere):
    own = elsewhere.get("/healthz", headers={"x-request-id": "order-desk-0001"})
    assert own["X-Request-Id"] == "order-desk-0001"
    made = elsewhere.get("/healthz")["X-Request-Id"]
    assert re.fullmatch(r"[0-9a-f]{32}", made)
    forged = elsewhere.get("/healthz", headers={"x-request-id": "a b\tc"})["X-Request-Id"]
    assert forged != "a b\tc"


def test_a_request_is_logged_with_its_tenant_and_id(two_tenants, caplog):
    lines: list[dict] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(JsonFormatter().format(record)))

    handler = Keep()
    logger = logging.getLogger("tongbao.request")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        Client(headers={"host": "lotus.test"}).get(
            "/api/v1/nothing-here", headers={"x-request-id": "desk-00001"}
        )
    finally:
        logger.removeHandler(handler)
    assert [(line["tenant"], line["request_id"], line["status"]) for line in lines] == [
        ("lotus", "desk-00001", 404)
    ]
    assert lines[0]["duration_ms"] >= 0
