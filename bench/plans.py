"""A million orders on a million members through the plan's evaluator, ranks rising as they go.

The same orders' first part goes through the scalar evaluator, and must give the same awards; its rate is the
yardstick. ``make bench NAME=plans ARGS="--orders 1000000 --members 1000000"``.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path

import numpy as np

from tongbao.plans import AgentSeat, Chain, Plan, Sale, SponsorSeat, evaluate, load_plan, preset
from tongbao.plans.columns import Columns, OrderColumns

LEVELS = ("county", "city", "province")
REGIONS = 3_000
PRICES = {"pack-198": 19_800, "pack-398": 39_800, "pack-999": 99_900}
SCALAR_ORDERS = 20_000


def market(plan: Plan, *, members: int, orders: int, seed: int) -> tuple[Columns, OrderColumns]:
    """A random recursive tree, half uniform and half preferential; orders of three packs and of other goods."""
    draw = np.random.default_rng(seed)
    places = np.arange(1, members, dtype=np.int64)
    uniform = (draw.random(members - 1) * places).astype(np.int64)
    # The sponsor of a random earlier member: who has many recruits gets more.
    sponsor = np.concatenate([[-1], uniform]).astype(np.int32)
    copied = draw.random(members - 1) < 0.5
    followed = sponsor[uniform]
    sponsor[1:] = np.where(copied & (followed >= 0), followed, sponsor[1:])
    columns = Columns(
        plan=plan,
        sponsor=sponsor,
        rank=np.zeros(members, dtype=np.int8),
        active=draw.random(members) > 0.02,
        agents=draw.integers(-1, members, (REGIONS, 3)).astype(np.int32),
    )
    names = list(PRICES)
    chosen = draw.choice(len(names) + 1, orders, p=[0.4, 0.1, 0.05, 0.45])
    prices = np.array([*PRICES.values(), 0])[chosen]
    places_of = np.array([*(columns.products.index(name) for name in names), -1], dtype=np.int32)
    return columns, OrderColumns(
        buyer=draw.integers(0, members, orders).astype(np.int32),
        base_fen=np.where(prices > 0, prices, draw.integers(100, 50_000, orders)),
        product=places_of[chosen],
        region=draw.integers(0, REGIONS, orders).astype(np.int32),
    )


def scalar_rate(plan: Plan, columns: Columns, orders: OrderColumns, count: int) -> tuple[float, int]:
    """Orders a second through ``evaluate``, chains built from the same columns, ranks as they were; and the fen."""
    rank, sponsor, active = columns.rank.tolist(), columns.sponsor.tolist(), columns.active
    assert active is not None
    assert columns.agents is not None
    assert orders.region is not None
    flags, agents = active.tolist(), columns.agents.tolist()
    total_fen, began = 0, time.perf_counter()
    for buyer, base_fen, region in zip(
        orders.buyer[:count].tolist(),
        orders.base_fen[:count].tolist(),
        orders.region[:count].tolist(),
        strict=True,
    ):
        seats, above = [], sponsor[buyer]
        while above >= 0:
            seats.append(SponsorSeat(above, plan.ranks[rank[above]], flags[above]))
            above = sponsor[above]
        around = tuple(
            AgentSeat(level, agent, flags[agent])
            for level, agent in zip(LEVELS, agents[region], strict=True)
            if agent >= 0
        )
        chain = Chain(sponsors=tuple(seats), agents=around, buyer_key=buyer)
        total_fen += sum(award.amount_fen for award in evaluate(plan=plan, chain=chain, sale=Sale(base_fen)))
    return count / (time.perf_counter() - began), total_fen


def frozen(columns: Columns, orders: OrderColumns, count: int) -> int:
    """The same first orders in columns with nobody promoted, for comparison with the scalar path, in fen."""
    still = Columns(
        plan=columns.plan,
        sponsor=columns.sponsor,
        rank=columns.rank,
        active=columns.active,
        agents=columns.agents,
        promotes=False,
    )
    return still.settle(
        OrderColumns(
            buyer=orders.buyer[:count],
            base_fen=orders.base_fen[:count],
            product=None if orders.product is None else orders.product[:count],
            region=None if orders.region is None else orders.region[:count],
        )
    ).total_fen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=1_000_000)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--plan", default="gift-pack", help="a preset's name or a file")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    if arguments.plan.endswith((".yaml", ".yml", ".json")):
        plan = load_plan(Path(arguments.plan).read_text(encoding="utf-8"), source=arguments.plan)
    else:
        plan = preset(arguments.plan)
    columns, orders = market(plan, members=arguments.members, orders=arguments.orders, seed=arguments.seed)
    before = columns.rank.copy()

    began = time.perf_counter()
    awards = columns.settle(orders)
    seconds = time.perf_counter() - began
    after, columns.rank = columns.rank, before.copy()
    warmed = after.copy()
    columns.rank = warmed

    count = min(SCALAR_ORDERS, arguments.orders)
    one_by_one, scalar_fen = scalar_rate(plan, columns, orders, count)
    column_fen = frozen(columns, orders, count)
    assert scalar_fen == column_fen, (scalar_fen, column_fen)
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    rate = arguments.orders / seconds
    print(f"plan {plan.key}: {arguments.orders:,} orders on {arguments.members:,} members in {seconds:.2f} s")
    print(
        f"  {rate:,.0f} orders/s, {len(awards):,} awards ({len(awards) / seconds:,.0f}/s), "
        f"{columns.changes:,} promotions"
    )
    print(f"  one by one: {one_by_one:,.0f} orders/s; the columns are {rate / one_by_one:.0f} times as fast")
    print(
        f"  the first {count:,} orders came to the same {scalar_fen:,} fen both ways; peak memory {peak_mib:,} MiB"
    )
    print(
        json.dumps(
            {
                "bench": "plans",
                "plan": plan.key,
                "orders": arguments.orders,
                "members": arguments.members,
                "seconds": round(seconds, 3),
                "orders_per_second": round(rate),
                "awards": len(awards),
                "awards_per_second": round(len(awards) / seconds),
                "promotions": columns.changes,
                "scalar_orders_per_second": round(one_by_one),
                "times_scalar": round(rate / one_by_one, 1),
                "peak_mib": peak_mib,
            }
        )
    )


if __name__ == "__main__":
    main()
