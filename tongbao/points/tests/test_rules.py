"""An owner sets the rules of points in the console, with a reason, for what happens from then on."""

from __future__ import annotations

from dataclasses import fields

import pytest
from django.db import connection
from django.test import Client

from tongbao.kit.errors import InvalidInput
from tongbao.points import services
from tongbao.points.admin.rules import LABELS
from tongbao.points.contracts import PointsSettings
from tongbao.points.tests.people import NOON, OPERATOR, join, set_up
from tongbao.tenancy.contracts import ReasonNeeded
from tongbao.tenancy.models import AuditEntry
from tongbao.tenancy.selectors import tenant_settings
from tongbao.tenancy.services.operators import create_operator

PASSWORD = "correct horse battery"
ADDRESS = "/console/points/rules/"


def signed_in(tenant, role: str) -> Client:
    create_operator(username=role, password=PASSWORD, role=role, now=NOON, actor=OPERATOR)
    client = Client(HTTP_HOST=tenant.host, HTTP_ACCEPT_LANGUAGE="en")
    client.post("/console/login/", {"username": role, "password": PASSWORD, "next": "/console/"})
    connection.set_schema(tenant.schema_name)
    return client


def filled(**changes: object) -> dict[str, str]:
    """The form as the browser sends it: a switch that is off isn't sent."""
    kept = tenant_settings(PointsSettings)
    values = {field.name: getattr(kept, field.name) for field in fields(PointsSettings)} | changes
    return {
        name: "on" if value is True else str(value) for name, value in values.items() if value is not False
    }


def test_every_setting_has_a_label():
    assert LABELS.keys() == {field.name for field in fields(PointsSettings)}


def test_an_owner_switches_redemption_on_and_it_is_audited(committed_tenant):
    client = signed_in(committed_tenant, "owner")
    said = filled(redemption_is_on=True, redemption_fee_bp=1_000, expiry_days=730, reason="announced")
    answer = client.post(ADDRESS, said)
    connection.set_schema("lotus")
    assert answer.status_code == 302, answer.content.decode()[:2_000]
    kept = tenant_settings(PointsSettings)
    assert (kept.redemption_is_on, kept.redemption_fee_bp, kept.expiry_days) == (True, 1_000, 730)
    entry = AuditEntry.objects.get(action="settings.change")
    assert entry.reason == "announced"
    assert entry.detail["after"] == {"redemption_is_on": True, "redemption_fee_bp": 1_000, "expiry_days": 730}
    client.post(ADDRESS, filled(redemption_is_on=False, reason="stopped"))
    connection.set_schema("lotus")
    assert tenant_settings(PointsSettings).redemption_is_on is False


@pytest.mark.parametrize(
    "wrong", [{"redemption_fee_bp": 10_001}, {"market_lot_units": 0}, {"expiry_days": "1.5"}, {"reason": ""}]
)
def test_what_makes_no_sense_is_told_at_its_field_and_changes_nothing(committed_tenant, wrong):
    client = signed_in(committed_tenant, "owner")
    answer = client.post(ADDRESS, filled(redemption_is_on=True, **({"reason": "announced"} | wrong)))
    connection.set_schema("lotus")
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert tenant_settings(PointsSettings) == PointsSettings()


def test_service_staff_looks_and_changes_nothing(committed_tenant):
    client = signed_in(committed_tenant, "service")
    assert client.get(ADDRESS).status_code == 200
    connection.set_schema("lotus")
    assert client.post(ADDRESS, filled(redemption_is_on=True, reason="mine")).status_code == 403
    connection.set_schema("lotus")
    assert tenant_settings(PointsSettings) == PointsSettings()


def test_the_size_of_a_lot_stays_once_an_order_was_entered(tenant):
    set_up(market_is_on=True)
    services.change_rules(values={"market_lot_units": 100}, actor=OPERATOR, reason="small", now=NOON)
    wang = join()
    services.record_paid_in(
        key="slip", member_id=wang, amount_fen=100, reference="slip", actor=OPERATOR, now=NOON
    )
    services.enter_bid(member_id=wang, lots=1, price_fen=1, client_key="b", now=NOON)
    with pytest.raises(InvalidInput):
        services.change_rules(values={"market_lot_units": 10}, actor=OPERATOR, reason="smaller", now=NOON)
    assert tenant_settings(PointsSettings).market_lot_units == 100


def test_a_change_needs_a_reason(tenant):
    with pytest.raises(ReasonNeeded):
        services.change_rules(values={"expiry_days": 1}, actor=OPERATOR, reason=" ", now=NOON)
