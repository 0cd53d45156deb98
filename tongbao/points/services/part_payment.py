"""Points as the part payment of an order; has the shape of ``PaymentPart`` in the mall's contracts."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from tongbao.points.services.spending import (
    confirm_spending,
    give_back_spending,
    let_go_spending,
    take_spending,
)


class Wish(Protocol):
    """What a buyer asks of a part payment."""

    @property
    def amount_fen(self) -> int: ...

    @property
    def quote(self) -> str: ...


class PointsPart:
    """Orders paid with points: held at the checkout, spent when paid, let go or given back otherwise."""

    def take(self, *, subject: str, buyer_id: int, goods_fen: int, wish: Wish, now: datetime) -> None:
        """Hold the points for the wish; see ``take_spending``."""
        take_spending(
            subject=subject,
            member_id=buyer_id,
            amount_fen=wish.amount_fen,
            goods_fen=goods_fen,
            signed_quote=wish.quote,
            now=now,
        )

    def confirm(self, *, subject: str, now: datetime) -> None:
        """The order is paid; see ``confirm_spending``."""
        confirm_spending(subject=subject, now=now)

    def let_go(self, *, subject: str, now: datetime) -> None:
        """The order ends unpaid; see ``let_go_spending``."""
        let_go_spending(subject=subject, now=now)

    def give_back(self, *, subject: str, amount_fen: int, key: str, now: datetime) -> None:
        """Goods went back; see ``give_back_spending``."""
        give_back_spending(subject=subject, amount_fen=amount_fen, key=key, now=now)
