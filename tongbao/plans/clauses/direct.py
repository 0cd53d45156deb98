"""Direct (一级分销): a rate to the nearest sponsor, whatever their rank."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from tongbao.money import Language, floor_share, format_rate
from tongbao.plans.clauses.base import Clause, Names, Scope, Situation, yuan
from tongbao.plans.contracts import Award, AwardKind

if TYPE_CHECKING:
    from tongbao.plans.language.document import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct(Clause):
    """``rate_bp`` of the base to the nearest sponsor.

    An inactive nearest sponsor earns nothing, and nobody else does in their place.
    """

    kind: ClassVar[AwardKind] = "direct"
    keys: ClassVar[tuple[str, ...]] = ("rate",)

    rate_bp: int

    @classmethod
    def read(cls, fields: Fields, *, clause_id: str, scope: Scope) -> Self:
        return cls(id=clause_id, rate_bp=fields.rate("rate"))

    def awards(self, situation: Situation) -> Iterator[Award]:
        for distance, seat in situation.walk():
            if distance == 1:
                base_fen = situation.sale.base_fen
                yield Award(
                    beneficiary=seat.member_key,
                    seat="sponsor 1",
                    clause=self.id,
                    kind=self.kind,
                    rank=seat.rank,
                    rate_bp=self.rate_bp,
                    rate_before_bp=0,
                    base_fen=base_fen,
                    amount_fen=floor_share(amount=base_fen, rate_bp=self.rate_bp),
                )
            return

    @property
    def rates_bp(self) -> tuple[int, ...]:
        return (self.rate_bp,)

    @property
    def maximum_bp(self) -> int:
        return self.rate_bp

    def sentence(self, *, names: Names, language: Language) -> str:
        rate = format_rate(self.rate_bp)
        if language == "zh":
            return f"一级分销:买家的直接推荐人,不论等级,获得{rate}。"
        return f"Direct: the buyer's nearest sponsor, whatever their rank, earns {rate}."

    def reason(self, award: Award, *, names: Names, language: Language) -> str:
        base, rate = yuan(award.base_fen, language), format_rate(award.rate_bp)
        amount = yuan(award.amount_fen, language)
        if language == "zh":
            return f"一级分销:您是买家的直接推荐人,{base}的{rate},舍去不足一分的部分,为{amount}。"
        return (
            f"Direct: you are the buyer's nearest sponsor, and {rate} of {base}, rounded down to the fen, "
            f"is {amount}."
        )
