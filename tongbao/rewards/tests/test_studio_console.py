"""The plan studio's pages and endpoints: who may write, who may publish, what is answered, what is refused."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse

from tongbao.kit import clock
from tongbao.plans import preset_names, preset_text
from tongbao.rewards import selectors
from tongbao.rewards.contracts import RewardsSettings
from tongbao.rewards.models import PlanDraft, PlanSignOff, PlanVersion
from tongbao.rewards.tests import street
from tongbao.rewards.tests.test_console import page, signed_in, step
from tongbao.tenancy.selectors import tenant_settings

GIFT_PACK = preset_text("gift-pack")
CHEAPER = GIFT_PACK.replace("rate: 12%", "rate: 6%")


def address(name: str, *arguments: object) -> str:
    return reverse(f"admin:rewards_plandraft_{name}", args=arguments)


def begin(client: Client, begun_from: str = "preset:gift-pack") -> int:
    response = client.post(address("start"), {"from": begun_from})
    assert response.status_code == 302
    return int(response.headers["Location"].strip("/").split("/")[-2])


def ask(client: Client, name: str, *arguments: object, status: int = 200, **told: Any) -> dict[str, Any]:
    response = client.post(address(name, *arguments), json.dumps(told), content_type="application/json")
    assert response.status_code == status, response.content.decode()[:500]
    return response.json()


def sign(client: Client, number: int, **told: str):
    form = {
        "revision": "1",
        "effective_from": f"{clock.now() + timedelta(days=2):%Y-%m-%dT%H:%M}",
        "name": "王强",
        "statement": street.STATEMENT,
        "findings": "CN4,CN1,CN2,CN3,CN5",
    }
    return client.post(address("publish", number), {**form, **told})


@pytest.fixture
def owner(tenant):
    return signed_in("owner")


def test_the_gallery_shows_every_preset_with_its_rule_and_worst_case(owner):
    shown = page(owner, "rewards_plandraft_changelist")
    for name in preset_names():
        assert f"preset:{name}" in shown
    assert "大礼包会员制" in shown
    assert "55%" in shown
    assert "仅供模拟" in shown


def test_a_draft_begins_from_a_preset_from_a_version_or_blank(owner):
    version = PlanVersion.objects.get(key="gift-pack")
    for begun_from, base, first in (
        ("preset:compliant", "preset:compliant", "# Compliant"),
        (f"version:{version.pk}", "version:gift-pack/1", "# Gift pack"),
        ("blank", "", "plan: my-plan"),
    ):
        found = selectors.draft(draft_id=begin(owner, begun_from))
        assert (found.base, found.document.startswith(first)) == (base, True)
        assert found.title in page(owner, "rewards_plandraft_change", found.draft_id)
    for missing in ("preset:nothing", "version:0"):
        assert owner.post(address("start"), {"from": missing}).status_code == 404


def test_the_blank_plan_is_a_plan_that_can_be_published(owner):
    number = begin(owner, "blank")
    seen = ask(owner, "check", document=selectors.draft(draft_id=number).document)
    assert (seen["sound"], seen["proof"]["within"], seen["hindrances"]) == (True, True, [])


def test_a_link_begins_nothing(owner):
    assert owner.get(address("start") + "?from=blank").status_code == 302
    assert not PlanDraft.objects.exists()


def test_the_check_answers_with_sentences_proof_law_and_difference(owner):
    seen = ask(owner, "check", document=CHEAPER)
    assert seen["sentences"][0]["text"].startswith("一级分销")
    assert (seen["proof"]["worst"], seen["proof"]["budget"], seen["proof"]["within"]) == ("49%", "55%", True)
    assert seen["state"] == "needs_sign_off"
    assert "不构成法律意见" in seen["lint"]["statement"]
    assert [finding["id"] for finding in seen["lint"]["findings"]][:2] == ["CN4", "CN1"]
    assert seen["difference"]["version"] == 1
    assert {change["part"] for change in seen["difference"]["changes"]} == {"direct", "worst case"}
    english = owner.post(
        address("check"),
        json.dumps({"document": CHEAPER, "jurisdiction": "EU"}),
        content_type="application/json",
        headers={"accept-language": "en"},
    ).json()
    assert english["lint"]["jurisdiction"] == "EU"
    assert english["sign_off"] == ["CN4", "CN1", "CN2", "CN3", "CN5"], "the mall's own law decides"
    assert english["sentences"][0]["text"].startswith("Direct")


def test_the_check_names_line_column_and_what_to_write(owner):
    wrong = GIFT_PACK.replace("    rate: 12%", "    rat: 12%")
    line = wrong.split("\n").index("    rat: 12%") + 1
    seen = ask(owner, "check", document=wrong)
    assert not seen["sound"]
    assert {"line": line, "column": 5} in [
        {"line": problem["line"], "column": problem["column"]} for problem in seen["problems"]
    ]
    assert any("rate" in problem["text"] for problem in seen["problems"])


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (("pairs: highest", "pairs: every"), "over_budget"),
        (("rate: 12%", "rate: 11%"), "needs_sign_off"),
    ],
)
def test_the_check_says_what_stands_between_the_text_and_publishing_it(owner, change, state):
    assert ask(owner, "check", document=GIFT_PACK.replace(*change))["state"] == state


def test_the_check_says_which_clause_can_not_be_settled_yet(owner):
    seen = ask(owner, "check", document=preset_text("queue-refund"))
    assert seen["state"] == "not_runnable"
    assert seen["hindrances"][0]["text"] == "需要跨订单记账"
    assert seen["proof"]["pools"]


def test_what_if_pays_the_people_that_were_drawn(owner):
    drawn = {
        "amounts": {"net": "198.00"},
        "sponsors": [{"rank": "vip"}, {"rank": "dealer", "active": False}, {"rank": "cofounder"}],
        "agents": [{"level": "county"}, {"level": "province"}],
    }
    seen = ask(owner, "what_if", document=GIFT_PACK, chain=drawn)
    assert [award["amount"] for award in seen["sponsors"][0]["awards"]] == ["23.76", "19.80"]
    assert [person["amount"] for person in seen["sponsors"]] == ["43.56", "0.00", "39.60"]
    assert [agent["amount"] for agent in seen["agents"]] == ["7.92", "7.92"]
    assert (seen["total"], seen["bound"], seen["platform"]) == ("99.00", "108.90", "99.00")


@pytest.mark.parametrize(
    "chain",
    [
        {"amounts": {"net": "1.234"}},
        {"amounts": {"net": "-1"}},
        {"amounts": {"net": 198}},
        {"amounts": {"net": "9" * 30}},
        {"amounts": []},
        {"sponsors": [{"rank": "vip"}] * 41},
        {"sponsors": "vip"},
        {"sponsors": [7]},
        {"sponsors": [{"rank": "vip", "recruits": -1}]},
        {"sponsors": [{"rank": "vip", "active": "yes"}]},
        {"agents": [{"level": "county"}, {"level": "county"}]},
        {"agents": [{"level": "village"}]},
    ],
)
def test_what_nobody_can_be_paid_on_is_said_and_breaks_nothing(owner, chain):
    assert ask(owner, "what_if", document=GIFT_PACK, chain=chain)["refused"]


def test_a_rank_that_the_plan_lost_counts_as_its_lowest(owner):
    seen = ask(
        owner, "what_if", document=GIFT_PACK, chain={"amounts": {"net": "100"}, "sponsors": [{"rank": "x"}]}
    )
    assert seen["sponsors"][0]["rank"] == "member"


def test_a_text_is_saved_under_the_revision_that_was_opened(owner):
    number = begin(owner)
    told = {"title": "t", "document": CHEAPER, "revision": 1}
    assert ask(owner, "save", number, **told)["revision"] == 2
    refused = ask(owner, "save", number, status=409, **{**told, "document": "plan: other"})
    assert refused["error"]["code"] == "draft_changed"
    assert selectors.draft(draft_id=number).document == CHEAPER
    back = ask(owner, "restore", number, revision=2, text=1)
    assert (back["revision"], back["document"]) == (3, GIFT_PACK)


@pytest.mark.parametrize(
    ("told", "status", "code"),
    [
        ({"document": "x" * (256 * 1024 + 1)}, 413, "document_too_large"),
        ({"document": "x" * (600 * 1024)}, 413, "document_too_large"),
        ({"document": 7}, 422, "invalid_input"),
        ({}, 422, "invalid_input"),
    ],
)
def test_what_is_too_large_or_no_text_is_refused(owner, told, status, code):
    assert ask(owner, "check", status=status, **told)["error"]["code"] == code


@pytest.mark.parametrize("body", ["", "[]", "{", "[" * 100_000, '{"document": "\\ud800"}'])
def test_a_body_that_is_no_object_is_refused(owner, body):
    response = owner.post(address("check"), body, content_type="application/json")
    assert response.status_code == 422


def test_endpoints_answer_posts_with_a_token_only(owner):
    for name in ("check", "what_if"):
        assert owner.get(address(name)).status_code == 405
    strict = Client(headers={"host": "lotus.test"}, enforce_csrf_checks=True)
    strict.cookies = owner.cookies
    response = strict.post(address("check"), json.dumps({"document": "x"}), content_type="application/json")
    assert response.status_code == 403


def test_who_asks_too_often_has_to_wait(owner, monkeypatch):
    monkeypatch.setattr("tongbao.rewards.admin.studio.endpoints.ASKED_AT_MOST", 2)
    for _ in range(2):
        ask(owner, "check", document="plan: x")
    assert ask(owner, "check", status=429, document="plan: x")["error"]["code"] == "too_many_requests"


def test_the_service_desk_has_no_studio(owner):
    number = begin(owner)
    service = signed_in("service")
    for name, arguments in (
        ("changelist", ()),
        ("change", (number,)),
        ("publish", (number,)),
        ("check", ()),
        ("what_if", ()),
        ("save", (number,)),
        ("restore", (number,)),
    ):
        assert service.get(address(name, *arguments)).status_code == 403, name
        assert service.post(address(name, *arguments)).status_code == 403, name
    assert service.post(address("start"), {"from": "blank"}).status_code == 403
    assert PlanDraft.objects.count() == 1


def test_finance_writes_drafts_and_neither_publishes_nor_changes_the_law(owner):
    finance = signed_in("finance")
    number = begin(finance)
    assert ask(finance, "save", number, title="t", document=CHEAPER, revision=1)["revision"] == 2
    assert "/publish/" not in page(finance, "rewards_plandraft_change", number)
    assert finance.get(address("publish", number)).status_code == 403
    assert sign(finance, number, revision="2").status_code == 403
    assert finance.post(address("law"), {"jurisdiction": "US"}).status_code == 403
    assert PlanVersion.objects.filter(key="gift-pack").count() == 1


def test_who_is_not_signed_in_gets_nothing(tenant):
    nobody = Client(headers={"host": "lotus.test"})
    for name in ("changelist", "check", "start"):
        response = nobody.post(address(name), "{}", content_type="application/json")
        assert response.status_code == 302
        assert "/login/" in response.headers["Location"]


def test_the_dry_run_shows_version_difference_proof_and_law_and_publishes_nothing(owner):
    number = begin(owner)
    ask(owner, "save", number, title="t", document=CHEAPER, revision=1)
    shown = owner.get(address("publish", number)).content.decode()
    for part in ("v2", "49%", "获得6%", "CN4", "签署"):
        assert part in shown
    assert PlanVersion.objects.filter(key="gift-pack").count() == 1


def test_the_owner_signs_and_publishes_from_a_date(owner):
    number = begin(owner)
    ask(owner, "save", number, title="t", document=CHEAPER, revision=1)
    response = sign(owner, number, revision="2")
    assert response.status_code == 302, response.content.decode()
    row = PlanVersion.objects.get(key="gift-pack", version=2)
    assert row.effective_from > clock.now()
    assert row.sign_off.name == "王强"
    shown = page(owner, "rewards_planversion_change", row.pk)
    assert "王强" in shown
    assert street.STATEMENT in shown


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"name": "", "statement": ""}, "CN4"),
        ({"findings": "CN1"}, "CN4"),
        ({"statement": "ok"}, "签署声明无效"),
        ({"revision": "9"}, "第1稿"),
        ({"effective_from": "2020-01-01T00:00"}, "2000"),
        ({"effective_from": "soon"}, "effective_from"),
    ],
)
def test_a_publication_that_is_refused_says_why_and_leaves_nothing(owner, told, said):
    number = begin(owner)
    shown = sign(owner, number, **told).content.decode()
    assert said in shown
    assert PlanVersion.objects.filter(key="gift-pack").count() == 1
    assert PlanSignOff.objects.count() == 3


def test_a_plan_above_its_budget_has_nothing_to_sign(owner):
    number = begin(owner)
    greedy = GIFT_PACK.replace("pairs: highest", "pairs: every")
    ask(owner, "save", number, title="t", document=greedy, revision=1)
    shown = owner.get(address("publish", number)).content.decode()
    assert "65%" in shown
    assert "publish-form" not in shown
    sign(owner, number, revision="2")
    assert PlanVersion.objects.filter(key="gift-pack").count() == 1


def test_a_change_begins_from_the_version_that_is_looked_at(owner):
    version = PlanVersion.objects.get(key="gift-pack")
    step(owner, "rewards_planversion_change_plan", version)
    found = PlanDraft.objects.get()
    assert (found.base, found.document) == ("version:gift-pack/1", version.document)


def test_a_discarded_draft_leaves_the_list_and_stays_to_be_found(owner):
    number = begin(owner)
    owner.post(address("discard", number), {"revision": "1"})
    assert selectors.draft(draft_id=number).is_discarded
    assert "已丢弃" in page(owner, "rewards_plandraft_changelist")


def test_the_owner_says_where_the_mall_does_business(owner):
    owner.post(address("law"), {"jurisdiction": "HK", "practice": "points_cashable: yes\r\n"})
    settings = tenant_settings(RewardsSettings)
    assert (settings.jurisdiction, settings.practised().points_cashable) == ("HK", True)
    owner.post(address("law"), {"jurisdiction": "HK", "practice": "nonsense: yes"})
    assert tenant_settings(RewardsSettings) == settings


def test_another_malls_draft_is_not_there(two_tenants):
    connection.set_schema("lotus")
    number = begin(signed_in("owner"))
    connection.set_schema("orchid")
    signed_in("owner")
    stranger = Client(headers={"host": "orchid.test"})
    stranger.force_login(User.objects.get(username="the-owner"))
    for name in ("change", "publish"):
        assert stranger.get(address(name, number)).status_code == 404
    response = stranger.post(
        address("save", number),
        json.dumps({"title": "t", "document": "x", "revision": 1}),
        content_type="application/json",
    )
    assert response.status_code == 404
    connection.set_schema("lotus")
    assert PlanDraft.objects.get().revision == 1
