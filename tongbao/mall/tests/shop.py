"""A small shop for the mall's tests: people, goods, and a gateway that lives in memory."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count

from django.db import connection

from tongbao.mall.contracts import (
    CashierLink,
    DeliveryAddress,
    ForgedNotification,
    GatewayRefused,
    GatewayUnavailable,
    MovementKind,
    MovementReport,
    Notification,
    ProductKind,
    ReportedState,
    StaleNotification,
    StatementLine,
    Wish,
)
from tongbao.mall.policy.numbers import beijing_day
from tongbao.mall.services import catalogue, checkout, gateways, orders, payments
from tongbao.mall.services.checkout import PlacedOrder
from tongbao.members.services import register
from tongbao.tenancy.contracts import Actor

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""Monday 2 March 2026, noon in Beijing."""
HOME = DeliveryAddress(recipient="王芳", phone="13800000000", region_code="440106", street="天河路1号")
OPERATOR = Actor(user_id=None, name="李经理")
DAY = timedelta(days=1)
SECRET = b"a shared secret of the test"
SITE = "https://lotus.test"

_numbers = count(1)


@dataclass
class Movement:
    """What the gateway knows of one payment, refund or transfer."""

    kind: MovementKind
    number: str
    amount_fen: int
    state: ReportedState = "pending"
    occurred_at: datetime | None = None


@dataclass
class MemoryGateway:
    """A payment company in memory. It refuses to be called inside a transaction, and counts what is asked."""

    code: str = "memory"
    movements: dict[str, Movement] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_down: bool = False
    refuses: bool = False
    inside_transaction: bool = False
    switched_on: bool = True

    def is_offered(self) -> bool:
        return self.switched_on

    def create_payment(
        self, *, number: str, amount_fen: int, subject: str, notify_url: str, return_url: str
    ) -> CashierLink:
        self._called("create_payment")
        self.movements.setdefault(number, Movement("payment", number, amount_fen))
        return CashierLink(url=f"https://cashier.test/{number}")

    def parse_notification(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> Notification:
        given = {name.lower(): value for name, value in headers.items()}
        at = given.get("x-time", "")
        if not hmac.compare_digest(signature(at, body), given.get("x-signature", "")):
            raise ForgedNotification(why="signature")
        age = abs((now - datetime.fromisoformat(at)).total_seconds())
        if age > 300:
            raise StaleNotification(age_seconds=int(age))
        said = json.loads(body)
        return Notification(**{**said, "occurred_at": datetime.fromisoformat(said["occurred_at"])})

    def query_payment(self, *, number: str) -> MovementReport:
        self._called("query_payment")
        return self._report("payment", number)

    def refund(self, *, number: str, refund_number: str, amount_fen: int) -> MovementReport:
        self._called("refund")
        self.movements.setdefault(refund_number, Movement("refund", refund_number, amount_fen))
        return self._report("refund", refund_number)

    def query_refund(self, *, refund_number: str) -> MovementReport:
        self._called("query_refund")
        return self._report("refund", refund_number)

    def transfer_out(self, *, number: str, amount_fen: int, recipient: str) -> MovementReport:
        self._called("transfer_out")
        self.movements.setdefault(number, Movement("transfer", number, amount_fen))
        return self._report("transfer", number)

    def query_transfer(self, *, number: str) -> MovementReport:
        self._called("query_transfer")
        return self._report("transfer", number)

    def statement(self, *, on: date) -> tuple[StatementLine, ...]:
        self._called("statement")
        return tuple(
            StatementLine(
                kind=movement.kind,
                number=movement.number,
                amount_fen=movement.amount_fen,
                gateway_reference=f"G{movement.number}",
                occurred_at=movement.occurred_at,
            )
            for movement in self.movements.values()
            if movement.occurred_at
            and movement.state == "succeeded"
            and beijing_day(movement.occurred_at) == on
        )

    def finish(self, number: str, *, at: datetime, state: ReportedState = "succeeded") -> None:
        """The customer has paid, or the refund has arrived, or has not."""
        self.movements[number].state = state
        self.movements[number].occurred_at = at

    def notice(
        self, number: str, *, at: datetime, message: str = "", **otherwise: object
    ) -> tuple[dict[str, str], bytes]:
        """Headers and body of a signed notification of how a movement stands."""
        movement = self.movements[number]
        said = {
            "notification_id": message or f"N{next(_numbers)}",
            "kind": movement.kind,
            "number": number,
            "state": movement.state,
            "amount_fen": movement.amount_fen,
            "gateway_reference": f"G{number}",
            "occurred_at": (movement.occurred_at or at).isoformat(),
            **otherwise,
        }
        body = json.dumps(said).encode()
        return {"X-Time": at.isoformat(), "X-Signature": signature(at.isoformat(), body)}, body

    def _called(self, what: str) -> None:
        blocks = [block for block in connection.atomic_blocks if not block._from_testcase]
        self.inside_transaction = self.inside_transaction or bool(blocks)
        self.asked.append(what)
        if self.is_down:
            raise GatewayUnavailable(gateway=self.code)
        if self.refuses:
            raise GatewayRefused(gateway=self.code, reason="no")

    def _report(self, kind: MovementKind, number: str) -> MovementReport:
        movement = self.movements.get(number)
        if movement is None:
            return MovementReport(kind=kind, number=number, state="unknown")
        return MovementReport(
            kind=kind,
            number=number,
            state=movement.state,
            amount_fen=movement.amount_fen,
            gateway_reference=f"G{number}",
            occurred_at=movement.occurred_at,
        )


def signature(at: str, body: bytes) -> str:
    return hmac.new(SECRET, at.encode() + body, hashlib.sha256).hexdigest()


@contextmanager
def only(*gateways_of_the_test: MemoryGateway) -> Iterator[None]:
    """Install these gateways and no others, until the test is over."""
    before = dict(gateways._gateways)
    gateways._gateways.clear()
    for gateway in gateways_of_the_test:
        gateways.register(gateway)
    try:
        yield
    finally:
        gateways._gateways.clear()
        gateways._gateways.update(before)


def buyer() -> int:
    """A new member."""
    return register(phone=None, now=NOON)


def product(
    code: str,
    *,
    price_fen: int,
    stock: int = 100,
    kind: ProductKind = "goods",
    plan_key: str = "",
    is_on_sale: bool = True,
    freight_template_id: int | None = None,
) -> str:
    """A product with one variant whose SKU is its code; returns the SKU."""
    catalogue.create_product(
        code=code,
        kind=kind,
        title=f"商品{code}",
        plan_key=plan_key,
        freight_template_id=freight_template_id,
        actor=OPERATOR,
        now=NOON,
    )
    catalogue.add_variant(
        product_code=code, sku=code, price_fen=price_fen, stock=stock, actor=OPERATOR, now=NOON
    )
    catalogue.set_on_sale(code=code, is_on_sale=is_on_sale, actor=OPERATOR, now=NOON)
    return code


def pack_198() -> str:
    """The 198 yuan gift pack."""
    return product("pack-198", price_fen=19_800, kind="gift_pack", plan_key="gift-pack")


def order(
    member_id: int, *wishes: tuple[str, int], now: datetime = NOON, client_key: str = ""
) -> PlacedOrder:
    """An order of so many pieces of some SKUs."""
    return checkout.place_order(
        buyer_id=member_id,
        wishes=[Wish(sku=sku, quantity=quantity) for sku, quantity in wishes],
        address=HOME,
        client_key=client_key or f"key-{next(_numbers)}",
        now=now,
    )


def start(member_id: int, placed: PlacedOrder, *, now: datetime = NOON) -> payments.StartedPayment:
    """The cashier of an order."""
    return payments.start_payment(
        order_number=placed.number, buyer_id=member_id, gateway_code=None, site_url=SITE, now=now
    )


def notify(gateway: MemoryGateway, number: str, *, now: datetime, **otherwise: object) -> str:
    """Deliver a signed notification of how a movement stands."""
    headers, body = gateway.notice(number, at=now, **otherwise)
    return payments.take_notification(
        gateway_code=gateway.code, headers=headers, body=body, received_at=now, now=now
    )


def paid(
    gateway: MemoryGateway, member_id: int, *wishes: tuple[str, int], now: datetime = NOON
) -> PlacedOrder:
    """An order that was paid at once."""
    placed = order(member_id, *wishes, now=now)
    started = start(member_id, placed, now=now)
    gateway.finish(started.number, at=now)
    notify(gateway, started.number, now=now)
    return placed


def received(
    gateway: MemoryGateway, member_id: int, *wishes: tuple[str, int], now: datetime = NOON
) -> PlacedOrder:
    """An order that was paid, sent and received, a day each."""
    placed = paid(gateway, member_id, *wishes, now=now)
    orders.ship_order(number=placed.number, actor=OPERATOR, now=now + timedelta(days=1))
    orders.confirm_receipt(number=placed.number, buyer_id=member_id, now=now + timedelta(days=2))
    return placed
