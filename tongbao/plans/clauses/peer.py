"""Peer (平级): a sponsor whose recruit has reached the same rank still earns a little."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, Self

from tongbao.money import Language, floor_share, format_rate
from tongbao.plans.clauses.base import Clause, Names, Scope, Situation, yuan
from tongbao.plans.clauses.differential import Differential
from tongbao.plans.contracts import Award, AwardKind, SponsorSeat

if TYPE_CHECKING:
    from tongbao.plans.language.document import Fields

Pairs = Literal["highest", "every"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer(Clause):
    """``rate_bp`` of the base to the upper sponsor of a pair.

    A pair: a sponsor who closed a gap of the differential ``of``, and the next active sponsor further up with
    the same rank. ``pairs`` says whether the highest-ranked pair of the chain pays, or every pair.
    ``closings`` says how many gaps that differential can close, ``order`` lists the ranks, lowest first.
    """

    kind: ClassVar[AwardKind] = "peer"
    keys: ClassVar[tuple[str, ...]] = ("of", "rate", "pairs")

    of: str
    rate_bp: int
    pairs: Pairs
    closings: int
    order: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields, *, clause_id: str, scope: Scope) -> Self:
        differentials = {clause.id: clause for clause in scope.above if isinstance(clause, Differential)}
        named = fields.reference(
            "of",
            options=tuple(differentials),
            what_en="differential clause that stands above this one",
            what_zh="位于本条之前的级差条款",
        )
        pairs = fields.choice("pairs", options=("highest", "every"), default="highest")
        differential = differentials.get(named)
        return cls(
            id=clause_id,
            of=named,
            rate_bp=fields.rate("rate"),
            pairs="every" if pairs == "every" else "highest",
            closings=differential.closings if differential else 0,
            order=scope.ranks,
        )

    def awards(self, situation: Situation) -> Iterator[Award]:
        pairs = self._pairs(situation)
        if self.pairs == "highest" and pairs:
            pairs = [max(pairs, key=lambda pair: self.order.index(pair[1].rank))]
        base_fen = situation.sale.base_fen
        for distance, seat in sorted(pairs, key=lambda pair: pair[0]):
            yield Award(
                beneficiary=seat.member_key,
                seat=f"sponsor {distance}",
                clause=self.id,
                kind=self.kind,
                rank=seat.rank,
                rate_bp=self.rate_bp,
                rate_before_bp=0,
                base_fen=base_fen,
                amount_fen=floor_share(amount=base_fen, rate_bp=self.rate_bp),
            )

    def _pairs(self, situation: Situation) -> list[tuple[int, SponsorSeat]]:
        """The upper sponsor of each pair, with the distance from the buyer."""
        waiting = {award.seat: award.rank for award in situation.earlier[self.of]}
        pairs: list[tuple[int, SponsorSeat]] = []
        closed: set[str] = set()
        for distance, seat in situation.walk():
            if seat.rank in closed:
                pairs.append((distance, seat))
                closed.discard(seat.rank)
            elif waiting and (rank := waiting.pop(f"sponsor {distance}", None)) is not None:
                closed.add(rank)
            if not closed and not waiting:
                break
        return pairs

    @property
    def rates_bp(self) -> tuple[int, ...]:
        return (self.rate_bp,)

    @property
    def most_pairs(self) -> int:
        """The most pairs that one order pays."""
        return min(1, self.closings) if self.pairs == "highest" else self.closings

    @property
    def maximum_bp(self) -> int:
        return self.rate_bp * self.most_pairs

    def most_fen(self, base_fen: int) -> int:
        # Every pair is floored by itself, so this may be below the floor of the maximum.
        return floor_share(amount=base_fen, rate_bp=self.rate_bp) * self.most_pairs

    def sentence(self, *, names: Names, language: Language) -> str:
        rate = format_rate(self.rate_bp)
        if language == "zh":
            which = "每单只计等级最高的一对" if self.pairs == "highest" else "每一对都计"
            return f"平级:在级差中得奖的推荐人,其上方最近的同等级推荐人获得{rate},{which}。"
        which = "every pair counts" if self.pairs == "every" else "an order's highest-ranked pair counts"
        return f"Peer: above a sponsor who earned a gap, the next one of the same rank earns {rate}; {which}."

    def reason(self, award: Award, *, names: Names, language: Language) -> str:
        rank, rate = names.rank(award.rank, language), format_rate(award.rate_bp)
        base, amount = yuan(award.base_fen, language), yuan(award.amount_fen, language)
        if language == "zh":
            return (
                f"平级:您下方有一位{rank}在本单获得级差,您是其上方最近的{rank};{base}的{rate},"
                f"舍去不足一分的部分,为{amount}。"
            )
        return (
            f"Peer: a {rank} below you earned a gap of the differential and you are the next {rank} above; "
            f"{rate} of {base}, rounded down to the fen, is {amount}."
        )
