"""The people around an order, kept as they were seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tongbao.plans import AgentSeat, Chain, SponsorSeat


def chain_to_json(chain: Chain) -> dict[str, Any]:
    """A chain as it is stored with a settled line.

    >>> chain_from_json(chain_to_json(Chain(buyer_key=3, sponsors=(SponsorSeat(1, "vip"),)))).sponsors
    (SponsorSeat(member_key=1, rank='vip', active=True),)
    """
    return {
        "buyer": chain.buyer_key,
        "sponsors": [[seat.member_key, seat.rank, seat.active] for seat in chain.sponsors],
        "agents": [[seat.level, seat.member_key, seat.active] for seat in chain.agents],
    }


def chain_from_json(stored: Mapping[str, Any]) -> Chain:
    """The stored chain again."""
    return Chain(
        buyer_key=stored["buyer"],
        sponsors=tuple(SponsorSeat(key, rank, active) for key, rank, active in stored["sponsors"]),
        agents=tuple(AgentSeat(level, key, active) for level, key, active in stored["agents"]),
    )


def with_ranks_held(chain: Chain, *, held: Mapping[int, str], ladder: Sequence[str]) -> Chain:
    """The chain with every rank that was bought and given back lowered to what its holder really had.

    A rank that rose since does not count: the order saw the ranks before it. Source: business rules §1.

    >>> chain = Chain(buyer_key=3, sponsors=(SponsorSeat(1, "dealer"), SponsorSeat(2, "vip")))
    >>> seats = with_ranks_held(chain, held={1: "vip", 2: "dealer"}, ladder=("member", "vip", "dealer")).sponsors
    >>> [seat.rank for seat in seats]
    ['vip', 'vip']
    """

    def height(rank: str) -> int:
        return ladder.index(rank) if rank in ladder else -1

    seats = []
    for seat in chain.sponsors:
        really = held.get(int(seat.member_key), ladder[0])
        seats.append(replace(seat, rank=really) if height(really) < height(seat.rank) else seat)
    return replace(chain, sponsors=tuple(seats))
