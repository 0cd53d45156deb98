"""Region (区域代理): the agents of the delivery address, county to province, as a differential."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Self

from tongbao.money import Language, format_rate, gap_share
from tongbao.plans.clauses.base import Clause, Names, Scope, Situation
from tongbao.plans.clauses.differential import gap_reason
from tongbao.plans.contracts import REGION_LEVELS, Award, AwardKind

if TYPE_CHECKING:
    from tongbao.plans.language.document import Fields

LEVEL_NAMES: Final = {"county": "区县", "city": "市", "province": "省"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Region(Clause):
    """Each agent there is earns the gap from the levels below; a missing agent's share goes up, never down.

    An agent who is inactive or is the buyer counts as missing. ``rates`` are (level, bp), lowest level first.
    """

    kind: ClassVar[AwardKind] = "region"
    keys: ClassVar[tuple[str, ...]] = ("rates",)

    rates: tuple[tuple[str, int], ...]

    @classmethod
    def read(cls, fields: Fields, *, clause_id: str, scope: Scope) -> Self:
        return cls(
            id=clause_id,
            rates=fields.rates("rates", steps=REGION_LEVELS, what_en="region level", what_zh="区域级别"),
        )

    def awards(self, situation: Situation) -> Iterator[Award]:
        chain, base_fen = situation.chain, situation.sale.base_fen
        present = {
            agent.level: agent
            for agent in chain.agents
            if agent.active and (chain.buyer_key is None or agent.member_key != chain.buyer_key)
        }
        cursor_bp = 0
        for level, rate_bp in self.rates:
            agent = present.get(level)  # type: ignore[call-overload]
            if agent is None or rate_bp <= cursor_bp:
                continue
            yield Award(
                beneficiary=agent.member_key,
                seat=f"{level} agent",
                clause=self.id,
                kind=self.kind,
                rank=level,
                rate_bp=rate_bp - cursor_bp,
                rate_before_bp=cursor_bp,
                base_fen=base_fen,
                amount_fen=gap_share(amount=base_fen, rate_before_bp=cursor_bp, rate_bp=rate_bp),
            )
            cursor_bp = rate_bp

    @property
    def rates_bp(self) -> tuple[int, ...]:
        return tuple(rate_bp for _, rate_bp in self.rates)

    @property
    def maximum_bp(self) -> int:
        return self.rates[-1][1] if self.rates else 0

    def sentence(self, *, names: Names, language: Language) -> str:
        if language == "zh":
            listed = "、".join(
                f"{LEVEL_NAMES[level]}代{format_rate(rate_bp)}" for level, rate_bp in self.rates
            )
            return f"区域代理:按收货地址,{listed},逐级取差额;空缺一级的份额归上一级代理,不向下。"
        listed = ", ".join(f"{level} {format_rate(rate_bp)}" for level, rate_bp in self.rates)
        return (
            f"Region: by delivery address, {listed}, each level earning the gap; a missing agent's share "
            "goes to the next higher agent, never downward."
        )

    def reason(self, award: Award, *, names: Names, language: Language) -> str:
        return gap_reason(
            award,
            language=language,
            lead_zh=f"区域代理:您是收货地址的{LEVEL_NAMES[award.rank]}级代理",
            lead_en=f"Region: you are the {award.rank} agent of the delivery address",
            before_zh="下级代理已得",
            before_en="had been earned by the agents below",
        )
