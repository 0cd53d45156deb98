"""A machine from the shop's page to the last point: bought, used, past its return window, worked out, pool empty."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from tongbao.apps.mining import services
from tongbao.apps.mining.tests.people import DAY, NOON, leave_in_pool, person, prop, settings, sound, switch
from tongbao.kit import clock, events, jobs
from tongbao.mall.services import orders
from tongbao.mall.tests.shop import OPERATOR, paid, product
from tongbao.members.services import open_session


def turn(moment) -> None:
    """The worker's turn: events, closing orders, schedules."""
    orders.close_due_orders(now=moment)
    events.drain(now=moment)
    jobs.tick(now=moment)
    events.drain(now=moment)


def test_a_machine_from_purchase_to_the_pool_s_end(cashier):
    product("mine", price_fen=30_000, kind="virtual")
    prop("big", daily=100_000, days=30, product="mine")
    prop("gift", daily=5_000, days=10)
    settings(free_prop="gift")
    wang = person("13800138000")
    turn(NOON)
    token = open_session(member_id=wang, now=clock.now()).token
    client = Client(headers={"host": "lotus.test", "authorization": f"Bearer {token}"})

    def machines() -> list[tuple[str, str, int, int]]:
        shown = client.get("/api/v1/mining/machines").json()
        return [(one["title"], one["state"], one["given_days"], one["given"]) for one in shown]

    def points() -> int:
        return client.get("/api/v1/me/points").json()["available"]

    assert machines() == [("矿机gift", "running", 0, 0)]
    bought = paid(cashier, wang, ("mine", 1))
    turn(NOON)
    orders.record_use(number=bought.number, actor=OPERATOR, now=NOON)
    turn(NOON + DAY)
    assert machines() == [("矿机big", "waiting", 0, 0), ("矿机gift", "running", 1, 5_000)]

    # The return window ends; the worker stood still for three days; the mall switched the app off for two.
    turn(NOON + 8 * DAY)
    turn(NOON + 8 * DAY + timedelta(hours=1))
    assert machines() == [("矿机big", "running", 8, 800_000), ("矿机gift", "running", 8, 40_000)]
    switch(False)
    turn(NOON + 12 * DAY)
    assert client.get("/api/v1/mining/machines").status_code == 404
    switch(True)
    turn(NOON + 14 * DAY)
    assert machines() == [("矿机big", "running", 14, 1_400_000), ("矿机gift", "finished", 10, 50_000)]
    assert points() == 1_450_000

    leave_in_pool(150_000)
    said = Client(headers={"host": "lotus.test"}).get("/api/v1/mining/props").json()
    assert {one["left"] for one in said} == {150_000}
    turn(NOON + 17 * DAY)
    assert machines()[0] == ("矿机big", "running", 17, 1_550_000)
    (big, _gift) = client.get("/api/v1/mining/machines").json()
    outputs = client.get(f"/api/v1/mining/machines/{big['machine_id']}/outputs").json()
    assert [one["amount"] for one in outputs[:4]] == [0, 50_000, 100_000, 100_000]
    turn(NOON + 40 * DAY)
    assert (machines()[0][1:], points()) == (("finished", 30, 1_550_000), 1_600_000)
    assert services.give_due(now=NOON + 60 * DAY) == 0
    assert sound()
