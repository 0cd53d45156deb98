"""Drawing a market day by day: who joins under whom, who leaves, what is bought and refunded.

Chances are floating-point here, and amounts aren't: prices come whole from the market, and what a refund leaves
is a whole division. Everything is drawn from one seed, each matter from a stream of its own, so a longer list of
customers doesn't change who joined.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from tongbao.money import WHOLE_BP
from tongbao.plans.simulation.drawn import NEVER, Drawn, Flags, Ints, Longs
from tongbao.plans.simulation.market import MOST_ACCOUNTS, MOST_DAYS, Market, Offer

Floats = npt.NDArray[np.float64]
Progress = Callable[[str, int, int], None]
"""Told as work goes on: what is done, how far, and of how much."""

CUSTOMERS_COME_WITHIN_DAYS = 90
FIRST_AGENTS = 1_000
"""Agents are among the first members: one of so many, and at least the founders."""


def quiet(what: str, done: int, of: int) -> None:
    """Tells nobody."""


def draw_market(market: Market, *, members: int, days: int, seed: int, progress: Progress = quiet) -> Drawn:
    """One random market. ``members`` is how many accounts can ever join, fake ones included.

    The same market, numbers and seed give the same bytes. Raises ValueError for numbers out of range.

    >>> drawn = draw_market(Market(), members=500, days=200, seed=7)
    >>> int(drawn.member.sum()) <= 500
    True
    """
    if not market.founders <= members <= MOST_ACCOUNTS:
        raise ValueError(f"members must be from {market.founders} (the founders) to {MOST_ACCOUNTS}")
    if not 1 <= days <= MOST_DAYS:
        raise ValueError(f"days must be from 1 to {MOST_DAYS}")
    streams = [np.random.default_rng(part) for part in np.random.SeedSequence(seed).spawn(5)]
    joined = _Joining(market, members=members, days=days, draw=streams[0], progress=progress)
    joined.run()
    customers = _customers(market, joined, days=days, draw=streams[1])
    return _arranged(market, joined, customers, days=days, seed=seed, members=members, draws=streams[2:])


class _Joining:
    """Members joining day by day. ``weight`` is how hard each tries today: what recruits, and wears off."""

    def __init__(
        self, market: Market, *, members: int, days: int, draw: np.random.Generator, progress: Progress
    ) -> None:
        self.market, self.members, self.days, self.progress = market, members, days, progress
        self._draw = draw
        self.sponsor: Ints = np.full(members, -1, dtype=np.int32)
        self.day: Ints = np.zeros(members, dtype=np.int32)
        self.left_day: Ints = np.full(members, NEVER, dtype=np.int32)
        self.sybil: Flags = np.zeros(members, dtype=np.bool_)
        self.tried: Floats = np.zeros(members)
        self._weight: Floats = np.zeros(members)
        self.count = 0

    def run(self) -> None:
        half_life = self.market.effort_half_life_days
        keeps = 0.5 ** (1 / half_life) if half_life else 1.0
        for today in range(self.days):
            count = self.count
            if today:
                weight = self._weight[:count]
                weight[self.left_day[:count] == today] = 0
                self._recruit(today)
                self.tried[:count] += self._weight[:count]
                self._weight[:count] *= keeps
            else:
                self._add(self.market.founders, today=0)
            self.progress("members", today + 1, self.days)

    def _add(self, number: int, *, today: int, fakes: bool = False) -> slice:
        """New accounts, with how hard each will try and when they will leave."""
        market, draw = self.market, self._draw
        new = slice(self.count, self.count + number)
        self.day[new] = today
        sybil = (
            draw.random(number) * WHOLE_BP < market.sybil_bp if fakes else np.zeros(number, dtype=np.bool_)
        )
        effort = np.ones(number) if market.equal_effort else draw.exponential(1.0, number)
        idle = draw.random(number) * WHOLE_BP < market.idle_bp
        if not fakes:
            idle[:] = False
        active_part = 1 - market.idle_bp / WHOLE_BP
        effort = np.where(idle | sybil, 0.0, effort / active_part if active_part else 0.0)
        self.sybil[new], self._weight[new] = sybil, effort
        if market.churn_bp:
            stays = 1 + np.floor(draw.exponential(WHOLE_BP / market.churn_bp, number))
            self.left_day[new] = np.where(sybil, NEVER, np.minimum(today + stays, NEVER))
        self.count += number
        return new

    def _recruit(self, today: int) -> None:
        market, draw, before = self.market, self._draw, self.count
        total = float(self._weight[:before].sum())
        left = self.members - before
        a_day = market.contacts_per_100_days / 100 * market.success_bp / WHOLE_BP
        number = min(left, int(draw.poisson(total * a_day * left / self.members)))
        if not number or total <= 0:
            return
        new = self._add(number, today=today, fakes=True)
        # The j-th of today may already be recruited by those before them today, each by how hard they try.
        upto = np.cumsum(self._weight[: self.count])
        reach = upto[before - 1 : self.count - 1]
        chosen = np.searchsorted(upto, draw.random(number) * reach, side="right").astype(np.int32)
        chosen = np.minimum(chosen, np.arange(before - 1, self.count - 1, dtype=np.int32))
        chosen = self._who_tries(chosen)
        # Following a chosen member to their sponsor half of the time is choosing by recruits and one.
        follows = draw.random(number) * 2 * WHOLE_BP < market.preferential_bp
        self._follow(new, chosen, follows & ~self.sybil[new])

    def _who_tries(self, chosen: Ints) -> Ints:
        """Rounding at the edge of a sum may name somebody who doesn't try: then whoever tries next before them."""
        stuck = np.flatnonzero(self._weight[chosen] <= 0)
        if len(stuck):
            trying = np.flatnonzero(self._weight[: self.count] > 0)
            places = np.maximum(np.searchsorted(trying, chosen[stuck], side="right") - 1, 0)
            chosen[stuck] = trying[places]
        return chosen

    def _follow(self, new: slice, chosen: Ints, follows: Flags) -> None:
        sponsor = self.sponsor
        sponsor[new] = np.where(follows, -2, chosen)
        open_rows = np.flatnonzero(follows)
        while len(open_rows):
            above = sponsor[chosen[open_rows]]
            known = above != -2
            rows, above = open_rows[known], above[known]
            # A founder has no sponsor, and one who has stopped trying recruits nobody.
            may = (above >= 0) & (self._weight[np.maximum(above, 0)] > 0)
            sponsor[new.start + rows] = np.where(may, above, chosen[rows])
            open_rows = open_rows[~known]


def _times(number: Ints, start: Ints, end: Ints, draw: np.random.Generator) -> tuple[Longs, Ints]:
    """For each row ``number`` days from its start to before its end: the rows, and the days."""
    rows = np.repeat(np.arange(len(number)), number)
    span = np.maximum(end - start, 1)[rows]
    return rows, (start[rows] + np.floor(draw.random(len(rows)) * span)).astype(np.int32)


def _customers(
    market: Market, joined: _Joining, *, days: int, draw: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """Retail customers: the member who sells to them, the day they come, the day they leave."""
    count = joined.count
    mean = market.customers_per_100_members / 100
    number = draw.poisson(mean, count).astype(np.int32)
    number[joined.sybil[:count]] = 0
    came = joined.day[:count]
    seller, day = _times(number, came, came + CUSTOMERS_COME_WITHIN_DAYS, draw)
    stays = 1 + np.floor(draw.exponential(market.customer_days, len(seller)))
    sells_until = joined.left_day[:count][seller]
    left = np.minimum(np.minimum(day + stays, NEVER).astype(np.int32), sells_until)
    here = (day < days) & (day < sells_until)
    return seller[here].astype(np.int32), day[here], left[here]


def _arranged(
    market: Market,
    joined: _Joining,
    customers: tuple[Ints, Ints, Ints],
    *,
    days: int,
    seed: int,
    members: int,
    draws: Sequence[np.random.Generator],
) -> Drawn:
    """Members and customers in the order of the day they come, with all their orders."""
    count = joined.count
    seller, came, gone = customers
    day = np.concatenate([joined.day[:count], came])
    place = np.argsort(day, kind="stable")
    number = np.empty(len(place), dtype=np.int32)
    number[place] = np.arange(len(place), dtype=np.int32)
    above = np.concatenate([joined.sponsor[:count], seller])[place]
    sponsor = np.where(above >= 0, number[np.maximum(above, 0)], -1).astype(np.int32)
    customer = place >= count
    sybil = np.concatenate([joined.sybil[:count], np.zeros(len(seller), dtype=np.bool_)])[place]
    left_day = np.concatenate([joined.left_day[:count], gone])[place].astype(np.int32)
    joined_day = day[place].astype(np.int32)
    accounts = np.arange(len(place), dtype=np.int32)
    contacts = np.zeros(len(place), dtype=np.int64)
    tried = draws[0].poisson(joined.tried[:count] * market.contacts_per_100_days / 100)
    contacts[number[:count]] = tried
    # Whoever recruited has at least approached each of them.
    recruits = np.bincount(sponsor[(sponsor >= 0) & ~customer & ~sybil], minlength=len(place))
    contacts = np.maximum(contacts, recruits)
    orders = _orders(market, joined_day, left_day, customer=customer, sybil=sybil, days=days, draw=draws[1])
    draw = draws[2]
    home = draw.integers(0, max(market.regions, 1), len(place)).astype(np.int32)
    first = np.flatnonzero(~customer & ~sybil)[: max(market.founders, count // FIRST_AGENTS)]
    agents = draw.choice(first, (market.regions, 3)).astype(np.int32)
    agents[draw.random((market.regions, 3)) * WHOLE_BP >= market.agents_bp] = -1
    buyer, bought_day, offer, base_fen, remaining_fen, refund_day = orders
    return Drawn(
        market=market,
        days=days,
        seed=seed,
        accounts=members,
        sponsor=sponsor,
        owner=np.where(sybil, sponsor, accounts).astype(np.int32),
        joined_day=joined_day,
        left_day=left_day,
        customer=customer,
        sybil=sybil,
        contacts=contacts,
        buyer=buyer,
        day=bought_day,
        offer=offer,
        base_fen=base_fen,
        remaining_fen=remaining_fen,
        refund_day=refund_day,
        region=home[buyer] if market.regions else np.full(len(buyer), -1, dtype=np.int32),
        agents=agents,
    )


def _orders(
    market: Market,
    joined_day: Ints,
    left_day: Ints,
    *,
    customer: Flags,
    sybil: Flags,
    days: int,
    draw: np.random.Generator,
) -> tuple[Ints, Ints, npt.NDArray[np.int8], Longs, Longs, Ints]:
    """All orders in the order of their day; packs first on a day, in the order of joining."""
    until = np.minimum(left_day, days).astype(np.int32)
    here = np.maximum(until - joined_day, 0)
    packs = np.flatnonzero(~customer & (sybil | (draw.random(len(customer)) * WHOLE_BP < market.pack_bp)))
    pack = _choice(market.packs, len(packs), draw)
    # A fake account buys the cheapest pack: it is there for the rank above it.
    pack[sybil[packs]] = 0
    mean = np.where(
        customer,
        market.customer_orders_per_100_days / 100 * _demand(market),
        market.member_orders_per_100_days / 100,
    )
    number = draw.poisson(np.where(sybil, 0.0, mean * here)).astype(np.int32)
    again, again_day = _times(number, joined_day, until, draw)
    first = np.flatnonzero(customer)
    buyer = np.concatenate([packs, first, again]).astype(np.int32)
    day = np.concatenate([joined_day[packs], joined_day[first], again_day]).astype(np.int32)
    goods = _choice(market.goods, len(first) + len(again), draw) + len(market.packs)
    offer = np.concatenate([pack, goods]).astype(np.int8)
    late = np.concatenate([packs, len(joined_day) + draw.permutation(len(first) + len(again))])
    order = np.lexsort((late, day))
    buyer, day, offer = buyer[order], day[order], offer[order]
    prices = np.array([item.price_fen for item in (*market.packs, *market.goods)], dtype=np.int64)
    base_fen = prices[offer]
    fate = draw.random(len(buyer)) * WHOLE_BP
    whole, part = fate < market.refund_bp, fate < market.refund_bp + market.part_refund_bp
    remaining_fen = np.where(whole, 0, np.where(part, base_fen // 2, base_fen))
    waits = market.receipt_days + draw.integers(0, market.refund_window_days + 1, len(buyer))
    # A fake account keeps its rank: nobody sends its pack back.
    back = part & ~sybil[buyer] & (day + waits < days)
    return (
        buyer,
        day,
        offer,
        base_fen,
        np.where(back, remaining_fen, base_fen),
        np.where(back, day + waits, NEVER).astype(np.int32),
    )


def _choice(offers: Sequence[Offer], number: int, draw: np.random.Generator) -> npt.NDArray[np.int64]:
    upto = np.cumsum([offer.share_bp for offer in offers])
    return np.searchsorted(upto, draw.random(number) * WHOLE_BP, side="right").astype(np.int64)


def _demand(market: Market) -> float:
    """How much more or less often customers come back than at prices equal to what the goods are worth to them."""
    power = market.elasticity_percent / 100
    parts = [
        offer.share_bp / WHOLE_BP * (offer.worth_fen / offer.price_fen) ** power for offer in market.goods
    ]
    return float(sum(parts))
