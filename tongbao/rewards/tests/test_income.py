"""What members earned, counted and disclosed: ten people whose incomes are worked by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongbao.mall.tests import shop
from tongbao.members.models import Member
from tongbao.members.services import freeze
from tongbao.rewards import selectors, services
from tongbao.rewards.models import Award, AwardChange, IncomeRow, SettledLine
from tongbao.rewards.policy.income import groups_to_show, of_hundred
from tongbao.rewards.tests import street

NOON = street.NOON
RECEIVED = NOON + timedelta(days=3)
RELEASED = RECEIVED + timedelta(days=8)
LATER = RELEASED + timedelta(days=2)
LADDER = ("member", "vip", "dealer", "cofounder")


@pytest.fixture
def gateway():
    with street.memory_gateway() as gateway:
        yield gateway


@pytest.fixture
def anyone(tenant):
    return Client(headers={"host": "lotus.test"})


def ten_people(gateway) -> dict[str, int]:
    """An recruited Bo and Chen, Dan recruited En, Fang recruited Gao, He recruited Ji, nobody Kong.

    A tea set is 100 yuan and pays the nearest sponsor 12 yuan. En gives one of three back after the release; Fang is
    frozen before it; He leaves after it.
    """
    tea = shop.product("tea-set", price_fen=100_00, kind="gift_pack", plan_key="gift-pack")
    people: dict[str, int] = {}
    sponsors = {"Bo": "An", "Chen": "An", "En": "Dan", "Gao": "Fang", "Ji": "He"}
    for name in ("An", "Bo", "Chen", "Dan", "En", "Fang", "Gao", "He", "Ji", "Kong"):
        people[name] = street.person(sponsor=people.get(sponsors.get(name, "")))
    placed = {}
    for name, sets in {"Bo": 1, "Chen": 2, "En": 3, "Gao": 1, "Ji": 5, "Kong": 1}.items():
        placed[name] = street.buy(gateway, people[name], (tea, sets))
        street.receive(placed[name], people[name], now=RECEIVED)
    freeze(member_id=people["Fang"], reason="under investigation", actor=street.OPERATOR, now=RECEIVED)
    services.release_due(now=RELEASED)
    street.refund(gateway, placed["En"], amount_fen=100_00, now=RELEASED + timedelta(days=1))
    return people


def figures(period: str = "year", place: int = 0) -> dict[str, int]:
    row = IncomeRow.objects.order_by("-disclosure_id").filter(period=period, place=place).first()
    left_out = ("_state", "id", "disclosure_id", "period", "place", "ranks")
    return {name: value for name, value in vars(row).items() if name not in left_out}


def test_ten_people_one_refund_one_frozen_one_gone(tenant, gateway):
    people = ten_people(gateway)
    Member.objects.filter(id=people["He"]).update(status="closed")
    assert services.disclose_income(now=LATER) == 10
    # An 36, Dan 36 - 12, He 60 yuan; the other seven nothing, Fang because 12 yuan still wait for her.
    expected = {
        "members": 10,
        "earned_nothing": 7,
        "quarter_fen": 0,
        "median_fen": 0,
        "three_quarters_fen": 24_00,
        "ninety_fen": 36_00,
        "ninety_nine_fen": 60_00,
        "most_fen": 60_00,
        "total_fen": 120_00,
        "mean_fen": 12_00,
        "top_hundredth_bp": 5000,
        "top_tenth_bp": 5000,
        # Spent: nothing by four, 100 by Bo, Gao and Kong, 200 by Chen and (after the refund) En, 500 by Ji.
        "spent_median_fen": 100_00,
    }
    assert figures() == figures("ever") == figures("ever", 1) == expected


def test_a_year_later_the_twelve_months_are_empty_and_all_time_is_as_it_was(tenant, gateway):
    ten_people(gateway)
    services.disclose_income(now=LATER)
    before = figures("ever")
    services.disclose_income(now=RELEASED + timedelta(days=366))
    assert figures("ever") == before
    after = figures("year")
    assert (after["earned_nothing"], after["most_fen"], after["top_tenth_bp"]) == (10, 0, 0)
    assert after["spent_median_fen"] == 0


def test_counting_twice_at_one_moment_publishes_once(tenant, gateway):
    ten_people(gateway)
    services.disclose_income(now=LATER)
    assert services.disclose_income(now=LATER) == 10
    assert IncomeRow.objects.count() == 4


def test_a_small_rank_is_shown_with_the_next_one_down(tenant):
    for rank, people in (("member", 6), ("vip", 5), ("dealer", 3), ("cofounder", 1)):
        for _ in range(people):
            street.person(rank)
    services.disclose_income(now=LATER)
    found = selectors.disclosed_income()
    assert [(group.ranks, group.members) for group in found.groups["year"]] == [
        (("member",), 6),
        (("vip", "dealer", "cofounder"), 9),
    ]
    assert found.everybody["year"].members == 15


@pytest.mark.parametrize(
    ("sizes", "shown"),
    [
        ({}, ()),
        ({"member": 4}, ()),
        ({"member": 5}, (("member",),)),
        (
            {"member": 90, "vip": 8, "dealer": 3, "cofounder": 1},
            (("member",), ("vip", "dealer", "cofounder")),
        ),
        ({"member": 2, "vip": 8, "cofounder": 5}, (("member", "vip"), ("cofounder",))),
        ({"member": 9, "old rank": 3, "vip": 5}, (("old rank", "member"), ("vip",))),
        ({"member": 2, "vip": 2, "dealer": 1}, (("member", "vip", "dealer"),)),
    ],
)
def test_nobody_stands_in_a_group_of_less_than_five(sizes, shown):
    assert groups_to_show(sizes=sizes, ladder=LADDER) == shown


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, 0), (0, 9, 0), (1, 1000, 1), (999, 1000, 99), (7, 10, 70), (2, 3, 67), (4, 4, 100)],
)
def test_of_a_hundred_none_and_all_are_only_said_when_true(part, whole, said):
    assert of_hundred(part=part, whole=whole) == said


def test_an_empty_mall_says_that_nothing_is_counted_then_that_there_is_nobody(anyone):
    told = anyone.get("/api/v1/trust/income").json()
    assert (told["state"], told["as_of"], told["periods"]) == ("not_counted", None, [])
    assert "Not counted yet" in anyone.get("/disclosure/?lang=en").content.decode()
    services.disclose_income(now=LATER)
    told = anyone.get("/api/v1/trust/income").json()
    assert (told["state"], told["members"], told["periods"]) == ("too_few", 0, [])
    assert "There are 0 members" in anyone.get("/disclosure/?lang=en").content.decode()


def test_anyone_reads_it_and_asks_again_only_after_the_next_counting(anyone, gateway):
    ten_people(gateway)
    services.disclose_income(now=LATER)
    answer = anyone.get("/api/v1/trust/income", headers={"accept-language": "en"})
    told = answer.json()
    assert (told["state"], told["members"], told["smallest_group"]) == ("published", 10, 5)
    assert [period["period"] for period in told["periods"]] == ["year", "ever"]
    assert told["periods"][0]["everybody"]["nothing_of_hundred"] == 70
    assert told["periods"][0]["groups"][0]["ranks"] == ["member"]
    assert "frozen and closed" in told["method"]
    assert "已注销" in anyone.get("/api/v1/trust/income", headers={"accept-language": "zh"}).json()["method"]
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    same = {"accept-language": "en", "if-none-match": answer.headers["ETag"]}
    assert anyone.get("/api/v1/trust/income", headers=same).status_code == 304
    services.disclose_income(now=LATER + timedelta(days=1))
    assert anyone.get("/api/v1/trust/income", headers=same).status_code == 200


def test_the_page_says_it_in_a_sentence_draws_it_and_has_the_table_beside(anyone, gateway):
    ten_people(gateway)
    services.disclose_income(now=LATER)
    page = anyone.get("/disclosure/?lang=en").content.decode()
    assert "Of 100 members, 70 earned nothing in the last twelve months." in page
    assert '<rect class="nothing" x="170" y="4" width="280" height="22"/>' in page
    assert '<th scope="row">the most anybody earned</th><td class="num">60.00</td>' in page
    assert (
        "每100名会员中,有70人最近12个月没有任何收入。" in anyone.get("/disclosure/?lang=zh").content.decode()
    )


def by_hand(incomes: list[int]) -> dict[str, int]:
    """The same order statistics, computed plainly."""
    ordered, n, total = sorted(incomes), len(incomes), sum(incomes)

    def at(share: int) -> int:
        return ordered[-(-n * share // 100) - 1]

    def top(share: int) -> int:
        return 10_000 * sum(ordered[n - -(-n * share // 100) :]) // total if total else 0

    return {
        "members": n,
        "earned_nothing": incomes.count(0),
        "quarter_fen": at(25),
        "median_fen": at(50),
        "three_quarters_fen": at(75),
        "ninety_fen": at(90),
        "ninety_nine_fen": at(99),
        "most_fen": ordered[-1],
        "total_fen": total,
        "mean_fen": total // n,
        "top_hundredth_bp": top(1),
        "top_tenth_bp": top(10),
        "spent_median_fen": 0,
    }


INCOMES = st.lists(
    st.one_of(st.just(0), st.integers(0, 50), st.integers(0, 10**13)), min_size=5, max_size=120
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(vips=INCOMES, dealers=INCOMES)
def test_the_database_counts_as_one_would_by_hand(tenant, gateway, vips, dealers):
    line = SettledLine.objects.first() or _a_line(gateway)
    known = Member.objects.count()
    with transaction.atomic():
        people = [
            *_people("vip", len(vips), known),
            *_people("dealer", len(dealers), known + len(vips)),
        ]
        _earn(line, dict(zip([one.pk for one in people], [*vips, *dealers], strict=True)))
        services.disclose_income(now=LATER)
        # The buyer is the only member, too few to stand alone: shown with the next rank.
        assert figures("year", 1) == by_hand([0, *vips])
        assert figures("ever", 2) == by_hand(dealers)
        assert figures("ever", 0) == by_hand([0, *vips, *dealers])
        transaction.set_rollback(True)


def _a_line(gateway) -> SettledLine:
    tea = shop.product("tea-set", price_fen=100_00, kind="gift_pack", plan_key="gift-pack")
    street.buy(gateway, street.person(), (tea, 1))
    return SettledLine.objects.get()


def _people(rank: str, count: int, start: int) -> list[Member]:
    return Member.objects.bulk_create(
        Member(number=f"T{at:09d}", invite_code=f"T{at:09d}", rank=rank, joined_at=NOON)
        for at in range(start, start + count)
    )


def _earn(line: SettledLine, incomes: dict[int, int]) -> None:
    awards = Award.objects.bulk_create(
        Award(
            settled_line=line,
            settlement_id=line.settlement_id,
            beneficiary_id=member_id,
            seat="sponsor 1",
            clause="direct",
            kind="direct",
            rank="vip",
            rate_bp=1200,
            rate_before_bp=0,
            base_fen=amount_fen,
            original_fen=amount_fen,
            amount_fen=amount_fen,
            state="released",
            booked_at=NOON,
        )
        for member_id, amount_fen in incomes.items()
    )
    AwardChange.objects.bulk_create(
        AwardChange(
            award=award,
            kind="released",
            delta_fen=0,
            amount_fen=award.amount_fen,
            request_key="t",
            base_fen=0,
            at=NOON,
        )
        for award in awards
    )
