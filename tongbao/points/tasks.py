"""What points do by the clock."""

from __future__ import annotations

from datetime import timedelta

from tongbao.kit.jobs import Schedule
from tongbao.points import services

SCHEDULES = [
    Schedule(
        name="points.price",
        every=timedelta(minutes=1),
        function=lambda now: services.publish_price(now=now),
    ),
    Schedule(
        name="points.redemptions",
        every=timedelta(minutes=1),
        function=lambda now: services.carry_out_redemptions(now=now),
    ),
    Schedule(
        name="points.cards",
        every=timedelta(minutes=5),
        function=lambda now: services.release_due_parts(now=now),
    ),
    Schedule(
        name="points.vesting",
        every=timedelta(minutes=5),
        function=lambda now: services.mint_vested(now=now),
    ),
    Schedule(
        name="points.market",
        every=timedelta(minutes=1),
        function=lambda now: (services.match_waiting(now=now), services.expire_orders(now=now)),
    ),
    Schedule(
        name="points.alerts",
        every=timedelta(minutes=10),
        function=lambda now: services.watch_market(now=now),
    ),
    Schedule(
        name="points.expiry",
        every=timedelta(hours=6),
        function=lambda now: services.expire_points(now=now),
    ),
    Schedule(
        name="points.expiry_warnings",
        every=timedelta(days=1),
        function=lambda now: services.warn_of_expiry(now=now),
    ),
]
