"""The story that the demo plays, fen by fen; a crowd after it; and what ``verify`` says when a row is changed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests.scenarios.conftest import World
from tongbao.config.demo import crowd, goods, story
from tongbao.config.demo.stage import Mall, Stage
from tongbao.config.demo.story import Chapter, Story
from tongbao.config.provisioning import create_tenant
from tongbao.config.tests.commands import tongbao
from tongbao.config.verification import findings
from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import POINT, member_account, platform_account
from tongbao.mall import selectors as mall
from tongbao.members import selectors as members
from tongbao.members.models import Member
from tongbao.points import selectors as points
from tongbao.points.contracts import GIFT_PACKS, POOLS, UNITS_PER_POINT
from tongbao.rewards import selectors as rewards
from tongbao.tenancy.contexts import tenant_context

pytestmark = pytest.mark.slow

PEONY = Mall(schema_name="peony", title_zh="牡丹商城", title_en="Peony Mall", hosts=("peony.test",))
CROWD = crowd.Size(members=30, orders=60)

PACK_FEN = 19_800
RESERVE_FEN = 1_980
PACK_POINTS = 198 * UNITS_PER_POINT
# One award of 2 376 (direct, 12 %) and one of 1 980 (differential, 10 %) go to the VIP, and so on upward.
FIRST_ORDER = {
    ("vip", "direct", 1_200, 2_376),
    ("vip", "tier", 1_000, 1_980),
    ("dealer", "tier", 1_000, 1_980),
    ("cofounder", "tier", 1_000, 1_980),
    ("county", "region", 400, 792),
    ("city", "region", 200, 396),
    ("province", "region", 200, 396),
}
EACH = {"vip": 4_356, "dealer": 1_980, "cofounder": 1_980, "county": 792, "city": 396, "province": 396}
TOTAL_FEN = 9_900
PEER_LEFT_FEN = 990


@dataclass(frozen=True, kw_only=True)
class Played:
    """The story as it was told, and the books right after it, before the crowd came."""

    told: Story
    stage: Stage
    world: World
    after_story: dict[str, int]
    points_after_story: dict[str, int]
    books_after_story: dict[str, int]

    def chapter(self, number: int) -> Chapter:
        return self.told.chapters[number]

    def awards(self, number: int) -> set[tuple[str, str, int, int]]:
        names = {member_id: key for key, member_id in self.told.people.items()}
        return {
            (names[award.beneficiary_id], award.clause, award.rate_bp, award.amount_fen)
            for award in self.chapter(number).awards
        }

    def states(self, number: int) -> set[str]:
        return {award.state for award in self.chapter(number).awards}


PLATFORM = {
    "gateway": platform_account("gateway", "sandbox"),
    "operating": platform_account("operating"),
    "reserve_pending": platform_account("reserve_pending"),
    "reserve": platform_account("reserve"),
    "withdrawal_fees": platform_account("withdrawal_fees"),
    "tax_payable": platform_account("tax_payable"),
    "unallocated direct": platform_account("unallocated", "direct"),
    "unallocated tier": platform_account("unallocated", "tier"),
    "unallocated peer": platform_account("unallocated", "peer"),
    "unallocated region": platform_account("unallocated", "region"),
}


@pytest.fixture(scope="module")
def played(world: World) -> Iterator[Played]:
    create_tenant(
        schema_name=PEONY.schema_name,
        title=PEONY.title_zh,
        hosts=PEONY.hosts,
        is_demo=True,
        clock_offset=story.BEGINS,
        access=world.access,
    )
    with world.open(PEONY) as stage:
        goods.stock_lotus(now=stage.now())
        told = story.play(stage)
        played = Played(
            told=told,
            stage=stage,
            world=world,
            after_story={
                f"{key} {kind}": books.balance(account=member_account(member_id, kind)).posted
                for key, member_id in told.people.items()
                for kind in ("cash", "pending", "receivable", "paid_in")
            },
            points_after_story={
                key: books.balance(account=member_account(member_id, "points"), asset=POINT).posted
                for key, member_id in told.people.items()
            }
            | {"left in the pool": points.left_in(pool=GIFT_PACKS)},
            books_after_story={
                name: books.balance(account=account).posted for name, account in PLATFORM.items()
            },
        )
        crowd.play(stage, roots=list(told.people.values()), size=CROWD)
        yield played


def test_the_newcomers_pack_pays_everyone_it_should(played):
    assert played.awards(0) == FIRST_ORDER
    assert sum(award.amount_fen for award in played.chapter(0).awards) == TOTAL_FEN
    assert played.states(0) == {"pending"}
    assert played.chapter(0).vip.pending_fen == EACH["vip"]
    assert played.chapter(0).vip.cash_fen == 0


def test_every_award_says_why_in_both_languages(played):
    for award in played.chapter(0).awards:
        assert f"{award.amount_fen // 100}.{award.amount_fen % 100:02}" in award.sentence_zh
        assert f"{award.amount_fen // 100}.{award.amount_fen % 100:02}" in award.sentence_en
        assert "198.00" in award.sentence_zh
        assert "198.00" in award.sentence_en
    with tenant_context(PEONY.schema_name):
        told = rewards.explain_order(number=played.told.first_order, language="en")
    # what it was settled by, each award, and what stays with the platform
    assert len(told) == 1 + len(FIRST_ORDER) + 1


def test_eight_days_after_receipt_the_awards_are_released(played):
    assert played.awards(1) == FIRST_ORDER
    assert played.states(1) == {"released"}
    assert played.chapter(1).vip.pending_fen == 0
    assert played.chapter(1).vip.cash_fen == EACH["vip"]


def test_the_vip_withdraws_forty_yuan(played):
    vip = played.chapter(2).vip
    assert (vip.withdrawn_fen, vip.cash_fen, vip.held_fen) == (4_000, 356, 0)
    with tenant_context(PEONY.schema_name):
        assert rewards.withdrawal(number=played.told.withdrawal).state == "paid"


def test_the_second_buyers_pack_is_released_too(played):
    assert played.awards(3) == FIRST_ORDER
    assert played.states(3) == {"released"}
    assert played.chapter(3).vip.cash_fen == 356 + EACH["vip"]


def test_when_the_pack_comes_back_every_award_is_clawed_back(played):
    assert played.awards(4) == {(who, clause, rate, 0) for who, clause, rate, _ in FIRST_ORDER}
    assert played.states(4) == {"clawed_back"}
    vip = played.chapter(4).vip
    assert (vip.cash_fen, vip.pending_fen, vip.receivable_fen, vip.withdrawn_fen) == (356, 0, 0, 4_000)
    for award in played.chapter(4).awards:
        assert "已全部收回" in award.sentence_zh


def test_after_the_story_everyone_has_exactly_the_first_order(played):
    expected = {
        f"{key} {kind}": 0
        for key in played.told.people
        for kind in ("cash", "pending", "receivable", "paid_in")
    }
    expected |= {f"{key} cash": amount_fen for key, amount_fen in EACH.items()}
    expected["vip cash"] -= story.WITHDRAWN_FEN
    assert played.after_story == expected


def test_after_the_story_the_platform_has_exactly_what_is_left(played):
    # One pack stayed sold, 40.00 were withdrawn; two contributions entered the reserve and none comes out again.
    assert played.books_after_story == {
        "gateway": -(PACK_FEN - story.WITHDRAWN_FEN),
        "operating": PACK_FEN - TOTAL_FEN - PEER_LEFT_FEN - 2 * RESERVE_FEN,
        "reserve_pending": 0,
        "reserve": 2 * RESERVE_FEN,
        "withdrawal_fees": 0,
        "tax_payable": 0,
        "unallocated direct": 0,
        "unallocated tier": 0,
        "unallocated peer": PEER_LEFT_FEN,
        "unallocated region": 0,
    }
    assert sum(played.after_story.values()) + sum(played.books_after_story.values()) == 0


def test_after_the_story_the_newcomer_has_a_point_for_each_yuan_and_the_other_none(played):
    cap = next(kind.cap_points for kind in POOLS if kind.code == GIFT_PACKS) * UNITS_PER_POINT
    assert played.points_after_story == {
        **dict.fromkeys(played.told.people, 0),
        "newcomer": PACK_POINTS,
        "left in the pool": cap - PACK_POINTS,
    }


def test_the_pack_made_the_newcomer_a_vip_and_the_return_took_the_rank_of_the_other(played):
    with tenant_context(PEONY.schema_name):
        grants = {
            key: [
                (grant.rank, grant.revoked_at is None)
                for grant in members.grants_of(member_id=played.told.people[key])
            ]
            for key in ("newcomer", "second_buyer")
        }
    assert ("vip", True) in grants["newcomer"]
    assert ("vip", False) in grants["second_buyer"]


def test_the_web_server_shows_the_story_s_products_to_anyone(played):
    with played.world.client(PEONY.hosts[0]) as browser:
        packs = browser.get("/api/v1/products", params={"kind": "gift_pack"}).json()
    assert {pack["from_price_fen"] for pack in packs} == {19_800, 39_800, 99_900}


def test_the_crowd_came_and_paid_and_nothing_disagrees(played):
    with tenant_context(PEONY.schema_name):
        assert sum(mall.order_counts(buyer_id=member_id).get("unpaid", 0) for member_id in everyone()) == 0
        assert len(everyone()) == len(played.told.people) + CROWD.members
        assert orders_in_books(played) == 2 + CROWD.orders
        assert list(findings()) == []


def everyone() -> list[int]:
    return list(Member.objects.order_by("id").values_list("id", flat=True))


def orders_in_books(played: Played) -> int:
    """How many payments of orders arrived from the provider, by the books."""
    lines = books.statement(account=PLATFORM["gateway"], limit=1_000)
    return sum(line.kind == "payment" for line in lines)


def verified(played: Played, *arguments: str) -> tuple[int, dict[str, Any]]:
    """Exit code and answer of ``tongbao verify --json`` in a process of its own."""
    answer = tongbao("verify", "--json", *arguments, access=played.world.access)
    assert answer.stdout, answer.stderr
    return answer.returncode, json.loads(answer.stdout)


def test_verify_finds_nothing_in_any_mall(played):
    assert verified(played) == (0, {"ok": True, "findings": []})


@contextmanager
def changed(played: Played, table: str, column: str, value: str, where: str) -> Iterator[str]:
    """A superuser past all triggers changes one row, and afterwards puts it back; yields its key in the row."""
    access = played.world.access
    with psycopg.connect(
        host=access.host,
        port=access.port,
        user=access.admin_user,
        password=access.admin_password,
        dbname=access.name,
        autocommit=True,
        options=f"-c search_path={PEONY.schema_name} -c session_replication_role=replica",
    ) as admin:
        place, before = admin.execute(
            f"SELECT ctid::text, {column} FROM {table} WHERE {where} LIMIT 1"
        ).fetchone()
        (after,) = admin.execute(
            f"UPDATE {table} SET {column} = {value} WHERE ctid = %s::tid RETURNING ctid::text", [place]
        ).fetchone()
        try:
            yield after
        finally:
            admin.execute(f"UPDATE {table} SET {column} = %s WHERE ctid = %s::tid", [before, after])


def row_at(played: Played, table: str, columns: str, place: str) -> tuple[Any, ...]:
    with tenant_context(PEONY.schema_name), connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} WHERE ctid = %s::tid", [place])
        return cursor.fetchone()


# What is changed: table, column, new value, which row; then how verify names it: table, and the columns of its key.
CHANGES = {
    "a transfer's amount": ("ledger_transfer", "amount", "amount + 1", "kind = 'release'", "'batch ' || batch"),
    "an award in the books": ("ledger_award_000001", "amount", "amount + 1", "amount > 1", "'batch ' || batch"),
    "who got a transfer": (
        "ledger_transfer",
        "credit",
        "(SELECT max(id) FROM ledger_account)",
        "kind = 'payment'",
        "'batch ' || batch",
    ),
    "an award's amount": ("rewards_award", "amount_fen", "amount_fen + 100", "amount_fen > 0", "id"),
    "whose award it is": (
        "rewards_award",
        "beneficiary_id",
        "(SELECT max(id) FROM members_member)",
        "amount_fen > 0",
        "id",
    ),
    "a member's rank": ("members_member", "rank", "'cofounder'", "rank = 'member'", "id"),
    "a balance": ("ledger_balance", "posted", "posted + 1", "posted > 0", "account_id"),
    "what is held": ("ledger_balance", "held", "held + 1", "posted > 0", "account_id"),
    "a grant of points": ("points_grant", "amount", "amount - 1", "amount > 0", "subject"),
    "a line's base": (
        "rewards_settled_line",
        "base_fen",
        "base_fen + 100",
        "base_fen = remaining_base_fen",
        "id",
    ),
    "a plan's document": ("rewards_plan_version", "sha256", "repeat('0', 64)", "key = 'gift-pack'", "id"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_verify_names_the_row_that_a_superuser_changed(played, what):
    table, column, value, where, key = CHANGES[what]
    with changed(played, table, column, value, where) as place:
        (expected,) = row_at(played, table, f"({key})::text", place)
        with tenant_context(PEONY.schema_name):
            found = list(findings())
    named = [(finding.table, finding.key) for finding in found]
    # a partition is named as the table that it is a part of
    assert (table.removesuffix("_000001"), expected) in named


def test_the_command_verify_ends_with_2_and_names_the_changed_award(played):
    with changed(played, "rewards_award", "amount_fen", "amount_fen + 100", "amount_fen > 0") as place:
        award_id, amount_fen = row_at(played, "rewards_award", "id, amount_fen", place)
        code, answer = verified(played, "--tenant", PEONY.schema_name)
    assert code == 2
    assert answer["ok"] is False
    assert {
        "tenant": PEONY.schema_name,
        "table": "rewards_award",
        "key": str(award_id),
        "says": f"{amount_fen} fen",
        "should": f"{amount_fen - 100} fen",
    } in answer["findings"]
    assert verified(played) == (0, {"ok": True, "findings": []})
