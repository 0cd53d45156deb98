"""Points in the console: to look at, never to change."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tongbao.kit import clock
from tongbao.members.selectors import member
from tongbao.points import selectors, services
from tongbao.points.contracts import GIFT_PACKS
from tongbao.points.models import Contribution, Grant, PriceOrder, RightsCard
from tongbao.points.tests.people import NOON, join, points, put_into_reserve, set_up, with_points
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.models import AuditEntry
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


def sent(client: Client, name: str, row_id: object = None, **said: str) -> None:
    """A dialog of the console, filled in and confirmed."""
    address = reverse(f"admin:points_{name}", args=[] if row_id is None else [row_id])
    response = client.post(address, {"_form_submitted": "True", **said})
    connection.set_schema("lotus")
    assert "HX-Redirect" in response.headers, response.content.decode()[:2000]


def test_every_page_of_points_opens_empty(owner):
    for name in (
        "dayprice",
        "priceorder",
        "reservedeposit",
        "equitypledge",
        "spending",
        "redemption",
        "rightscard",
        "marketorder",
        "markettrade",
        "marketalert",
    ):
        assert page(owner, f"{name}/")


def test_an_owner_deposits_states_the_pledge_sets_the_price_and_retires_points(owner):
    paper = {"document": "slip.pdf", "document_hash": "ab" * 32, "reason": "opening"}
    sent(owner, "reservedeposit_deposit", yuan="1500000.00", **paper)
    sent(owner, "reservedeposit_deposit", yuan="1500000.00", **paper)
    assert selectors.supply().reserve_fen == 150_000_000
    sent(owner, "equitypledge_state", yuan="20000000", **paper)
    assert selectors.pledge_fen() == 2_000_000_000
    sent(owner, "dayprice_order_price", yuan="0.5", from_on="2026-03-01", reason="spring")
    services.publish_price(now=NOON)
    assert selectors.price_of_the_day().price == 50
    assert "¥0.500000" in page(owner, "dayprice/")
    sent(owner, "pool_retire", "tasks", points="10000000", reason="no tasks")
    assert selectors.require_pool(pool="tasks").left == 0
    actions = AuditEntry.objects.filter(action__startswith="points.").values_list("action", flat=True)
    assert sorted(actions) == ["points.deposit", "points.pledge", "points.price", "points.retire"]


def test_an_owner_gives_a_founder_a_card_that_vests_over_three_years(owner):
    wang = join()
    said = {"member": member(member_id=wang).number, "points": "36000", "parts": "36", "reason": "founder"}
    sent(owner, "rightscard_give", **said)
    (card,) = selectors.member_cards(member_id=wang)
    assert (card.pool, card.total, len(card.calendar)) == ("founding_team", points(36_000), 36)
    assert selectors.member_points(member_id=wang).available == 0
    assert selectors.require_pool(pool="founding_team").left == points(20_000_000 - 36_000)
    assert AuditEntry.objects.get(action="points.card.give").reason == "founder"
    sent(owner, "rightscard_give", **(said | {"points": "20000000"}))
    assert "has 19964000 left" in page(owner, "rightscard/")
    assert RightsCard.objects.count() == 1


def test_a_price_below_the_floor_is_told_and_nothing_is_set(owner):
    sent(
        owner,
        "reservedeposit_deposit",
        yuan="1500000",
        document="slip.pdf",
        document_hash="cd" * 32,
        reason="opening",
    )
    sent(owner, "dayprice_order_price", yuan="0.009999", from_on="2026-03-01", reason="spring")
    assert "below the floor" in page(owner, "priceorder/")
    assert not PriceOrder.objects.exists()


def test_what_there_is_shows_on_its_page(owner):
    put_into_reserve(150_000_000)
    set_up(redemption_is_on=True)
    services.publish_price(now=NOON)
    wang = with_points(points(100))
    services.redeem(member_id=wang, units=points(10), client_key="r", now=NOON)
    number = services.make_card(
        pool="regional_agents",
        member_id=wang,
        total=points(1_200),
        parts=12,
        begins_on=NOON.date(),
        subject="agent:1",
        now=NOON,
    )
    assert "¥0.10" in page(owner, "redemption/")
    assert number in page(owner, "rightscard/")
    card = RightsCard.objects.get()
    assert "2026-04-01" in page(owner, f"rightscard/{card.pk}/change/") or "April 1" in page(
        owner, f"rightscard/{card.pk}/change/"
    )
    sent(owner, "rightscard_revoke", card.pk, reason="left")
    assert RightsCard.objects.get().state == "revoked"
