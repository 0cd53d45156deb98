"""A practice out of a document, and what bad input gets."""

from __future__ import annotations

import json

import pytest

from tongbao.plans import PlanInvalid
from tongbao.plans.lint import SETTINGS, Practice, load_practice
from tongbao.plans.lint.tests.shops import EXAMPLES


def refusal(text: str) -> str:
    with pytest.raises(PlanInvalid) as caught:
        load_practice(text, source="shop.yaml")
    return caught.value.message("en")


def test_the_shop_of_the_brief_asks_for_fees_and_its_points_circulate():
    shop = load_practice((EXAMPLES / "brief.yaml").read_text(encoding="utf-8"))
    fees_fen = (shop.county_agent_fee_fen, shop.city_agent_fee_fen, shop.province_agent_fee_fen)
    assert fees_fen == (2_000_000, 5_000_000, 10_000_000)
    assert shop.points_transferable
    assert shop.draw_stake_paid
    assert shop.draw_consolation_cash


def test_what_is_not_written_has_its_default():
    assert load_practice("release_days: 10") == Practice(release_days=10)


def test_the_same_in_json():
    text = json.dumps(
        {"joining_fee": "198.00", "points_mined": True, "draw_provable": False, "people_limit": 29}
    )
    assert load_practice(text) == Practice(
        joining_fee_fen=19_800, points_mined=True, draw_provable=False, people_limit=29
    )


def test_every_setting_can_be_written():
    words = {"yes": "yes", "amount": "1.00", "count": "5", "claims": "disclosed"}
    shop = load_practice("\n".join(f"{setting.key}: {words[setting.kind]}" for setting in SETTINGS))
    values = {"yes": True, "amount": 100, "count": 5, "claims": "disclosed"}
    assert shop == Practice(**{setting.name: values[setting.kind] for setting in SETTINGS})


def test_a_misspelt_key_is_refused_with_the_right_spelling():
    assert refusal("joining_fee: 198.00\npoints_cashble: yes") == (
        "shop.yaml:2:1: the document has no key 'points_cashble'; write 'points_cashable'"
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "points_mined: maybe",
            "shop.yaml:1:15: points_mined can't be 'maybe'; write one of yes, no, true, false",
        ),
        ("joining_fee: 1.234", "shop.yaml:1:14: joining_fee: '1.234' is no amount"),
        ("release_days: soon", "shop.yaml:1:15: release_days 'soon' must be a whole number from 0 to 3650"),
        ("release_days: -1", "shop.yaml:1:15: release_days '-1' must be a whole number from 0 to 3650"),
        (
            "earnings_claims: discloesd",
            "shop.yaml:1:18: earnings_claims can't be 'discloesd'; write 'disclosed'",
        ),
        ("draws: yes\ndraws: no", "shop.yaml:2:1: draws is written twice, first on line 1; keep one"),
        ("- draws", "shop.yaml:1:1: the document must be keys with values"),
        ("", "shop.yaml:1:1: the document is empty"),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(text, told):
    assert refusal(text).startswith(told)


def test_everything_wrong_is_told_at_once():
    assert len(refusal("joining_fe: 1\npoints_mined: maybe\nrelease_days: soon").splitlines()) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"joining_fee_fen": -1},
        {"joining_fee_fen": True},
        {"points_mined": 1},
        {"earnings_claims": "some"},
        {"release_days": None},
    ],
)
def test_a_practice_made_of_nonsense_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Practice(**wrong)


def test_people_may_be_unlimited():
    assert Practice(people_limit=None).people_limit is None


def test_every_setting_is_named_in_both_languages():
    assert all(setting.zh and setting.en and setting.zh != setting.en for setting in SETTINGS)
