"""Points in the console: to look at, never to change."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from tongbao.kit import clock
from tongbao.points import services
from tongbao.points.contracts import GIFT_PACKS
from tongbao.points.models import Contribution, Grant
from tongbao.points.tests.people import NOON, join
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services.operators import create_operator

PASSWORD = "correct horse battery"


@pytest.fixture
def owner(committed_tenant) -> Client:
    create_operator(username="wang", password=PASSWORD, role="owner", now=clock.now(), actor=Actor.system())
    services.grant_for_purchase(
        pool=GIFT_PACKS, member_id=join(), paid_fen=123_456_00, subject="order:1", now=NOON
    )
    services.contribute(subject="order:1", base_fen=19_800, now=NOON)
    client = Client(HTTP_HOST=committed_tenant.host, HTTP_ACCEPT_LANGUAGE="en")
    client.post("/console/login/", {"username": "wang", "password": PASSWORD, "next": "/console/"})
    connection.set_schema(committed_tenant.schema_name)
    return client


def page(client: Client, address: str) -> str:
    response = client.get(f"/console/points/{address}")
    connection.set_schema("lotus")
    assert response.status_code == 200
    return response.content.decode()


def test_the_pools_show_what_is_left_pending_and_minted(owner):
    listing = page(owner, "pool/")
    assert "39,876,544" in listing
    assert "123,456" in listing


def test_a_grant_and_a_contribution_show_their_figures(owner):
    assert "order:1" in page(owner, "grant/")
    assert "123,456" in page(owner, f"grant/{Grant.objects.get().pk}/change/")
    assert "¥19.80" in page(owner, f"contribution/{Contribution.objects.get().pk}/change/")
    assert "¥198.00" in page(owner, "contribution/")


@pytest.mark.parametrize("address", ["pool/add/", "grant/add/", "contribution/add/"])
def test_nothing_can_be_added(owner, address):
    assert owner.get(f"/console/points/{address}").status_code == 403


def test_nothing_can_be_changed_or_deleted(owner):
    connection.set_schema("lotus")
    grant = Grant.objects.get()
    assert owner.post(f"/console/points/grant/{grant.pk}/change/", {"amount": 1}).status_code == 403
    assert owner.post(f"/console/points/grant/{grant.pk}/delete/", {"post": "yes"}).status_code == 403
    connection.set_schema("lotus")
    assert Grant.objects.get().amount == grant.amount
