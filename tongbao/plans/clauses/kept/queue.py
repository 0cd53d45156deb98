"""Queue (排队免单): who bought first gets their order back first, from what later orders put aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from tongbao.money import WHOLE_BP, Language, format_rate
from tongbao.plans.clauses.base import Names, Scope, yuan
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
class Queue(Kept):
    """Every order stands in the queue and puts ``accrue_bp`` aside; the head gets ``back_bp`` of its own base as
    soon as the fund holds that much, and leaves.

    An order joins before its own part is added. ``select`` says whose orders may stand in the queue; all put
    aside. Without ``accrue_bp`` the head is promised its money at every ``every``-th order.
    """

    keys: ClassVar[tuple[str, ...]] = (*Kept.shared_keys, "back", "every")

    kind: AwardKind = "queue"
    back_bp: int = WHOLE_BP
    every: int = 0

    @classmethod
    def read(cls, fields: Fields, *, clause_id: str, scope: Scope) -> Self:
        from tongbao.plans.language.parts import read_bound, read_event, read_select, read_when

        if "accrue" in fields and "every" in fields:
            fields.note(
                "every",
                en="with accrue the head is paid as soon as the fund holds enough; delete 'every'",
                zh="有计提时,资金足够即返还队首;请删除every",
            )
        queue = cls(
            id=clause_id,
            line=fields.node.start_mark.line + 1,
            event=read_event(fields),
            accrue_bp=read_accrue(
                fields,
                because_en="a queue needs what it gives back",
                because_zh="排队返还需要资金来源",
                needed="every" not in fields,
            ),
            back_bp=fields.rate("back") if "back" in fields else WHOLE_BP,
            every=fields.whole("every", least=1, most=1_000, example="3") if "every" in fields else 0,
            select=read_select(fields, ranks=scope.ranks),
            bound=read_bound(fields, rest_alone=True),
            when=read_when(fields),
        )
        refuse_order_bound(fields, queue.bound)
        return queue

    def sentence(self, *, names: Names, language: Language) -> str:
        chosen = who(self.select.needs, names, language, in_period=False)
        back = format_rate(self.back_bp)
        if language == "zh":
            whose = f"{chosen}会员的订单" if chosen else "订单"
            when = f"每满{self.every}笔订单" if self.accrue_bp is None else "资金足够时"
            return (
                f"排队免单:{accrues(self, language)};{whose}按付款先后排队,{when},队首返还其订单金额的{back}并出队。"
                + limits(self, language, rest=False)
            )
        when = (
            f"at every {self.every} orders" if self.accrue_bp is None else "as soon as the fund holds enough"
        )
        whose = f" of members{chosen}" if chosen else ""
        return (
            f"Queue: {accrues(self, language)}; orders{whose} stand in line in the order of payment, and "
            f"{when} the first one gets {back} of its amount back and leaves.{limits(self, language, rest=False)}"
        )

    def because(self, payment: Payment, *, names: Names, language: Language) -> str:
        told, back = payment.reckoning, format_rate(self.back_bp)
        held, own = yuan(told.held_fen, language), yuan(told.own_fen, language)
        if language == "zh":
            inside = f"资金已有{held}," if self.accrue_bp is not None else ""
            return f"排队免单:您的订单{payment.order}排到队首,{inside}返还{own}的{back}"
        inside = f" and the fund holds {held}" if self.accrue_bp is not None else ""
        return f"Queue: your order {payment.order} is first in line{inside}, so {back} of {own} comes back"
