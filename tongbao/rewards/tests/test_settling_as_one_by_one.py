"""The lane against the plain way: each order read, evaluated and promoted by itself, one after the other."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from django.utils import timezone

from tongbao.kit import events
from tongbao.mall.models import Order
from tongbao.mall.selectors import order_facts
from tongbao.mall.tests import shop
from tongbao.members.models import Member, RankGrant
from tongbao.members.selectors import agents_for, uplines
from tongbao.members.services import appoint_agent, promote_by_purchase, promote_by_recruits, set_active
from tongbao.plans import AgentSeat, Chain, Sale, SponsorSeat, evaluate, preset_text
from tongbao.rewards.contracts import RewardsSettings
from tongbao.rewards.models import Settlement
from tongbao.rewards.policy import promotes, seen_by_plan
from tongbao.rewards.selectors.plans import plan_in_force
from tongbao.rewards.tests import street
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.selectors import tenant_settings

NOON = street.NOON
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
PEOPLE, ORDERS = 24, 40

# Three recruits instead of five, so that ranks also rise by recruits, and several steps at once.
QUICK = (
    preset_text("gift-pack")
    .replace("plan: gift-pack", "plan: quick")
    .replace("recruits: 5", "recruits: 2")
)
OTHER_RANKS = preset_text("merchant-alliance").replace("plan: merchant-alliance", "plan: alliance")


@pytest.fixture
def gateway():
    with street.memory_gateway() as gateway:
        yield gateway


def a_day(gateway, seed: int) -> list[int]:
    """People under one another, some inactive, agents among them; orders of one to three lines by several plans."""
    draw = random.Random(seed)
    street.publish(QUICK, NOON)
    street.publish(OTHER_RANKS, NOON)
    for code, price_fen, plan in (
        ("pack-198", 19_800, "quick"),
        ("pack-398", 39_800, "quick"),
        ("pack-999", 99_900, "gift-pack"),
        ("tea", 1_234, "alliance"),
        ("rice", 3_333, ""),
    ):
        street.pack(price_fen, code=code, plan=plan)
    people = [street.person()]
    for _ in range(PEOPLE - 1):
        people.append(street.person(sponsor=draw.choice(people[: 1 + len(people) // 3])))
    for member_id in draw.sample(people[2:], 3):
        set_active(member_id=member_id, active=False, reason="set so by the test", actor=street.OPERATOR, now=NOON)
    for level, member_id in zip(("county", "province"), draw.sample(people, 2), strict=True):
        appoint_agent(
            region_code=street.REGIONS[level],
            member_id=member_id,
            starts_on=date(2026, 1, 1),
            actor=street.OPERATOR,
            now=NOON,
        )
    for number in range(ORDERS):
        basket = draw.choices(
            [("pack-198", 1), ("pack-198", 2), ("pack-398", 1), ("pack-999", 1), ("tea", 3), ("rice", 1)],
            weights=[12, 2, 1, 1, 2, 1],
            k=draw.choice([1, 1, 1, 2, 3]),
        )
        shop.paid(gateway, draw.choice(people), *dict(basket).items(), now=NOON + number * SECOND)
    return people


def one_by_one(people: list[int]) -> list[tuple[object, ...]]:
    """Who gets what of every order by the plain evaluator; ranks are written as they rise."""
    enough_bp = tenant_settings(RewardsSettings).promotion_cash_bp
    found: list[tuple[object, ...]] = []
    rows = Order.objects.filter(paid_at__isnull=False).order_by("paid_at", "id")
    for number, order_id in enumerate(rows.values_list("id", flat=True)):
        facts = order_facts(order_id=order_id)
        above = uplines(member_ids=[facts.buyer_id])[facts.buyer_id]
        agents = agents_for(region_code=facts.region_code, on=timezone.localdate(facts.paid_at))
        chain = Chain(
            buyer_key=facts.buyer_id,
            sponsors=tuple(SponsorSeat(seat.member_id, seat.rank, seat.active) for seat in above),
            agents=tuple(AgentSeat(seat.level, seat.member_id, seat.active) for seat in agents),
        )
        lines = [
            (line, plan_in_force(key=line.plan_key, at=facts.paid_at)[1]) for line in facts.lines if line.plan_key
        ]
        for line, plan in lines:
            sale = Sale(base_fen=line.base_fen, product=line.product_code)
            for award in evaluate(plan=plan, chain=seen_by_plan(chain, ladder=plan.ranks), sale=sale):
                who = people.index(int(award.beneficiary))
                found.append((number, line.position, who, award.clause, award.seat, award.rank, award.amount_fen))
        for line, plan in lines:
            rank = plan.promotions.rank_for(line.product_code) if line.is_pack else None
            if rank is None or not promotes(
                base_fen=line.base_fen, list_fen=line.list_fen, promotion_cash_bp=enough_bp
            ):
                continue
            at = NOON + MINUTE + number * SECOND
            source = f"order_line:{line.line_id}"
            promote_by_purchase(member_id=facts.buyer_id, rank=rank, source=source, ladder=plan.ranks, now=at)
            promote_by_recruits(
                member_id=facts.buyer_id, rules=plan.promotions.by_recruits, ladder=plan.ranks, now=at
            )
    return found


def by_the_lane(people: list[int]) -> list[tuple[object, ...]]:
    events.drain(now=NOON + MINUTE)
    assert street.all_is_right()
    return [
        (
            number,
            award.settled_line.position,
            people.index(award.beneficiary_id),
            award.clause,
            award.seat,
            award.rank,
            award.amount_fen,
        )
        for number, settlement in enumerate(Settlement.objects.order_by("id"))
        for award in settlement.awards.select_related("settled_line").order_by("settled_line__position", "id")
    ]


def ranks_and_why(people: list[int]) -> tuple[list[str], list[tuple[object, ...]]]:
    """Everybody's rank, and every grant with those who counted, in order."""
    place = {member_id: number for number, member_id in enumerate(people)}
    ranks = dict(Member.objects.values_list("id", "rank"))
    grants = [
        (
            place[grant.member_id],
            grant.rank,
            grant.basis,
            grant.from_rank,
            grant.recruits_needed,
            sorted(place[one] for one in grant.witnesses.values_list("recruit_id", flat=True)),
        )
        for grant in RankGrant.objects.order_by("granted_at", "id")
    ]
    return [ranks[member_id] for member_id in people], grants


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_orders_settled_together_pay_and_promote_as_one_after_the_other(two_tenants, gateway, seed):
    found = []
    for tenant, settle in zip(two_tenants, (by_the_lane, one_by_one), strict=True):
        with tenant_context(tenant.schema_name):
            people = a_day(gateway, seed)
            found.append((settle(people), *ranks_and_why(people)))
    together, singly = found
    assert together[0] == singly[0]
    assert together[1:] == singly[1:]
    awards, ranks, grants = together
    assert len(awards) > 60
    assert {"vip", "dealer"} < set(ranks)
    assert {basis for _, _, basis, *_ in grants} == {"purchase", "recruits"}
