"""Markets as documents: every mistake with its line and what to write instead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tongbao.plans import PlanInvalid
from tongbao.plans.simulation import (
    SETTINGS,
    Market,
    Offer,
    UnknownMarket,
    load_market,
    market_names,
    market_preset,
)


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(PlanInvalid) as refusal:
        load_market(text)
    return [(problem.line, problem.en) for problem in refusal.value.problems]


def test_what_isnt_written_has_its_default():
    market = load_market("churn: 1%\ncontact_cost: 8.00\nequal_effort: yes\nfounders: 3\n")
    assert market == Market(churn_bp=100, contact_cost_fen=800, equal_effort=True, founders=3)


def test_offers_are_written_with_price_worth_and_share():
    market = load_market(
        "packs:\n"
        "  - {product: pack-99, price: 99.00, worth: 50.00, share: 60%}\n"
        "  - {product: pack-500, price: 500.00, worth: 0.00, share: 40%}\n"
    )
    assert market.packs[0] == Offer(product="pack-99", price_fen=9_900, worth_fen=5_000, share_bp=6_000)


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("founders: 2\nchurm: 1%\n", 2, "write 'churn'"),
        ("churn: 0.5\n", 1, "write 50%"),
        ("founders: 0\n", 1, "must be a whole number from 1 to 10000"),
        ("equal_effort: perhaps\n", 1, "write one of yes, no"),
        ("contact_cost: 5%\n", 1, "an amount of yuan stands here"),
        ("\npacks:\n  - {product: a, price: 1.00, worth: 1.00, share: 90%}\n", 3, "come to 9000 of 10000"),
        ("packs: []\n", 1, "packs"),
        (
            "packs:\n" + "  - {product: a, price: 1.00, worth: 1.00, share: 1%}\n" * 100,
            2,
            "above 50; keep fewer",
        ),
        ("packs:\n  - {product: a, prize: 1.00, worth: 1.00, share: 100%}\n", 2, "write 'price'"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, line, says):
    assert any(found == line and says in en for found, en in problems(text)), problems(text)


def test_the_shipped_markets_load():
    assert market_names() == ("plain", "plain-preferential", "usual")
    assert market_preset("usual") == Market()
    plain = market_preset("plain")
    assert (plain.churn_bp, plain.regions, plain.refund_bp, plain.pack_bp) == (0, 0, 0, 10_000)
    assert market_preset("plain-preferential").preferential_bp == 10_000


def test_an_unknown_market_names_the_nearest():
    with pytest.raises(UnknownMarket) as refusal:
        market_preset("plane")
    assert refusal.value.message("en") == "There is no market 'plane'; write 'plain'."
    assert refusal.value.message("zh") == "没有市场'plane';请写'plain'。"


@pytest.mark.parametrize("values", [{"churn_bp": -1}, {"founders": 0}, {"equal_effort": 1}, {"goods": ()}])
def test_a_market_that_makes_no_sense_is_refused(values):
    with pytest.raises(ValueError):
        Market(**values)


def test_every_parameter_is_told_in_both_languages():
    assert [setting.name for setting in SETTINGS if not (setting.zh and setting.en)] == []
    assert set(Market().told()) == {setting.name for setting in SETTINGS}


def test_every_parameter_stands_in_the_documentation_with_its_default():
    page = (Path(__file__).resolve().parents[4] / "docs" / "simulation.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z_0-9]+)` \| ([^|]+) \|", page, flags=re.MULTILINE))
    usual = Market()
    for setting in SETTINGS:
        assert setting.key in rows, setting.key
        if setting.kind == "offers":
            continue
        written = load_market(f"{setting.key}: {rows[setting.key]}")
        assert getattr(written, setting.name) == getattr(usual, setting.name), setting.key
