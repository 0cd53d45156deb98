"""From a balance to its transfers, by clicking."""

from __future__ import annotations

import re

from django.db import connection
from django.test import Client

from tongbao.kit import clock
from tongbao.ledger import selectors, services
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account
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
