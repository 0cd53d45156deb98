"""The public disclosure page: anyone reads what is paid, what it can cost, and who signed for it."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from tongbao.kit import clock
from tongbao.plans import preset_text
from tongbao.rewards.services.plans import CREATED_BY
from tongbao.rewards.tests import street

CHEAPER = preset_text("gift-pack").replace("rate: 12%", "rate: 6%")


@pytest.fixture
def anyone(tenant):
    return Client(headers={"host": "lotus.test"})


def read(client: Client, address: str = "/disclosure/?lang=en", **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_anyone_reads_the_plans_in_their_language_without_signing_in(anyone):
    page = read(anyone)
    assert "Gift pack membership" in page
    assert "55%" in page
    assert "The buyer&#x27;s nearest sponsor earns 12%" in page
    assert "大礼包会员制" in read(anyone, "/disclosure/?lang=zh")
    assert "大礼包会员制" in read(anyone, "/disclosure/")
    assert "Gift pack membership" in read(anyone, "/disclosure/", **{"accept-language": "en"})


def test_the_shipped_plans_say_that_the_command_that_made_the_mall_signed_for_them(anyone):
    page = read(anyone)
    assert CREATED_BY in page
    assert "created with the shipped plans" in page


def test_a_version_that_an_owner_signed_for_shows_name_statement_findings_and_the_change(anyone):
    now = clock.now()
    street.publish(CHEAPER, now, now=now)
    page = read(anyone)
    assert "王强" in page
    assert "I have read the findings and answer for them." in page
    assert "CN4" in page
    assert "direct changes. Before:" in page
    assert "v2" in page


def test_a_version_to_come_is_shown_before_it_is_in_force(anyone):
    now = clock.now()
    street.publish(CHEAPER, now + timedelta(days=3), now=now)
    page = read(anyone)
    assert "to come" in page
    assert "gift-pack v1" in page


def test_the_document_is_the_one_whose_digest_is_shown(anyone):
    response = anyone.get("/disclosure/gift-pack/v1.yaml")
    assert response.content.decode() == preset_text("gift-pack")
    assert hashlib.sha256(response.content).hexdigest() in read(anyone)
    assert "gift-pack-v1.yaml" in response.headers["Content-Disposition"]
    for missing in ("/disclosure/gift-pack/v9.yaml", "/disclosure/nothing/v1.yaml"):
        assert anyone.get(missing).status_code == 404


def test_the_page_is_kept_for_a_minute_and_asked_for_again_only_when_it_changed(anyone):
    response = anyone.get("/disclosure/?lang=en")
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert {"Host", "Accept-Language", "Cookie"} <= set(response.headers["Vary"].split(", "))
    tag = response.headers["ETag"]
    assert anyone.get("/disclosure/?lang=en", headers={"if-none-match": tag}).status_code == 304
    assert anyone.get("/disclosure/?lang=zh", headers={"if-none-match": tag}).status_code == 200
    now = clock.now()
    street.publish(CHEAPER, now, now=now)
    assert anyone.get("/disclosure/?lang=en", headers={"if-none-match": tag}).status_code == 200


def test_nothing_on_the_page_can_run_and_nothing_can_be_sent_to_it(anyone):
    response = anyone.get("/disclosure/")
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "<script" not in response.content.decode()
    assert anyone.post("/disclosure/").status_code == 405


def test_what_was_written_in_a_statement_is_text_and_no_markup(anyone):
    now = clock.now()
    street.publish(CHEAPER.replace("Gift pack membership", "<b>Bold</b>"), now, now=now)
    assert "<b>Bold</b>" not in read(anyone)


def test_the_api_tells_the_sign_off_too(anyone):
    (told,) = [plan for plan in anyone.get("/api/v1/plans").json() if plan["key"] == "gift-pack"]
    assert told["sign_off"]["name"] == CREATED_BY
    assert told["sign_off"]["sha256"] == told["sha256"]
    assert "CN4" in told["sign_off"]["findings"]


def test_a_mall_discloses_its_own_plans_and_nobody_elses(two_tenants):
    connection.set_schema("lotus")
    now = clock.now()
    street.publish(CHEAPER, now, now=now)
    for host, expected in (("lotus.test", True), ("orchid.test", False)):
        page = read(Client(headers={"host": host}))
        assert ("王强" in page) is expected
    assert Client(headers={"host": "orchid.test"}).get("/disclosure/gift-pack/v2.yaml").status_code == 404
