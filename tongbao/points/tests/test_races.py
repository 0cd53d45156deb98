"""Thirty-two at once: caps hold, nothing is minted or given back twice."""

from __future__ import annotations

from functools import partial

from tongbao.ledger import selectors as books
from tongbao.points import selectors, services
from tongbao.points.contracts import GIFT_PACKS, Purchase
from tongbao.points.tests.people import NINE_DAYS_LATER, NOON, join, points

RACERS = 32


def sound() -> bool:
    return not list(selectors.verify()) and not list(books.verify())


def test_a_cap_holds_under_32_who_want_the_last_points(committed_tenant, race):
    """100.5 points are left, each of 32 wants 10: ten get all, one gets the half, the others nothing."""
    others = join()
    everything_else = selectors.left_in(pool=GIFT_PACKS) - 1_005_000
    services.grant_pending(
        pool=GIFT_PACKS, member_id=others, amount=everything_else, subject="earlier", now=NOON
    )
    members = [join() for _ in range(RACERS)]
    granted = race(
        *(
            partial(
                services.grant_pending,
                pool=GIFT_PACKS,
                member_id=member_id,
                amount=points(10),
                subject=f"order:{member_id}",
                now=NOON,
            )
            for member_id in members
        )
    )
    assert sorted(granted) == [0] * 21 + [5_000] + [points(10)] * 10
    assert selectors.left_in(pool=GIFT_PACKS) == 0
    assert sound()


def test_one_grant_asked_for_by_32_is_given_once(committed_tenant, race):
    wang = join()
    ask = partial(
        services.grant_for_purchase,
        pool=GIFT_PACKS,
        member_id=wang,
        paid_fen=19_800,
        subject="order:1",
        now=NOON,
    )
    assert race(*[ask] * RACERS) == [points(198)] * RACERS
    assert selectors.member_points(member_id=wang).pending == points(198)
    assert sound()


def test_minting_and_refunding_at_once_end_with_nothing_kept_and_nothing_lost(committed_tenant, race):
    wang = join()
    services.grant_for_purchase(pool=GIFT_PACKS, member_id=wang, paid_fen=19_800, subject="order:1", now=NOON)
    before = selectors.left_in(pool=GIFT_PACKS)
    mint = partial(services.mint, subject="order:1", now=NINE_DAYS_LATER)
    void = partial(services.void, subject="order:1", now=NINE_DAYS_LATER)
    results = race(*[mint, void] * (RACERS // 2))
    assert sorted(results[1::2]) == [0] * 15 + [points(198)]
    assert sum(results[0::2]) in (0, points(198))
    owns = selectors.member_points(member_id=wang)
    assert (owns.available, owns.pending, owns.owed) == (0, 0, 0)
    assert selectors.left_in(pool=GIFT_PACKS) == before + points(198)
    assert sound()


def test_a_contribution_confirmed_and_refunded_at_once_is_one_or_the_other(committed_tenant, race):
    services.contribute(subject="order:1", base_fen=19_800, now=NOON)
    confirm = partial(services.confirm_contribution, subject="order:1", now=NINE_DAYS_LATER)
    void = partial(services.void_contribution, subject="order:1", now=NINE_DAYS_LATER)
    results = race(*[confirm, void] * (RACERS // 2))
    assert sorted(results) == [0] * (RACERS - 1) + [1_980]
    assert sound()


def test_many_purchases_together_and_24_alone_share_the_last_points_to_the_unit(committed_tenant, race):
    """1 000 points are left; ten ask for 20 each in one call, eight times over, beside 24 who ask for 10 alone."""
    others = join()
    everything_else = selectors.left_in(pool=GIFT_PACKS) - points(1_000)
    services.grant_pending(
        pool=GIFT_PACKS, member_id=others, amount=everything_else, subject="earlier", now=NOON
    )
    members = [join() for _ in range(10)]

    def ten(run: int) -> int:
        purchases = [
            Purchase(subject=f"run:{run}:{member}", member_id=member, paid_fen=2_000) for member in members
        ]
        return sum(services.grant_for_purchases(pool=GIFT_PACKS, purchases=purchases, now=NOON).values())

    def alone(number: int) -> int:
        return services.grant_pending(
            pool=GIFT_PACKS, member_id=others, amount=points(10), subject=f"alone:{number}", now=NOON
        )

    granted = race(
        *(partial(ten, run) for run in range(8)), *(partial(alone, number) for number in range(24))
    )
    assert sum(granted) == points(1_000)
    assert selectors.left_in(pool=GIFT_PACKS) == 0
    assert sound()
