"""The members of a run: the sponsor tree, volumes so far, and how ranks rise and are taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from tongbao.plans.algebra import Needs
from tongbao.plans.contracts import MemberKey, PromotionRules, SponsorSeat, VolumeRule
from tongbao.plans.running.contracts import RunRefused


@dataclass(slots=True, eq=False)
class Person:
    """A member. ``number`` counts them in the order of joining, so a sponsor's is always lower.

    ``own_fen`` and ``team_fen`` are the net volumes so far; the team is everybody below, without the member.
    ``height`` is the rank's place on the ladder, ``best_height`` the highest in the member's whole leg,
    ``granted`` the heights that purchases gave, by order.
    """

    number: int
    key: MemberKey
    sponsor: Person | None
    height: int
    joined_at: datetime
    active: bool = True
    own_fen: int = 0
    team_fen: int = 0
    start_height: int = 0
    best_height: int = 0
    recruits: list[Person] = field(default_factory=list)
    granted: dict[str, int] = field(default_factory=dict)

    def above(self) -> Iterator[Person]:
        """The sponsors, nearest first."""
        person = self.sponsor
        while person is not None:
            yield person
            person = person.sponsor


class People:
    """All members, in the order of joining."""

    def __init__(self, *, ranks: tuple[str, ...], rules: PromotionRules) -> None:
        self.ranks = ranks
        self.rules = rules
        self.heights = {rank: height for height, rank in enumerate(ranks)}
        self.everybody: list[Person] = []
        self._by_key: dict[MemberKey, Person] = {}

    def __contains__(self, key: MemberKey) -> bool:
        return key in self._by_key

    def person(self, key: MemberKey) -> Person:
        """Raises RunRefused for somebody who never joined."""
        try:
            return self._by_key[key]
        except KeyError:
            raise RunRefused(
                why_en=f"member {key} never joined; let them join first", why_zh=f"会员{key}尚未加入,请先加入"
            ) from None

    def join(
        self, *, key: MemberKey, sponsor: MemberKey | None, rank: str | None, at: datetime, active: bool
    ) -> Person:
        """A new member. Raises RunRefused for one who is there already, an unknown sponsor or rank."""
        if key in self._by_key:
            raise RunRefused(why_en=f"member {key} joined before", why_zh=f"会员{key}已经加入")
        if rank is not None and rank not in self.heights:
            known = ", ".join(self.ranks)
            raise RunRefused(
                why_en=f"the plan has no rank {rank}; its ranks are {known}",
                why_zh=f"方案没有等级{rank},可用等级:{known}",
            )
        height = 0 if rank is None else self.heights[rank]
        person = Person(
            number=len(self.everybody),
            key=key,
            sponsor=None if sponsor is None else self.person(sponsor),
            height=height,
            start_height=height,
            best_height=height,
            joined_at=at,
            active=active,
        )
        self.everybody.append(person)
        self._by_key[key] = person
        if person.sponsor is not None:
            person.sponsor.recruits.append(person)
        self._tell_above(person)
        return person

    def seat(self, person: Person) -> SponsorSeat:
        """A member as the evaluator sees them."""
        return SponsorSeat(
            person.key,
            self.ranks[person.height],
            person.active,
            len(person.recruits),
            person.own_fen,
            person.team_fen,
        )

    def meets(self, person: Person, needs: Needs, *, own_fen: int, team_fen: int) -> bool:
        """Whether a member counts, with these volumes."""
        return (
            person.active
            and (needs.rank is None or person.height >= self.heights[needs.rank])
            and len(person.recruits) >= needs.recruits
            and own_fen >= needs.own_fen
            and team_fen >= needs.team_fen
        )

    def add_volume(self, person: Person, amount_fen: int) -> None:
        """Add to the volumes of the buyer and everybody above; a refund adds less than nothing."""
        person.own_fen += amount_fen
        for sponsor in person.above():
            sponsor.team_fen += amount_fen

    def promote(self, buyer: Person, *, order: str, product: str) -> list[Person]:
        """Promotions after an order. The people who rose, nearest first.

        A purchase that gives a rank has the buyer and the sponsor above looked at for recruits, and on upward as
        long as somebody rises. Volumes are looked at all the way up after every order; who rises by them counts
        as a recruit who rose.
        """
        risen: list[Person] = []
        rank = self.rules.rank_for(product)
        looked_at = rank is not None
        if rank is not None:
            buyer.granted[order] = self.heights[rank]
            if self._lift(buyer, self.heights[rank]):
                risen.append(buyer)
        for person in (buyer, *buyer.above()):
            if not looked_at and not self.rules.by_volume:
                break
            rose = self._lift(person, self._climbed(person, person.height, recruits=looked_at))
            if rose and person not in risen:
                risen.append(person)
            looked_at = rose or (person is buyer and looked_at)
        return risen

    def take_back(self, buyer: Person, *, order: str) -> list[Person]:
        """After a refund: the rank that the order gave, and every promotion that only stood because of it.

        Nobody rises by a refund. The people who fell.
        """
        gave = buyer.granted.pop(order, None)
        if gave is None and not self.rules.by_volume:
            return []
        return self.review(buyer)

    def review(self, buyer: Person) -> list[Person]:
        """What of the ranks still stands on the facts of now, of a buyer and everybody above. The people who fell.

        Ranks look at one's own purchases and at people below only, so nobody else's can fall by the buyer's refund.
        """
        fell: list[Person] = []
        # Nearest first, so each is reviewed after all who are below.
        for person in (buyer, *buyer.above()):
            person.best_height = max((recruit.best_height for recruit in person.recruits), default=0)
            stands = self._climbed(person, max(person.start_height, *person.granted.values(), 0))
            if stands < person.height:
                person.height = stands
                fell.append(person)
            person.best_height = max(person.best_height, person.height)
        return fell

    def _lift(self, person: Person, height: int) -> bool:
        if height <= person.height:
            return False
        person.height = height
        person.best_height = max(person.best_height, height)
        self._tell_above(person)
        return True

    def _tell_above(self, person: Person) -> None:
        for sponsor in person.above():
            if sponsor.best_height >= person.best_height:
                return
            sponsor.best_height = person.best_height

    def _climbed(self, person: Person, height: int, *, recruits: bool = True) -> int:
        """The height that the rules lead to from ``height``; never lower. Rules by recruits apply from the start
        only if ``recruits``, else once the member rises by volume."""
        start = height
        while True:
            rank = self.ranks[height]
            reached = [
                self.heights[rule.to_rank]
                for rule in self.rules.by_recruits
                if (recruits or height > start)
                and rule.from_rank == rank
                and sum(recruit.height >= self.heights[rule.recruit_rank] for recruit in person.recruits)
                >= rule.recruits
            ]
            reached += [
                self.heights[rule.to_rank]
                for rule in self.rules.by_volume
                if rule.from_rank == rank and self._reaches(person, rule)
            ]
            if max(reached, default=-1) <= height:
                return height
            height = max(reached)

    def _reaches(self, person: Person, rule: VolumeRule) -> bool:
        if person.own_fen < rule.own_fen or person.team_fen < rule.team_fen:
            return False
        if len(person.recruits) < rule.recruits:
            return False
        least = self.heights[rule.leg_rank] if rule.leg_rank is not None else 0
        return sum(recruit.best_height >= least for recruit in person.recruits) >= rule.legs
