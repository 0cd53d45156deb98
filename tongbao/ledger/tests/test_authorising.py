"""Many requests in one round trip: losers are refused one by one, hot accounts move once, nobody deadlocks."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongbao.kit import clock
from tongbao.ledger import selectors, services
from tongbao.ledger.contracts import (
    Account,
    InsufficientFunds,
    Receipt,
    Request,
    RequestChanged,
    Transfer,
    UnknownAccountKind,
    member_account,
    platform_account,
)

WANG, LI, ZHAO = 1, 2, 3
GATEWAY = platform_account("gateway", "sandbox")
OPERATING = platform_account("operating")


def cash(member_id: int) -> Account:
    return member_account(member_id, "cash")


def move(debit: Account, credit: Account, amount: int, *, subject: str = "test:1") -> Transfer:
    return Transfer(debit=debit, credit=credit, amount=amount, kind="test", subject=subject)


def request(key: str, *lines: Transfer) -> Request:
    return Request(key=key, transfers=lines)


def book(*requests: Request) -> tuple[Receipt, ...]:
    return services.post_many(requests=requests, now=clock.now())


def give(**amounts: int) -> None:
    people = {"wang": WANG, "li": LI, "zhao": ZHAO}
    for name, amount in amounts.items():
        book(request(f"give:{name}", move(OPERATING, cash(people[name]), amount)))


def available(member_id: int) -> int:
    return selectors.balance(account=cash(member_id)).available


def spend(key: str, amount: int, *, member_id: int = WANG) -> Request:
    return request(key, move(cash(member_id), GATEWAY, amount, subject=key))


@pytest.mark.parametrize(
    ("has", "asked", "paid"),
    [
        (100, [100], [True]),
        (100, [101], [False]),
        (100, [60, 40], [True, True]),
        (100, [60, 41], [True, False]),
        (100, [60, 41, 40], [True, False, True]),
        (100, [101, 100, 1], [False, True, False]),
        (100, [50, 51, 50, 1], [True, False, True, False]),
    ],
)
def test_whoever_asks_too_much_is_refused_alone(tenant, has, asked, paid):
    give(wang=has)
    receipts = book(*(spend(f"out:{place}", amount) for place, amount in enumerate(asked)))
    assert [receipt.refusal is None for receipt in receipts] == paid
    assert available(WANG) == has - sum(amount for amount, won in zip(asked, paid, strict=True) if won)


def test_a_refusal_tells_what_was_left_at_its_turn(tenant):
    give(wang=100)
    _, refused, _ = book(spend("a", 60), spend("b", 41), spend("c", 30))
    assert refused.refusal is not None
    assert (refused.refusal.available, refused.refusal.asked) == (40, 41)
    assert (refused.refusal.account_kind, refused.refusal.owner_id) == ("cash", WANG)
    assert book(spend("b", 41))[0] == Receipt(
        key="b", batch=refused.batch, refusal=refused.refusal, hold_id=None, replayed=True
    )


def test_a_request_spends_what_the_one_before_it_brought(tenant):
    receipts = book(
        request("in", move(OPERATING, cash(WANG), 500)),
        request("on", move(cash(WANG), cash(LI), 500)),
        spend("out", 500, member_id=LI),
    )
    assert [receipt.refusal for receipt in receipts] == [None, None, None]
    assert (available(WANG), available(LI)) == (0, 0)


def test_what_comes_later_does_not_pay_for_what_was_asked_before(tenant):
    give(wang=10)
    early, late = book(spend("out", 500), request("in", move(OPERATING, cash(WANG), 490)))
    assert early.refusal is not None
    assert late.refusal is None
    assert available(WANG) == 500


def test_what_is_held_is_not_there_for_any_request_of_a_batch(tenant):
    give(wang=1_000)
    services.place_hold(
        key="h", account=cash(WANG), amount=700, purpose="withdrawal", now=clock.now()
    ).require()
    receipts = book(spend("a", 200), spend("b", 200), spend("c", 100))
    assert [receipt.refusal is None for receipt in receipts] == [True, False, True]
    balance = selectors.balance(account=cash(WANG))
    assert (balance.posted, balance.held, balance.available) == (700, 700, 0)


def test_a_debt_is_paid_back_to_nothing_and_no_further(tenant):
    owed = member_account(WANG, "receivable")
    book(request("claw", move(owed, OPERATING, 100)))
    receipts = book(
        request("a", move(OPERATING, owed, 60)),
        request("b", move(OPERATING, owed, 60)),
        request("c", move(OPERATING, owed, 40)),
    )
    assert [receipt.refusal and receipt.refusal.code for receipt in receipts] == [None, "above_most", None]
    assert selectors.balance(account=owed).posted == 0


def test_the_same_key_twice_in_a_batch_books_once(tenant):
    give(wang=100)
    first, again, refused, refused_again = book(
        spend("a", 60), spend("a", 60), spend("b", 60), spend("b", 60)
    )
    assert (first.replayed, again.replayed, again.batch) == (False, True, first.batch)
    assert (refused.replayed, refused_again.replayed) == (False, True)
    assert refused_again.refusal == refused.refusal
    assert available(WANG) == 40


def test_the_same_key_with_other_contents_in_a_batch_is_an_error_and_nothing_is_booked(tenant):
    give(wang=100)
    with pytest.raises(RequestChanged), transaction.atomic():
        book(spend("a", 1), spend("b", 1), spend("a", 2))
    assert available(WANG) == 100


def test_old_and_new_requests_may_come_together(tenant):
    give(wang=100)
    old = book(spend("a", 30))[0]
    receipts = book(spend("b", 40), spend("a", 30), spend("c", 31), spend("d", 30))
    assert [receipt.replayed for receipt in receipts] == [False, True, False, False]
    assert [receipt.refusal is None for receipt in receipts] == [True, True, False, True]
    assert receipts[1].batch == old.batch
    assert available(WANG) == 0


def test_batches_are_numbered_in_the_order_of_the_requests(tenant):
    give(wang=10_000)
    receipts = book(*(spend(f"{place * 7919 % 100:03}", 1) for place in range(100)))
    assert [receipt.batch for receipt in receipts] == sorted(receipt.batch for receipt in receipts)
    for receipt in receipts:
        (booked,) = selectors.transfers_of(subject=receipt.key)
        assert booked.batch == receipt.batch


NOWHERE = request("nowhere", move(OPERATING, member_account(WANG, "slush"), 1))
ELSEWHERE = request("elsewhere", move(OPERATING, member_account(WANG, "attic"), 1))


@pytest.mark.parametrize(
    ("requests", "error", "match"),
    [
        ([spend("old", 2), NOWHERE], RequestChanged, "old"),
        ([NOWHERE, spend("old", 2)], UnknownAccountKind, "slush"),
        ([spend("new", 1), NOWHERE, ELSEWHERE], UnknownAccountKind, "slush"),
        ([ELSEWHERE, spend("new", 1), NOWHERE], UnknownAccountKind, "attic"),
    ],
    ids=["changed first", "unknown first", "first of two unknown", "the other first"],
)
def test_of_several_faults_the_first_is_told_and_nothing_is_booked(tenant, requests, error, match):
    give(wang=100)
    book(spend("old", 1))
    with pytest.raises(error, match=match), transaction.atomic():
        book(*requests)
    assert available(WANG) == 99
    assert selectors.transfers_of(subject="new") == ()


def raw(key: str, *, amount: int) -> dict[str, object]:
    """A request past the checks of ``Transfer``, as the database gets it."""
    line = {
        "debit": ["member", WANG, "cash", ""],
        "credit": ["platform", 0, "gateway", "sandbox"],
        "asset": "CNY",
        "amount": amount,
        "kind": "test",
        "subject": key,
    }
    return {"key": key, "transfers": [line]}


@pytest.mark.parametrize(
    ("payload", "state"),
    [
        ([raw("new", amount=1), raw("zero", amount=0)], "TB005"),
        ([raw("old", amount=2), raw("zero", amount=0)], "TB004"),
        ([raw("zero", amount=0), raw("old", amount=2)], "TB005"),
        ([raw("same", amount=1), raw("same", amount=2), raw("zero", amount=0)], "TB004"),
    ],
    ids=["a line of nothing", "changed before it", "changed after it", "changed within the batch"],
)
def test_the_database_tells_the_first_fault_of_a_batch_by_its_code(tenant, payload, state):
    give(wang=100)
    book(request("old", move(cash(WANG), GATEWAY, 1, subject="old")))
    with pytest.raises(DatabaseError) as told, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT ledger_post(%s::jsonb, tongbao_now())", [json.dumps(payload)])
    assert told.value.__cause__.sqlstate == state
    assert available(WANG) == 99


def test_a_batch_of_nothing_has_no_answers(tenant):
    assert book() == ()
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_post('[]', tongbao_now()) = '[]'")
        assert cursor.fetchone() == (True,)


def updates_of_balances() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n_tup_upd FROM pg_stat_xact_user_tables WHERE relid = 'ledger_balance'::regclass"
        )
        return int(cursor.fetchone()[0])


def test_a_hot_account_moves_once_for_a_batch(tenant):
    give(wang=1_000)
    before = updates_of_balances()
    book(*(request(f"gift:{place}", move(cash(WANG), cash(LI), 10)) for place in range(60)))
    assert updates_of_balances() - before == 2
    assert (available(WANG), available(LI)) == (400, 600)


def test_what_moves_to_and_fro_leaves_the_balance_row_alone(tenant):
    give(wang=100, li=100)
    before = updates_of_balances()
    book(
        request("there", move(cash(WANG), cash(LI), 70)),
        request("back", move(cash(LI), cash(WANG), 70)),
        spend("too much", 101),
    )
    assert updates_of_balances() == before
    assert (available(WANG), available(LI)) == (100, 100)


def test_of_32_who_spend_at_once_the_ten_units_left_ten_win(committed_tenant, race):
    give(wang=10)
    answers = race(*(lambda n=n: book(spend(f"out:{n}", 1))[0] for n in range(32)))
    assert sum(answer.refusal is None for answer in answers) == 10
    assert available(WANG) == 0


def test_of_32_batches_of_three_at_once_ten_requests_win(committed_tenant, race):
    give(wang=10)
    answers = race(*(lambda n=n: book(*(spend(f"out:{n}:{i}", 1) for i in range(3))) for n in range(32)))
    assert sum(receipt.refusal is None for receipts in answers for receipt in receipts) == 10
    assert available(WANG) == 0


def test_the_same_batch_from_many_at_once_is_booked_once(committed_tenant, race):
    give(wang=100)
    asked = [spend(f"out:{n}", 10) for n in range(12)]
    answers = race(*(lambda n=n: book(*(asked if n % 2 else reversed(asked))) for n in range(16)))
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert sum(not receipt.replayed for receipts in answers for receipt in receipts) == 12
    assert len({(receipt.key, receipt.batch) for receipts in answers for receipt in receipts}) == 12
    assert available(WANG) == 0


def test_batches_that_name_the_same_accounts_in_opposite_order_do_not_deadlock(committed_tenant, race):
    people = range(1, 41)
    book(*(request(f"give:{member}", move(OPERATING, cash(member), 1_000)) for member in people))

    def batch(name: str, members: Sequence[int]) -> list[Receipt]:
        rounds = [
            book(*(spend(f"{name}:{turn}:{member}", 1, member_id=member) for member in members))
            for turn in range(5)
        ]
        return [receipt.require() for receipts in rounds for receipt in receipts]

    answers = race(
        *(
            lambda n=n: batch(f"batch:{n}", list(people) if n % 2 else list(reversed(people)))
            for n in range(6)
        )
    )
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert {available(member) for member in people} == {1_000 - 6 * 5}


def test_batches_that_open_the_same_accounts_in_opposite_order_do_not_deadlock(committed_tenant, race):
    def batch(name: str, members: Sequence[int]) -> tuple[Receipt, ...]:
        return book(*(request(f"{name}:{m}", move(OPERATING, cash(m), 1)) for m in members))

    people = range(1, 101)
    answers = race(
        *(lambda n=n: batch(f"n:{n}", list(people) if n % 2 else list(reversed(people))) for n in range(6))
    )
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert {available(member) for member in people} == {6}


def test_a_member_who_has_too_little_hears_so_from_require(tenant):
    with pytest.raises(InsufficientFunds):
        book(spend("a", 1))[0].require()


ACCOUNTS = (
    OPERATING,
    GATEWAY,
    *(
        member_account(member, kind)
        for member in (WANG, LI, ZHAO)
        for kind in ("cash", "receivable", "pending")
    ),
)
LINES = st.builds(
    lambda pair, amount: move(pair[0], pair[1], amount),
    st.lists(st.sampled_from(ACCOUNTS), min_size=2, max_size=2, unique=True),
    st.integers(min_value=1, max_value=120),
)
CONTENTS = st.lists(LINES, max_size=4).map(tuple)
BATCHES = st.lists(st.tuples(st.integers(min_value=0, max_value=11), CONTENTS), min_size=1, max_size=12)


def books_after(requests: Sequence[Request], *, together: bool) -> tuple[object, ...]:
    """Answers, balances, held amounts and transfers after booking requests in a mall where some have 100 each."""
    with transaction.atomic():
        book(
            request(
                "start",
                *(move(OPERATING, cash(member), 100) for member in (WANG, LI)),
                move(member_account(LI, "receivable"), OPERATING, 100),
            )
        )
        services.place_hold(
            key="held", account=cash(LI), amount=30, purpose="test", now=clock.now()
        ).require()
        try:
            with transaction.atomic():
                receipts = book(*requests) if together else tuple(book(one)[0] for one in requests)
        except RequestChanged:
            receipts = ()
        first = min((receipt.batch for receipt in receipts), default=0)
        answers = [(r.key, r.batch - first, r.refusal, r.hold_id, r.replayed) for r in receipts]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT owner_id, kind, posted, held FROM ledger_balance"
                " JOIN ledger_account ON id = account_id WHERE owner_kind = 'member' ORDER BY 1, 2"
            )
            balances = cursor.fetchall()
            cursor.execute(
                "SELECT key, outcome, refusal - 'account', position, amount,"
                " debited.kind, debited.owner_id, credited.kind, credited.owner_id"
                " FROM ledger_request LEFT JOIN ledger_transfer USING (batch)"
                " LEFT JOIN ledger_account AS debited ON debited.id = debit"
                " LEFT JOIN ledger_account AS credited ON credited.id = credit"
                " WHERE key LIKE 'key:%' ORDER BY batch, position"
            )
            transfers = cursor.fetchall()
        transaction.set_rollback(True)
    return answers, balances, transfers


def test_of_two_accounts_that_stand_in_the_way_the_first_by_name_is_told(tenant):
    """Found by a random batch: the numbers of accounts, by which it was, depend on who opened them when."""
    short = request("key:0", move(cash(ZHAO), member_account(ZHAO, "receivable"), 1))
    opens = request("key:1", move(OPERATING, member_account(ZHAO, "receivable"), 1))
    both = [books_after([opens, short], together=together)[0][1][2] for together in (True, False)]
    assert [(refusal.code, refusal.account_kind) for refusal in both] == [("insufficient_funds", "cash")] * 2


@given(asked=BATCHES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_batch_books_what_its_requests_book_one_by_one(tenant, asked):
    requests = [request(f"key:{number}", *lines) for number, lines in asked]
    assert books_after(requests, together=True) == books_after(requests, together=False)
