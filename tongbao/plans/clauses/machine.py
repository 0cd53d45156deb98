"""The clauses of one graph as a small machine that reads a chain seat by seat, nearest first.

One meaning, three uses: the evaluator runs the machine along a chain, the vectorised evaluator tabulates it and
runs it along a million chains at once, and the prover looks at everything that it can ever do. A state says
what the clauses remember (cursors, levels used, ranks waiting for a peer), never who the people are; a step
says who is paid what, as a ``Portion`` of a base not yet known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tongbao.plans.algebra import ByLevel, Fixed, Flat, Gap
from tongbao.plans.clauses.portion import Portion
from tongbao.plans.clauses.walk import Walk


class Facts(NamedTuple):
    """All that the clauses may know about a seat. Numbers are rounded down to the nearest that any clause asks
    for, so there are few different ones."""

    rank: str
    active: bool = True
    recruits: int = 0
    own_fen: int = 0
    team_fen: int = 0


class Token(NamedTuple):
    """One walk under way: on the order's base, or on an award that somebody below got."""

    of: Portion | None
    level: int = 0


class PeerState(NamedTuple):
    """``waiting``: ranks that closed a gap and how many peers each has found. ``best``, ``found``: the
    highest-ranked pair so far (its place on the ladder) and its peers."""

    waiting: tuple[tuple[str, int], ...] = ()
    best: int = -1
    found: int = 0


class Cursor(NamedTuple):
    """How far a differential has risen, and how much of that was paid."""

    rate_bp: int = 0
    paid_bp: int = 0


class State(NamedTuple):
    """What all clauses of the graph remember. A clause's entry: tokens, a PeerState, or () when it is done."""

    cursors: tuple[Cursor, ...]
    clauses: tuple[tuple[Token, ...] | PeerState, ...]
    looks: tuple[bool, ...]
    """Which walks look at this order; a walk that doesn't isn't paid on the awards of one that does."""


@dataclass(frozen=True, slots=True)
class Emission:
    """What a step gives: the clause at ``clause`` pays ``portions`` to the seat, or, where ``register`` is not
    None, keeps the seat in mind until the chain ends."""

    clause: int
    level: int
    portions: tuple[Portion, ...]
    register: int | None = None


class Node:
    """A state in the graph of all states, with the steps from it that were looked at so far."""

    __slots__ = ("done", "end", "state", "steps")

    def __init__(self, *, state: State, done: bool, end: tuple[Emission, ...]) -> None:
        self.state = state
        self.done = done
        """No further seat can change anything."""
        self.end = end
        """What is paid to seats kept in mind, if the chain ends here."""
        self.steps: dict[Facts, tuple[Node, tuple[Emission, ...]]] = {}


class Machine:
    """The walks of one graph, in the order of the document; ``ladder`` lists ranks (or levels), lowest first."""

    def __init__(self, *, walks: Sequence[Walk], ladder: Sequence[str]) -> None:
        self.walks = tuple(walks)
        self.ladder = tuple(ladder)
        self._height = {rank: place for place, rank in enumerate(ladder)}
        self._index = {walk.id: place for place, walk in enumerate(walks)}
        self.thresholds = self._collect_thresholds()
        self._nodes: dict[State, Node] = {}
        self._beginnings: dict[tuple[tuple[bool, ...], str | None], Node] = {}

    def begin(self, *, applies: tuple[bool, ...], buyer_rank: str | None = None) -> Node:
        """Before the first seat. ``applies``: which walks look at this order, in their order."""
        known = self._beginnings.get((applies, buyer_rank))
        if known is None:
            known = self._beginnings[applies, buyer_rank] = self._node(self._first(applies, buyer_rank))
        return known

    def _first(self, applies: tuple[bool, ...], buyer_rank: str | None) -> State:
        clauses: list[tuple[Token, ...] | PeerState] = []
        for walk, looks in zip(self.walks, applies, strict=True):
            if walk.select.peers is not None:
                clauses.append(PeerState() if looks else PeerState(best=len(self.ladder)))
            else:
                clauses.append((Token(None),) if looks and walk.of is None else ())
        return State(
            cursors=tuple(self._first_cursor(walk, buyer_rank) for walk in self.walks),
            clauses=tuple(clauses),
            looks=applies,
        )

    def facts(
        self, *, rank: str, active: bool, recruits: int = 0, own_fen: int = 0, team_fen: int = 0
    ) -> Facts:
        """What the clauses may know about a seat."""
        if not self.thresholds:
            return Facts(rank, active)
        return Facts(
            rank,
            active,
            self._rounded("recruits", recruits),
            self._rounded("own_fen", own_fen),
            self._rounded("team_fen", team_fen),
        )

    def every_facts(self) -> tuple[Facts, ...]:
        """Every seat that differs for the clauses."""
        recruits, own, team = (
            (0, *self.thresholds.get(name, ())) for name in ("recruits", "own_fen", "team_fen")
        )
        return tuple(
            Facts(rank, active, few, volume, below)
            for active in (True, False)
            for rank in self.ladder
            for few in recruits
            for volume in own
            for below in team
        )

    def step(self, node: Node, facts: Facts) -> tuple[Node, tuple[Emission, ...]]:
        """What is remembered after the next seat, and what it gives."""
        known = node.steps.get(facts)
        if known is None:
            state, emissions = self._step(node.state, facts)
            known = node.steps[facts] = (self._node(state), emissions)
        return known

    def _node(self, state: State) -> Node:
        node = self._nodes.get(state)
        if node is None:
            node = Node(state=state, done=self._is_done(state), end=self._at_end(state))
            self._nodes[state] = node
        return node

    def _at_end(self, state: State) -> tuple[Emission, ...]:
        given: list[Emission] = []
        for place, (walk, memory) in enumerate(zip(self.walks, state.clauses, strict=True)):
            if isinstance(memory, PeerState) and walk.select.peers and walk.select.peers.pairs == "highest":
                for number in range(memory.found):
                    given.append(Emission(place, number + 1, (Portion(_peer_rates(walk)[number]),), number))
        return tuple(given)

    def _is_done(self, state: State) -> bool:
        return all(
            self._peer_is_done(place, state) if isinstance(memory, PeerState) else not memory
            for place, memory in enumerate(state.clauses)
        )

    def _peer_is_done(self, place: int, state: State) -> bool:
        memory = state.clauses[place]
        assert isinstance(memory, PeerState)
        peers = self.walks[place].select.peers
        assert peers is not None
        return memory.best >= len(self.ladder) or (
            not memory.waiting and not state.clauses[self._index[peers.of]]
        )

    def _first_cursor(self, walk: Walk, buyer_rank: str | None) -> Cursor:
        if isinstance(walk.rate, Gap) and walk.rate.from_buyer and buyer_rank is not None:
            return Cursor(rate_bp=dict(walk.rate.rates).get(buyer_rank, 0))
        return Cursor()

    def _step(self, state: State, facts: Facts) -> tuple[State, tuple[Emission, ...]]:
        cursors, clauses = list(state.cursors), list(state.clauses)
        emissions: list[Emission] = []
        closed: dict[int, bool] = {}
        arrived: dict[int, list[Portion]] = {}
        for place, walk in enumerate(self.walks):
            memory = clauses[place]
            if isinstance(memory, PeerState):
                clauses[place], given = self._peer_step(place, walk, memory, facts, closed)
                emissions += given
                continue
            kept, portions, level = self._walk_step(place, walk, memory, facts, cursors)
            if portions and isinstance(walk.rate, Gap):
                closed[place] = True
            if portions:
                emissions.append(Emission(place, level, tuple(portions)))
            clauses[place] = kept
        for emission in emissions:
            if emission.register is None:
                arrived.setdefault(emission.clause, []).extend(emission.portions)
        for place, walk in enumerate(self.walks):
            source = self._index.get(walk.of) if walk.of is not None else None
            if source is not None and source in arrived and state.looks[place]:
                standing = clauses[place]
                assert not isinstance(standing, PeerState)
                clauses[place] = (*standing, *(Token(portion) for portion in arrived[source]))
        return State(tuple(cursors), tuple(clauses), state.looks), tuple(emissions)

    def _walk_step(
        self, place: int, walk: Walk, tokens: tuple[Token, ...], facts: Facts, cursors: list[Cursor]
    ) -> tuple[tuple[Token, ...], list[Portion], int]:
        """The tokens after a seat, what the seat earns of them, and the level that it earned at."""
        kept: list[Token] = []
        portions: list[Portion] = []
        level_paid = 0
        for token in tokens:
            if facts.active and walk.select.until and self._at_least(facts.rank, walk.select.until):
                continue
            level = token.level + 1
            portion, counts = self._earned(place, walk, token, level, facts, cursors)
            if portion is not None:
                portions.append(portion)
                level_paid = level_paid or level - walk.select.skip
            if portion is None and not counts and walk.select.compress:
                level = token.level
            if not self._is_over(place, walk, level, cursors):
                kept.append(Token(token.of, self._saturated(walk, level)))
        return tuple(kept), portions, level_paid

    def _earned(
        self, place: int, walk: Walk, token: Token, level: int, facts: Facts, cursors: list[Cursor]
    ) -> tuple[Portion | None, bool]:
        """What the seat earns of a token, and whether it takes the level although it earns nothing."""
        counts = self._qualifies(walk, facts)
        paid_level = level - walk.select.skip
        if isinstance(walk.rate, Gap):
            return self._gap(place, walk, walk.rate, facts, cursors, counts=counts, skipped=paid_level < 1)
        if walk.select.outranked_in is not None and not self._outranked(walk, facts, cursors):
            counts = False
        if walk.select.unlock_recruits and facts.recruits < max(1, paid_level) * walk.select.unlock_recruits:
            counts = False
        if not counts:
            return None, False
        if paid_level < 1:
            return None, True
        if isinstance(walk.rate, Fixed):
            return Portion(0, 0, None, walk.rate.amount_fen), True
        rate_bp = walk.rate_for(rank=facts.rank, level=paid_level)
        if rate_bp is None:
            return None, False
        return (Portion(rate_bp, 0, token.of) if rate_bp else None), True

    def _gap(
        self,
        place: int,
        walk: Walk,
        rate: Gap,
        facts: Facts,
        cursors: list[Cursor],
        *,
        counts: bool,
        skipped: bool,
    ) -> tuple[Portion | None, bool]:
        owner = place if rate.cursor is None else self._index[rate.cursor]
        cursor = cursors[owner]
        top_bp = dict(rate.rates).get(facts.rank, 0)
        if top_bp <= cursor.rate_bp:
            return None, False
        if not counts:
            if not walk.select.compress:
                # Their gap lapses: nobody above earns what they would have.
                cursors[owner] = Cursor(top_bp, cursor.paid_bp)
            return None, False
        if skipped:
            return None, True
        gap_bp = top_bp - cursor.rate_bp
        cursors[owner] = Cursor(top_bp, cursor.paid_bp + gap_bp)
        return Portion(gap_bp, cursor.paid_bp), True

    def _peer_step(
        self, place: int, walk: Walk, memory: PeerState, facts: Facts, closed: dict[int, bool]
    ) -> tuple[PeerState, list[Emission]]:
        peers = walk.select.peers
        assert peers is not None
        if memory.best >= len(self.ladder):
            return memory, []
        rates = _peer_rates(walk)
        waiting, given = dict(memory.waiting), []
        best, found = memory.best, memory.found
        if facts.rank in waiting and self._qualifies(walk, facts):
            number = waiting[facts.rank]
            height = self._height[facts.rank]
            if peers.pairs == "every":
                given.append(Emission(place, number + 1, (Portion(rates[number]),)))
            elif height >= best:
                given.append(Emission(place, number + 1, (), number))
                best, found = height, number + 1
            waiting[facts.rank] = number + 1
            if number + 1 == len(rates):
                del waiting[facts.rank]
        elif closed.get(self._index[peers.of]) and (not peers.ranks or facts.rank in peers.ranks):
            waiting[facts.rank] = 0
        if peers.pairs == "highest":
            waiting = {rank: number for rank, number in waiting.items() if self._height[rank] >= best}
        return PeerState(tuple(sorted(waiting.items())), best, found), given

    def _qualifies(self, walk: Walk, facts: Facts) -> bool:
        needs = walk.select.needs
        return (
            facts.active
            and (needs.rank is None or self._at_least(facts.rank, needs.rank))
            and facts.recruits >= needs.recruits
            and facts.own_fen >= needs.own_fen
            and facts.team_fen >= needs.team_fen
        )

    def _outranked(self, walk: Walk, facts: Facts, cursors: list[Cursor]) -> bool:
        assert walk.select.outranked_in is not None
        other = self._index[walk.select.outranked_in]
        rate = self.walks[other].rate
        assert isinstance(rate, Gap)
        owner = other if rate.cursor is None else self._index[rate.cursor]
        return dict(rate.rates).get(facts.rank, 0) < cursors[owner].rate_bp

    def _is_over(self, place: int, walk: Walk, level: int, cursors: list[Cursor]) -> bool:
        if isinstance(walk.rate, Gap):
            owner = place if walk.rate.cursor is None else self._index[walk.rate.cursor]
            if cursors[owner].rate_bp >= walk.rate.rates[-1][1]:
                return True
        return walk.levels is not None and level - walk.select.skip >= walk.levels

    def _saturated(self, walk: Walk, level: int) -> int:
        """Levels beyond which nothing differs are one and the same, so that the states stay few."""
        return min(level, walk.select.skip + (walk.levels if walk.levels is not None else 1))

    def _at_least(self, rank: str, least: str) -> bool:
        return self._height[rank] >= self._height[least]

    def _collect_thresholds(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, set[int]] = {}
        for walk in self.walks:
            for name, least in walk.thresholds():
                found.setdefault(name, set()).add(least)
        return {name: tuple(sorted(values)) for name, values in found.items()}

    def _rounded(self, name: str, value: int) -> int:
        return max((least for least in self.thresholds.get(name, ()) if least <= value), default=0)


def _peer_rates(walk: Walk) -> tuple[int, ...]:
    match walk.rate:
        case Flat(rate_bp=rate_bp):
            return (rate_bp,)
        case ByLevel(rates_bp=rates):
            return rates
    raise AssertionError(f"{walk.id}: a peer award has a rate, or one for each generation")
