"""Placement trees: who stands where, whoever recommended whom."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.plans.running.tests.build import Shop, plan_of

LEVELS = {"by_level": ["5%", "4%", "3%", "2%", "1%"]}


def shop_with(
    placement: dict[str, object], *people: str, promotions: dict[str, object] | None = None
) -> Shop:
    walk = {"id": "walk", "graph": "placement", "placement": placement, "rate": LEVELS}
    return Shop(plan_of(walk, promotions=promotions), *people)


def above(shop: Shop, member: str) -> list[object]:
    return list(shop.run.seats_above(member, clause="walk"))


def test_a_breadth_first_tree_fills_level_by_level_under_the_sponsor():
    shop = shop_with(
        {"width": 2, "fill": "breadth"},
        "Ann",
        "Bob<Ann",
        "Cid<Ann",
        "Dan<Ann",
        "Eve<Cid",
        "Fay<Ann",
        "Gil<Ann",
    )
    assert [above(shop, name)[0] for name in ("Bob", "Cid", "Dan", "Eve", "Fay", "Gil")] == [
        "Ann",
        "Ann",
        "Bob",
        "Cid",
        "Bob",
        "Cid",
    ]


def test_the_weak_leg_gets_the_next_member():
    shop = shop_with({"width": 2, "fill": "weak_leg"}, "Ann", "Bob<Ann", "Cid<Ann")
    shop.paid("Bob", 100)
    shop.join("Dan<Ann")
    assert above(shop, "Dan") == ["Cid", "Ann"]
    shop.paid("Dan", 300)
    shop.join("Eve<Ann")
    assert above(shop, "Eve") == ["Bob", "Ann"]
    # Who is refunded makes the leg weak again; of equally weak legs the one with fewer members is next.
    shop.refunded(2, 300)
    shop.join("Fay<Ann")
    assert above(shop, "Fay") == ["Cid", "Ann"]


def test_without_volume_the_weak_leg_keeps_the_tree_even():
    shop = shop_with({"width": 2, "fill": "weak_leg"}, "Ann", *(f"m{number}<Ann" for number in range(6)))
    assert [above(shop, f"m{number}")[0] for number in range(2, 6)] == ["m0", "m1", "m0", "m1"]


@given(width=st.integers(1, 4), sponsors=st.lists(st.integers(0, 99), max_size=40))
def test_the_public_queue_places_the_nth_member_below_the_one_by_count(width, sponsors):
    shop = shop_with({"width": width, "fill": "queue"}, "m0")
    for number, sponsor in enumerate(sponsors, start=1):
        shop.join(f"m{number}<m{sponsor % number}")
        assert above(shop, f"m{number}")[0] == f"m{(number - 1) // width}"


@given(
    width=st.integers(1, 3),
    fill=st.sampled_from(("breadth", "weak_leg")),
    sponsors=st.lists(st.integers(0, 99), max_size=40),
)
def test_nobody_has_more_below_than_there_are_places_and_all_stand_below_their_sponsor(width, fill, sponsors):
    shop = shop_with({"width": width, "fill": fill}, "m0")
    direct: dict[object, int] = {}
    for number, word in enumerate(sponsors, start=1):
        sponsor = f"m{word % number}"
        shop.join(f"m{number}<{sponsor}")
        direct[above(shop, f"m{number}")[0]] = direct.get(above(shop, f"m{number}")[0], 0) + 1
        assert sponsor in above(shop, f"m{number}")
    assert max(direct.values(), default=0) <= width


PROMOTIONS = {"by_purchase": {"vip-pack": "vip", "dealer-pack": "dealer"}}


@pytest.mark.parametrize(
    ("stays", "expected"),
    [
        (0, {"Cid": ["Ann"], "Dan": ["Cid", "Ann"], "Eve": ["Cid", "Ann"], "Fay": ["Cid", "Ann"]}),
        (2, {"Cid": ["Ann"], "Dan": ["Bob", "Ann"], "Eve": ["Bob", "Ann"], "Fay": ["Cid", "Ann"]}),
        (9, {"Cid": ["Ann"], "Dan": ["Bob", "Ann"], "Eve": ["Bob", "Ann"], "Fay": ["Bob", "Ann"]}),
    ],
)
def test_who_reaches_the_rank_moves_below_the_next_one_of_it_and_leaves_the_first_behind(stays, expected):
    placement = {"fill": "sponsor", "leaves_at": "dealer", "stays_behind": stays}
    people = ("Ann:dealer", "Bob<Ann", "Cid<Bob", "Dan<Cid", "Eve<Cid", "Fay<Cid")
    shop = shop_with(placement, *people, promotions=PROMOTIONS)
    assert above(shop, "Cid") == ["Bob", "Ann"]
    shop.paid("Cid", 100, product="dealer-pack")
    assert {name: above(shop, name) for name in expected} == expected


def test_who_has_nobody_of_that_rank_above_starts_a_tree():
    placement = {"fill": "sponsor", "leaves_at": "dealer", "stays_behind": 1}
    shop = shop_with(placement, "Ann", "Bob<Ann", "Cid<Bob", "Dan<Bob", promotions=PROMOTIONS)
    shop.paid("Bob", 100, product="dealer-pack")
    assert [above(shop, name) for name in ("Bob", "Cid", "Dan")] == [[], ["Ann"], ["Bob"]]


def test_a_rank_below_moves_nobody():
    placement = {"fill": "sponsor", "leaves_at": "dealer", "stays_behind": 1}
    shop = shop_with(placement, "Ann:dealer", "Bob<Ann", "Cid<Bob", "Dan<Cid", promotions=PROMOTIONS)
    shop.paid("Cid", 100, product="vip-pack")
    assert above(shop, "Dan") == ["Cid", "Bob", "Ann"]


@given(moves=st.lists(st.tuples(st.integers(0, 99), st.booleans()), max_size=30))
def test_moves_keep_the_tree_a_tree_with_earlier_members_above(moves):
    placement = {"fill": "sponsor", "leaves_at": "dealer", "stays_behind": 2}
    shop = shop_with(placement, "m0", promotions=PROMOTIONS)
    members = 1
    for word, buys in moves:
        if buys:
            shop.paid(f"m{word % members}", 1, product="dealer-pack")
        else:
            shop.join(f"m{members}<m{word % members}")
            members += 1
        for number in range(members):
            path = [number, *(int(str(name)[1:]) for name in above(shop, f"m{number}"))]
            assert all(upper < lower for lower, upper in pairwise(path))


def test_clauses_that_place_alike_share_a_tree_and_others_have_their_own():
    alike = {"graph": "placement", "placement": {"width": 2, "fill": "queue"}, "rate": "1%"}
    other = {"graph": "placement", "placement": {"width": 3, "fill": "queue"}, "rate": "1%"}
    shop = Shop(plan_of(alike | {"id": "a"}, alike | {"id": "b"}, other | {"id": "c"}), *"ABCDE")
    seats = {clause: shop.run.seats_above("D", clause=clause) for clause in "abc"}
    assert seats == {"a": ("B", "A"), "b": ("B", "A"), "c": ("A",)}
