"""Jar (推三返一): orders fill their sponsor's jar; every n-th order breaks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from tongbao.money import Language
from tongbao.plans.algebra import Select
from tongbao.plans.clauses.base import Names, Scope, ordinal, yuan
from tongbao.plans.clauses.kept.base import (
    Kept,
    Payment,
    accrues,
    limits,
    read_accrue,
    refuse_order_bound,
    who,
)
from tongbao.plans.contracts import AwardKind

if TYPE_CHECKING:
    from tongbao.plans.language.document import Fields


@dataclass(frozen=True, kw_only=True)
class Jar(Kept):
    """``accrue_bp`` of an order goes into the jar of the first sponsor whom ``select`` picks.

    Every ``every``-th order breaks that jar and its owner gets what is in it; ``up_to_own``: at most the base of
    their own earliest order that wasn't given back yet, each order once. What is left in the jar stays there or
    is the platform's, as ``bound.rest`` says. ``select.compress``: whether the jar of somebody further up is
    filled if the nearest sponsor doesn't count; volumes in ``select`` are those so far. Without ``accrue_bp`` the
    own order is promised in full, whatever was ordered.
    """

    keys: ClassVar[tuple[str, ...]] = (*Kept.shared_keys, "every", "up_to_own")

    kind: AwardKind = "jar"
    every: int
    up_to_own: bool = True

    @classmethod
    def read(cls, fields: Fields, *, clause_id: str, scope: Scope) -> Self:
        from tongbao.plans.language.parts import NEED_KEYS, read_bound, read_event, read_needs, read_when
        from tongbao.plans.language.values import read_yes

        select = Select()
        if "select" in fields:
            chosen = fields.mapping(
                "select", known=(*NEED_KEYS, "compress"), example="{rank: vip, compress: no}"
            )
            if chosen is not None:
                select = Select(
                    needs=read_needs(chosen, ranks=scope.ranks),
                    compress=read_yes(chosen, "compress", default=True),
                )
        up_to_own = read_yes(fields, "up_to_own", default=True)
        jar = cls(
            id=clause_id,
            line=fields.node.start_mark.line + 1,
            event=read_event(fields),
            accrue_bp=read_accrue(
                fields,
                because_en="a jar that doesn't look at the own order needs what it holds",
                because_zh="不以自购订单为限的奖罐需要资金来源",
                needed=not up_to_own,
            ),
            every=fields.whole("every", least=1, most=1_000, example="3"),
            up_to_own=up_to_own,
            select=select,
            bound=read_bound(fields, rest_alone=True),
            when=read_when(fields),
        )
        refuse_order_bound(fields, jar.bound)
        return jar

    def sentence(self, *, names: Names, language: Language) -> str:
        chosen = who(self.select.needs, names, language, in_period=False)
        if language == "zh":
            nearest = "最近的符合条件的" if self.select.compress else "直接"
            gives = f"每满{self.every}笔,该推荐人取得"
            if self.accrue_bp is None:
                gives += "其最早一笔未返还的自购订单金额"
            elif self.up_to_own:
                gives += "所积金额,以其最早一笔未返还的自购订单金额为限"
            else:
                gives += "所积金额"
            into = (
                f",存入{chosen}{nearest}推荐人的奖罐"
                if self.accrue_bp is not None
                else f",由{chosen}{nearest}推荐人计数"
            )
            return f"奖罐:{accrues(self, language)}{into};{gives}。" + limits(self, language)
        nearest = "nearest sponsor who counts" if self.select.compress else "direct sponsor"
        if self.accrue_bp is None:
            gives = "gives back their earliest own order that wasn't given back yet, in full"
        elif self.up_to_own:
            gives = (
                "breaks it and pays what it holds, up to their earliest own order that wasn't given back yet"
            )
        else:
            gives = "breaks it and pays what it holds"
        into = (
            f" into the jar of the {nearest}{chosen}"
            if self.accrue_bp is not None
            else f"; it counts for the {nearest}{chosen}"
        )
        says = f"Jar: {accrues(self, language)}{into}; every {ordinal(self.every)} order {gives}."
        return says + limits(self, language)

    def because(self, payment: Payment, *, names: Names, language: Language) -> str:
        told = payment.reckoning
        held, own = yuan(told.held_fen, language), yuan(told.own_fen, language)
        if language == "zh":
            up_to = f",您的自购订单为{own}" if self.up_to_own else ""
            inside = f",共积{held}" if self.accrue_bp is not None else ""
            return f"奖罐:您推荐的订单已满{told.orders}笔{inside}{up_to}"
        up_to = f", your own order came to {own}" if self.up_to_own else ""
        inside = f" and put {held} aside" if self.accrue_bp is not None else ""
        return f"Jar: {told.orders} orders of your recruits were counted{inside}{up_to}"
