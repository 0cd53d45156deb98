"""Phones, names, cards, codes: what is accepted and what is shown."""

from __future__ import annotations

import doctest
from datetime import date
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.kit.errors import InvalidInput
from tongbao.members.contracts import (
    IdentityNotValid,
    MembersSettings,
    NameNotValid,
    PhoneNotValid,
    StatusChangeRefused,
)
from tongbao.members.policy import people
from tongbao.members.policy.life import check_status_change

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    "module", ["policy.people", "policy.life", "policy.divisions", "policy.ranks", "policy.import_rows",
               "policy.agencies", "contracts.words"]
)  # fmt: skip
def test_examples_in_the_documentation_hold(module):
    outcome = doctest.testmod(import_module(f"tongbao.members.{module}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        "+8613800138000",
        "86 138 0013 8000",
        "0086-138-0013-8000",
        "１３８００１３８０００",
        " 13800138000 ",
    ],
)
def test_a_mainland_number_is_the_same_however_it_is_typed(typed):
    assert people.normalise_phone(typed) == "13800138000"


@pytest.mark.parametrize(
    "typed",
    ["", "1380013800", "138001380000", "12800138000", "+85298765432", "1380013800a", "13800138000;--"],
)
def test_what_is_no_mainland_mobile_number_is_refused(typed):
    with pytest.raises(PhoneNotValid):
        people.normalise_phone(typed)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_masked_phone_hides_the_middle_and_keeps_its_length(phone):
    masked = people.mask_phone(phone)
    assert len(masked) == 11
    assert masked[3:7] == "****"
    assert masked[:3] + masked[7:] == phone[:3] + phone[-4:]


def test_a_name_of_one_character_is_not_shown_whole():
    assert people.mask_name("王") == "王*"


@pytest.mark.parametrize("name", ["", "   ", "x" * 21, "a\u202eb", "a\nb", "\u200b"])
def test_empty_long_and_invisible_names_are_refused(name):
    with pytest.raises(NameNotValid):
        people.clean_name(name)


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("11010519491231002X", None),
        ("440524188001010014", None),
        ("110105194912310021", "last character"),
        ("11010519490231002X", "last character"),
        ("990105194912310021", "18 characters"),
        ("1101051949123100", "18 characters"),
    ],
)
def test_a_card_number_is_checked_by_province_and_check_digit(number, why):
    if why is None:
        assert people.clean_card_number(number, today=TODAY) == number
    else:
        with pytest.raises(IdentityNotValid) as refused:
            people.clean_card_number(number, today=TODAY)
        assert why in str(refused.value)


def _card(born_on: str) -> str:
    first = "440106" + born_on + "001"
    weighted = sum(int(digit) * weight for digit, weight in zip(first, people.CARD_WEIGHTS, strict=True))
    return first + people.CARD_CHECKS[weighted % 11]


def test_somebody_is_verified_from_the_eighteenth_birthday_on():
    assert people.clean_card_number(_card("20080301"), today=TODAY)
    with pytest.raises(IdentityNotValid, match="18 years"):
        people.clean_card_number(_card("20080302"), today=TODAY)


def test_a_card_born_on_the_30th_of_february_is_refused():
    with pytest.raises(IdentityNotValid, match="does not exist"):
        people.clean_card_number(_card("19900230"), today=TODAY)


def test_somebody_born_on_a_leap_day_comes_of_age():
    assert people.clean_card_number(_card("20080229"), today=date(2026, 3, 1))


@pytest.mark.parametrize("name", ["王", "王2", "", "a" * 51, "王-明"])
def test_a_real_name_has_letters_only(name):
    with pytest.raises(IdentityNotValid):
        people.clean_real_name(name)


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ("active", "inactive", True),
        ("active", "frozen", True),
        ("inactive", "active", True),
        ("frozen", "active", True),
        ("frozen", "inactive", False),
        ("frozen", "closed", True),
        ("closed", "active", False),
        ("active", "active", False),
    ],
)
def test_statuses_follow_each_other_as_the_table_says(before, after, allowed):
    if allowed:
        check_status_change(before=before, after=after)
    else:
        with pytest.raises(StatusChangeRefused):
            check_status_change(before=before, after=after)


def test_a_refusal_speaks_the_readers_language():
    refused = StatusChangeRefused(before="frozen", after="inactive")
    assert refused.message("zh") == "会员当前状态为冻结,不能变为停用。请刷新后重试。"
    assert refused.message("en") == "A member who is frozen can't become inactive. Look at the member again."


@pytest.mark.parametrize(
    "values",
    [
        {"code_minutes": 0},
        {"code_tries": 11},
        {"session_days": True},
        {"county_agent_fee_fen": -1},
        {"city_agent_seats": 1.5},
        {"invitation_path": "//elsewhere/{code}"},
        {"invitation_path": "/?invite="},
        {"entry_rank": ""},
    ],
)
def test_settings_that_make_no_sense_are_refused(values):
    with pytest.raises(InvalidInput):
        MembersSettings(**values)
