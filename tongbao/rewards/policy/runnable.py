"""What of a plan the live settlement can't carry out yet. Pure, and the only place that says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tongbao.plans import Plan, Walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Hindrance:
    """One part of a plan that can be written, proven and simulated, and not yet be settled on real orders."""

    clause: str
    """The clause's id, or ``promotions``."""
    line: int
    en: str
    zh: str

    def reason(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


def hindrances(*, plan: Plan, release_days: int) -> tuple[Hindrance, ...]:
    """Every part of the plan that orders can't be settled by, in the order of the document; none: it can run.

    ``release_days`` is the mall's own number of days from receipt until awards are released.

    >>> from tongbao.plans import preset
    >>> hindrances(plan=preset("gift-pack"), release_days=8)
    ()
    """
    found = [
        Hindrance(clause=clause.id, line=clause.line, en=en, zh=zh)
        for clause in plan.clauses
        for en, zh in (
            _of_walk(clause, release_days)
            if isinstance(clause, Walk)
            else (("it keeps books across orders", "需要跨订单记账"),)
        )
    ]
    if plan.promotions.by_volume:
        found.append(
            Hindrance(
                clause="promotions",
                line=plan.lines.get("promotions", 0),
                en="ranks rise by volume",
                zh="按业绩晋升",
            )
        )
    return tuple(found)


def _of_walk(walk: Walk, release_days: int) -> Iterator[tuple[str, str]]:
    if walk.graph == "placement":
        yield "it walks a placement tree", "沿安置关系计算"
    if walk.graph == "introducers":
        yield "it pays those who introduced a merchant", "支付给商家的招商人"
    if walk.graph == "buyer" or getattr(walk.rate, "from_buyer", False):
        yield "it looks at the buyer's own rank", "需要查看买家本人的等级"
    if walk.event.base != "net":
        yield f"it is paid on {walk.event.base} and not on money paid", "计算基数不是实付金额"
    if any(True for _ in walk.thresholds()):
        yield "it asks for recruits or volumes of a sponsor", "要求推荐人达到发展人数或业绩"
    if walk.bound.person_fen is not None and walk.bound.person_period != "order":
        yield (
            f"it limits what a person gets in a {walk.bound.person_period}",
            "限制每人在一段时间内的所得",
        )
    if walk.when.parts > 1:
        yield "it is paid in instalments", "分期发放"
    if walk.when.release_days not in (None, release_days):
        yield (
            f"it is released {walk.when.release_days} days after receipt and this mall releases after {release_days}",
            f"收货后{walk.when.release_days}天释放,与本商城的{release_days}天不同",
        )
    if not walk.when.claws_back:
        yield "it is kept when the order is given back", "退货后不追回"
