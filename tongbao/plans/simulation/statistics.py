"""Counting what a simulation shows. Statistics only: nothing here is paid to anybody."""

from __future__ import annotations

import itertools

import numpy as np

from tongbao.money import WHOLE_BP
from tongbao.plans.proving import prove
from tongbao.plans.simulation.drawn import NEVER, Drawn, Flags, Ints, Longs
from tongbao.plans.simulation.figures import Band, Cohort, Days, Decile, Figures, Money
from tongbao.plans.simulation.payouts import Payouts

MONTH_DAYS = 30
SATURATED_BP = 9_000
"""A market counts as saturated when this part of all who can ever join has joined."""
FEWEST = 5
"""A group below this many people isn't spoken of: its median says nothing."""
BANDS = 10


def figures(drawn: Drawn, payouts: Payouts) -> Figures:
    """The figures of a plan on a market.

    A person's income is what all their accounts were paid, net of what was taken back. Their cost is what they paid
    for packs and goods beyond what these are worth to them (of what wasn't refunded), what approaching people cost,
    and their time if the market counts it.
    """
    plan = payouts.plan
    person = drawn.person
    income_fen = _of_owner(drawn, payouts.paid_fen)[person]
    cost_fen = costs_fen(drawn)[person]
    net_fen = income_fen - cost_fen
    proof = prove(plan)
    money = money_of(drawn, payouts)
    recruits = recruits_of(drawn)
    members = np.flatnonzero(drawn.member)
    many = len(members)
    level = levels(drawn)
    joined = np.bincount(drawn.joined_day[members], minlength=drawn.days)
    ordered = np.sort(net_fen)
    incomes = np.sort(np.maximum(income_fen, 0))
    earners = incomes[incomes > 0]
    own_packs_fen = _of_owner(drawn, _paid(drawn, packs=True))[person]
    bought = own_packs_fen > 0
    return Figures(
        plan=plan.key,
        route=payouts.route,
        bounded=proof.bounded,
        bound_bp=proof.worst_case_bp if proof.bounded and set(plan.budgets) == {"net"} else None,
        budget_bp=proof.budget_bp,
        members=many,
        people=len(net_fen),
        sybils=int(drawn.sybil.sum()),
        customers=int(drawn.customer.sum()),
        orders=len(drawn.buyer),
        retail_bp=_part(int(drawn.base_fen[drawn.customer[drawn.buyer]].sum()), money.paid_in_fen),
        money=money,
        payout_bp=_part(money.awarded_fen, money.net_sales_fen),
        nothing_bp=_share_of(income_fen <= 0),
        losing_bp=_share_of(net_fen < 0),
        earned_back_bp=_share_of((income_fen >= own_packs_fen)[bought]),
        median_income_fen=_median(income_fen),
        median_net_fen=_median(net_fen),
        median_cost_fen=_median(cost_fen),
        up_to_7000_yuan_bp=_share_of(income_fen <= 700_000),
        lower_earners_mean_fen=_mean(earners[: len(earners) * 888 // 1000]),
        mean_income_fen=_mean(income_fen),
        mean_earner_fen=_mean(earners),
        top_hundredth_bp=_part(int(incomes[-max(len(incomes) // 100, 1) :].sum()), int(incomes.sum())),
        gini_bp=gini_bp(incomes),
        deciles=_deciles(income_fen, cost_fen, net_fen),
        cohorts=_cohorts(drawn.joined_day[person], recruits[person], net_fen),
        lorenz_bp=_lorenz(incomes),
        spread=_spread(ordered),
        by_depth={depth: fen for depth, fen in sorted(payouts.by_depth.items()) if depth},
        by_clause=payouts.by_clause,
        deepest_level=int(level[members].max()),
        expected_height=int(np.e * np.log(max(many, 3)) - 1.5 * np.log(np.log(max(many, 3)))),
        third_level_bp=_share_of(_structure(drawn, level)[members] >= 3),
        leaves_bp=_share_of(recruits[members] == 0),
        one_or_more_until_percent=_one_or_more(recruits[members]),
        bands=_bands(recruits[members]),
        saturation_day=_saturation(joined, drawn.accounts),
        busiest_day=int(joined.argmax()),
        by_day=_days(drawn, payouts, joined),
        ranks={rank: int((payouts.rank[members] == height).sum()) for height, rank in enumerate(plan.ranks)},
        stands_for=payouts.stands_for,
    )


def money_of(drawn: Drawn, payouts: Payouts) -> Money:
    """Paid in, refunded, awarded, left over: each counted by itself, so that their sum is a check."""
    back = drawn.refund_day != NEVER
    remaining_fen = np.where(back, drawn.remaining_fen, drawn.base_fen)
    return Money(
        paid_in_fen=int(drawn.base_fen.sum()),
        refunded_fen=int((drawn.base_fen - remaining_fen).sum()),
        awarded_fen=int(payouts.paid_fen.sum()),
        taken_back_fen=int(payouts.taken_back_by_day.sum()),
        unearned_fen=payouts.unearned_fen,
        platform_fen=int(remaining_fen.sum()) - sum(payouts.most.values()),
    )


def recruits_of(drawn: Drawn) -> Ints:
    """How many members each has brought: people, and no fake accounts."""
    below = drawn.member & ~drawn.sybil & (drawn.sponsor >= 0)
    return np.bincount(drawn.sponsor[below], minlength=len(drawn.sponsor)).astype(np.int32)


def levels(drawn: Drawn) -> Ints:
    """How far below a founder each account stands, founders at 1."""
    level: Ints = np.zeros(len(drawn.sponsor), dtype=np.int32)
    going = np.arange(len(level))
    at: Ints = going.astype(np.int32)
    while len(going):
        level[going] += 1
        at = drawn.sponsor[at]
        keep = at >= 0
        going, at = going[keep], at[keep]
    return level


def _structure(drawn: Drawn, level: Ints) -> Ints:
    """For each account how deep the whole tree of its founder is."""
    deepest = np.where(drawn.customer, 0, level).astype(np.int32)
    # Whoever joined later never stands above, so one pass from the last level up is enough.
    for depth in range(int(level.max()), 1, -1):
        there = np.flatnonzero(level == depth)
        np.maximum.at(deepest, drawn.sponsor[there], deepest[there])
    for depth in range(2, int(level.max()) + 1):
        there = np.flatnonzero(level == depth)
        deepest[there] = deepest[drawn.sponsor[there]]
    return deepest


def costs_fen(drawn: Drawn) -> Longs:
    """What taking part cost each person beyond what they got for it, in fen."""
    market = drawn.market
    beyond_fen = _of_owner(drawn, _paid(drawn, packs=None))
    each_fen = market.contact_cost_fen + market.contact_minutes * market.hour_fen // 60
    return beyond_fen + drawn.contacts * each_fen


def _paid(drawn: Drawn, *, packs: bool | None) -> Longs:
    """By account: what was paid and not refunded; with ``packs`` None only what goes beyond the goods' worth."""
    remaining_fen = np.where(drawn.refund_day != NEVER, drawn.remaining_fen, drawn.base_fen)
    if packs is None:
        offers = drawn.offers
        price_fen = np.array([offer.price_fen for offer in offers], dtype=np.int64)[drawn.offer]
        worth_fen = np.array([offer.kept_worth_fen for offer in offers], dtype=np.int64)[drawn.offer]
        remaining_fen = remaining_fen - remaining_fen * worth_fen // price_fen
    else:
        remaining_fen = np.where(drawn.offer < len(drawn.market.packs), remaining_fen, 0)
    paid_fen: Longs = np.zeros(len(drawn.sponsor), dtype=np.int64)
    np.add.at(paid_fen, drawn.buyer, remaining_fen)
    return paid_fen


def _of_owner(drawn: Drawn, amount_fen: Longs) -> Longs:
    """What the accounts of each person have together."""
    together: Longs = np.zeros(len(amount_fen), dtype=np.int64)
    np.add.at(together, drawn.owner, amount_fen)
    return together


def gini_bp(ordered_fen: Longs) -> int:
    """0: all alike; 10000: one has all. Of amounts from the least on.

    >>> gini_bp(np.array([0, 0, 0, 100]))
    7500
    """
    count, total_fen = len(ordered_fen), int(ordered_fen.sum())
    if not total_fen:
        return 0
    # Twice the area below the Lorenz curve, in whole fen times people.
    below = 2 * int(np.cumsum(ordered_fen).sum()) - total_fen
    return WHOLE_BP - below * WHOLE_BP // (count * total_fen)


def _part(part: int, whole: int) -> int:
    return part * WHOLE_BP // whole if whole else 0


def _share_of(flags: Flags) -> int:
    return _part(int(flags.sum()), len(flags))


def _mean(values: Longs) -> int:
    return int(values.sum()) // len(values) if len(values) else 0


def _median(values: Longs) -> int:
    """The lower of the two in the middle."""
    return int(np.sort(values)[(len(values) - 1) // 2]) if len(values) else 0


def _deciles(income_fen: Longs, cost_fen: Longs, net_fen: Longs) -> list[Decile]:
    place = np.argsort(net_fen, kind="stable")
    edges = [len(place) * part // 10 for part in range(11)]
    return [
        Decile(
            people=last - first,
            income_fen=_mean(income_fen[place[first:last]]),
            cost_fen=_mean(cost_fen[place[first:last]]),
            net_fen=_mean(net_fen[place[first:last]]),
        )
        for first, last in itertools.pairwise(edges)
    ]


def _cohorts(joined_day: Ints, recruits: Ints, net_fen: Longs) -> list[Cohort]:
    found = []
    month = joined_day // MONTH_DAYS
    for number in np.unique(month).tolist():
        among = month == number
        own, net = recruits[among], net_fen[among]
        needed = _break_even(own, net)
        found.append(
            Cohort(
                month=number + 1,
                people=len(own),
                losing_bp=_share_of(net < 0),
                recruits_to_break_even=needed,
                with_so_many_bp=_share_of(own >= needed) if needed is not None else 0,
                mean_net_fen=_mean(net),
            )
        )
    return found


def _break_even(recruits: Ints, net_fen: Longs) -> int | None:
    for number in range(int(recruits.max()) + 1):
        among = net_fen[recruits >= number]
        if len(among) < FEWEST:
            return None
        if _median(among) >= 0:
            return number
    return None


def _lorenz(ordered_fen: Longs) -> list[int]:
    """What the poorest 0, 5, 10 … 100 % of the people earn of all, in basis points."""
    upto = np.concatenate([[0], np.cumsum(ordered_fen)])
    whole = int(upto[-1])
    return [_part(int(upto[len(ordered_fen) * part // 20]), whole) for part in range(21)]


SPREAD_YUAN = (-1_000, -500, -200, -100, -50, 0, 50, 100, 200, 500, 1_000, 5_000, 20_000)


def _spread(net_fen: Longs) -> dict[str, int]:
    """How many people end between these results, in yuan; ``<0`` reads: from the one before to below 0."""
    edges = np.array(SPREAD_YUAN, dtype=np.int64) * 100
    places = np.searchsorted(edges, net_fen, side="right")
    counts = np.bincount(places, minlength=len(edges) + 1).tolist()
    return {
        **{f"<{edge}": count for edge, count in zip(SPREAD_YUAN, counts, strict=False)},
        f">={SPREAD_YUAN[-1]}": counts[-1],
    }


def _bands(recruits: Ints) -> list[Band]:
    """Recruits by order of joining, against ``H(N−1) − H(k−1)``, which is about ln(N/k)."""
    count = len(recruits)
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, max(count, 2)))])
    expected = harmonic[count - 1] - harmonic[:count]
    edges = [count * part // BANDS for part in range(BANDS + 1)]
    return [
        Band(
            recruits=_part(int(recruits[first:last].sum()), last - first),
            expected=int(expected[first:last].mean() * WHOLE_BP) if last > first else 0,
        )
        for first, last in itertools.pairwise(edges)
    ]


def _one_or_more(recruits: Ints) -> int:
    """How many hundredths of the members, in the order of joining, have one recruit or more on average."""
    edges = [len(recruits) * part // 100 for part in range(101)]
    pairs = itertools.pairwise(edges)
    return sum(int(recruits[first:last].sum()) >= last - first for first, last in pairs if last > first)


def _saturation(joined: Longs, accounts: int) -> int | None:
    reached = np.flatnonzero(np.cumsum(joined) * WHOLE_BP >= accounts * SATURATED_BP)
    return int(reached[0]) if len(reached) else None


def _days(drawn: Drawn, payouts: Payouts, joined: Longs) -> Days:
    paid_in_fen: Longs = np.zeros(drawn.days, dtype=np.int64)
    np.add.at(paid_in_fen, drawn.day, drawn.base_fen)
    refunded_fen: Longs = np.zeros(drawn.days, dtype=np.int64)
    back = np.flatnonzero(drawn.refund_day != NEVER)
    np.add.at(refunded_fen, drawn.refund_day[back], drawn.base_fen[back] - drawn.remaining_fen[back])
    return Days(
        joined=joined.tolist(),
        members=np.cumsum(joined).tolist(),
        paid_in_fen=paid_in_fen.tolist(),
        refunded_fen=refunded_fen.tolist(),
        awarded_fen=payouts.awarded_by_day.tolist(),
        taken_back_fen=payouts.taken_back_by_day.tolist(),
    )
