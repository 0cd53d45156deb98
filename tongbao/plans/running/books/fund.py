"""The book of a fund."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from tongbao.money import allot, floor_share
from tongbao.plans.clauses.kept import Fund, Reckoning
from tongbao.plans.contracts import MemberKey
from tongbao.plans.running.books.base import Book, Fact, Payout, Returned
from tongbao.plans.running.books.legs import Legs
from tongbao.plans.running.contracts import Closing, RunRefused
from tongbao.plans.running.drawing import draw
from tongbao.plans.running.people import People, Person
from tongbao.plans.running.trees import Tree


@dataclass(frozen=True, slots=True)
class _Share:
    """What somebody is to get before bounds."""

    person: Person
    amount_fen: int
    reckoning: Reckoning


@dataclass(frozen=True, slots=True)
class _Promised:
    """What somebody is promised, by which rate, and what direct recruits' brackets took off."""

    amount_fen: int
    rate_bp: int = 0
    less_fen: int = 0


@dataclass(slots=True)
class _Closing:
    """What the fund held when a period was closed, what of it was paid, and what of the rest refunded orders
    didn't claim yet."""

    held_fen: int
    paid_fen: int
    rest_fen: int


class FundBook(Book):
    """Gathers parts of orders and shares them out when the period closes.

    A refund takes the order's part out again as far as it is still there. What of it was shared out already is a
    receivable of the fund itself, and what the next orders put aside makes up for it first: later shares shrink,
    nobody's paid share is taken back. What went to the platform as the rest of a closing isn't owed. Only a
    holding that was paid down further than the orders that are left give is taken back, from its member.
    """

    def __init__(self, clause: Fund, *, people: People, tree: Tree | None) -> None:
        super().__init__(clause, people=people)
        self.clause = clause
        self._held_fen = 0
        self._own: dict[int, int] = {}
        self._recruits: dict[int, int] = {}
        self._holdings: dict[MemberKey, int] = {}
        self._drawn_down: dict[MemberKey, list[tuple[int, int]]] = {}
        """By member: the tickets that drew a holding down, and what still stands of each."""
        self._once: set[MemberKey] = set()
        self._legs = Legs(clause, tree=tree) if clause.measure == "lesser_leg" else None
        self._order_closing: dict[str, int] = {}
        self._entered: dict[str, int] = {}
        """By order: what of its part lay in the fund, and not in what was short."""
        self._closings: list[_Closing] = []

    @property
    def held_fen(self) -> int:
        return self._held_fen

    def holding_fen(self, member: MemberKey) -> int:
        """What a member still has to get back."""
        return self._holdings.get(member, 0)

    def joined(self, person: Person) -> None:
        if person.sponsor is not None:
            number = person.sponsor.number
            self._recruits[number] = self._recruits.get(number, 0) + 1

    def ordered(self, fact: Fact) -> Iterable[Payout]:
        self._entered[fact.order] = self.put_aside(fact)
        self._held_fen += self._entered[fact.order]
        self._order_closing[fact.order] = len(self._closings)
        number = fact.buyer.number
        self._own[number] = self._own.get(number, 0) + fact.base_fen
        if self.clause.holding_times:
            self._hold(fact.buyer, fact.base_fen * self.clause.holding_times)
        return ()

    def _hold(self, person: Person, amount_fen: int) -> None:
        self._holdings[person.key] = self._holdings.get(person.key, 0) + amount_fen

    def _overdrawn(self, person: Person, order: str) -> Iterator[Returned]:
        """A holding was paid down further than the orders that are left give: the last payments first."""
        tickets = self._drawn_down.get(person.key, [])
        while self._holdings[person.key] < 0:
            ticket, stands_fen = tickets.pop()
            back_fen = min(stands_fen, -self._holdings[person.key])
            self._hold(person, back_fen)
            if stands_fen > back_fen:
                tickets.append((ticket, stands_fen - back_fen))
            yield Returned(ticket=ticket, amount_fen=back_fen, order=order, cause="own_refund")

    def refunded(self, fact: Fact, *, after_fen: int) -> Iterable[Returned]:
        less_fen = fact.base_fen - after_fen
        closing = self._order_closing[fact.order]
        if closing == len(self._closings):
            self._own[fact.buyer.number] = max(0, self._own.get(fact.buyer.number, 0) - less_fen)
        leaves_fen = self.leaving(fact, after_fen=after_fen)
        if self.clause.holding_times:
            self._hold(fact.buyer, -less_fen * self.clause.holding_times)
            for returned in self._overdrawn(fact.buyer, fact.order):
                yield returned
                # What its buyer owes back makes up for the order's part; more than that is the platform's.
                if self.clause.when.claws_back:
                    leaves_fen = max(0, leaves_fen - returned.amount_fen)
        still_there_fen = self._held_fen
        if closing < len(self._closings) and self.clause.bound.rest == "platform":
            leaves_fen -= self._at_platform(fact.order, self._closings[closing], leaves_fen)
            still_there_fen = 0
        taken_fen = min(leaves_fen, still_there_fen)
        self._held_fen -= taken_fen
        self._entered[fact.order] -= min(self._entered[fact.order], leaves_fen)
        yield from self.owed_by_fund(fact.order, leaves_fen - taken_fen)
        made_up_fen = min(self.short_fen, self._held_fen)
        self._held_fen -= made_up_fen
        self.short_fen -= made_up_fen

    def _at_platform(self, order: str, closing: _Closing, leaves_fen: int) -> int:
        """What of an order's part went to the platform when its period was closed, and wasn't shared out."""
        entered_fen = min(leaves_fen, self._entered[order])
        if not entered_fen or not closing.held_fen:
            return 0
        rest_fen = entered_fen * (closing.held_fen - closing.paid_fen) // closing.held_fen
        rest_fen = min(rest_fen, closing.rest_fen)
        closing.rest_fen -= rest_fen
        self._entered[order] -= rest_fen
        return rest_fen

    def shared_out(self, closing: Closing, *, period: str, seed: bytes | None) -> Iterable[Payout]:
        if closing != self.clause.close:
            return
        held_fen = self._held_fen
        paid_fen = 0
        for share in self._shares(period, seed):
            amount_fen = self.within_bound(share.person, share.amount_fen)
            cut_fen = share.amount_fen - amount_fen
            if self.clause.holding_times:
                amount_fen = min(amount_fen, self._holdings.get(share.person.key, 0))
            if not amount_fen:
                continue
            if self.clause.holding_times:
                self._hold(share.person, -amount_fen)
            if self.clause.promise is not None and self.clause.promise.once:
                self._once.add(share.person.key)
            paid_fen += amount_fen
            reckoning = replace(share.reckoning, cut_fen=cut_fen) if cut_fen else share.reckoning
            payout = self.payout(share.person, amount_fen, reckoning=reckoning, period=period)
            if self.clause.holding_times:
                self._drawn_down.setdefault(share.person.key, []).append((payout.ticket, amount_fen))
            yield payout
        if self.clause.accrue_bp is not None:
            self._held_fen = held_fen - paid_fen if self.clause.bound.rest == "carry" else 0
        self._closings.append(_Closing(held_fen, paid_fen, max(0, held_fen - paid_fen)))
        self._own.clear()
        self._recruits.clear()

    def _shares(self, period: str, seed: bytes | None) -> list[_Share]:
        team = self._team()
        eligible = [
            person
            for person in self.people.everybody
            if self.people.meets(
                person,
                self.clause.select.needs,
                own_fen=self._own.get(person.number, 0),
                team_fen=team[person.number],
            )
        ]
        measured = self._measured(eligible, team)
        if self.clause.promise is not None:
            return self._promised(eligible, measured, team)
        return self._split(eligible, measured, period, seed)

    def _team(self) -> list[int]:
        """Everybody's team volume in the period: those who stand below, without themselves."""
        team = [0] * len(self.people.everybody)
        for person in reversed(self.people.everybody):
            if person.sponsor is not None:
                team[person.sponsor.number] += team[person.number] + self._own.get(person.number, 0)
        return team

    def _measured(self, eligible: list[Person], team: list[int]) -> dict[int, int]:
        """By member's number, what they are weighed by."""
        match self.clause.measure:
            case "own":
                return {person.number: self._own.get(person.number, 0) for person in eligible}
            case "recruits":
                return {person.number: self._recruits.get(person.number, 0) for person in eligible}
            case "holding":
                return {person.number: self._holdings.get(person.key, 0) for person in eligible}
            case "lesser_leg":
                assert self._legs is not None
                counts = frozenset(person.number for person in eligible)
                return self._legs.close(people=self.people.everybody, own=self._own, counts=counts)
            case None:
                return {}
            case _:
                return {person.number: team[person.number] for person in eligible}

    def _split(
        self, eligible: list[Person], measured: dict[int, int], period: str, seed: bytes | None
    ) -> list[_Share]:
        split, held_fen = self.clause.split, self._held_fen
        assert split is not None
        if split.how == "draw":
            return self._drawn(eligible, period, seed, split.winners)
        if split.how == "places":
            ranked = sorted(
                (person for person in eligible if measured[person.number]),
                key=lambda person: (-measured[person.number], person.number),
            )
            return [
                _Share(
                    person,
                    floor_share(amount=held_fen, rate_bp=rate_bp),
                    Reckoning(
                        held_fen=held_fen,
                        people=len(ranked),
                        measure=split.by,
                        measured=measured[person.number],
                        rate_bp=rate_bp,
                        place=place,
                    ),
                )
                for place, (person, rate_bp) in enumerate(zip(ranked, split.places_bp, strict=False), start=1)
            ]
        weights = [measured[person.number] if split.how == "pro_rata" else 1 for person in eligible]
        if not any(weights):
            return []
        people = sum(1 for weight in weights if weight)
        shares = allot(amount=held_fen, weights=weights)
        if split.how == "equal":
            told = Reckoning(held_fen=held_fen, people=people)
            return [_Share(person, share, told) for person, share in zip(eligible, shares, strict=True)]
        together = sum(weights)
        return [
            _Share(
                person,
                share,
                Reckoning(
                    held_fen=held_fen,
                    people=people,
                    measure=split.by,
                    measured=weight,
                    measured_together=together,
                ),
            )
            for person, share, weight in zip(eligible, shares, weights, strict=True)
            if share
        ]

    def _drawn(self, eligible: list[Person], period: str, seed: bytes | None, winners: int) -> list[_Share]:
        if not eligible:
            return []
        if seed is None:
            raise RunRefused(
                why_en=f"clause {self.clause.id} draws winners and no seed was given; "
                "commit to one beforehand and give it to close",
                why_zh=f"条款{self.clause.id}需要抽取,但没有种子;请事先公布种子的摘要,结算时提供种子",
            )
        places, transcript = draw(
            seed=seed,
            label=f"{self.clause.id} {period}",
            candidates=[str(person.key) for person in eligible],
            winners=winners,
        )
        told = Reckoning(held_fen=self._held_fen, people=len(places), transcript=transcript)
        shares = allot(amount=self._held_fen, weights=[1] * len(places))
        return [_Share(eligible[place], share, told) for place, share in zip(places, shares, strict=True)]

    def _promised(self, eligible: list[Person], measured: dict[int, int], team: list[int]) -> list[_Share]:
        promises = [
            (person, promise)
            for person in eligible
            if person.key not in self._once and (promise := self._promise(person, measured, team)).amount_fen
        ]
        amounts = [promise.amount_fen for _, promise in promises]
        together_fen = sum(amounts)
        if self.clause.accrue_bp is not None and together_fen > self._held_fen:
            amounts = list(allot(amount=self._held_fen, weights=amounts))
        return [
            _Share(
                person,
                amount_fen,
                Reckoning(
                    held_fen=self._held_fen,
                    people=len(promises),
                    measure="team" if self.clause.measure == "bracket_gap" else self.clause.measure,
                    measured=measured.get(person.number, 0),
                    rate_bp=promise.rate_bp,
                    less_fen=promise.less_fen,
                    promised_fen=promise.amount_fen,
                    promised_together_fen=together_fen,
                ),
            )
            for (person, promise), amount_fen in zip(promises, amounts, strict=True)
        ]

    def _promise(self, person: Person, measured: dict[int, int], team: list[int]) -> _Promised:
        """What a member is promised."""
        promise = self.clause.promise
        assert promise is not None
        if promise.amount_fen:
            count = measured.get(person.number, 0) if promise.by == "recruits" else 1
            return _Promised(promise.amount_fen * count)
        amount_fen = measured[person.number]
        rate_bp = self._bracket(amount_fen) if promise.brackets else promise.rate_bp
        # Volumes below add up to at most this one and their brackets aren't higher: the gap stays from 0.
        less_fen = sum(self._below(person, team)) if promise.by == "bracket_gap" else 0
        return _Promised(floor_share(amount=amount_fen, rate_bp=rate_bp) - less_fen, rate_bp, less_fen)

    def _below(self, person: Person, team: list[int]) -> Iterator[int]:
        for recruit in person.recruits:
            amount_fen = team[recruit.number]
            yield floor_share(amount=amount_fen, rate_bp=self._bracket(amount_fen))

    def _bracket(self, amount_fen: int) -> int:
        assert self.clause.promise is not None
        brackets = self.clause.promise.brackets
        return max((rate_bp for from_fen, rate_bp in brackets if amount_fen >= from_fen), default=0)
