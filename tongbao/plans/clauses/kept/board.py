"""Board (七人拼团): a small tree of buyers; when it is full, its top is paid and it splits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Self

from tongbao.money import Language
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

MOST_SEATS: Final = 10_000


@dataclass(frozen=True, kw_only=True)
class Board(Kept):
    """A board has one top, ``width`` seats below each seat, and ``depth`` levels below the top.

    A buyer takes the next free seat, level by level, on the board of the nearest sponsor who sits on one, else on
    the oldest open board; nobody has two seats. Each order puts ``accrue_bp`` aside on its buyer's board. When
    the board is full its top gets what it holds (at most ``amount_fen``, if that isn't 0) and leaves; the seats
    below the top become the tops of ``width`` new boards. What is left is divided among them, or is the
    platform's, as ``bound.rest`` says. ``again``: the top takes a seat anew, behind everybody.
    Without ``accrue_bp`` the amount is promised whatever was put aside.
    """

    keys: ClassVar[tuple[str, ...]] = (*Kept.shared_keys, "width", "depth", "amount", "again")

    kind: AwardKind = "board"
    width: int
    depth: int
    amount_fen: int = 0
    again: bool = False

    @property
    def seats(self) -> int:
        """How many sit on a full board.

        >>> Board(id="seven", accrue_bp=1_000, width=2, depth=2).seats
        7
        """
        return sum(self.width**level for level in range(self.depth + 1))

    @classmethod
    def read(cls, fields: Fields, *, clause_id: str, scope: Scope) -> Self:
        from tongbao.plans.language.parts import read_bound, read_event, read_select, read_when
        from tongbao.plans.language.values import read_amount, read_yes

        board = cls(
            id=clause_id,
            line=fields.node.start_mark.line + 1,
            event=read_event(fields),
            accrue_bp=read_accrue(
                fields,
                because_en="a board needs what its top gets",
                because_zh="拼团奖金需要资金来源",
                needed="amount" not in fields,
            ),
            width=fields.whole("width", least=2, most=100, example="2"),
            depth=fields.whole("depth", least=1, most=12, example="2"),
            amount_fen=read_amount(fields, "amount", example="500.00") if "amount" in fields else 0,
            again=read_yes(fields, "again", default=False),
            select=read_select(fields, ranks=scope.ranks),
            bound=read_bound(fields, rest_alone=True),
            when=read_when(fields),
        )
        refuse_order_bound(fields, board.bound)
        if board.seats > MOST_SEATS:
            fields.note(
                "depth",
                en=f"such a board has {board.seats} seats; lower width or depth to {MOST_SEATS} at most",
                zh=f"这样的盘面共有{board.seats}个位置;请减小width或depth,使其不超过{MOST_SEATS}",
            )
        return board

    def sentence(self, *, names: Names, language: Language) -> str:
        chosen = who(self.select.needs, names, language, in_period=False)
        amount = yuan(self.amount_fen, language)
        if language == "zh":
            what = "盘内所积金额" + (f"(最多{amount})" if self.amount_fen else "")
            if self.accrue_bp is None:
                what = amount
            again = ",并重新排位" if self.again else ""
            return (
                f"拼团:{accrues(self, language)};{chosen}买家依次坐满一盘{self.seats}人"
                f"(每位之下{self.width}位,共{self.depth}层)后,首位获得{what}出局{again},其余分成{self.width}盘。"
                + limits(self, language)
            )
        what = (
            amount
            if self.accrue_bp is None
            else "what it holds" + (f", at most {amount}" if self.amount_fen else "")
        )
        again = " and takes a seat anew" if self.again else ""
        return (
            f"Board: {accrues(self, language)}; buyers{chosen} fill a board of {self.seats} seats ({self.width} below "
            f"each, {self.depth} levels); when it is full its top gets {what} and leaves{again}, and the others go on "
            f"as {self.width} boards.{limits(self, language)}"
        )

    def because(self, payment: Payment, *, names: Names, language: Language) -> str:
        told = payment.reckoning
        held = yuan(told.held_fen, language)
        if language == "zh":
            inside = f",盘内共积{held}" if self.accrue_bp is not None else ""
            return f"拼团:您所在的一盘{told.people}人已满{inside},您位居首位"
        inside = f" and holds {held}" if self.accrue_bp is not None else ""
        return f"Board: your board of {told.people} is full{inside}, and you are at its top"
