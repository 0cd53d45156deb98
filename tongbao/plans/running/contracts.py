"""What happens in a run: orders, closings, and what is refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tongbao.money import StatedError
from tongbao.plans.contracts import AgentSeat, MemberKey, Sale

Closing = Literal["day", "week", "month"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOrder:
    """One order of one product, paid ``at``. Amounts in fen, as in ``Sale``.

    ``agents`` are those of the delivery address; ``introducer`` brought the merchant who sells.
    """

    key: str
    buyer: MemberKey
    base_fen: int
    at: datetime
    product: str = ""
    freight_fen: int = 0
    margin_fen: int = 0
    points_fen: int = 0
    agents: tuple[AgentSeat, ...] = ()
    introducer: MemberKey | None = None

    def sale(self, *, remaining_fen: int) -> Sale:
        """The order as a sale of what remains of its base; the other amounts shrink with it, rounded down."""
        base_fen = self.base_fen

        def left(amount_fen: int) -> int:
            return amount_fen if remaining_fen == base_fen else amount_fen * remaining_fen // base_fen

        return Sale(
            base_fen=remaining_fen,
            freight_fen=left(self.freight_fen),
            margin_fen=left(self.margin_fen),
            points_fen=left(self.points_fen),
            product=self.product,
        )


class RunRefused(StatedError):
    """Something that can't happen in a run: an unknown member, an order paid twice, a refund above the order."""

    code = "run_refused"
    message_en = "This can't have happened: {why_en}."
    message_zh = "无法执行:{why_zh}。"
