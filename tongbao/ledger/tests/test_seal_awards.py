"""The settlement lane's awards are sealed, owed and checked like every other transfer."""

from __future__ import annotations

import numpy as np
from django.utils import timezone

from tongbao.kit import clock
from tongbao.ledger.selectors import liabilities, seals, verify
from tongbao.ledger.selectors.seal_checks import verify_seals
from tongbao.ledger.services.lane import AwardRows, take_settlement
from tongbao.ledger.services.liabilities import prove_liabilities
from tongbao.ledger.services.seals import seal
from tongbao.ledger.tests.sealing import LI, WANG, sealing
from tongbao.ledger.tests.test_lane import NOON, awards, copied, pending_accounts

__all__ = ["sealing"]


# Orders of people who have nobody above them.
NOBODY = AwardRows(**{name: np.zeros(0, dtype=np.int64) for name in AwardRows.__slots__})


def settle() -> int:
    wang, li = pending_accounts(WANG, LI)
    epoch = take_settlement(now=NOON)
    return copied(epoch, awards((1, wang, 2_376), (1, li, 1_100), (2, wang, 24)))


def test_a_batch_of_awards_is_one_entry_and_what_it_gives_is_owed(committed_tenant, sealing):
    batch = settle()
    seal(now=clock.now())
    found = seals.rows_of("SELECT transfers FROM ledger_seal_entry WHERE award_batch = %s", [batch])
    assert found == [(3,)]
    days = {day.asset: day for day in prove_liabilities(on=timezone.localdate(clock.now()), now=clock.now())}
    owed = {owner[1]: amount for owner, amount in liabilities.leaves_of(on=days["CNY"].on, asset="CNY")}
    assert owed == {WANG: 2_401, LI: 1_101}
    assert list(verify_seals()) == []


def test_each_award_has_its_proof(committed_tenant, sealing):
    batch = settle()
    seal(now=clock.now())
    proof = seals.award_proof(batch=batch, position=2)
    assert proof["award"]["position"] == 2
    assert (proof["batch"]["transfers"], proof["batch"]["index"]) == (3, 2)
    mine = [
        position
        for position in range(3)
        if seals.award_concerns(batch=batch, position=position, owner_kind="member", owner_id=LI)
    ]
    assert len(mine) == 1
    assert seals.award_proof(batch=batch, position=mine[0])["award"]["amount"] == 1_100


def test_orders_that_paid_nobody_are_sealed_alone_before_others_and_after(committed_tenant, sealing):
    """A mall's first customers have nobody above them: their batches have a place in the log and no award."""
    epoch = take_settlement(now=NOON)
    alone = copied(epoch, NOBODY)
    seal(now=clock.now())
    (wang,) = pending_accounts(WANG)
    before = copied(epoch, NOBODY, after=2, last=4)
    paid = copied(epoch, awards((5, wang, 500)), after=4, last=6)
    after = copied(epoch, NOBODY, after=6, last=8)
    seal(now=clock.now())
    again = copied(epoch, NOBODY, after=8, last=10)
    seal(now=clock.now())
    found = seals.rows_of(
        "SELECT award_batch, transfers FROM ledger_seal_entry WHERE award_batch IS NOT NULL ORDER BY leaf_index"
    )
    assert found == [(alone, 0), (before, 0), (paid, 1), (after, 0), (again, 0)]
    assert list(verify()) == []


def test_a_changed_a_deleted_and_an_added_award_are_named(committed_tenant, sealing):
    batch = settle()
    seal(now=clock.now())
    changes = {
        "UPDATE ledger_award SET amount = amount + 1 WHERE batch = {batch} AND position = 1": "among rows",
        "DELETE FROM ledger_award WHERE batch = {batch} AND position = 1": f"{batch}/1 is missing",
        "INSERT INTO ledger_award SELECT batch, order_id, beneficiary, 1, 7, clause, seat, rank, rate_bp,"
        " rate_before_bp, line FROM ledger_award WHERE batch = {batch} AND position = 0": f"{batch}/7 is too many",
    }
    with committed_tenant.connect_as_superuser() as admin:
        admin.execute("SET session_replication_role = replica")
        for statement, says in changes.items():
            admin.execute(statement.format(batch=batch))
            findings = [finding for finding in verify_seals() if finding.table == "ledger_award"]
            assert [finding.key for finding in findings] == [f"batch {batch}"]
            assert says in findings[0].should


SWAPPED = """
UPDATE ledger_award AS award SET amount = other.amount FROM ledger_award AS other
WHERE award.batch = {batch} AND other.batch = {batch} AND award.position <> other.position
  AND award.position IN (0, 2) AND other.position IN (0, 2)
"""


def test_two_awards_that_changed_places_are_found_though_every_sum_agrees(committed_tenant, sealing):
    batch = settle()
    seal(now=clock.now())
    with committed_tenant.connect_as_superuser() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(SWAPPED.format(batch=batch))
    (finding,) = [finding for finding in verify() if finding.table == "ledger_award"]
    assert finding.key == f"batch {batch}"
    assert f"among rows {batch}/0 to {batch}/2" in finding.should


def test_a_tail_of_batches_that_is_cut_off_is_found_and_named(committed_tenant, sealing):
    """First carelessly, then with the cursor set back, then with the log cut off to fit."""
    settle()
    (wang,) = pending_accounts(WANG)
    seal(now=clock.now())
    last = copied(take_settlement(now=NOON), awards((3, wang, 500)), after=2, last=3)
    seal(now=clock.now())
    cut = (
        ("DELETE FROM ledger_award WHERE batch = %s", ("ledger_award", f"batch {last}")),
        ("DELETE FROM ledger_award_batch WHERE batch = %s", ("ledger_settler", "last_order")),
        ("UPDATE ledger_settler SET last_order = 2 WHERE %s > 0", ("ledger_award_batch", f"batch {last}")),
    )
    with committed_tenant.connect_as_superuser() as admin:
        admin.execute("SET session_replication_role = replica")
        for statement, named in cut:
            admin.execute(statement, [last])
            assert named in {(finding.table, finding.key) for finding in verify()}
        size = admin.execute(
            "DELETE FROM ledger_seal_entry WHERE award_batch = %s RETURNING leaf_index", [last]
        ).fetchone()[0]
        admin.execute("DELETE FROM ledger_seal WHERE size > %s", [size])
        published = {(finding.table, finding.key) for finding in verify()}
    assert ("ledger_seal", f"size {size + 1}") in published
