"""What was drawn from a market: accounts and orders as columns. Nothing here knows of a plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tongbao.plans.simulation.market import Market, Offer

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NEVER: int = np.iinfo(np.int32).max
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Accounts and orders of one random market, numbered in the order of time; days count from 0.

    An account is a member, a member's own fake account, or a retail customer. ``sponsor`` is -1 for founders; a
    customer's is the member who sells to them. ``owner`` is the person behind an account: the account itself, or
    for a fake one the member who opened it. ``left_day`` is when the account leaves, NEVER if it doesn't.
    ``contacts`` counts the people whom a member approached.

    Orders: ``offer`` is the place in ``offers``; what is refunded leaves ``remaining_fen`` of ``base_fen``, on
    ``refund_day`` (NEVER if nothing is, or only after the last day). ``agents`` has the county, city and province
    agent of each region, -1 for none.
    """

    market: Market
    days: int
    seed: int
    accounts: int
    sponsor: Ints
    owner: Ints
    joined_day: Ints
    left_day: Ints
    customer: Flags
    sybil: Flags
    contacts: Longs
    buyer: Ints
    day: Ints
    offer: npt.NDArray[np.int8]
    base_fen: Longs
    remaining_fen: Longs
    refund_day: Ints
    region: Ints
    agents: Ints

    @property
    def offers(self) -> tuple[Offer, ...]:
        """Everything that is sold: packs, then goods."""
        return (*self.market.packs, *self.market.goods)

    @property
    def member(self) -> Flags:
        """The accounts that are members, fake ones included."""
        return ~self.customer

    @property
    def person(self) -> Flags:
        """The accounts that are a member and a person: who can win or lose."""
        return ~self.customer & ~self.sybil

    def is_closed(self, week: int) -> Flags:
        """Accounts that have left before a week starts (counted from 0): they earn nothing from then on."""
        return self.left_day < week * WEEK_DAYS

    def accounts_until(self, day: int) -> int:
        """How many accounts there are before a day."""
        return int(np.searchsorted(self.joined_day, day))

    def orders_until(self, day: int) -> int:
        return int(np.searchsorted(self.day, day))
