"""Issuance plans as documents: what is read, what is refused and where, what is said and written out."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tongbao.plans import PlanInvalid
from tongbao.plans.issuance import (
    FixedPoints,
    Seats,
    UnknownIssuancePreset,
    issuance_preset,
    issuance_preset_names,
    load_issuance,
)
from tongbao.plans.issuance.charts import drawings
from tongbao.plans.issuance.tables import CSV_COLUMNS, as_csv, as_json, as_text
from tongbao.plans.issuance.words import sentences

SMALL = """\
issuance: small
title: {zh: 小计划, en: Small}
cap: 1000
reserve: 10%
pools:
  - {key: packs, title: {zh: 礼包, en: Packs}, cap: 800}
batches:
  - title: First
    sales: 100.00
    issue: [{pool: packs, per_yuan: 1}]
  - title: Second
    sales: 50.00
    reserve: 20%
    issue: [{pool: packs, seats: 2, each: 50}, {points: 10}]
    burned: 4
"""


def problems(text: str) -> list[str]:
    with pytest.raises(PlanInvalid) as refusal:
        load_issuance(text, source="i.yaml")
    return refusal.value.message("en").splitlines()


def test_a_document_becomes_a_plan_that_remembers_its_lines():
    plan = load_issuance(SMALL)
    second = plan.batches[1]
    assert (plan.title("zh"), plan.cap, plan.lines) == ("小计划", 10_000_000, (8, 11))
    assert second.issues == (
        Seats(pool="packs", seats=2, units_each=500_000),
        FixedPoints(pool="", amount=100_000),
    )
    assert (second.rate_bp, second.fund_fen, second.issued, second.burned) == (
        2_000,
        1_000,
        1_100_000,
        40_000,
    )


@pytest.mark.parametrize("name", issuance_preset_names())
def test_a_plan_written_as_json_is_the_same_plan(name):
    plan = issuance_preset(name)
    assert plan.key == name
    assert load_issuance(json.dumps(plan.as_document(), ensure_ascii=False)) == plan


def test_a_preset_that_is_not_there_is_answered_with_those_that_are():
    with pytest.raises(UnknownIssuancePreset, match="brief, brief-as-written"):
        issuance_preset("none")


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        ("sales: 100.00", "sales: -1", "i.yaml:9:12: sales: '-1' is no amount: it is negative"),
        (
            "sales: 100.00",
            "sales: 0",
            "i.yaml:9:12: sales is 0, so the batch has no ratio; give what it sells",
        ),
        ("sales: 100.00", "sales: 1e9", "i.yaml:9:12: sales: '1e9' is no amount: write digits"),
        (
            "sales: 100.00",
            "sales: 99999999999999999",
            "i.yaml:9:12: sales: '99999999999999999' is no amount: it is above",
        ),
        (
            "sales: 50.00",
            "sales: 9999999999999.00",
            "i.yaml:12:12: sales add up to more than 10000000000000.00 yuan here",
        ),
        ("    sales: 50.00\n", "", "i.yaml:11:5: a batch needs sales"),
        ("per_yuan: 1", "per_yuan: 0", "i.yaml:10:37: per_yuan is 0; give points such as 1"),
        (
            "per_yuan: 1",
            "per_yuan: -1",
            "i.yaml:10:37: per_yuan: '-1' is no number of points: it is negative",
        ),
        ("per_yuan: 1", "per_yuan: 1000000", "i.yaml:10:37: per_yuan is above 10000 points for one yuan"),
        ("per_yuan: 1", "points: 1, per_yuan: 1", "i.yaml:10:13: an issue has one rule"),
        ("per_yuan: 1", "points: 1, each: 1", "i.yaml:10:44: each goes with seats"),
        (
            "{pool: packs, per_yuan",
            "{pool: pakcs, per_yuan",
            "i.yaml:10:20: pool: there is no pool 'pakcs'; write 'packs'",
        ),
        (
            "reserve: 20%",
            "reserve: 0.2",
            "i.yaml:13:14: reserve: '0.2' is no rate: rates are percentages; write 20%",
        ),
        ("seats: 2", "seats: 0", "i.yaml:14:34: seats '0' must be a whole number from 1 to 1000000"),
        (
            "cap: 800}",
            "cap: 800, issued: 801}",
            "i.yaml:6:51: pool packs has issued and retired more than its cap",
        ),
        ("cap: 800}", "cap: 1001}", "i.yaml:5:1: the pools hold 1,001 points together and the cap is 1,000"),
        ("cap: 1000", "cap: 0", "i.yaml:3:6: cap is 0"),
        ("burned: 4", "burnt: 4", "i.yaml:15:5: a batch has no key 'burnt'; write 'burned'"),
        (
            "pools:",
            "opening: {burned: 1}\npools:",
            "i.yaml:5:19: more is burned than the pools have issued, 0",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_on_its_line(written, instead, said):
    assert SMALL.count(written) == 1
    found = problems(SMALL.replace(written, instead))
    assert [line for line in found if line.startswith(said)], found
    assert len(found) == 1


@pytest.mark.parametrize("title", [r'"a\nb"', r'"a\u0000b"', r'"a\ud83d"'])
def test_a_title_that_can_not_be_shown_is_refused(title):
    found = problems(SMALL.replace("title: First", f"title: {title}"))
    assert found == ["i.yaml:8:12: title holds a line's end or a character that can't be shown; delete it"]


def test_json_may_write_a_character_as_two_halves():
    plan = load_issuance(SMALL.replace("title: First", r'title: "\ud83c\udf89 First"'))
    assert plan.batches[0].title_en == "🎉 First"
    assert "🎉 First" in as_csv(plan, language="en").encode().decode()


def test_everything_wrong_is_told_at_once():
    text = SMALL.replace("sales: 100.00", "sales: -1").replace("burned: 4", "burned: four")
    assert [line.split(": ")[0] for line in problems(text)] == ["i.yaml:9:12", "i.yaml:15:13"]


def test_too_many_batches_are_refused_and_not_computed():
    text = SMALL.replace("burned: 4\n", "burned: 4\n" + "  - {title: More, sales: 1.00}\n" * 119)
    assert problems(text) == ["i.yaml:7:1: there are more than 120 batches; join some"]


def test_words_say_what_a_batch_does_to_those_who_came_earlier():
    first, _second, third, *_ = issuance_preset("brief").rows()
    assert sentences(first, language="en")[1:] == (
        "Nobody held points before; the ceiling begins at 0.100000 yuan a point.",
        "The floor rises from 0.000000 to 0.026533 yuan a point.",
    )
    assert sentences(third, language="en") == (
        "Sells 5,600,000.00 yuan, of which 560,000.00 enter the reserve; issues 14,000,000 points.",
        "For those who came earlier the ceiling is diluted from 0.100000 to 0.088617 yuan a point.",
        "The floor rises from 0.039866 to 0.043600 yuan a point.",
        "Who redeems 10,000 points at the floor before this batch gets 398.66 yuan; who waits until after it, 436.00: "
        "waiting earns 37.34. Redeeming at the floor doesn't lower it for others.",
        "The large value, 0.467142 yuan a point, holds only if every earlier point is burned and the reserve pays "
        "nothing for it; it is no promise.",
    )
    assert sentences(third, language="zh")[1:3] == (
        "先来者的天花板价由0.100000元/个稀释到0.088617元/个。",
        "底价由0.039866元/个升到0.043600元/个。",
    )


def test_a_ceiling_can_rise_and_can_stay():
    rows = issuance_preset("four-quarters").rows()
    assert "ceiling rises from 0.095238 to 0.110000" in sentences(rows[1], language="en")[1]
    same = issuance_preset("brief").rows()[1]
    assert sentences(same, language="en")[1] == "The ceiling stays at 0.100000 yuan a point."
    assert sentences(same, language="zh")[1] == "天花板价不变,仍为0.100000元/个。"


def test_csv_has_whole_numbers_and_exact_ratios_and_no_formula():
    text = SMALL.replace("title: First", 'title: "=1+1"')
    rows = list(csv.DictReader(io.StringIO(as_csv(load_issuance(text), language="en"))))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert rows[0]["title"] == "'=1+1"
    assert (rows[1]["fund_fen"], rows[1]["cumulative_fund_fen"]) == ("1000", "2000")
    assert (rows[1]["issued_units"], rows[1]["supply_units"]) == ("1100000", "9960000")
    floor = rows[1]["floor_fen_per_point_numerator"], rows[1]["floor_fen_per_point_denominator"]
    assert floor == ("500", "249")


def test_json_has_the_plan_its_rows_and_its_pools():
    told = as_json(load_issuance(SMALL), language="en")
    assert told["rows"][1]["small_fen_per_point"] == "200/21"
    assert told["rows"][1]["ceiling_fen_per_point"] == "1000/103"
    assert told["pools"] == [
        {
            "key": "packs",
            "cap_units": 8_000_000,
            "issued_units": 0,
            "retired_units": 0,
            "planned_units": 2_000_000,
            "left_units": 6_000_000,
        }
    ]
    assert load_issuance(json.dumps(told["plan"])) == load_issuance(SMALL)


def test_a_terminal_sees_every_batch_in_both_languages():
    plan = issuance_preset("four-quarters")
    assert "天花板价(元/个)" in as_text(plan, language="zh")
    assert "4 Fourth quarter" in as_text(plan, language="en")


def test_charts_name_their_lines_and_have_a_place_for_each_batch():
    fund, values, prices = drawings(issuance_preset("brief").rows(), language="zh")
    assert fund.count("<rect") == 5
    assert ("小值" in values, "大值" in values, "底价" in prices, "天花板价" in prices) == (True,) * 4
    english = drawings(issuance_preset("brief").rows(), language="en")
    assert [chart.split("</figcaption>")[0].split(">")[-1] for chart in english] == [
        "Cumulative fund, yuan",
        "Small and large value, yuan a point",
        "Floor and ceiling, yuan a point",
    ]
    one = drawings(issuance_preset("blank").rows(), language="en")
    assert [chart.count("<title>1: ") for chart in one] == [1, 2, 2]
