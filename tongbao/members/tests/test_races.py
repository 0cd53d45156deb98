"""What happens at once: real threads and connections, commits that stay, one database for all of these tests."""

from __future__ import annotations

import re
from datetime import date
from itertools import count

import pytest
from django.db import DatabaseError, connection, transaction

from tongbao.kit.errors import DomainError
from tongbao.members import selectors, services
from tongbao.members.contracts import (
    AgencySeatsFull,
    AgencyTaken,
    CodeNotValid,
    MembersSettings,
    PhoneTaken,
    StatusChangeRefused,
)
from tongbao.members.models import Member, MemberSession, PhoneCode, RankGrant, RegionalAgent, SmsMessage
from tongbao.members.selectors import tree
from tongbao.members.tests.people import CHEN, LADDER, NOON, RULES, buy, join, refund, row
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.models import AuditEntry
from tongbao.tenancy.services import change_settings

_lines = count(1)
_phones = count(13_800_000_001)


@pytest.fixture(scope="module")
def database(new_database):
    with new_database() as here:
        yield here


@pytest.fixture
def shop(database):
    """The tenant ``lotus``, with whatever the tests before have left in it."""
    with tenant_context("lotus"):
        yield database


def rank(member_id: int) -> str:
    return selectors.member(member_id=member_id).rank


def vip_with_recruits(number: int) -> tuple[int, list[int]]:
    """A VIP with so many VIPs below, and the order lines of the recruits."""
    sponsor = join()
    buy(sponsor, "vip", line=next(_lines))
    lines = []
    for _ in range(number):
        lines.append(next(_lines))
        buy(join(sponsor), "vip", line=lines[-1])
    return sponsor, lines


def purchase(member_id: int):
    """Somebody buys a VIP pack, in one transaction as the settlement does."""
    line = next(_lines)

    def run() -> None:
        with transaction.atomic():
            buy(member_id, "vip", line=line)

    return run


def code_for(phone: str) -> str:
    services.request_code(phone=phone, address="", now=NOON)
    return re.search(r"\d{6}", SmsMessage.objects.filter(phone=phone).latest("id").text).group()


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_two_fifth_recruits_at_once_promote_exactly_once(shop, race):
    sponsor, _ = vip_with_recruits(4)
    assert race(purchase(join(sponsor)), purchase(join(sponsor))) == [None, None]
    assert rank(sponsor) == "dealer"
    assert RankGrant.objects.filter(member_id=sponsor, basis="recruits").count() == 1


def test_two_recruits_who_make_four_and_five_at_once_do_promote(shop, race):
    sponsor, _ = vip_with_recruits(3)
    assert race(purchase(join(sponsor)), purchase(join(sponsor))) == [None, None]
    assert rank(sponsor) == "dealer"


def test_a_fifth_recruit_and_the_refund_of_another_at_once_end_as_if_one_came_first(shop, race):
    sponsor, lines = vip_with_recruits(4)
    assert race(purchase(join(sponsor)), lambda: refund(lines[2])) == [None, None]
    assert rank(sponsor) == "vip"


def test_two_refunds_at_once_take_back_one_promotion(shop, race):
    sponsor, lines = vip_with_recruits(6)
    assert race(lambda: refund(lines[0]), lambda: refund(lines[1])) == [None, None]
    assert rank(sponsor) == "vip"
    assert RankGrant.objects.filter(member_id=sponsor, revoked_because="fell_with").count() == 1


def test_the_same_pack_settled_twice_at_once_is_granted_once(shop, race):
    wang, line = join(), next(_lines)
    assert race(*[lambda: buy(wang, "vip", line=line)] * 4) == [None] * 4
    assert len(selectors.grants_of(member_id=wang)) == 1


def move(member_id: int, sponsor_id: int):
    return lambda: services.move_sponsor(
        member_id=member_id, sponsor_id=sponsor_id, proposal_id=None, actor=CHEN, now=NOON
    )


def bare_move(member_id: int, sponsor_id: int) -> None:
    """A move by plain SQL: only the trigger stands in its way."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE members_member SET sponsor_id = %s, sponsor_fixed_at = now() WHERE id = %s",
            [sponsor_id, member_id],
        )


def test_of_two_moves_by_plain_sql_that_would_close_a_circle_one_is_refused(shop, race):
    wang, li = join(), join()
    outcomes = race(lambda: bare_move(wang, li), lambda: bare_move(li, wang))
    refused = [outcome for outcome in outcomes if outcome is not None]
    assert [outcome.__cause__.sqlstate for outcome in refused] == ["TB110"]


def test_of_two_approved_moves_that_close_a_circle_one_is_refused(shop, race):
    wang, li = join(), join()
    outcomes = race(move(wang, li), move(li, wang))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NoneType", "SponsorCycle"]
    assert selectors.members_in_circles() == ()


def test_many_racing_moves_leave_a_forest(shop, race):
    people = [join() for _ in range(6)]

    def shuffle(start: int):
        def run() -> None:
            for turn in range(1, 6):
                try:
                    move(people[(start + turn) % 6], people[(start + 2 * turn) % 6])()
                except DomainError:
                    continue

        return run

    assert race(*[shuffle(start) for start in range(4)]) == [None] * 4
    assert selectors.members_in_circles() == ()


def test_a_move_in_a_repeatable_read_transaction_is_refused(shop):
    wang, li = join(), join()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with pytest.raises(DatabaseError) as refused:
            bare_move(wang, li)
    assert refused.value.__cause__.sqlstate == "TB111"


def test_one_code_sent_in_five_times_at_once_signs_in_once(shop, race):
    phone = str(next(_phones))
    wang, code = join(phone=phone), code_for(phone)
    outcomes = race(*[lambda: services.log_in(phone=phone, code=code, now=NOON)] * 5)
    assert sum(isinstance(outcome, CodeNotValid) for outcome in outcomes) == 4
    assert MemberSession.objects.filter(member_id=wang).count() == 1


def test_guesses_at_once_are_counted_one_by_one(shop, race):
    phone = str(next(_phones))
    wrong = another(code_for(phone))
    outcomes = race(*[lambda: services.sign_up(phone=phone, code=wrong, now=NOON)] * 8)
    assert all(isinstance(outcome, CodeNotValid) for outcome in outcomes)
    assert PhoneCode.objects.get(phone=phone).tries == 5


def test_a_wrong_guess_is_counted_although_the_sign_up_fails(shop):
    phone = str(next(_phones))
    wrong = another(code_for(phone))
    with pytest.raises(CodeNotValid):
        services.sign_up(phone=phone, code=wrong, now=NOON)
    connection.close()
    assert PhoneCode.objects.get(phone=phone).tries == 1


def test_two_sign_ups_of_a_phone_at_once_make_one_account(shop, race):
    phone = str(next(_phones))
    outcomes = race(*[lambda: services.register(phone=phone, now=NOON)] * 3)
    assert sum(isinstance(outcome, PhoneTaken) for outcome in outcomes) == 2
    assert Member.objects.filter(phone=phone).count() == 1


def test_two_operators_freezing_at_once_do_it_once(shop, race):
    wang = join()
    outcomes = race(
        *[lambda: services.freeze(member_id=wang, reason="under review", actor=CHEN, now=NOON)] * 3
    )
    assert sum(isinstance(outcome, StatusChangeRefused) for outcome in outcomes) == 2
    assert AuditEntry.objects.filter(subject=f"member:{wang}").count() == 1


def test_first_addresses_at_once_leave_one_default(shop, race):
    wang = join()
    home = {"recipient": "王小明", "phone": "13800138000", "region_code": "440106", "street": "体育西路1号"}
    outcomes = race(*[lambda: services.add_address(member_id=wang, now=NOON, is_default=True, **home)] * 4)
    assert all(hasattr(outcome, "address_id") for outcome in outcomes)
    assert sum(known.is_default for known in selectors.addresses(member_id=wang)) == 1


def appoint(region_code: str, member_id: int):
    return lambda: services.appoint_agent(
        region_code=region_code, member_id=member_id, starts_on=date(2026, 3, 1), actor=CHEN, now=NOON
    )


def test_of_two_appointments_at_once_one_is_refused(shop, race):
    outcomes = race(appoint("440106", join()), appoint("440106", join()))
    assert sum(isinstance(outcome, AgencyTaken) for outcome in outcomes) == 1
    assert RegionalAgent.objects.filter(region_code="440106").count() == 1


def test_of_two_appointments_for_the_last_seat_one_is_refused(shop, race):
    change_settings(settings_class=MembersSettings, values={"city_agent_seats": 1}, actor=CHEN, now=NOON)
    outcomes = race(appoint("440100", join()), appoint("440300", join()))
    assert sum(isinstance(outcome, AgencySeatsFull) for outcome in outcomes) == 1
    assert RegionalAgent.objects.filter(level="city").count() == 1


def test_two_imports_of_one_file_at_once_take_it_over_once(shop, race):
    rows = [row(2, "A"), row(3, "B", "A")]
    ask = {"rows": rows, "ladder": LADDER, "actor": CHEN, "now": NOON}
    reports = race(*[lambda: services.import_members(**ask)] * 2)
    assert sorted(report.imported for report in reports) == [0, 2]
    assert Member.objects.filter(external_number__in=("A", "B")).count() == 2


def superuser(database):
    """An administrator's own connection, past every rule of ours."""
    import psycopg

    return psycopg.connect(
        host=database.host,
        port=database.port,
        user=database.admin_user,
        password=database.admin_password,
        dbname=database.name,
        autocommit=True,
        options="-c search_path=lotus",
    )


def test_a_circle_made_by_a_superuser_is_found(shop):
    wang = join()
    li = join(wang)
    below = join(li)
    make_circle = "UPDATE members_member SET sponsor_id = %s, sponsor_fixed_at = now() WHERE id = %s"
    with superuser(shop) as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(make_circle, [li, wang])
        assert selectors.members_in_circles() == (wang, li, below)
        admin.execute(make_circle, [None, wang])
    assert selectors.members_in_circles() == ()


def test_a_big_teams_tree_is_walked_by_index(shop):
    top = join()
    with superuser(shop) as admin:
        admin.execute(
            """
            INSERT INTO members_member (id, number, name, invite_code, sponsor_id, sponsor_fixed_at, rank,
                status, identity_status, language, joined_at)
            SELECT %(top)s + n, 'B' || n, '', 'B' || n, %(top)s + (n - 1) / 4, now(), 'member', 'active',
                'none', 'zh-hans', now()
            FROM generate_series(1, 20000) AS n
            """,
            {"top": top},
        )
        admin.execute(
            "SELECT setval(pg_get_serial_sequence('members_member', 'id'), max(id)) FROM members_member"
        )
        admin.execute("ANALYZE members_member")
    assert sum(level.members for level in selectors.downline_counts(member_id=top)) == 20_000
    leaf = top + 20_000
    assert len(selectors.upline(member_id=leaf)) == 7
    for statement, parameters in (
        (tree.UPLINE, {"members": [leaf]}),
        (tree.DOWNLINE_COUNTS, {"member": top + 1250}),
    ):
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + statement, parameters)
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "Seq Scan on members_member" not in plan, plan


def test_after_all_of_this_every_rank_has_its_reasons(shop):
    assert selectors.ranks_that_disagree(ladder=LADDER) == ()
    assert services.promote_by_recruits(member_id=join(), rules=RULES, ladder=LADDER, now=NOON) == ()
