"""Clients that book at random, from a seed, and write down what they mean to do before and what they heard after.

A journal is a file of JSON lines: ``{"op": 7, "requests": [{"key", "content"}]}`` before the call and
``{"op": 7, "heard": …}`` after it. What has no answer, or an answer that says nothing (a broken connection), is
*unknown* until ``settle`` repeats the same request under the same key: the books say whether it was booked before.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import psycopg
from django.db import DatabaseError, InterfaceError, connection

from tests.faults.model import Books, Line, Outcome
from tongbao.config.verification import findings
from tongbao.kit import clock
from tongbao.kit.errors import DatabaseBusy, DatabaseFull, DatabaseLost
from tongbao.kit.postgres.access import DatabaseAccess
from tongbao.ledger import services
from tongbao.ledger.contracts import Account, BookingInFuture, Receipt, Request, RequestChanged, Transfer
from tongbao.tenancy.contexts import tenant_context

TENANT = "lotus"
FIRST_MEMBER, MEMBERS = 1_000_000, 8
SHARED_KEYS = 200
OPERATING = ["platform", 0, "operating", ""]
GATEWAY = ["platform", 0, "gateway", "sandbox"]
Content = dict[str, Any]


def of(member_id: int, kind: str) -> list[Any]:
    return ["member", member_id, kind, ""]


def members(seed: int) -> range:
    """The people of one run; runs in the same database have nothing in common."""
    first = FIRST_MEMBER + seed * 100
    return range(first, first + MEMBERS)


def opening(seed: int) -> list[tuple[str, Content]]:
    """What the workload begins with: every account is there, and everybody has something."""
    lines: list[Any] = []
    for member_id in members(seed):
        lines += [[OPERATING, of(member_id, kind), 20_000] for kind in ("cash", "paid_in", "pending")]
        lines.append([of(member_id, "receivable"), OPERATING, 5_000])
    return [(f"{seed}:opening", {"do": "post", "lines": [[GATEWAY, OPERATING, 1_000_000], *lines]})]


@dataclass
class Draw:
    """One client's random choices; the same seed and number make the same choices as long as answers agree."""

    seed: int
    number: int
    random: Random = field(init=False)
    people: range = field(init=False)
    made: int = 0
    done: list[tuple[str, Content]] = field(default_factory=list)
    open_holds: list[tuple[int, Any, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(f"{self.seed}:{self.number}")
        self.people = members(self.seed)

    def next(self) -> tuple[list[tuple[str, Content]], bool]:
        """The next operation: its requests, and whether it is a used key with other contents."""
        self.made += 1
        key, dice = f"{self.seed}:{self.number}:{self.made}", self.random.random()
        if dice < 0.40:
            return [(key, post_of(self.random, self.people))], False
        if dice < 0.52:
            return [(f"{key}:{part}", post_of(self.random, self.people)) for part in range(self.random.randint(2, 4))], False
        if dice < 0.62:
            shared = self.random.randrange(SHARED_KEYS)
            key = f"{self.seed}:shared:{shared}"
            return [(key, post_of(Random(key), self.people))], False
        if dice < 0.74:
            account = of(member_of(self.random, self.people), self.random.choice(("cash", "paid_in")))
            return [(key, {"do": "hold", "account": account, "amount": self.random.randint(1, 20_000)})], False
        if dice < 0.88 and self.open_holds:
            return [(key, self._end_of_hold())], False
        if self.done:
            key, content = self.random.choice(self.done)
            if dice < 0.94:
                return [(key, content)], False
            return [(key, changed(content))], True
        return [(key, post_of(self.random, self.people))], False

    def heard(self, key: str, content: Content, receipt: Receipt) -> None:
        self.done.append((key, content))
        if content["do"] == "hold" and receipt.refusal is None and not receipt.replayed:
            assert receipt.hold_id is not None
            self.open_holds.append((receipt.hold_id, content["account"], content["amount"]))

    def _end_of_hold(self) -> Content:
        """Spend from a hold, in part or whole, or a little too much; or let it go. Some are ended twice."""
        index = self.random.randrange(len(self.open_holds))
        hold_id, account, amount = self.open_holds[index]
        if self.random.random() < 0.7:
            del self.open_holds[index]
        if self.random.random() < 0.3:
            return {"do": "void", "hold": hold_id}
        amount = self.random.randint(1, amount + 1)
        is_final = self.random.random() < 0.6
        return {"do": "capture", "hold": hold_id, "lines": [[account, GATEWAY, amount]], "is_final": is_final}


def member_of(random: Random, people: range) -> int:
    """Somebody; half the time the same one, so that there is a hot account."""
    return people[0] if random.random() < 0.5 else random.choice(people)


def post_of(random: Random, people: range) -> Content:
    """An award to several, a purchase, a gift to another member, or a debt written off: at most one can refuse."""
    shape, amount, member_id = random.random(), random.randint(1, 9_000), member_of(random, people)
    if shape < 0.35:
        kinds = ("cash", "paid_in", "pending")
        lines = [
            [OPERATING, of(member_of(random, people), random.choice(kinds)), random.randint(1, 5_000)]
            for _ in range(random.randint(1, 9))
        ]
    elif shape < 0.60:
        lines = [[of(member_id, "cash"), OPERATING, amount]]
    elif shape < 0.90:
        other = random.choice([number for number in people if number != member_id])
        lines = [[of(member_id, "paid_in"), of(other, "cash"), amount], [GATEWAY, OPERATING, 1]]
    else:
        lines = [[OPERATING, of(member_id, "receivable"), random.randint(1, 2_000)]]
    return {"do": "post", "lines": lines}


def changed(content: Content) -> Content:
    """The same request with one fen more."""
    if content["do"] == "hold":
        return {**content, "amount": content["amount"] + 1}
    if content["do"] == "void":
        return {**content, "hold": content["hold"] + 1}
    (debit, credit, amount), *rest = content["lines"]
    return {**content, "lines": [[debit, credit, amount + 1], *rest]}


# --- Booking ------------------------------------------------------------------------------------------------


def book(requests: list[tuple[str, Content]]) -> list[Receipt]:
    """Ask the real books, in the current tenant."""
    now = clock.now()
    (key, content), *others = requests
    if content["do"] == "post":
        asked = [Request(key=key, transfers=transfers_of(content)) for key, content in requests]
        return list(services.post_many(requests=asked, now=now))
    assert not others
    if content["do"] == "hold":
        account = Account(*content["account"])
        return [
            services.place_hold(key=key, account=account, amount=content["amount"], purpose="workload", now=now)
        ]
    if content["do"] == "void":
        return [services.void_hold(key=key, hold_id=content["hold"], now=now)]
    return [
        services.capture_hold(
            key=key,
            hold_id=content["hold"],
            transfers=transfers_of(content),
            is_final=content["is_final"],
            now=now,
        )
    ]


def transfers_of(content: Content) -> tuple[Transfer, ...]:
    return tuple(
        Transfer(
            debit=Account(*debit), credit=Account(*credit), amount=amount, kind="workload", subject="workload:1"
        )
        for debit, credit, amount in content["lines"]
    )


class Journal:
    """A client's notes; what is written survives the death of the client."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path.open("a", buffering=1)
        self.op = 0

    def intend(self, requests: list[tuple[str, Content]], *, is_changed: bool = False) -> None:
        self.op += 1
        asked = [{"key": key, "content": content} for key, content in requests]
        self._write({"op": self.op, "requests": asked, "is_changed": is_changed})

    def hear(self, **heard: Any) -> None:
        self._write({"op": self.op, "heard": heard})

    def answers(self, receipts: Iterable[Receipt]) -> None:
        self.hear(answers=[written(receipt) for receipt in receipts])

    def _write(self, line: dict[str, Any]) -> None:
        self.file.write(json.dumps(line) + "\n")


def written(receipt: Receipt) -> dict[str, Any]:
    why = receipt.refusal
    return {
        "key": receipt.key,
        "batch": receipt.batch,
        "why": why.code if why else "",
        "available": why.available if why else 0,
        "asked": why.asked if why else 0,
        "hold": receipt.hold_id,
        "replayed": receipt.replayed,
    }


def run_client(
    *, seed: int, number: int, journal: Path, stop: Callable[[], bool], operations: int | None = None
) -> int:
    """Book until told to stop, or so many times; goes on by itself after a broken connection. Returns how often."""
    notes, draw, made = Journal(journal), Draw(seed, number), 0
    with tenant_context(TENANT):
        while not stop() and (operations is None or made < operations):
            requests, is_changed = draw.next()
            made += 1
            notes.intend(requests, is_changed=is_changed)
            try:
                receipts = book(requests)
            except RequestChanged:
                notes.hear(changed=True)
            except (DatabaseBusy, BookingInFuture) as error:
                notes.hear(busy=type(error).__name__)
            except DatabaseFull:
                notes.hear(full=True)
                wait_for_database(stop)
                time.sleep(0.02)
            except (DatabaseLost, DatabaseError, InterfaceError) as error:
                notes.hear(unknown=f"{type(error).__name__}: {error}"[:300])
                wait_for_database(stop)
            else:
                notes.answers(receipts)
                for (key, content), receipt in zip(requests, receipts, strict=True):
                    draw.heard(key, content, receipt)
    connection.close()
    return made


def wait_for_database(stop: Callable[[], bool]) -> None:
    """Until a new connection answers."""
    while not stop():
        try:
            connection.close()
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            return
        except (DatabaseError, InterfaceError):
            time.sleep(0.05)


# --- Settling and comparing ---------------------------------------------------------------------------------


@dataclass
class Report:
    """What came out. The last three have to stay empty.

    Of the unknown, ``booked`` were found booked; ``booked_alone`` leaves out keys that were asked for more than once.
    """

    operations: int = 0
    unknown_settled: int = 0
    unknown_booked: int = 0
    unknown_booked_alone: int = 0
    refused: int = 0
    replayed: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def is_right(self) -> bool:
        """Nothing lost, doubled or wrong; raises with what is."""
        assert (self.lost, self.doubled, self.wrong) == ([], [], []), self
        return True


@dataclass
class Evidence:
    """All journals read together: what was asked under each key, and what was heard of it."""

    contents: dict[str, Content] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    unknown: list[list[tuple[str, Content]]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    askers: Counter[str] = field(default_factory=Counter)
    report: Report = field(default_factory=Report)

    def read(self, path: Path) -> None:
        intents: dict[int, dict[str, Any]] = {}
        heard: dict[int, dict[str, Any]] = {}
        for text in path.read_text().splitlines():
            line = json.loads(text)
            (heard if "heard" in line else intents)[line["op"]] = line
        for op, intent in intents.items():
            self._take(intent, heard.get(op, {}).get("heard", {"unknown": "no answer"}))

    def _take(self, intent: dict[str, Any], heard: dict[str, Any]) -> None:
        self.report.operations += 1
        requests = [(asked["key"], asked["content"]) for asked in intent["requests"]]
        if intent["is_changed"]:
            if "answers" in heard:
                self.report.wrong.append(f"{requests[0][0]} was answered although its contents had changed")
            return
        for key, content in requests:
            self.askers[key] += 1
            if self.contents.setdefault(key, content) != content:
                raise AssertionError(f"the workload asked {key} for two things")
        if "answers" in heard:
            for answer in heard["answers"]:
                self.take_answer(answer)
        elif "changed" in heard:
            self.report.wrong.append(f"{requests[0][0]} was said to be changed, and was not")
        else:
            self.unknown.append(requests)
            if heard.keys() & {"busy", "full"}:
                self.refused |= {key for key, _ in requests}

    def take_answer(self, answer: dict[str, Any]) -> None:
        """An answer stays: whoever asks again gets the same one."""
        self.report.replayed += answer["replayed"]
        stays = {name: value for name, value in answer.items() if name != "replayed"}
        if self.answers.setdefault(stays["key"], stays) != stays:
            self.report.wrong.append(f"{stays['key']} was answered {self.answers[stays['key']]}, then {stays}")

    def settle(self) -> None:
        """Final reads: repeat what is unknown under its own key. Books what was never booked."""
        connection.close()  # it may have died in the fault
        with tenant_context(TENANT):
            for requests in self.unknown:
                for receipt in book(requests):
                    self._count(receipt)
                    # Of what was refused for want of room or a lock nothing stands, unless it was asked for again.
                    if receipt.key in self.refused and receipt.replayed and self.askers[receipt.key] == 1:
                        self.report.wrong.append(f"{receipt.key} was said not to be booked, and was")
                    self.take_answer(written(receipt))

    def _count(self, receipt: Receipt) -> None:
        if receipt.key not in self.refused:
            self.report.unknown_settled += 1
            self.report.unknown_booked += receipt.replayed
            self.report.unknown_booked_alone += receipt.replayed and self.askers[receipt.key] == 1

    def books(self) -> Books:
        """What a child makes of the same requests, in the order in which the books numbered them."""
        books = Books()
        for answer in sorted(self.answers.values(), key=lambda answer: answer["batch"]):
            key = answer["key"]
            outcome = books.apply(key, self.contents[key], answer["hold"])
            said = Outcome(answer["why"], answer["available"], answer["asked"])
            self.report.refused += bool(outcome.why)
            if outcome != said:
                self.report.wrong.append(f"{key} was answered {said}, and should have been {outcome}")
        return books


def compare(evidence: Evidence, access: DatabaseAccess, *, seed: int, since_batch: int) -> Report:
    """Put the model beside the database's rows, read as its administrator; each difference is one line."""
    report, books = evidence.report, evidence.books()
    with read_as_administrator(access) as admin:
        rows = dict(admin.execute("SELECT key, batch FROM ledger_request WHERE batch > %s", [since_batch]).fetchall())
        booked: dict[int, list[Line]] = {}
        for batch, *ends, amount in admin.execute(TRANSFERS, [since_batch]).fetchall():
            booked.setdefault(batch, []).append(Line(tuple(ends[:4]), tuple(ends[4:]), amount))
        for key, answer in evidence.answers.items():
            batch, expected = rows.pop(key, None), list(books.transfers.get(key, ()))
            stands = booked.pop(batch, []) if batch is not None else []
            if batch is None or len(stands) < len(expected):
                report.lost.append(f"{key}: {len(stands)} of {len(expected)} transfers stand")
            elif len(stands) > len(expected):
                report.doubled.append(f"{key}: {len(stands)} transfers instead of {len(expected)}")
            elif (batch, stands) != (answer["batch"], expected):
                report.wrong.append(f"{key}: {batch} {stands} instead of {answer['batch']} {expected}")
        report.doubled += [f"{key} was never asked for, or never answered" for key in rows]
        report.doubled += [f"transfers of {batch}, which is no request" for batch in booked]
        for *owner, posted, held in admin.execute(BALANCES, [list(members(seed))]).fetchall():
            account = (owner[0], owner[1], owner[2], owner[3])
            should = (books.balances[account], books.held[account])
            if (posted, held) != should:
                report.wrong.append(f"{account} stands at {posted}, {held} of it held; should be {should}")
        holds = {
            row[0]: tuple(row[1:])
            for row in admin.execute(HOLDS, [list(members(seed))]).fetchall()
        }
        expected_holds = {
            number: (hold.amount, hold.captured, hold.is_open) for number, hold in books.holds.items()
        }
        if holds != expected_holds:
            report.wrong.append(f"holds differ: {sorted(set(holds.items()) ^ set(expected_holds.items()))}")
    with tenant_context(TENANT):
        report.wrong += [str(finding) for finding in findings()]
    return report


def read_as_administrator(access: DatabaseAccess) -> psycopg.Connection[Any]:
    admin = psycopg.connect(
        host=access.host,
        port=access.port,
        user=access.admin_user,
        password=access.admin_password,
        dbname=access.name,
        autocommit=True,
    )
    admin.execute(f"SET search_path = {TENANT}, public")
    return admin


TRANSFERS = """
SELECT batch, debited.owner_kind, debited.owner_id, debited.kind, debited.detail,
       credited.owner_kind, credited.owner_id, credited.kind, credited.detail, amount
FROM ledger_transfer
JOIN ledger_account AS debited ON debited.id = debit
JOIN ledger_account AS credited ON credited.id = credit
WHERE batch > %s ORDER BY batch, position
"""
# Every account of the workload's members, kept or derived, from its own row or from the transfers.
BALANCES = """
SELECT account.owner_kind, account.owner_id, account.kind, account.detail,
       coalesce(balance.posted, (
           SELECT sum(CASE WHEN credit = account.id THEN amount ELSE -amount END)::bigint FROM ledger_transfer
           WHERE account.id IN (debit, credit))),
       coalesce(balance.held, 0)
FROM ledger_account AS account LEFT JOIN ledger_balance AS balance ON balance.account_id = account.id
WHERE account.owner_kind = 'member' AND account.owner_id = ANY (%s)
"""
HOLDS = """
SELECT hold.id, hold.amount, hold.captured, hold.state = 'open'
FROM ledger_hold AS hold JOIN ledger_account AS account ON account.id = hold.account_id
WHERE account.owner_kind = 'member' AND account.owner_id = ANY (%s)
"""
