"""Where the demo plays: two malls, their processes, a clock that moves, and payments through the real gateway."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tongbao.apps.sandbox_pay.services import accounts
from tongbao.kit import clock, events, jobs
from tongbao.mall.contracts import DeliveryAddress, Wish
from tongbao.mall.models import Order
from tongbao.mall.services import checkout, orders, payments
from tongbao.rewards.services import release_due
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.contracts import Actor

OPERATOR = Actor.system("demo")
QUIET_SECONDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Mall:
    """One mall of the demo and how browsers reach it."""

    schema_name: str
    title_zh: str
    title_en: str
    hosts: tuple[str, ...]


LOTUS = Mall(
    schema_name="lotus",
    title_zh="莲花商城",
    title_en="Lotus Mall",
    hosts=("lotus.localhost", "localhost", "127.0.0.1"),
)
ORCHID = Mall(
    schema_name="orchid", title_zh="兰花联盟", title_en="Orchid Alliance", hosts=("orchid.localhost",)
)
MALLS = (LOTUS, ORCHID)

TIANHE = DeliveryAddress(recipient="张新", phone="13900000004", region_code="440106", street="天河路385号")


class Stage:
    """The current tenant's shop with its moving clock. Use inside ``tenant_context(mall.schema_name)``."""

    def __init__(self, *, mall: Mall, port: int) -> None:
        self.mall = mall
        self.site_url = f"http://{mall.hosts[0]}:{port}"
        self.port = port

    def now(self) -> datetime:
        """The mall's time."""
        return clock.now()

    def open(self) -> None:
        """Let the gateway know this shop, and where its addresses are found."""
        accounts.open_account(
            site_urls=tuple(f"http://{host}:{self.port}" for host in self.mall.hosts),
            title_zh=self.mall.title_zh,
            title_en=self.mall.title_en,
            connect_to=f"127.0.0.1:{self.port}",
            actor=OPERATOR,
            now=self.now(),
        )

    def set_clock(self, *, offset: timedelta) -> datetime:
        """Move the mall's clock so far from the real time, and the gateway's account with it."""
        moment = clock.move_to(offset=offset)
        accounts.follow_clock(now=moment)
        return moment

    def order(
        self, *, buyer_id: int, sku: str, key: str, address: DeliveryAddress = TIANHE, quantity: int = 1
    ) -> tuple[str, str]:
        """Place an order and open its cashier: (order number, payment number)."""
        placed = checkout.place_order(
            buyer_id=buyer_id,
            wishes=[Wish(sku=sku, quantity=quantity)],
            address=address,
            client_key=key,
            now=self.now(),
        )
        started = payments.start_payment(
            order_number=placed.number,
            buyer_id=buyer_id,
            gateway_code=None,
            site_url=self.site_url,
            now=self.now(),
        )
        return placed.number, started.number

    def pay(self, payment_numbers: Iterable[str]) -> None:
        """Pay at the cashier, wait until every notification has arrived, and settle."""
        accounts.pay_at_the_cashier(numbers=list(payment_numbers))
        self.wait_until_quiet()
        self.settle()

    def buy(self, *, buyer_id: int, sku: str, key: str, address: DeliveryAddress = TIANHE) -> str:
        """Ordered, paid, settled; returns the order's number."""
        number, payment = self.order(buyer_id=buyer_id, sku=sku, key=key, address=address)
        self.pay([payment])
        return number

    def receive(self, *, number: str, buyer_id: int) -> None:
        """Sent and received."""
        orders.ship_order(
            number=number, carrier="顺丰", tracking_number=f"SF{number[-10:]}", actor=OPERATOR, now=self.now()
        )
        orders.confirm_receipt(number=number, buyer_id=buyer_id, now=self.now())
        self.settle()

    def settle(self) -> None:
        """Handle what waits in the outbox."""
        wait_for(lambda: events.drain(now=self.now()) == 0, what="the outbox to empty")

    def run_schedules(self) -> None:
        """What a worker would have done by now: time-outs, receipts, releases, refunds, reconciliation."""
        jobs.tick(now=self.now())
        self.settle()

    def release(self) -> int:
        """Release what is due."""
        return release_due(now=self.now())

    def wait_until_quiet(self) -> None:
        """Until the gateway has told us everything."""
        wait_for(lambda: accounts.still_under_way() == 0, what="the gateway's notifications")


def wait_for(is_done: Callable[[], bool], *, what: str) -> None:
    """Ask again and again. Raises TimeoutError."""
    deadline = time.monotonic() + QUIET_SECONDS
    while not is_done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {QUIET_SECONDS} s for {what}")
        time.sleep(0.02)


def order_id_of(number: str) -> int:
    """The id of an order by its number."""
    return int(Order.objects.values_list("id", flat=True).get(number=number))


def in_malls(malls: Sequence[Mall], *, port: int, play: Callable[[Stage], None]) -> None:
    """Play something in each mall."""
    for mall in malls:
        with tenant_context(mall.schema_name):
            play(Stage(mall=mall, port=port))
