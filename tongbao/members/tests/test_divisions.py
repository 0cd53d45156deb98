"""The GB/T 2260 tree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.members.contracts import DivisionIsHeading, DivisionTooBroad, DivisionUnknown
from tongbao.members.divisions.build import is_standard
from tongbao.members.policy import divisions
from tongbao.members.policy.divisions import _tree

codes = st.sampled_from(sorted(_tree()))


def test_the_tree_is_complete():
    levels = [place.level for place in _tree().values()]
    assert levels.count("province") == 34
    assert levels.count("city") == 333 + 9
    assert sum(place.is_heading for place in _tree().values()) == 9
    assert levels.count("county") == 2851


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("440000", "广东省"),
        ("440100", "广东省广州市"),
        ("440106", "广东省广州市天河区"),
        ("110101", "北京市东城区"),
        ("500229", "重庆市城口县"),
        ("419001", "河南省济源市"),
        ("429004", "湖北省仙桃市"),
        ("469021", "海南省定安县"),
        ("460400", "海南省儋州市"),
        ("441900", "广东省东莞市"),
        ("442000", "广东省中山市"),
        ("620200", "甘肃省嘉峪关市"),
        ("659001", "新疆维吾尔自治区石河子市"),
        ("653228", "新疆维吾尔自治区和田地区和康县"),
        ("152201", "内蒙古自治区兴安盟乌兰浩特市"),
        ("810000", "香港特别行政区"),
    ],
)
def test_a_division_is_called_as_on_a_parcel(code, name):
    assert divisions.full_name(code) == name


@pytest.mark.parametrize(
    "code", ["441900", "442000", "460400", "620200", "710000", "810000", "820000", "419001"]
)
def test_where_nothing_is_below_an_address_ends(code):
    assert divisions.children(code) == ()
    assert divisions.check_delivery(code).code == code


@pytest.mark.parametrize("code", ["440000", "440100", "110100", "429000"])
def test_an_address_names_the_narrowest_division(code):
    with pytest.raises(DivisionTooBroad):
        divisions.check_delivery(code)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "44010",
        "4401060",
        "000000",
        "440199",
        "320571",
        "441901",
        "320611",
        "350402",
        "abcdef",
        "４４０１０６",
    ],
)
def test_zones_towns_abolished_counties_and_nonsense_are_unknown(code):
    with pytest.raises(DivisionUnknown):
        divisions.division(code)


@pytest.mark.parametrize("code", ["419000", "429000", "469000", "659000", "500200"])
def test_a_heading_of_scattered_counties_has_no_agent(code):
    with pytest.raises(DivisionIsHeading):
        divisions.check_agency(code)


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("440106", "county"),
        ("440100", "city"),
        ("440000", "province"),
        ("110100", "city"),
        ("441900", "city"),
    ],
)
def test_the_level_of_an_agency_follows_from_the_code(code, level):
    assert divisions.check_agency(code).level == level


def test_an_abolished_county_still_finds_its_city_and_province():
    assert divisions.seats_of("320611") == (("county", "320611"), ("city", "320600"), ("province", "320000"))
    assert divisions.seats_of("nonsense") == ()


@given(codes)
def test_every_division_is_a_child_of_its_parent_and_its_own_seat(code):
    above = divisions.parents(code)
    assert above[0].code == code
    assert divisions.division(code) in divisions.children(above[1].code if len(above) > 1 else "")
    assert divisions.seats_of(code) == tuple((place.level, place.code) for place in above)
    assert is_standard(code)


@given(codes)
def test_walking_down_the_picker_ends_at_an_address(code):
    while divisions.children(code):
        code = divisions.children(code)[0].code
    assert divisions.check_delivery(code).code == code
