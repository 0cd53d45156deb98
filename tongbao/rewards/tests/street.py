"""People, packs and payments for the tests of rewards: everything goes through the real services."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth import get_user_model

from tongbao.kit import events
from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import member_account, platform_account
from tongbao.mall.contracts import ClaimWish
from tongbao.mall.models import OrderLine
from tongbao.mall.services import claims, orders, refunds
from tongbao.mall.services.checkout import PlacedOrder
from tongbao.mall.tests import shop
from tongbao.members.services import (
    appoint_agent,
    grant_opening_rank,
    register,
    set_active,
    submit_identity,
    verify_identity,
)
from tongbao.plans import preset
from tongbao.plans.lint import RULES
from tongbao.points import selectors as points
from tongbao.rewards import selectors, services
from tongbao.rewards.contracts import SignOffWords
from tongbao.rewards.models import Award
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services.operators import create_operator

NOON = shop.NOON
OPERATOR = shop.OPERATOR
LADDER = preset("gift-pack").ranks
REGIONS = {"county": "440106", "city": "440100", "province": "440000"}
EXAMPLES = Path(__file__).resolve().parents[3] / "tests" / "examples"


@cache
def cases(name: str) -> list[dict[str, Any]]:
    """The worked cases of one example file."""
    return list(yaml.safe_load((EXAMPLES / name).read_text(encoding="utf-8"))["cases"])


def person(rank: str = "member", *, sponsor: int | None = None) -> int:
    """A new member with a rank from the beginning, long before the first order."""
    before = NOON - timedelta(days=1)
    member_id = register(phone=None, sponsor_id=sponsor, now=before)
    if rank != "member":
        grant_opening_rank(member_id=member_id, rank=rank, ladder=LADDER, now=before)
    return member_id


def street(sponsors: Sequence[str], agents: Sequence[str]) -> tuple[int, dict[str, int]]:
    """A buyer under sponsors (nearest first, as in the examples) with agents around; returns buyer and people."""
    people: dict[str, int] = {}
    above: int | None = None
    for place in range(len(sponsors), 0, -1):
        rank, _, inactive = sponsors[place - 1].partition(" ")
        above = people[f"sponsor {place}"] = person(rank, sponsor=above)
        if inactive:
            set_active(member_id=above, active=False, reason="set so by the test", actor=OPERATOR, now=NOON)
    for level in agents:
        people[f"{level} agent"] = agent = person()
        appoint_agent(
            region_code=REGIONS[level],
            member_id=agent,
            starts_on=date(2026, 1, 1),
            actor=OPERATOR,
            now=NOON,
        )
    return person(sponsor=above), people


@contextmanager
def memory_gateway() -> Iterator[shop.MemoryGateway]:
    """A gateway in memory, and no other."""
    gateway = shop.MemoryGateway()
    with shop.only(gateway):
        yield gateway


def pack(price_fen: int, *, code: str = "pack-198", plan: str = "gift-pack") -> str:
    return shop.product(code, price_fen=price_fen, kind="gift_pack", plan_key=plan)


def buy(
    gateway: shop.MemoryGateway, buyer: int, *wishes: tuple[str, int], now: datetime = NOON
) -> PlacedOrder:
    """Ordered, paid at once, settled."""
    placed = shop.paid(gateway, buyer, *wishes, now=now)
    events.drain(now=now)
    return placed


def receive(placed: PlacedOrder, buyer: int, *, now: datetime) -> None:
    """Shipped and received at once."""
    orders.ship_order(number=placed.number, carrier="SF", tracking_number="1", actor=OPERATOR, now=now)
    orders.confirm_receipt(number=placed.number, buyer_id=buyer, now=now)
    events.drain(now=now)


def refund(
    gateway: shop.MemoryGateway,
    placed: PlacedOrder,
    *,
    amount_fen: int | None = None,
    position: int = 1,
    now: datetime,
) -> None:
    """The operator refunds a line of the order, in part or in full; the money arrives; awards follow."""
    refund_without_awards(gateway, placed, amount_fen=amount_fen, position=position, now=now)
    events.drain(now=now)


def refund_without_awards(
    gateway: shop.MemoryGateway,
    placed: PlacedOrder,
    *,
    amount_fen: int | None = None,
    position: int = 1,
    now: datetime,
) -> None:
    """As ``refund``, but the awards have not followed yet."""
    line = OrderLine.objects.get(order__number=placed.number, position=position)
    wishes = [ClaimWish(position=line.position, amount_fen=amount_fen or line.base_fen - line.promised_fen)]
    claims.refund_order(
        order_number=placed.number, lines=wishes, reason="as the customer asked", actor=OPERATOR, now=now
    )
    refunds.submit_due_refunds(now=now)
    for number, movement in gateway.movements.items():
        if movement.kind == "refund" and movement.state == "pending":
            gateway.finish(number, at=now)
            shop.notify(gateway, number, now=now)


def awarded(placed: PlacedOrder, people: dict[str, int]) -> list[dict[str, Any]]:
    """The awards of an order as the examples write them, in the order of booking."""
    seats = {(seat, member): seat for seat, member in people.items()}
    return [
        {"to": seats[(award.seat, award.beneficiary_id)], "clause": award.clause, "fen": award.amount_fen}
        for award in Award.objects.filter(settlement__number=placed.number).order_by("id")
        if award.amount_fen
    ]


def pending(member_id: int) -> int:
    return books.balance(account=member_account(member_id, "pending")).posted


def cash(member_id: int) -> int:
    return books.balance(account=member_account(member_id, "cash")).available


def owed(member_id: int) -> int:
    return -books.balance(account=member_account(member_id, "receivable")).posted


def unallocated() -> dict[str, int]:
    return {
        clause: books.balance(account=platform_account("unallocated", clause)).posted
        for clause in ("direct", "tier", "peer", "region")
    }


def verified(member_id: int, *, now: datetime = NOON) -> int:
    """The member, with an identity that an operator has verified."""
    submit_identity(member_id=member_id, real_name="王芳", card_number="11010519491231002X", now=now)
    verify_identity(member_id=member_id, actor=OPERATOR, now=now)
    return member_id


def with_cash(amount_fen: int, *, now: datetime = NOON) -> int:
    """A verified member with commission that can be withdrawn."""
    member_id = verified(person(), now=now)
    row = {"member_id": f"M{member_id:07d}", "cash_fen": str(amount_fen)}
    report = services.import_opening_balances(rows=[(2, row)], actor=Actor.system("import"), now=now)
    assert report.imported == 1
    return member_id


def ask(member_id: int, amount_fen: int, *, key: str = "k", now: datetime = NOON) -> str:
    """Ask for a withdrawal; returns its number."""
    return services.request_withdrawal(
        member_id=member_id, amount_fen=amount_fen, recipient="wx-wang", client_key=key, now=now
    )


def amounts(placed: PlacedOrder) -> list[int]:
    """What the order's awards are worth now, in the order of booking."""
    rows = Award.objects.filter(settlement__number=placed.number).order_by("id")
    return [award.amount_fen for award in rows]


def all_is_right() -> bool:
    """Whether books, points and awards all follow from the facts."""
    findings = [*books.verify(), *points.verify(), *selectors.verify()]
    assert findings == []
    return True


OWNER_NAME = "wang"
STATEMENT = "我已阅读全部问题,并承担发布责任。I have read the findings and answer for them."


def owner() -> Actor:
    """An owner of the mall, who may sign for plans."""
    known = get_user_model().objects.filter(username=OWNER_NAME).first()
    if known is not None:
        return Actor(user_id=known.pk, name=OWNER_NAME)
    user_id = create_operator(
        username=OWNER_NAME, password="correct horse battery", role="owner", now=NOON, actor=Actor.system()
    )
    return Actor(user_id=user_id, name=OWNER_NAME)


def signed(*findings: str) -> SignOffWords:
    """The owner's statement for findings; for all that China's law has if none is named."""
    ids = findings or tuple(rule.id for rule in RULES if rule.jurisdiction == "CN")
    return SignOffWords(name="王强", statement=STATEMENT, findings=ids)


def publish(document: str, effective_from: datetime, *, now: datetime = NOON) -> int:
    """Publish a plan with the owner's sign-off, as far as one is needed."""
    return services.publish_plan(
        document=document, effective_from=effective_from, actor=owner(), now=now, sign_off=signed()
    )
