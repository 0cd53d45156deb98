"""Differential (级差): walking up, each higher rank earns the gap to its rate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from tongbao.money import Language, format_rate, gap_share
from tongbao.plans.clauses.base import Clause, Names, Scope, Situation, yuan
from tongbao.plans.contracts import Award, AwardKind

if TYPE_CHECKING:
    from tongbao.plans.language.document import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Differential(Clause):
    """A cursor starts at 0; who has a rate above it earns the gap, and the cursor rises to that rate.

    ``rates`` are (rank, bp), lowest rank first, never falling; a rank that isn't named has no rate.
    """

    kind: ClassVar[AwardKind] = "differential"
    keys: ClassVar[tuple[str, ...]] = ("rates",)

    rates: tuple[tuple[str, int], ...]

    @classmethod
    def read(cls, fields: Fields, *, clause_id: str, scope: Scope) -> Self:
        return cls(
            id=clause_id, rates=fields.rates("rates", steps=scope.ranks, what_en="rank", what_zh="等级")
        )

    def awards(self, situation: Situation) -> Iterator[Award]:
        rate_of = dict(self.rates)
        base_fen = situation.sale.base_fen
        cursor_bp = 0
        for distance, seat in situation.walk():
            rate_bp = rate_of.get(seat.rank, 0)
            if rate_bp <= cursor_bp:
                continue
            yield Award(
                beneficiary=seat.member_key,
                seat=f"sponsor {distance}",
                clause=self.id,
                kind=self.kind,
                rank=seat.rank,
                rate_bp=rate_bp - cursor_bp,
                rate_before_bp=cursor_bp,
                base_fen=base_fen,
                amount_fen=gap_share(amount=base_fen, rate_before_bp=cursor_bp, rate_bp=rate_bp),
            )
            cursor_bp = rate_bp
            if cursor_bp == self.maximum_bp:
                return

    @property
    def rates_bp(self) -> tuple[int, ...]:
        return tuple(rate_bp for _, rate_bp in self.rates)

    @property
    def maximum_bp(self) -> int:
        return self.rates[-1][1] if self.rates else 0

    @property
    def closings(self) -> int:
        """The most gaps that one order can close: one for each different rate."""
        return len({rate_bp for rate_bp in self.rates_bp if rate_bp})

    def sentence(self, *, names: Names, language: Language) -> str:
        zh = language == "zh"
        listed = ("、" if zh else ", ").join(
            f"{names.rank(rank, language)}{'' if zh else ' '}{format_rate(rate_bp)}"
            for rank, rate_bp in self.rates
        )
        if zh:
            return f"级差:沿推荐关系向上,各等级的比例为{listed};每位只得高出下方已得比例的差额。"
        return (
            f"Differential: walking up the sponsors, the rates are {listed}; each earns only "
            "the gap above what was earned below."
        )

    def reason(self, award: Award, *, names: Names, language: Language) -> str:
        rank = names.rank(award.rank, language)
        return gap_reason(
            award,
            language=language,
            lead_zh=f"级差:您当时的等级是{rank}",
            lead_en=f"Differential: your rank was {rank}",
            before_zh="您下方已得",
            before_en="had been earned below you",
        )


def gap_reason(
    award: Award, *, language: Language, lead_zh: str, lead_en: str, before_zh: str, before_en: str
) -> str:
    """The arithmetic of a gap as a sentence; shared by the clauses that climb."""
    top_bp = award.rate_before_bp + award.rate_bp
    base, amount = yuan(award.base_fen, language), yuan(award.amount_fen, language)
    if award.rate_before_bp == 0:
        if language == "zh":
            rate = format_rate(top_bp)
            return f"{lead_zh},比例{rate};{base}的{rate},舍去不足一分的部分,为{amount}。"
        return (
            f"{lead_en}, with {format_rate(top_bp)}, which of {base}, rounded down to the fen, is {amount}."
        )
    whole = gap_share(amount=award.base_fen, rate_before_bp=0, rate_bp=top_bp)
    whole_text, below_text = yuan(whole, language), yuan(whole - award.amount_fen, language)
    if language == "zh":
        return (
            f"{lead_zh},比例{format_rate(top_bp)},{before_zh}{format_rate(award.rate_before_bp)},差额"
            f"{format_rate(award.rate_bp)}:{base}的{format_rate(top_bp)}为{whole_text},减去已得的{below_text},"
            f"为{amount}。"
        )
    return (
        f"{lead_en}, with {format_rate(top_bp)}, and {format_rate(award.rate_before_bp)} {before_en}, which "
        f"leaves {format_rate(award.rate_bp)}: {format_rate(top_bp)} of {base} is {whole_text}, less "
        f"{below_text}, is {amount}."
    )
