"""The ranks of a mall and their names."""

from __future__ import annotations

import pytest

from tongbao.members import selectors
from tongbao.members.selectors import use_ladder
from tongbao.members.tests.people import LADDER
from tongbao.plans import RankName, preset


@pytest.fixture
def tea_house():
    """A mall whose plan knows guests and hosts."""
    use_ladder(
        lambda: (RankName(key="guest", zh="客人", en="Guest"), RankName(key="host", zh="主人", en="Host"))
    )
    yield
    use_ladder(lambda: preset("gift-pack").rank_names)


def test_until_a_plan_says_otherwise_the_ranks_are_the_presets():
    assert selectors.ladder() == LADDER
    assert selectors.rank_name("cofounder", language="zh") == "联合创始人"
    assert selectors.rank_name("cofounder", language="en") == preset("gift-pack").rank_names[3].en


def test_a_mall_names_its_own_ranks(tea_house):
    assert selectors.ladder() == ("guest", "host")
    assert selectors.rank_name("host", language="zh") == "主人"
    assert selectors.rank_name("dealer", language="zh") == "dealer"
