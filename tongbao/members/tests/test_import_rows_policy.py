"""A members file is checked as a whole, and every bad line is named."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tongbao.members.contracts import AgentRow
from tongbao.members.policy.import_rows import check_agent_rows, check_member_rows
from tongbao.members.tests.people import LADDER, row


def check(*rows, known=()):
    good, problems = check_member_rows(rows, known=set(known), ladder=LADDER)
    return [member.member_id for member in good], {problem.line: problem.error.code for problem in problems}


def test_sponsors_come_before_their_recruits_whatever_the_order_of_the_file():
    assert check(row(2, "C", "B"), row(3, "B", "A"), row(4, "A")) == (["A", "B", "C"], {})


def test_an_unknown_sponsor_is_named_by_line():
    assert check(row(2, "A"), row(3, "B", "nobody")) == (["A"], {3: "row_sponsor_unknown"})


def test_a_sponsor_who_is_here_already_will_do():
    assert check(row(2, "B", "M0000001"), known=["M0000001"]) == (["B"], {})


def test_a_circle_is_told_once_for_each_who_stands_in_it():
    good, problems = check_member_rows(
        [row(2, "A", "C"), row(3, "B", "A"), row(4, "C", "B"), row(5, "D")], known=set(), ladder=LADDER
    )
    assert [member.member_id for member in good] == ["D"]
    assert [problem.error.circle for problem in problems] == ["A → C → B → A"] * 3


def test_being_ones_own_sponsor_is_a_circle_of_one():
    assert check(row(2, "A", "A")) == ([], {2: "row_in_cycle"})


def test_whoever_stands_below_a_bad_line_is_left_out_too():
    good, problems = check(
        row(2, "A", "B"), row(3, "B", "A"), row(4, "C", "B"), row(5, "D", "C"), row(6, "E")
    )
    assert good == ["E"]
    assert problems == {
        2: "row_in_cycle",
        3: "row_in_cycle",
        4: "row_sponsor_left_out",
        5: "row_sponsor_left_out",
    }


def test_a_member_twice_keeps_the_first_line():
    assert check(row(2, "A"), row(3, "A"), row(4, "B", "A")) == (["A", "B"], {3: "row_repeated"})


def test_a_member_who_was_imported_before_is_refused():
    assert check(row(2, "A"), known=["A"]) == ([], {2: "row_known"})


def test_unknown_ranks_bad_phones_and_repeated_phones_are_named():
    good, problems = check(
        row(2, "A", rank="emperor"),
        row(3, "B", phone="123"),
        row(4, "C", phone="13800138000"),
        row(5, "D", phone="+86 13800138000"),
        row(6, ""),
    )
    assert good == ["C"]
    assert problems == {
        2: "rank_unknown",
        3: "phone_not_valid",
        5: "row_repeated",
        6: "row_not_valid",
    }


@given(st.lists(st.tuples(st.integers(0, 9), st.one_of(st.none(), st.integers(0, 9))), max_size=10))
def test_good_rows_are_a_forest_in_order_and_bad_rows_are_all_the_others(pairs):
    rows = [row(2 + place, str(key), "" if sponsor is None else str(sponsor))
            for place, (key, sponsor) in enumerate(pairs)]  # fmt: skip
    good, problems = check_member_rows(rows, known=set(), ladder=LADDER)
    written: set[str] = set()
    for member in good:
        assert not member.sponsor_id or member.sponsor_id in written
        written.add(member.member_id)
    assert {member.line for member in good} | {problem.line for problem in problems} == {r.line for r in rows}
    assert len(good) + len(problems) == len(rows)


def test_agents_are_checked_by_region_and_member():
    rows = [
        AgentRow(line=2, region_code="440106", member_id="A"),
        AgentRow(line=3, region_code="440106", member_id="B"),
        AgentRow(line=4, region_code="999999", member_id="A"),
        AgentRow(line=5, region_code="429000", member_id="A"),
        AgentRow(line=6, region_code="440100", member_id="nobody"),
    ]
    good, problems = check_agent_rows(rows, known={"A", "B"})
    assert [agent.line for agent in good] == [2]
    assert {problem.line: problem.error.code for problem in problems} == {
        3: "row_repeated",
        4: "division_unknown",
        5: "division_is_heading",
        6: "member_unknown",
    }
