"""A hundred thousand members' incomes are counted in passes over the tables, never member by member."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from tongbao.mall.tests import shop
from tongbao.rewards import services
from tongbao.rewards.models import IncomeRow, SettledLine
from tongbao.rewards.services.income import _INCOME
from tongbao.rewards.tests import street

NOON = street.NOON
PEOPLE = 100_000
JOIN = """
INSERT INTO members_member (number, invite_code, name, rank, status, identity_status, language, joined_at)
SELECT 'T' || at, 'T' || at, '', CASE WHEN at %% 10 = 0 THEN 'vip' ELSE 'member' END, 'active', 'none', 'zh-hans', %s
FROM generate_series(1, %s) AS at
"""
EARN = """
INSERT INTO rewards_award (settled_line_id, settlement_id, beneficiary_id, seat, clause, kind, rank, rate_bp,
    rate_before_bp, base_fen, original_fen, amount_fen, state, booked_at)
SELECT %s, %s, id, 'sponsor 1', 'direct', 'direct', rank, 1200, 0, id, id, id, 'released', %s
FROM members_member WHERE number LIKE 'T%%'
"""
RELEASE = """
INSERT INTO rewards_award_change (award_id, kind, delta_fen, amount_fen, rank, rate_bp, rate_before_bp, base_fen,
    cut_fen, request_key, at)
SELECT id, 'released', 0, amount_fen, '', 0, 0, 0, 0, 't', %s FROM rewards_award WHERE state = 'released'
"""


def test_a_hundred_thousand_members_are_counted_in_passes(committed_tenant):
    tea = shop.product("tea-set", price_fen=100_00, kind="gift_pack", plan_key="gift-pack")
    with street.memory_gateway() as gateway:
        street.buy(gateway, street.person(), (tea, 1))
    line = SettledLine.objects.get()
    now = NOON + timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(JOIN, [NOON, PEOPLE])
        cursor.execute(EARN, [line.pk, line.settlement_id, NOON])
        cursor.execute(RELEASE, [NOON])
    with committed_tenant.connect_as_superuser() as owner:
        owner.execute("ANALYZE members_member, rewards_award, rewards_award_change")
    wanted = {"ranks": ["member", "vip"], "groups": [1, 2], "since": NOON - timedelta(days=365), "now": now}
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) " + _INCOME, wanted)
        plan = [row for (row,) in cursor.fetchall()]
    for table in ("rewards_award", "rewards_award_change", "members_member"):
        (scan,) = [row for row in plan if f"on {table} " in row or row.rstrip().endswith(f"on {table}")]
        assert "loops=1)" in scan, "\n".join(plan)
    services.disclose_income(now=now)
    assert IncomeRow.objects.get(period="ever", place=0).members == PEOPLE + 1
