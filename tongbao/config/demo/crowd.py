"""Members and orders drawn from a seed, day by day, so that the pages look alive."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from tongbao.config.demo.goods import GOODS
from tongbao.config.demo.stage import OPERATOR, Stage
from tongbao.mall.contracts import DeliveryAddress
from tongbao.mall.models import Order
from tongbao.mall.services import orders
from tongbao.members.services import register
from tongbao.tenancy.contexts import tenant_context

SEED = 20_260_101
DAYS = 28
THREADS = 4
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂"
REGIONS = ("440106", "440103", "440304", "440305", "440605", "330106", "310115", "110105", "510104", "420106")
# How often each is bought, of a hundred: packs first.
GOODS_ONLY = tuple((code, 9) for code, _, _ in GOODS)
CHOICES = (("pack-198", 48), ("pack-398", 12), ("pack-999", 4), *GOODS_ONLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many come."""

    members: int = 500
    orders: int = 2_000


def play(
    stage: Stage,
    *,
    roots: list[int],
    size: Size,
    choices: tuple[tuple[str, int], ...] = CHOICES,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> None:
    """Let a crowd join and buy over the last days, ending at the real time.

    The same seed gives the same people and the same wishes. ``choices`` are products with their weights.
    """
    draw = random.Random(SEED)  # noqa: S311 - a repeatable crowd, no secret
    people = list(roots)
    ordered = 0
    for day in range(DAYS):
        stage.set_clock(offset=timedelta(days=day - DAYS + 1) if day < DAYS - 1 else timedelta(0))
        people += _join(stage, draw, people, _share(size.members, day))
        keys = [f"crowd-{day}-{number}" for number in range(_share(size.orders, day))]
        wishes = [_wish(draw, people, key, choices) for key in keys]
        _buy(stage, wishes)
        _deliver(stage, draw)
        stage.run_schedules()
        ordered += len(wishes)
        progress(ordered, size.orders)
    stage.run_schedules()


def _share(total: int, day: int) -> int:
    """This day's part of the total: a little more each day, and all days together the whole."""
    weights = [DAYS + number for number in range(DAYS)]
    before = sum(weights[:day])
    return total * (before + weights[day]) // sum(weights) - total * before // sum(weights)


def _join(stage: Stage, draw: random.Random, people: list[int], count: int) -> list[int]:
    now = stage.now()
    joined: list[int] = []
    for _ in range(count):
        name = draw.choice(SURNAMES) + "".join(draw.choices(GIVEN, k=draw.randint(1, 2)))
        sponsor_id = draw.choice([*people, *joined]) if people or joined else None
        joined.append(register(phone=None, name=name, sponsor_id=sponsor_id, now=now))
    return joined


def _wish(
    draw: random.Random, people: list[int], key: str, choices: tuple[tuple[str, int], ...]
) -> tuple[int, str, str, str]:
    skus, weights = zip(*choices, strict=True)
    return draw.choice(people), draw.choices(skus, weights=weights)[0], draw.choice(REGIONS), key


def _buy(stage: Stage, wishes: list[tuple[int, str, str, str]]) -> None:
    """Everyone orders, a few at once as customers do; then everyone pays."""
    schema_name = stage.mall.schema_name
    database = connection.settings_dict["NAME"]

    def order(wish: tuple[int, str, str, str]) -> str:
        buyer_id, sku, region_code, key = wish
        connection.settings_dict["NAME"] = database
        with tenant_context(schema_name):
            address = DeliveryAddress(
                recipient="收件人", phone="13900000000", region_code=region_code, street="幸福路1号"
            )
            return stage.order(buyer_id=buyer_id, sku=sku, key=key, address=address)[1]

    def leave() -> None:
        connection.close()

    if wishes:
        with ThreadPoolExecutor(max_workers=THREADS) as pool:
            numbers = list(pool.map(order, wishes))
            list(pool.map(lambda _: leave(), range(THREADS)))
        stage.pay(numbers)


def _deliver(stage: Stage, draw: random.Random) -> None:
    """Most parcels are sent; half of those on their way arrive."""
    now = stage.now()
    for number in Order.objects.filter(status="paid", has_open_claim=False).values_list("number", flat=True):
        if draw.random() < 0.9:
            orders.ship_order(
                number=number, carrier="顺丰", tracking_number=f"SF{number[-10:]}", actor=OPERATOR, now=now
            )
    on_their_way = Order.objects.filter(status="shipped", has_open_claim=False)
    for number, buyer_id in on_their_way.values_list("number", "buyer_id"):
        if draw.random() < 0.5:
            orders.confirm_receipt(number=number, buyer_id=buyer_id, now=now)
