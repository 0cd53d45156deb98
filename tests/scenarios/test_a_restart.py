"""A restart between a quote and its order changes nothing, and what the price of the day cost is shown."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

from django.test import Client

from tongbao.config.tests.commands import environment_for
from tongbao.points import selectors, services
from tongbao.points.tests.people import NOON, OPERATOR, points, put_into_reserve, set_up, with_points
from tongbao.tenancy.services.operators import create_operator

ROOT = Path(__file__).resolve().parents[2]
# The process that showed the quote; it is over when the order comes.
SHOWS = """
import sys
from datetime import datetime
import django
django.setup()
from tongbao.points import selectors, services
from tongbao.tenancy.contexts import tenant_context
with tenant_context("lotus"):
    quote = selectors.quote_spending(amount_fen=2_000, goods_fen=10_000)
    now = datetime.fromisoformat(sys.argv[2])
    print(services.sign_quote(quote=quote, member_id=int(sys.argv[1]), now=now))
"""


def at_fifty_fen() -> None:
    """A floor of 2 fen, and an operator who sells a point at 50."""
    put_into_reserve(300_000_000)
    services.order_price(price=Fraction(50), from_on=NOON.date(), actor=OPERATOR, reason="spring", now=NOON)
    services.publish_price(now=NOON)


def test_a_quote_of_a_process_that_is_gone_holds_at_its_price_and_the_day_is_not_published_again(
    committed_tenant,
):
    at_fifty_fen()
    wang = with_points(points(100))
    published = selectors.price_of_the_day()
    shown = subprocess.run(
        [sys.executable, "-c", SHOWS, str(wang), NOON.isoformat()],
        cwd=ROOT,
        env={
            **environment_for(committed_tenant.access),
            "DJANGO_SETTINGS_MODULE": "tongbao.config.settings",
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    # Meanwhile the reserve grows, the operator takes the price back, and the worker looks again.
    put_into_reserve(300_000_000)
    services.order_price(price=None, from_on=NOON.date(), actor=OPERATOR, reason="end", now=NOON)
    services.publish_price(now=NOON)
    assert selectors.price_of_the_day() == published
    taken = services.take_spending(
        subject="order:1",
        member_id=wang,
        amount_fen=2_000,
        goods_fen=10_000,
        signed_quote=shown.stdout.strip(),
        now=NOON + timedelta(seconds=59),
    )
    assert taken == points(40)
    assert selectors.spending(subject="order:1").price == 50


def test_the_operator_sees_the_day_s_budget_and_what_the_price_has_cost(committed_tenant):
    """Twenty yuan for 40 points whose floor is 80 fen: 19.20 of a budget of 100 yuan."""
    create_operator(
        username="owner", password="correct horse battery", role="owner", now=NOON, actor=OPERATOR
    )
    at_fifty_fen_with_budget()
    wang = with_points(points(100))
    quote = selectors.quote_spending(amount_fen=2_000, goods_fen=10_000)
    services.take_spending(
        subject="order:1",
        member_id=wang,
        amount_fen=2_000,
        goods_fen=10_000,
        signed_quote=services.sign_quote(quote=quote, member_id=wang, now=NOON),
        now=NOON,
    )
    today = selectors.price_of_the_day()
    assert (today.budget_fen, today.given_fen, today.budget_left_fen) == (10_000, 1_920, 8_080)
    client = Client(HTTP_HOST=committed_tenant.host)
    assert client.login(username="owner", password="correct horse battery")
    shown = client.get("/console/points/dayprice/").content.decode()
    assert "¥100.00" in shown
    assert "¥19.20" in shown
    told = Client(headers={"host": "lotus.test"}).get("/api/v1/points/price").json()["today"]
    assert (told["budget_fen"], told["given_fen"]) == (10_000, 1_920)
    services.let_go_spending(subject="order:1", now=NOON)
    assert selectors.price_of_the_day().given_fen == 0


def at_fifty_fen_with_budget() -> None:
    set_up(daily_budget_fen=10_000)
    at_fifty_fen()
