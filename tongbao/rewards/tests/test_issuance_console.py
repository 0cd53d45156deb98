"""The issuance planner in the console: who may look, what is answered and refused, what a download holds."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tongbao.kit import clock
from tongbao.plans.issuance import issuance_preset, issuance_preset_names
from tongbao.points.contracts import POOLS, TOTAL_CAP_POINTS, UNITS_PER_POINT
from tongbao.points.selectors import supply
from tongbao.points.services import retire
from tongbao.rewards.selectors import issuance_so_far
from tongbao.rewards.tests import street
from tongbao.rewards.tests.test_console import page, signed_in
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.models import AuditEntry

BRIEF = json.dumps(issuance_preset("brief").as_document(), ensure_ascii=False)
TOO_MUCH = json.dumps(issuance_preset("brief-as-written").as_document(), ensure_ascii=False)
LOOK = "admin:issuance_planner_look"
DOWNLOAD = "admin:issuance_planner_download"


def look(client: Client, document: str, *, language: str = "zh-hans") -> dict[str, Any]:
    response = client.post(
        reverse(LOOK),
        json.dumps({"document": document}),
        content_type="application/json",
        headers={"accept-language": language},
    )
    assert response.status_code == 200, response.content.decode()[:500]
    return response.json()


@pytest.fixture
def owner(tenant) -> Client:
    return signed_in("owner")


@pytest.mark.parametrize("name", issuance_preset_names())
def test_every_preset_has_the_pools_of_the_rules(name):
    plan = issuance_preset(name)
    told = [(one.key, one.cap // UNITS_PER_POINT, one.title_zh, one.title_en) for one in plan.pools]
    assert told == [(one.code, one.cap_points, one.title_zh, one.title_en) for one in POOLS]
    assert plan.cap == TOTAL_CAP_POINTS * UNITS_PER_POINT


def test_the_page_offers_every_preset_and_where_the_mall_stands(owner):
    shown = page(owner, "issuance_planner")
    for name in (*issuance_preset_names(), "from-today"):
        assert f'<option value="{name}">' in shown
    assert "发行推演" in shown
    assert reverse("admin:issuance_planner") in page(owner, "index")


def test_service_staff_neither_see_it_nor_ask_it(tenant):
    service = signed_in("service")
    assert service.get(reverse("admin:issuance_planner")).status_code == 403
    assert service.post(reverse(LOOK), "{}", content_type="application/json").status_code == 403
    assert service.post(reverse(DOWNLOAD), {"document": BRIEF, "form": "csv"}).status_code == 403
    assert reverse("admin:issuance_planner") not in page(service, "index")


def test_whoever_is_not_signed_in_is_sent_to_the_door(tenant):
    stranger = Client(headers={"host": "lotus.test"})
    for name in ("admin:issuance_planner", LOOK, DOWNLOAD):
        assert stranger.post(reverse(name)).status_code == 302


def test_a_sound_plan_is_answered_with_rows_words_charts_and_pools(owner):
    told = look(owner, BRIEF)
    assert (told["problems"], told["refused"], len(told["rows"]), len(told["charts"])) == ([], None, 5, 3)
    third = told["rows"][2]
    assert third["cells"][-4:] == ["0.088617", "0.467142", "0.043600", "0.088617"]
    assert third["exact"]["floor_fen_per_point"] == "109/25"
    assert "先来者的天花板价由0.100000元/个稀释到0.088617元/个。" in third["sentences"]
    assert told["pools"][1] == {
        "title": "区域代理",
        "cap": "30,000,000",
        "gone": "0",
        "planned": "30,000,000",
        "left": "0",
        "is_over": False,
    }
    assert "The floor rises" in look(owner, BRIEF, language="en")["rows"][0]["sentences"][2]


def test_rights_cards_above_their_pool_are_refused_by_name_with_the_batch(owner):
    told = look(owner, TOO_MUCH, language="en")
    assert told["refused"] == {
        "code": "issuance_above_pool",
        "message": "Pool Regional agents holds 30,000,000 points and 31,000,000 are planned: 1,000,000 too many, from "
        "batch 5 on. Plan fewer points or fewer seats, or take them out of another pool.",
        "batch": 5,
    }
    assert "rows" not in told
    assert told["pools"][1]["left"] == "-1,000,000"


def test_burning_what_is_not_there_is_refused_with_the_batch(owner):
    plan = json.loads(BRIEF)
    plan["batches"][0]["burned"] = "39800001"
    assert look(owner, json.dumps(plan))["refused"]["code"] == "issuance_burned_too_much"
    assert look(owner, json.dumps(plan))["refused"]["batch"] == 1


def test_a_mistake_is_told_with_its_line(owner):
    told = look(owner, BRIEF.replace('"batches": [', '"batches": [\n').replace('"39800000.00"', '"-1"'))
    assert told["plan"] is None
    assert [problem["line"] for problem in told["problems"]] == [2]
    assert "不能为负数" in told["problems"][0]["message"]


def test_what_is_no_text_is_refused(owner):
    response = owner.post(reverse(LOOK), "{}", content_type="application/json")
    assert (response.status_code, response.json()["error"]["code"]) == (422, "invalid_input")
    assert owner.get(reverse(LOOK)).status_code == 405


def test_a_download_holds_exact_figures_and_is_audited(owner):
    document = BRIEF.replace("100 000 packs of 398 yuan", "@SUM(A1)").replace("十万份398元礼包", "=1+1")
    response = owner.post(reverse(DOWNLOAD), {"document": document, "form": "csv"})
    assert response.headers["Content-Disposition"] == 'attachment; filename="issuance-brief.csv"'
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0]["title"] == "'=1+1"
    assert (rows[4]["floor_fen_per_point_numerator"], rows[4]["floor_fen_per_point_denominator"]) == (
        "362",
        "75",
    )
    told = json.loads(owner.post(reverse(DOWNLOAD), {"document": document, "form": "json"}).content)
    assert told["rows"][4]["small_fen_per_point"] == "3620/449"
    entries = AuditEntry.objects.filter(action="issuance_plan.download").order_by("id")
    assert [(one.subject, one.actor_name, one.detail["form"]) for one in entries] == [
        ("issuance_plan:brief", "the-owner", "csv"),
        ("issuance_plan:brief", "the-owner", "json"),
    ]
    assert len(entries[0].detail["sha256"]) == 64


def test_what_is_refused_is_not_downloaded(owner):
    for document, form in ((TOO_MUCH, "csv"), ("issuance: [", "json"), (BRIEF, "xlsx")):
        assert owner.post(reverse(DOWNLOAD), {"document": document, "form": form}).status_code == 422
    assert owner.get(reverse(DOWNLOAD)).status_code == 405
    assert not AuditEntry.objects.filter(action="issuance_plan.download").exists()


def test_a_plan_begins_from_where_the_mall_stands(tenant):
    with street.memory_gateway() as gateway:
        buyer, _people = street.street(["vip"], [])
        street.buy(gateway, buyer, (street.pack(19_800), 1))
    retire(
        pool="tasks",
        amount=3_000_000 * UNITS_PER_POINT,
        key="retire:1",
        actor=Actor.system(),
        reason="任务减少",
        now=clock.now(),
    )
    plan = issuance_so_far()
    assert {pool.key: pool.issued // UNITS_PER_POINT for pool in plan.pools}["gift_packs"] == 198
    assert plan.opening.reserve_fen == 1_980
    (row,) = plan.rows()
    assert row.before.reserve_fen == 1_980
    assert row.before.supply == 147_000_000 * UNITS_PER_POINT == supply().supply
    assert row.cumulative_issued == (198 + 1_000_000) * UNITS_PER_POINT
    assert row.cumulative_fund_fen == 1_980 + 10_000_000
