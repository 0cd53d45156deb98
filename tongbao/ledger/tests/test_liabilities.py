"""What is owed on a day: all of it, member by member, in one root that the books agree with."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tongbao.kit import clock
from tongbao.kit.errors import InvalidInput
from tongbao.ledger import selectors, services
from tongbao.ledger.contracts import (
    POINT,
    LiabilitiesDisagree,
    LiabilityNegative,
    NoLiabilityProof,
    Request,
    Transfer,
    member_account,
)
from tongbao.ledger.policy import leaves
from tongbao.ledger.selectors import liabilities as reads
from tongbao.ledger.services.liabilities import prove_liabilities, prove_yesterday
from tongbao.ledger.tests.sealing import GATEWAY, LI, OPERATING, WANG, ZHAO, book, line, points, sealing

__all__ = ["sealing"]


def today() -> date:
    return timezone.localdate(clock.now())


def prove(on: date | None = None):
    return {day.asset: day for day in prove_liabilities(on=on or today(), now=clock.now())}


def owed(on: date | None = None, asset: str = "CNY") -> dict[int, int]:
    return {owner[1]: amount for owner, amount in reads.leaves_of(on=on or today(), asset=asset)}


def test_pending_awards_and_spendable_money_are_owed_and_a_debt_is_not(committed_tenant, sealing):
    book("award:1", line(700), line(300, kind="cash"), line(50, member_id=LI), points(90_000, member_id=LI))
    claw = Transfer(
        debit=member_account(ZHAO, "receivable"),
        credit=OPERATING,
        amount=40,
        kind="claw_back_owed",
        subject="r:1",
    )
    book(
        "award:2", claw, Transfer(debit=GATEWAY, credit=OPERATING, amount=19_800, kind="payment", subject="o")
    )
    days = prove()
    assert (days["CNY"].total, days["CNY"].leaves) == (1_050, 2)
    assert days["CNY"].by_kind == {"member/pending": 750, "member/cash": 300}
    assert days["CNY"].backing == {"gateway": 19_800, "reserve": 0, "reserve_pending": 0}
    assert owed() == {WANG: 1_000, LI: 50}
    assert (days[POINT].total, owed(asset=POINT)) == (90_000, {LI: 90_000})


def test_the_next_day_goes_on_from_the_last_and_gives_the_same_as_from_the_beginning(
    committed_tenant, sealing
):
    book("award:1", line(700), line(50, member_id=LI))
    prove(today() - timedelta(days=1))
    out = Transfer(
        debit=member_account(WANG, "pending"), credit=OPERATING, amount=700, kind="void", subject="o"
    )
    book("award:2", out, line(1, member_id=ZHAO))
    later = prove()["CNY"]
    assert owed() == {WANG: 0, LI: 50, ZHAO: 1}
    assert later.total == 51
    assert list(selectors.verify()) == []


def test_a_day_is_proven_once(committed_tenant, sealing):
    book("award:1", line(700))
    first = prove()
    book("award:2", line(1))
    assert prove() == first
    assert prove_yesterday(clock.now())[0].on == today() - timedelta(days=1)
    assert prove_yesterday(clock.now()) == ()


def test_more_than_one_block_gives_every_member_a_proof(committed_tenant, sealing):
    count = 2_100
    everybody = tuple(line(number, member_id=number) for number in range(1, count + 1))
    book("award:1", *everybody)
    day = prove()["CNY"]
    assert (day.leaves, day.total) == (count, count * (count + 1) // 2)
    assert len(reads.blocks_on(on=today(), asset="CNY")) == 3
    for number in (1, 1_024, count):
        proof = reads.liability_proof(owner_kind="member", owner_id=number, asset="CNY")
        assert proof["leaf"]["amount"] == number
        assert len(proof["path"]) in range(10, 14)


def test_salts_and_places_differ_from_day_to_day(committed_tenant, sealing):
    book("award:1", *(line(1, member_id=number) for number in range(1, 30)))
    yesterday = today() - timedelta(days=1)
    prove(yesterday)
    prove()
    mine = [
        reads.liability_proof(owner_kind="member", owner_id=WANG, asset="CNY", on=on)
        for on in (yesterday, today())
    ]
    assert mine[0]["leaf"]["salt"] != mine[1]["leaf"]["salt"]
    assert list(owed(yesterday)) != list(owed())


def test_who_is_owed_nothing_and_never_was_has_no_proof(committed_tenant, sealing):
    with pytest.raises(NoLiabilityProof):
        reads.liability_proof(owner_kind="member", owner_id=WANG, asset="CNY")
    book("award:1", line(1))
    prove()
    with pytest.raises(NoLiabilityProof):
        reads.liability_proof(owner_kind="member", owner_id=99, asset="CNY")


def test_a_member_below_nothing_is_named_and_nothing_is_proven(committed_tenant, sealing):
    book("award:1", line(5))
    out = Transfer(
        debit=member_account(WANG, "pending"), credit=OPERATING, amount=6, kind="void", subject="o"
    )
    services.post(request=Request(key="award:2", transfers=(out,)), now=clock.now())
    with pytest.raises(LiabilityNegative, match="member 1 stands at -1"):
        prove()
    assert reads.all_liabilities() == ()


def test_sums_that_the_kept_balances_contradict_are_not_proven(committed_tenant, sealing):
    book("award:1", line(5, kind="cash"))
    with committed_tenant.connect_as_superuser() as admin:
        admin.execute("UPDATE ledger_balance SET posted = 4 WHERE posted = 5")
    with pytest.raises(LiabilitiesDisagree, match="add up to 5, the books say 4"):
        prove()


def test_what_is_not_sealed_yet_is_not_in_the_proof_and_does_not_disturb_it(committed_tenant, sealing, race):
    book("award:1", line(5, kind="cash"), line(5))
    prove(today() - timedelta(days=1))
    answers = race(
        *(lambda n=n: book(f"award:more:{n}", line(1, kind="cash"), line(1, member_id=LI)) for n in range(8)),
        lambda: prove(),
    )
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert list(selectors.verify()) == []


def test_a_day_to_come_is_refused(committed_tenant, sealing):
    with pytest.raises(InvalidInput):
        prove(today() + timedelta(days=1))


def test_the_root_and_the_total_are_an_entry_of_the_log(committed_tenant, sealing):
    book("award:1", line(5))
    day = prove()["CNY"]
    entry = reads.rows_of(
        "SELECT leaf_hash FROM ledger_seal_entry WHERE liabilities_on IS NOT NULL ORDER BY leaf_index LIMIT 1"
    )
    from tongbao.ledger.policy.merkle import leaf_hash

    assert entry[0][0] == leaf_hash(leaves.liabilities_bytes(reads.record_of(day)))
