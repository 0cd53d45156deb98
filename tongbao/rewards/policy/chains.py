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


def seen_by_plan(chain: Chain, *, ladder: Sequence[str]) -> Chain:
    """The chain in a plan's own ranks: a rank that the plan doesn't know counts as its lowest.

    >>> seen_by_plan(Chain(sponsors=(SponsorSeat(1, "gold"),)), ladder=("member", "vip")).sponsors
    (SponsorSeat(member_key=1, rank='member', active=True),)
    """
    known = set(ladder)
    if all(seat.rank in known for seat in chain.sponsors):
        return chain
    return replace(
        chain,
        sponsors=tuple(
            seat if seat.rank in known else replace(seat, rank=ladder[0]) for seat in chain.sponsors
        ),
    )


def with_ranks_held(chain: Chain, *, held: Mapping[int, str], ladder: Sequence[str]) -> Chain:
    """The chain with every rank that was bought and given back lowered to what its holder really had.

    ``held`` are those asked about; nobody else's rank changes. A rank that rose since does not count: the order
    saw the ranks before it. Source: business rules §1.

    >>> chain = Chain(buyer_key=3, sponsors=(SponsorSeat(1, "dealer"), SponsorSeat(2, "vip")))
    >>> seats = with_ranks_held(chain, held={1: "vip", 2: "dealer"}, ladder=("member", "vip", "dealer")).sponsors
    >>> [seat.rank for seat in seats]
    ['vip', 'vip']
    """

    def height(rank: str) -> int:
        return ladder.index(rank) if rank in ladder else -1

    def lowered(seat: SponsorSeat) -> SponsorSeat:
        really = held.get(int(seat.member_key), seat.rank)
        return replace(seat, rank=really) if height(really) < height(seat.rank) else seat

    return replace(chain, sponsors=tuple(lowered(seat) for seat in chain.sponsors))
