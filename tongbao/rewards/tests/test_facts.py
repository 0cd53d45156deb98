"""What was published and settled can't be changed; what a superuser changes all the same is found and named."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tongbao.rewards import selectors, services
from tongbao.rewards.models import Award, AwardChange, PlanVersion, SettledLine, Settlement, Withdrawal
from tongbao.rewards.tests import street

NOON = street.NOON
RECEIVED = NOON + timedelta(days=3)
RELEASED = RECEIVED + timedelta(days=8)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rewards_plan_version SET document = document || ' '",
        "UPDATE rewards_plan_version SET effective_from = now()",
        "DELETE FROM rewards_plan_version",
        "TRUNCATE rewards_plan_version CASCADE",
        "UPDATE rewards_plan_sign_off SET name = 'nobody'",
        "DELETE FROM rewards_plan_sign_off",
        "UPDATE rewards_plan_draft_text SET document = ''",
        "UPDATE rewards_settlement SET paid_at = now()",
        "UPDATE rewards_settled_line SET chain = '{}'",
        "UPDATE rewards_settled_line SET base_fen = 1",
        "UPDATE rewards_settled_line SET plan_version_id = NULL",
        "UPDATE rewards_award SET beneficiary_id = 1",
        "UPDATE rewards_award SET original_fen = 1",
        "UPDATE rewards_award SET rate_bp = 1",
        "DELETE FROM rewards_award",
        "UPDATE rewards_award_change SET delta_fen = 1",
        "DELETE FROM rewards_award_change",
        "DELETE FROM rewards_refund_applied",
        "UPDATE rewards_withdrawal SET recipient = 'me'",
        "UPDATE rewards_withdrawal SET member_id = 1",
        "DELETE FROM rewards_withdrawal",
    ],
)
def test_the_application_itself_can_not_change_facts(tenant, statement):
    with (
        pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.fixture
def shop_at_work(committed_tenant):
    """An order released and one pending, a withdrawal paid and one asked for; all of it right."""
    with street.memory_gateway() as gateway:
        ann = street.verified(street.person("vip"))
        street.pack(19_800)
        first = street.buy(gateway, street.person(sponsor=ann), ("pack-198", 1))
        street.receive(first, Settlement.objects.get().buyer_id, now=RECEIVED)
        services.release_due(now=RELEASED)
        street.buy(gateway, street.person(sponsor=ann), ("pack-198", 1), now=RELEASED)
        paid = street.ask(ann, 2_000, key="a", now=RELEASED)
        services.approve_withdrawal(number=paid, actor=street.OPERATOR, now=RELEASED)
        services.send_withdrawal(number=paid, now=RELEASED)
        gateway.finish(paid, at=RELEASED)
        services.ask_for_due_withdrawals(now=RELEASED + timedelta(hours=1))
        street.ask(ann, 1_000, key="b", now=RELEASED)
    assert street.all_is_right()
    return committed_tenant


TAMPERED = {
    "an award's amount": (
        "UPDATE rewards_award SET amount_fen = amount_fen + 1 WHERE id = (SELECT min(id) FROM rewards_award)",
        "rewards_award",
    ),
    "an award's amount with its history": (
        "WITH one AS (UPDATE rewards_award SET amount_fen = amount_fen + 1"
        " WHERE id = (SELECT min(id) FROM rewards_award) RETURNING id)"
        " UPDATE rewards_award_change SET delta_fen = delta_fen + 1 FROM one"
        " WHERE award_id = one.id AND kind = 'booked'",
        "rewards_award",
    ),
    "what an award was at first": (
        "UPDATE rewards_award SET original_fen = original_fen - 1",
        "rewards_award",
    ),
    "whom an award is for": (
        "UPDATE rewards_award SET beneficiary_id = (SELECT max(id) FROM members_member)",
        "rewards_award",
    ),
    "an award's state": (
        "UPDATE rewards_award SET state = 'pending' WHERE state = 'released'",
        "ledger_account",
    ),
    "an award that is gone": (
        "WITH gone AS (DELETE FROM rewards_award_change WHERE award_id = (SELECT max(id) FROM rewards_award)"
        " RETURNING award_id) SELECT count(*) FROM gone;"
        " DELETE FROM rewards_award WHERE id = (SELECT max(id) FROM rewards_award)",
        "rewards_award",
    ),
    "the ranks an order saw": (
        "UPDATE rewards_settled_line SET chain = replace(chain::text, 'vip', 'cofounder')::jsonb",
        "rewards_award",
    ),
    "what was paid for a line": (
        "UPDATE rewards_settled_line SET base_fen = base_fen + 1",
        "rewards_settled_line",
    ),
    "what is left of a line": (
        "UPDATE rewards_settled_line SET remaining_base_fen = remaining_base_fen - 100",
        "rewards_award",
    ),
    "a plan's rate": (
        "UPDATE rewards_plan_version SET document = replace(document, 'rate: 12%', 'rate: 11%')"
        " WHERE key = 'gift-pack'",
        "rewards_plan_version",
    ),
    "a plan that is unreadable": (
        "UPDATE rewards_plan_version SET document = 'nothing' WHERE key = 'gift-pack'",
        "rewards_plan_version",
    ),
    "a plan's proven worst case": (
        "UPDATE rewards_plan_version SET worst_case_bp = 100",
        "rewards_plan_version",
    ),
    "what an owner signed": (
        "UPDATE rewards_plan_sign_off SET statement = 'I never read it'",
        "rewards_plan_sign_off",
    ),
    "which document was signed for": (
        "UPDATE rewards_plan_sign_off SET sha256 = repeat('0', 64)",
        "rewards_plan_sign_off",
    ),
    "a signature that is gone": (
        "DELETE FROM rewards_plan_sign_off",
        "rewards_plan_sign_off",
    ),
    "who bought": (
        "UPDATE rewards_settlement SET buyer_id = (SELECT min(id) FROM members_member)",
        "rewards_settlement",
    ),
    "a withdrawal's amount": (
        "UPDATE rewards_withdrawal SET amount_fen = 1500, payout_fen = 1500 WHERE state = 'requested'",
        "rewards_withdrawal",
    ),
    "a withdrawal that was never paid": (
        "UPDATE rewards_withdrawal SET state = 'paid' WHERE state = 'requested'",
        "rewards_withdrawal",
    ),
    "a fee that was never taken": (
        "UPDATE rewards_withdrawal SET payout_fen = payout_fen - 1, fee_fen = 1 WHERE state = 'paid'",
        "rewards_withdrawal",
    ),
    "a share that is gone": (
        "SET session_replication_role = replica; DELETE FROM ledger_transfer WHERE (batch, position) IN"
        " (SELECT batch, position FROM ledger_transfer WHERE kind = 'unallocated' LIMIT 1)",
        "ledger_account",
    ),
}


def test_whatever_a_superuser_changes_is_found_and_named(shop_at_work):
    missed = []
    with shop_at_work.connect_as_superuser() as admin:
        keep(admin)
        for what, (statement, table) in TAMPERED.items():
            admin.execute(statement)
            found = list(selectors.verify())
            if table not in {finding.table for finding in found}:
                missed.append((what, found))
            assert all(finding.says != finding.should for finding in found), what
            put_back(admin)
            assert list(selectors.verify()) == [], what
    assert missed == []


TABLES = (
    "rewards_plan_version",
    "rewards_plan_sign_off",
    "rewards_settlement",
    "rewards_settled_line",
    "rewards_award",
    "rewards_award_change",
    "rewards_withdrawal",
    "ledger_transfer",
)


def keep(admin) -> None:
    admin.execute("CREATE SCHEMA kept")
    for table in TABLES:
        admin.execute(f"CREATE TABLE kept.{table} AS TABLE {table}")


def put_back(admin) -> None:
    admin.execute("SET session_replication_role = replica")
    for table in TABLES:
        admin.execute(f"DELETE FROM {table}")
        admin.execute(f"INSERT INTO {table} SELECT * FROM kept.{table}")
    admin.execute("RESET session_replication_role")


def test_an_award_tells_its_whole_life(tenant):
    with street.memory_gateway() as gateway:
        ann = street.person()
        buyer = street.person(sponsor=ann)
        placed = street.buy(gateway, buyer, (street.pack(19_800), 1))
        street.refund(gateway, placed, amount_fen=9_900, now=NOON + timedelta(hours=1))
        street.receive(placed, buyer, now=RECEIVED)
        services.release_due(now=RELEASED)
        street.refund(gateway, placed, now=RELEASED)
    (award,) = selectors.awards_of_member(member_id=ann)
    assert [(step.kind, step.delta_fen, step.amount_fen) for step in award.history] == [
        ("booked", 2_376, 2_376),
        ("refunded", -1_188, 1_188),
        ("released", 0, 1_188),
        ("refunded", -1_188, 0),
    ]
    assert (award.state, award.amount_fen, award.original_fen) == ("clawed_back", 0, 2_376)
    assert award.region_code == "440106"
    assert AwardChange.objects.filter(award_id=award.award_id).count() == 4
    assert SettledLine.objects.get().remaining_base_fen == 0
    assert not Withdrawal.objects.exists()
    assert PlanVersion.objects.count() == 3
    assert Award.objects.count() == 1
