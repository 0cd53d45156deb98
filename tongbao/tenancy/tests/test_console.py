"""Signing in to the console, two-factor for finance, and changes that need two people."""

from __future__ import annotations

import time

import pyotp
import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from tongbao.kit import clock
from tongbao.tenancy import services
from tongbao.tenancy.contracts import Actor, FourEyesNeeded, ProposalDecided, ReasonNeeded
from tongbao.tenancy.models import AuditEntry, Proposal, TwoFactorDevice
from tongbao.tenancy.services import four_eyes
from tongbao.tenancy.services.operators import check_second_factor, create_operator, enrol_second_factor

PASSWORD = "correct horse battery"


def operator(name: str, role: str) -> Actor:
    user_id = create_operator(
        username=name, password=PASSWORD, role=role, now=clock.now(), actor=Actor.system()
    )
    return Actor(user_id=user_id, name=name)


def signed_in(tenant, name: str) -> Client:
    client = Client(HTTP_HOST=tenant.host)
    client.post("/console/login/", {"username": name, "password": PASSWORD, "next": "/console/"})
    return client


def test_the_service_desk_signs_in_with_a_password(committed_tenant):
    operator("xiao-li", "service")
    client = signed_in(committed_tenant, "xiao-li")
    assert client.get("/console/").status_code == 200


def test_finance_sees_nothing_before_the_second_step(committed_tenant):
    finance = operator("lao-wang", "finance")
    client = signed_in(committed_tenant, "lao-wang")
    refused = client.get("/console/", follow=True)
    assert refused.redirect_chain[-1][0] == "/console/second-factor/"
    assert "svg" in refused.content.decode()

    connection.set_schema("lotus")
    secret = TwoFactorDevice.objects.get(user_id=finance.user_id).secret
    assert client.post("/console/second-factor/", {"code": "000000"}).status_code == 400
    code = pyotp.TOTP(secret).now()
    assert client.post("/console/second-factor/", {"code": code}).status_code == 302
    assert client.get("/console/").status_code == 200

    other = signed_in(committed_tenant, "lao-wang")
    again = other.post("/console/second-factor/", {"code": code})
    assert again.status_code == 400, "a code works once"


def test_a_code_used_twice_at_once_passes_once(committed_tenant, race):
    finance = operator("lao-wang", "finance")
    secret = enrol_second_factor(user_id=finance.user_id)
    code = pyotp.TOTP(secret).at(int(time.time()))
    moment = clock.now()
    answers = race(
        *(
            lambda: check_second_factor(user_id=finance.user_id, code=code, now=moment)
            for _ in range(8)
        )
    )
    assert answers.count(True) == 1


def test_guessing_a_password_is_stopped(committed_tenant):
    operator("xiao-li", "service")
    client = Client(HTTP_HOST=committed_tenant.host)
    codes = [
        client.post("/console/login/", {"username": "xiao-li", "password": "wrong"}).status_code for _ in range(12)
    ]
    assert codes[:10] == [200] * 10
    assert codes[10:] == [429] * 2


def test_an_operator_of_one_tenant_is_nobody_in_another(two_tenants):
    connection.set_schema("lotus")
    operator("xiao-li", "service")
    client = signed_in(two_tenants[1], "xiao-li")
    assert client.get("/console/").status_code == 302
    home = signed_in(two_tenants[0], "xiao-li")
    assert home.get("/console/").status_code == 200
    assert home.get("/console/", HTTP_HOST="orchid.test").status_code == 302, "a session is its tenant's"


@pytest.fixture
def done(monkeypatch):
    carried_out: list[dict] = []
    monkeypatch.setattr(four_eyes, "_executors", {})
    services.register_proposal(
        kind="test.change", executor=lambda number, payload, actor, now: carried_out.append(payload)
    )
    return carried_out


def propose(actor: Actor) -> int:
    return services.propose(
        kind="test.change",
        payload={"x": 1},
        summary="change x",
        reason="ticket 17: wrong x",
        actor=actor,
        now=clock.now(),
    )


def test_a_second_person_decides_and_the_change_is_carried_out_once(tenant, done):
    wang, li = operator("wang", "finance"), operator("li", "owner")
    number = propose(wang)
    with pytest.raises(FourEyesNeeded):
        services.decide(proposal_id=number, approve=True, actor=wang, now=clock.now())
    assert done == []
    services.decide(proposal_id=number, approve=True, actor=li, now=clock.now())
    with pytest.raises(ProposalDecided):
        services.decide(proposal_id=number, approve=True, actor=li, now=clock.now())
    assert done == [{"x": 1}]
    assert list(AuditEntry.objects.filter(subject=f"proposal:{number}").values_list("action", flat=True)) == [
        "test.change.approved",
        "test.change.propose",
    ]


def test_the_database_itself_wants_two_people(tenant, done):
    wang = operator("wang", "finance")
    number = propose(wang)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=number).update(state="approved", decided_by_id=wang.user_id)


def test_a_change_without_a_reason_is_not_proposed(tenant, done):
    with pytest.raises(ReasonNeeded):
        services.propose(
            kind="test.change", payload={}, summary="x", reason=" ", actor=operator("wang", "owner"), now=clock.now()
        )


def test_two_deciders_at_once_carry_it_out_once(committed_tenant, done, race):
    wang, li, zhao = operator("wang", "finance"), operator("li", "owner"), operator("zhao", "owner")
    number = propose(wang)
    race(
        *(
            lambda who=who: services.decide(proposal_id=number, approve=True, actor=who, now=clock.now())
            for who in (li, zhao, li, zhao)
        )
    )
    assert done == [{"x": 1}]


def test_a_link_decides_nothing_and_a_confirmed_dialog_does(committed_tenant, done):
    """A page elsewhere can make a browser follow a link; only a POST with our token may change anything."""
    number = propose(operator("wang", "owner"))
    operator("li", "owner")
    client = signed_in(committed_tenant, "li")
    address = reverse("admin:tenancy_proposal_approve", args=[number])
    client.get(address, follow=True)
    connection.set_schema("lotus")
    assert done == []
    strict = Client(HTTP_HOST=committed_tenant.host, enforce_csrf_checks=True)
    strict.cookies = client.cookies
    sent = {"_form_submitted": "True"}
    assert strict.post(address, sent).status_code == 403
    client.post(address, sent)
    connection.set_schema("lotus")
    assert done == [{"x": 1}]
