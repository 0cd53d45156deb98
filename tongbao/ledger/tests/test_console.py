"""From a balance to its transfers, by clicking."""

from __future__ import annotations

import re

from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from tongbao.kit import clock
from tongbao.ledger import selectors, services
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account
from tongbao.ledger.services.lane import take_settlement
from tongbao.ledger.services.liabilities import prove_liabilities
from tongbao.ledger.tests.sealing import SEED
from tongbao.ledger.tests.test_lane import NOON, awards, copied, pending_accounts
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services.operators import create_operator

PASSWORD = "correct horse battery"


def sign_in(tenant, role: str) -> Client:
    create_operator(username="wang", password=PASSWORD, role=role, now=clock.now(), actor=Actor.system())
    client = Client(HTTP_HOST=tenant.host)
    client.post("/console/login/", {"username": "wang", "password": PASSWORD, "next": "/console/"})
    connection.set_schema(tenant.schema_name)
    return client


def book_an_award() -> None:
    line = Transfer(
        debit=platform_account("operating"),
        credit=member_account(7, "pending"),
        amount=123_456,
        kind="award",
        subject="order:2026-1",
    )
    services.post(request=Request(key="award:1", transfers=(line,)), now=clock.now()).require()


def test_the_owner_drills_from_a_balance_to_the_request_that_made_it(committed_tenant):
    book_an_award()
    client = sign_in(committed_tenant, "owner")
    listing = client.get("/console/ledger/ledgeraccount/").content.decode()
    assert "1,234.56" in listing
    connection.set_schema("lotus")
    number = selectors.account_id(account=member_account(7, "pending"))
    statement = client.get(f"/console/ledger/ledgeraccount/{number}/change/").content.decode()
    assert "order:2026-1" in statement
    link = re.search(r"/console/ledger/requestrow/(\d+)/change/", statement)
    assert link is not None
    request_page = client.get(link.group(0)).content.decode()
    assert "award:1" in request_page
    assert "1,234.56" in request_page


def test_the_books_have_no_button_that_writes(committed_tenant):
    book_an_award()
    client = sign_in(committed_tenant, "owner")
    assert client.get("/console/ledger/ledgeraccount/add/").status_code == 403
    for address in ("/console/ledger/requestrow/1/delete/", "/console/ledger/ledgeraccount/1/delete/"):
        assert client.post(address, {"post": "yes"}).status_code == 403


def test_the_service_desk_does_not_see_the_books(committed_tenant):
    client = sign_in(committed_tenant, "service")
    assert client.get("/console/ledger/ledgeraccount/").status_code == 403
    assert client.get("/console/ledger/requestrow/").status_code == 403


def test_the_owner_sees_what_is_owed_beside_the_money_that_stands_against_it(committed_tenant):
    book_an_award()
    paid = Transfer(
        debit=platform_account("gateway", "sandbox"),
        credit=platform_account("operating"),
        amount=1_980_000,
        kind="payment",
        subject="order:2026-1",
    )
    services.post(request=Request(key="payment:1", transfers=(paid,)), now=clock.now()).require()
    with override_settings(SEAL_KEY=SEED, SEAL_DIR=None):
        prove_liabilities(on=timezone.localdate(clock.now()), now=clock.now())
    client = sign_in(committed_tenant, "owner")
    page = client.get("/console/ledger/liabilityboard/").content.decode()
    for shown in ("1,234.56", "19,800.00", "应付(元)", "其中待结算", "已覆盖", 'data-testid="seals"'):
        assert shown in page
    client.cookies["django_language"] = "en"
    assert "Owed, yuan" in client.get("/console/ledger/liabilityboard/").content.decode()
    assert client.get("/console/ledger/liabilityboard/add/").status_code == 403
    public = Client(HTTP_HOST=committed_tenant.host).get("/seals/").content.decode()
    assert "账簿封存" in public
    assert "123456" in public


def test_before_the_first_day_the_page_says_so(committed_tenant):
    client = sign_in(committed_tenant, "owner")
    assert "尚无负债证明" in client.get("/console/ledger/liabilityboard/").content.decode()


def test_the_service_desk_does_not_see_what_is_owed(committed_tenant):
    client = sign_in(committed_tenant, "service")
    assert client.get("/console/ledger/liabilityboard/").status_code == 403


def test_the_owner_drills_from_operating_to_the_awards_of_a_batch(committed_tenant):
    wang, li = pending_accounts(1, 2)
    batch = copied(take_settlement(now=NOON), awards((1, wang, 123_456), (2, li, 700)))
    client = sign_in(committed_tenant, "owner")
    assert "1,241.56" in client.get("/console/ledger/awardbatchrow/").content.decode()
    connection.set_schema("lotus")
    for account in (platform_account("operating"), member_account(1, "pending")):
        number = selectors.account_id(account=account)
        statement = client.get(f"/console/ledger/ledgeraccount/{number}/change/").content.decode()
        connection.set_schema("lotus")
        assert f"/console/ledger/awardbatchrow/{batch}/change/" in statement
    assert "1,234.57" in statement
    page = client.get(f"/console/ledger/awardbatchrow/{batch}/change/").content.decode()
    assert "1,234.56" in page
    connection.set_schema("lotus")
    assert f"/console/ledger/ledgeraccount/{number}/change/" in page
    later = client.get(f"/console/ledger/awardbatchrow/{batch}/change/?after=0").content.decode()
    assert "1,234.56" not in later
    assert "7.00" in later
    assert client.post(f"/console/ledger/awardbatchrow/{batch}/delete/", {"post": "yes"}).status_code == 403
