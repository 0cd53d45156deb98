"""Rights cards as their holders see them."""

from __future__ import annotations

from tongbao.points.contracts import POOLS, CardFacts, CardPartFacts, PointsSettings
from tongbao.points.models import RightsCard
from tongbao.tenancy.selectors import tenant_settings


def member_cards(*, member_id: int) -> tuple[CardFacts, ...]:
    """A member's cards with their calendars, newest first."""
    cards = RightsCard.objects.filter(member_id=member_id).prefetch_related("calendar").order_by("-id")
    allowed = tenant_settings(PointsSettings).cards_are_transferable
    return tuple(_facts(card, allowed) for card in cards)


def _facts(card: RightsCard, allowed: bool) -> CardFacts:
    titles = next(((kind.title_zh, kind.title_en) for kind in POOLS if kind.code == card.pool_id), None)
    calendar = tuple(
        CardPartFacts(
            number=part.number, due_on=part.due_on, amount=part.amount, released_at=part.released_at
        )
        for part in card.calendar.all()
    )
    return CardFacts(
        number=card.number,
        pool=card.pool_id,
        pool_title_zh=titles[0] if titles else card.pool_id,
        pool_title_en=titles[1] if titles else card.pool_id,
        total=card.total,
        released=sum(part.amount for part in calendar if part.released_at is not None),
        state=card.state,
        begins_on=card.begins_on,
        can_transfer=allowed and card.state == RightsCard.State.RUNNING and not card.transfers,
        calendar=calendar,
    )
