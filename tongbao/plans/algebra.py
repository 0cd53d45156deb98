"""The nine primitives of the plan language, as frozen data.

``event`` what happens and on what base · ``graph`` along whom to walk · ``select`` who counts · ``rank`` how
members rise · ``rate`` how much · ``accrue`` where money gathers · ``split`` how it is shared out · ``bound``
what limits it · ``when`` it may be drawn. A clause is a combination of them; the named kinds (direct,
differential, peer, region, …) are short ways to write frequent combinations.

Source: ``docs/plan-language.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

Base = Literal["net", "freight", "margin", "points"]
"""What a rate is a part of: money paid, freight, margin (all in fen), or point value (also in fen)."""
BASES: Final[tuple[Base, ...]] = ("net", "freight", "margin", "points")

Occasion = Literal["paid", "received"]
Graph = Literal["buyer", "sponsors", "regions", "introducers", "placement"]
GRAPHS: Final[tuple[Graph, ...]] = ("buyer", "sponsors", "regions", "introducers", "placement")
Period = Literal["order", "day", "week", "month"]
Measure = Literal["own", "team", "recruits", "lesser_leg", "holding", "bracket_gap"]
"""What a fund weighs a member by, in the period that closes: own and team volume in fen, recruits, the volume of
the lesser of two legs (carried over), what the member still has to get back (a holding), or what the member's
bracket of team volume gives beyond the brackets of the direct recruits."""
MEASURES: Final[tuple[Measure, ...]] = ("own", "team", "recruits", "lesser_leg", "holding", "bracket_gap")
Rest = Literal["platform", "carry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """When a clause looks at an order, and on what base. No ``products``: all of them."""

    on: Occasion = "paid"
    base: Base = "net"
    products: tuple[str, ...] = ()
    least_fen: int = 0
    """Orders whose base is below this don't count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A tree beside the sponsor tree, where members get their places in order of joining.

    ``width`` places below each (0: any number). ``fill``: ``breadth`` under the own sponsor, level by level
    (滑落); ``weak_leg`` under the own sponsor, down the leg with less volume; ``queue`` one tree for all (公排).
    ``leaves_at``: a member who reaches this rank moves below the next such rank above and leaves their first
    ``stays_behind`` members behind, under whom they stood before (链动2+1).

    ``carry`` and ``carry_cap_fen`` matter to ``lesser_leg`` only: whether a leg's volume that found no match
    counts again in the next period, and how much of it at most; the rest is flushed.
    """

    width: int = 0
    fill: Literal["sponsor", "breadth", "weak_leg", "queue"] = "sponsor"
    leaves_at: str | None = None
    stays_behind: int = 0
    carry: bool = True
    carry_cap_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a member must have to count: a rank at least, and volumes or recruits. Zero asks nothing."""

    rank: str | None = None
    recruits: int = 0
    own_fen: int = 0
    team_fen: int = 0

    @property
    def anything(self) -> bool:
        return self.rank is not None or bool(self.recruits or self.own_fen or self.team_fen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """Select the sponsors who have the rank that closed a gap of the clause ``of`` below them (平级)."""

    of: str
    pairs: Literal["highest", "every"] = "highest"
    ranks: tuple[str, ...] = ()
    """Only pairs of these ranks; none: of every rank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Select:
    """Who of a graph counts, walking up from the nearest.

    ``compress`` (紧缩): whoever is inactive or lacks what is needed is passed over, and the next one takes the
    level; without it the level lapses. ``skip`` levels earn nothing, ``limit`` levels are paid after them (None:
    no end), ``until`` ends the walk before the first member of that rank or above. ``unlock_recruits``: a
    member's n-th level needs n times as many direct recruits. ``outranked_in``: only whom that differential has
    passed because someone below has a higher rate (越级).
    """

    needs: Needs = field(default_factory=Needs)
    compress: bool = True
    skip: int = 0
    limit: int | None = None
    until: str | None = None
    unlock_recruits: int = 0
    peers: Peers | None = None
    outranked_in: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flat:
    """One rate for everyone selected."""

    rate_bp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ByLevel:
    """A rate for each level, nearest first."""

    rates_bp: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByRank:
    """A rate for each rank (or region level), lowest first; a rank that isn't named has none."""

    rates: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByRankAndLevel:
    """For each rank a rate for each level."""

    rates: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """The rate of the rank less what the cursor stands at, which then rises to that rate (级差).

    ``cursor`` names the clause whose cursor is shared; None: its own. ``from_buyer``: the cursor starts at the
    rate of the buyer's own rank.
    """

    rates: tuple[tuple[str, int], ...]
    cursor: str | None = None
    from_buyer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """An amount and not a rate. Bounded only where the order has a least amount."""

    amount_fen: int


Rate = Flat | ByLevel | ByRank | ByRankAndLevel | Gap | Fixed


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What limits a clause: a person's amount in a period, and a part of one order's base (pro-rated)."""

    person_fen: int | None = None
    person_period: Period = "order"
    order_bp: int | None = None
    rest: Rest = "platform"


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """When an award may be drawn: days after receipt (None: the tenant's own), and in how many equal parts."""

    release_days: int | None = None
    parts: int = 1
    every: Literal["day", "week", "month"] = "month"
    claws_back: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """How a fund is shared out when its period closes.

    ``equal``; ``pro_rata`` to a measure; ``places``: the best by the measure get ``places_bp`` of the fund, in
    order; ``draw``: ``winners`` drawn by a seed that is committed to beforehand, equal parts.
    """

    how: Literal["equal", "pro_rata", "places", "draw"] = "equal"
    by: Measure = "team"
    places_bp: tuple[int, ...] = ()
    winners: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What each member is promised when the period closes; above what the fund holds, all are pro-rated.

    ``rate_bp`` of the measure, or by ``brackets`` (from that many fen, the rate), or ``amount_fen``; ``once``:
    only the first time (a rank's bonus).
    """

    by: Measure = "team"
    rate_bp: int = 0
    brackets: tuple[tuple[int, int], ...] = ()
    amount_fen: int = 0
    once: bool = False
