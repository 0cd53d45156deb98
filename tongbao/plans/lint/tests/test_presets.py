"""What each preset is found to be in China and elsewhere, in a shop that asks for nothing besides the plan."""

from __future__ import annotations

import pytest

from tongbao.plans import preset, preset_names
from tongbao.plans.lint import JURISDICTIONS, Practice, lint

# What the law of mainland China finds, worst first.
IN_CHINA = {
    "binary": "CN4 CN3 CN5 CN8",
    "cloud-shop": "CN4 CN1 CN2 CN3 CN5",
    "compliant": "",
    "differential": "CN4 CN2 CN3 CN5",
    "dividend-board": "CN4 CN3 CN5 CN8",
    "forced-matrix": "CN4 CN3 CN5",
    "freight-commission": "CN4 CN3 CN5",
    "generation": "CN4 CN2 CN3 CN5",
    "gift-pack": "CN4 CN1 CN2 CN3 CN5",
    "green-points": "CN1 CN5 CN8",
    "infinity": "CN4 CN2 CN3 CN5",
    "linkage": "CN4 CN1 CN2 CN3 CN5",
    "lottery-winner": "CN4 CN1 CN2 CN3 CN5",
    "management-bonus": "CN4 CN3 CN5",
    "merchant-alliance": "CN4 CN1 CN2 CN3 CN5",
    "merchant-introduction": "CN3 CN5",
    "outranked": "CN4 CN3 CN5",
    "peer": "CN4 CN3 CN5",
    "peer-generations": "CN4 CN3 CN5",
    "public-queue": "CN4 CN3 CN5",
    "queue-refund": "CN1 CN5 CN8",
    "rank-bonus": "CN4 CN1 CN2 CN3 CN5 CN8",
    "regional-agents": "",
    "return-on-three": "CN1 CN2 CN5 CN8",
    "seven-group": "CN1 CN2 CN3 CN5 CN8",
    "shareholder-dividend": "CN1 CN5 CN8",
    "stairstep-breakaway": "CN4 CN3 CN5",
    "subsidy": "",
    "team-volume-brackets": "CN4 CN3 CN5 CN8",
    "three-level": "CN4 CN1 CN3 CN5",
    "two-level": "CN3 CN5",
    "unilevel": "CN4 CN2 CN3 CN5",
}
# Where somebody has to buy to earn, and is paid when somebody is brought in: pyramid schemes by every law.
PYRAMIDS = {
    *("cloud-shop", "gift-pack", "linkage", "lottery-winner", "merchant-alliance", "rank-bonus"),
    *("return-on-three", "seven-group", "shareholder-dividend", "three-level"),
}


def ids(name: str, jurisdiction) -> str:
    found = lint(plan=preset(name), practice=Practice(), jurisdiction=jurisdiction)
    return " ".join(finding.id for finding in found)


def test_every_preset_has_been_looked_at():
    assert set(IN_CHINA) == set(preset_names())


@pytest.mark.parametrize("name", IN_CHINA)
def test_a_preset_in_china(name):
    assert ids(name, "CN") == IN_CHINA[name]


@pytest.mark.parametrize("name", IN_CHINA)
def test_a_preset_that_is_a_pyramid_is_one_in_europe_and_hong_kong_and_no_other_is(name):
    expected = ("EU1", "HK1") if name in PYRAMIDS else ("", "")
    assert (ids(name, "EU"), ids(name, "HK")) == expected


@pytest.mark.parametrize("name", [name for name, found in IN_CHINA.items() if found in ("", "CN8")])
def test_a_preset_without_a_network_is_clean_abroad(name):
    assert [ids(name, jurisdiction) for jurisdiction in JURISDICTIONS if jurisdiction != "CN"] == [""] * 5
