"""Members and agents taken over from another system."""

from __future__ import annotations

from datetime import date

from tongbao.kit.models import OutboxEvent
from tongbao.members import selectors, services
from tongbao.members.contracts import AgentRow, ImportReport
from tongbao.members.models import Member, RegionalAgent
from tongbao.members.tests.people import CHEN, LADDER, LATER, NOON, RULES, buy, join, row
from tongbao.tenancy.models import AuditEntry

MARCH = date(2026, 3, 1)


def take_over(*rows, leave_out_bad_lines: bool = False) -> ImportReport:
    return services.import_members(
        rows=rows, ladder=LADDER, actor=CHEN, now=LATER, leave_out_bad_lines=leave_out_bad_lines
    )


def agents(*pairs: tuple[str, str], leave_out_bad_lines: bool = False) -> ImportReport:
    rows = [
        AgentRow(line=2 + place, region_code=code, member_id=key) for place, (code, key) in enumerate(pairs)
    ]
    return services.import_agents(
        rows=rows, starts_on=MARCH, actor=CHEN, now=LATER, leave_out_bad_lines=leave_out_bad_lines
    )


def by_line(report: ImportReport) -> dict[int, str]:
    return {problem.line: problem.error.code for problem in report.problems}


def test_members_come_with_sponsors_ranks_and_activity(tenant):
    report = take_over(
        row(2, "B7", "A1", "dealer"),
        row(3, "A1", "", "cofounder", phone="+86 13800138000", name="王小明"),
        row(4, "C9", "B7", active=False),
    )
    assert report == ImportReport(imported=3, problems=())
    newcomer = selectors.member_by_key(key="C9")
    assert (newcomer.rank, newcomer.status, newcomer.joined_at) == ("member", "inactive", NOON)
    assert [seat.rank for seat in selectors.upline(member_id=newcomer.member_id)] == ["dealer", "cofounder"]
    top = selectors.member_by_key(key="A1")
    assert selectors.member_by_key(key=top.number) == top
    assert selectors.phone_of(member_id=top.member_id) == "13800138000"
    assert [grant.basis for grant in selectors.grants_of(member_id=top.member_id)] == ["opening"]
    assert selectors.ranks_that_disagree(ladder=LADDER) == ()
    assert not OutboxEvent.objects.exists()
    assert AuditEntry.objects.get(action="members.import").detail == {"imported": 3, "left_out": 0}


def test_a_file_with_a_circle_is_refused_whole(tenant):
    report = take_over(row(2, "A", "C"), row(3, "B", "A"), row(4, "C", "B"), row(5, "D"))
    assert report.imported == 0
    assert by_line(report) == {2: "row_in_cycle", 3: "row_in_cycle", 4: "row_in_cycle"}
    assert not Member.objects.exists()
    assert not AuditEntry.objects.filter(action="members.import").exists()


def test_bad_lines_and_those_below_are_left_out_on_request(tenant):
    report = take_over(row(2, "A", "nobody"), row(3, "B", "A"), row(4, "C"), leave_out_bad_lines=True)
    assert report.imported == 1
    assert by_line(report) == {2: "row_sponsor_unknown", 3: "row_sponsor_left_out"}
    assert Member.objects.get().external_number == "C"


def test_a_second_file_hangs_below_the_first_and_below_our_own_members(tenant):
    own = selectors.member(member_id=join())
    assert take_over(row(2, "A", own.number)).imported == 1
    assert take_over(row(2, "B", "A")).imported == 1
    assert [
        seat.member_id for seat in selectors.upline(member_id=selectors.member_by_key(key="B").member_id)
    ] == [
        selectors.member_by_key(key="A").member_id,
        own.member_id,
    ]


def test_the_same_file_twice_is_refused_the_second_time(tenant):
    assert take_over(row(2, "A")).imported == 1
    assert by_line(take_over(row(2, "A"))) == {2: "row_known"}


def test_a_phone_that_a_member_has_is_refused(tenant):
    join(phone="13800138000")
    assert by_line(take_over(row(2, "A", phone="13800138000"))) == {2: "phone_taken"}


def test_opening_ranks_count_for_promotions(tenant):
    take_over(row(2, "S", rank="vip"), *[row(3 + n, f"R{n}", "S", "vip") for n in range(4)])
    sponsor = selectors.member_by_key(key="S").member_id
    assert services.promote_by_recruits(member_id=sponsor, rules=RULES, ladder=LADDER, now=LATER) == ()
    buy(join(sponsor), "vip", line=1)
    assert selectors.member(member_id=sponsor).rank == "dealer"


def test_a_long_chain_and_a_wide_team_come_in_batches(tenant):
    chain = [row(2 + n, f"c{n}", f"c{n - 1}" if n else "") for n in range(2500)]
    wide = [row(3000 + n, f"w{n}", "c2499") for n in range(2500)]
    assert take_over(*reversed(chain + wide)).imported == 5000
    leaf = selectors.member_by_key(key="w0").member_id
    assert len(selectors.upline(member_id=leaf)) == 2500
    assert selectors.members_in_circles() == ()


def test_agents_come_by_region_and_former_number(tenant):
    take_over(row(2, "A"), row(3, "B"))
    assert agents(("440106", "A"), ("440000", "B")).imported == 2
    seats = selectors.agents_for(region_code="440106", on=MARCH)
    assert [(seat.level, seat.active) for seat in seats] == [("county", True), ("province", True)]
    assert {agent.fee_fen for agent in RegionalAgent.objects.all()} == {0}


def test_bad_agents_are_named_by_line_and_stop_the_file(tenant):
    take_over(row(2, "A"), row(3, "B"))
    agents(("440100", "A"))
    report = agents(("440100", "B"), ("440106", "A"), ("440106", "B"), ("999999", "A"), ("110101", "nobody"))
    assert report.imported == 0
    assert by_line(report) == {
        2: "agency_taken",
        4: "row_repeated",
        5: "division_unknown",
        6: "member_unknown",
    }
    assert RegionalAgent.objects.count() == 1
    assert agents(("440100", "B"), ("440106", "A"), leave_out_bad_lines=True).imported == 1


def test_a_problem_tells_the_reader_what_to_do_in_both_languages(tenant):
    (problem,) = take_over(row(7, "B", "X")).problems
    assert problem.error.message("en") == (
        "Sponsor X of member B is neither in the file nor in the shop. Add their line."
    )
    assert problem.error.message("zh") == "会员B的推荐人X既不在文件中,也不在系统中。请补充该推荐人。"
