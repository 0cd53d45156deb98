"""Members with their sponsors and the ranks they hold, as orders and refunds change them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from tongbao.members.contracts import AgentRow, MemberRow
from tongbao.members.policy.divisions import seats_of
from tongbao.members.policy.ranks import StandingGrant, highest, next_rule, standing
from tongbao.plans import AgentSeat, Chain, Plan, SponsorSeat


@dataclass(slots=True)
class _Person:
    key: str
    number: int
    sponsor: _Person | None
    active: bool
    rank: str
    recruits: list[_Person] = field(default_factory=list)
    # (grant, moment of granting, order that gave it or "")
    grants: list[tuple[StandingGrant, int, str]] = field(default_factory=list)


class People:
    """The tree and the ranks. Rows have been checked: sponsors come first, ranks are the plan's."""

    def __init__(self, *, plan: Plan, members: Iterable[MemberRow], agents: Iterable[AgentRow]) -> None:
        self._ladder = plan.ranks
        self._rules = plan.promotions.by_recruits
        self._people: dict[str, _Person] = {}
        self._by_number: list[_Person] = []
        self._grants = 0
        for row in members:
            person = _Person(
                key=row.member_id,
                number=len(self._by_number),
                sponsor=self._people.get(row.sponsor_id),
                active=row.active,
                rank=row.rank or self._ladder[0],
            )
            self._people[row.member_id] = person
            self._by_number.append(person)
            if person.sponsor is not None:
                person.sponsor.recruits.append(person)
            if person.rank != self._ladder[0]:
                self._grant(person, person.rank, moment=-1)
        self._agents = {row.region_code: row.member_id for row in agents}

    def __contains__(self, key: str) -> bool:
        return key in self._people

    def chain(self, *, buyer: str, region_code: str) -> Chain:
        """Everyone around a buyer, as they stand now."""
        sponsors = []
        person = self._people[buyer].sponsor
        while person is not None:
            sponsors.append(self._seat(person))
            person = person.sponsor
        agents = tuple(
            AgentSeat(level, agent.number, agent.active)
            for level, code in seats_of(region_code)
            if (agent := self._people.get(self._agents.get(code, ""))) is not None
        )
        own = self._people[buyer]
        return Chain(sponsors=tuple(sponsors), agents=agents, buyer_key=own.number, buyer=self._seat(own))

    @staticmethod
    def _seat(person: _Person) -> SponsorSeat:
        return SponsorSeat(person.number, person.rank, person.active, recruits=len(person.recruits))

    def key(self, number: int) -> str:
        """The member's own name for a number that chains and awards carry."""
        return self._by_number[number].key

    def promote(self, *, buyer: str, rank: str, order_id: str, moment: int) -> None:
        """A pack was bought: the rank it gives, then what it brings to those above."""
        person = self._people[buyer]
        self._grant(person, rank, moment=moment, order_id=order_id)
        person.rank = highest((person.rank, rank), ladder=self._ladder)
        self._climb(person, person.rank, moment)
        above = person.sponsor
        while above is not None and self._climb(above, above.rank, moment):
            above = above.sponsor

    def take_back(self, *, buyer: str, order_id: str, moment: int) -> None:
        """A pack went back: its rank, and every promotion that only stood because of it."""
        person = self._people[buyer]
        kept = [entry for entry in person.grants if entry[2] != order_id]
        if len(kept) == len(person.grants):
            return
        person.grants = kept
        climbed: set[int] = set()
        waiting = deque([person])
        while waiting:
            fallen = waiting.popleft()
            if (
                self._restate(fallen, may_climb=fallen.number not in climbed, moment=moment)
                and fallen.sponsor
            ):
                waiting.append(fallen.sponsor)
            climbed.add(fallen.number)

    def really_held(self, chain: Chain, *, before: int) -> dict[int, str]:
        """The ranks that a chain's sponsors had before a moment, of the grants that still stand."""
        held = {}
        for seat in chain.sponsors:
            person = self._by_number[int(seat.member_key)]
            ranks = (grant.rank for grant, moment, _ in person.grants if moment < before)
            held[person.number] = highest(ranks, ladder=self._ladder)
        return held

    def _grant(self, person: _Person, rank: str, *, moment: int, order_id: str = "") -> None:
        self._grants += 1
        person.grants.append((StandingGrant(grant_id=self._grants, rank=rank), moment, order_id))

    def _climb(self, person: _Person, rank: str, moment: int) -> bool:
        """Grant every step that the present recruits allow, from ``rank`` on; whether the rank changed."""
        while True:
            ranks = [recruit.rank for recruit in person.recruits]
            rule = next_rule(rank=rank, recruit_ranks=ranks, rules=self._rules, ladder=self._ladder)
            if rule is None:
                break
            enough = self._ladder.index(rule.recruit_rank)
            counted = frozenset(
                recruit.number for recruit in person.recruits if self._ladder.index(recruit.rank) >= enough
            )
            self._grants += 1
            grant = StandingGrant(grant_id=self._grants, rank=rule.to_rank, rule=rule, witnesses=counted)
            person.grants.append((grant, moment, ""))
            rank = rule.to_rank
        changed = rank != person.rank
        person.rank = rank
        return changed

    def _restate(self, person: _Person, *, may_climb: bool, moment: int) -> bool:
        """Ask each grant whether it still has its reason; whether the rank changed."""
        before = person.rank
        grants = [grant for grant, _, _ in person.grants]
        recruits = frozenset(recruit.number for recruit in person.recruits)
        concerned = recruits.union(*(grant.witnesses for grant in grants))
        ranks = {number: self._by_number[number].rank for number in concerned}
        left = standing(grants=grants, recruits=recruits, ranks=ranks, ladder=self._ladder)
        person.grants = [entry for entry in person.grants if entry[0].grant_id not in left.fallen]
        person.rank = left.rank
        if may_climb:
            self._climb(person, left.rank, moment)
        return person.rank != before
