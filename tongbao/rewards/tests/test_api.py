"""The API of rewards: mine and why, what a withdrawal costs, plans that anyone may read, what bad input gets."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from tongbao.kit import clock
from tongbao.members.services import open_session
from tongbao.rewards import services
from tongbao.rewards.tests import street

API = "/api/v1"


@pytest.fixture
def gateway(tenant):
    with street.memory_gateway() as gateway:
        yield gateway


def ask(
    method: str, path: str, body: object = None, *, by: int | None = None, language: str = "zh"
) -> tuple[int, object]:
    headers = {"host": "lotus.test", "accept-language": language}
    if by is not None:
        headers["authorization"] = f"Bearer {open_session(member_id=by, now=clock.now()).token}"
    client = Client(headers=headers, raise_request_exception=False)
    content = json.dumps({} if body is None else body)
    response = client.generic(
        method, API + path, "" if method == "GET" else content, content_type="application/json"
    )
    return response.status_code, json.loads(response.content)


def code(answer: tuple[int, object]) -> tuple[int, str]:
    status, body = answer
    assert body["error"]["message"]
    return status, body["error"]["code"]


def test_a_member_sees_their_awards_and_why_page_by_page(gateway):
    now = clock.now() - timedelta(days=20)
    ann = street.person("vip")
    street.pack(19_800)
    placed = street.buy(gateway, street.person(sponsor=ann), ("pack-198", 1), now=now)
    status, page = ask("GET", "/me/awards?limit=1", by=ann)
    assert status == 200
    assert (page["awards"][0]["clause"], page["awards"][0]["amount_fen"]) == ("tier", 1_980)
    assert page["awards"][0]["state_title"] == "待结算"
    _, second = ask("GET", f"/me/awards?limit=1&before={page['next_before']}", by=ann, language="en")
    assert second["awards"][0]["order_number"] == placed.number
    assert second["awards"][0]["why"].startswith("Direct: you are the buyer's nearest sponsor")
    assert second["next_before"] is None
    assert ask("GET", "/me/awards?state=released", by=ann)[1]["awards"] == []
    assert ask("GET", "/me/awards", by=street.person())[1]["awards"] == []
    assert ask("GET", "/me/commission", by=ann)[1]["pending_fen"] == 4_356
    _, statement = ask("GET", "/me/commission/statement?account=pending&limit=1", by=ann)
    assert [line["title"] for line in statement["lines"]] == ["奖励待结算"]
    _, in_taipei = ask("GET", f"/me/awards?limit=1&before={page['next_before']}", by=ann, language="zh-TW")
    assert in_taipei["awards"][0]["state_title"] == "待結算"
    assert "您是買家的直接推薦人" in in_taipei["awards"][0]["why"]
    _, rest = ask(
        "GET", f"/me/commission/statement?account=pending&cursor={statement['next_cursor']}", by=ann
    )
    assert [line["balance_after_fen"] for line in rest["lines"]] == [4_356]
    assert rest["next_cursor"] == ""


def test_a_withdrawal_is_quoted_asked_for_once_and_looked_at(gateway):
    ann = street.with_cash(5_000)
    assert ask("POST", "/me/withdrawals/quote", {"amount_fen": 2_000}, by=ann)[1]["payout_fen"] == 2_000
    wish = {"amount_fen": 2_000, "recipient": "wx-wang", "client_key": "k1"}
    status, asked = ask("POST", "/me/withdrawals", wish, by=ann)
    assert (status, asked["state"], asked["recipient_masked"]) == (201, "requested", "…wang")
    assert ask("POST", "/me/withdrawals", wish, by=ann) == (200, asked)
    services.reject_withdrawal(
        number=asked["number"], reason="wrong account", actor=street.OPERATOR, now=clock.now()
    )
    status, detail = ask("GET", f"/me/withdrawals/{asked['number']}", by=ann)
    assert (detail["state"], detail["reason"]) == ("rejected", "wrong account")
    assert [row["number"] for row in ask("GET", "/me/withdrawals", by=ann)[1]] == [asked["number"]]
    assert ask("GET", f"/me/withdrawals?before={asked['number']}", by=ann) == (200, [])
    stranger = street.person()
    answer = ask("GET", f"/me/withdrawals/{asked['number']}", by=stranger)
    assert code(answer) == (404, "withdrawal_unknown")


@pytest.mark.parametrize("amount_fen", [-1, 0, 1.5, 2_000.0, "2000", True, None, 10**13])
def test_an_amount_that_is_none_is_refused(gateway, amount_fen):
    ann = street.with_cash(5_000)
    wish = {"amount_fen": amount_fen, "recipient": "wx", "client_key": "k"}
    assert code(ask("POST", "/me/withdrawals", wish, by=ann)) == (422, "invalid_input")
    assert street.cash(ann) == 5_000


def test_each_refusal_has_its_code(gateway):
    ann, poor = street.with_cash(5_000), street.person()
    wish = {"amount_fen": 5_001, "recipient": "wx", "client_key": "k"}
    assert code(ask("POST", "/me/withdrawals", wish, by=ann)) == (409, "insufficient_funds")
    assert code(ask("POST", "/me/withdrawals", wish, by=poor)) == (403, "identity_not_verified")
    assert code(ask("POST", "/me/withdrawals", wish | {"recipient": " "}, by=ann)) == (422, "invalid_input")
    assert code(ask("POST", "/me/withdrawals/quote", {"amount_fen": 1}, by=ann)) == (422, "amount_too_small")
    for path in ("/me/awards", "/me/commission", "/me/commission/statement", "/me/withdrawals"):
        assert code(ask("GET", path)) == (401, "not_signed_in")


def test_anyone_may_read_the_plans_and_their_proof(tenant):
    status, plans = ask("GET", "/plans", language="en")
    assert status == 200
    gift_pack = next(plan for plan in plans if plan["key"] == "gift-pack")
    assert (gift_pack["worst_case_bp"], gift_pack["budget_bp"], gift_pack["version"]) == (5_500, 5_500, 1)
    assert "Buying pack-198 makes a VIP." in gift_pack["sentences"]
    _, in_hong_kong = ask("GET", "/plans", language="zh-HK,zh;q=0.9")
    assert "购" not in "".join(in_hong_kong[0]["sentences"])
    assert "購買" in "".join(in_hong_kong[0]["sentences"])
    status, detail = ask("GET", "/plans/gift-pack")
    assert detail["document"].lstrip().startswith("#")
    assert detail["sha256"] == gift_pack["sha256"]
    assert code(ask("GET", "/plans/nothing")) == (404, "not_found")
