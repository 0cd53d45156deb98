"""What a proof says."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tongbao.money import WHOLE_BP
from tongbao.plans.algebra import Base
from tongbao.plans.contracts import (
    Chain,
    Sale,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A chain that makes the walks pay their worst case: ranks nearest first, levels of agents.

    ``chain`` is the same with all that the plan asks of the seats: recruits, volumes, who introduced the merchant.
    """

    sponsors: tuple[str, ...]
    agents: tuple[str, ...]
    base_fen: int
    total_fen: int
    product: str
    chain: Chain
    sale: Sale

    def as_json(self) -> dict[str, object]:
        others: dict[str, object] = {
            "introducers": [seat.rank for seat in self.chain.introducers],
            "placement": {
                tree: [seat.rank for seat in seats] for tree, seats in self.chain.placement.items()
            },
            "buyer": self.chain.buyer.rank if self.chain.buyer else None,
            "product": self.product,
        }
        return {
            "sponsors": list(self.sponsors),
            "agents": list(self.agents),
            "base_fen": self.base_fen,
            "total_fen": self.total_fen,
            **{key: value for key, value in others.items() if value},
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Unbounded:
    """A clause that promises more than it is given."""

    clause: str
    line: int
    en: str
    zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolBound:
    """What a clause that keeps books puts aside of every order, which it never pays more than."""

    clause: str
    bp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseBound:
    """The worst case on one base (money paid, freight, margin, point value) and its budget."""

    base: Base
    worst_case: Fraction
    budget_bp: int

    @property
    def worst_case_bp(self) -> int:
        """Rounded up, so that it is never told too low."""
        return -(-self.worst_case.numerator * WHOLE_BP // self.worst_case.denominator)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """No order of any base pays a larger part of it than ``worst_case``; the witness and the pools reach it.

    Where a clause is ``unbounded`` the figures are those of the others.
    """

    bounded: bool
    worst_case: Fraction
    worst_case_bp: int
    budget_bp: int
    witness: Witness
    bases: tuple[BaseBound, ...]
    pools: tuple[PoolBound, ...] = ()
    unbounded: tuple[Unbounded, ...] = ()

    @property
    def within_budget(self) -> bool:
        return self.bounded and all(part.worst_case * WHOLE_BP <= part.budget_bp for part in self.bases)

    def as_json(self) -> dict[str, object]:
        """As other programs read it; an unbounded plan has no worst case."""
        found: dict[str, object] = {
            "bounded": self.bounded,
            "worst_case_bp": self.worst_case_bp if self.bounded else None,
            "budget_bp": self.budget_bp,
            "witness": self.witness.as_json(),
        }
        if self.pools:
            found["pools"] = {pool.clause: pool.bp for pool in self.pools}
        if len(self.bases) > 1:
            found["bases"] = {
                part.base: {"worst_case_bp": part.worst_case_bp, "budget_bp": part.budget_bp}
                for part in self.bases
            }
        if self.unbounded:
            found["unbounded"] = [
                {"clause": item.clause, "line": item.line, "why": item.en} for item in self.unbounded
            ]
        return found
