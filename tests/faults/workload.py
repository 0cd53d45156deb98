"""Clients that book at random, from a seed, and write down what they mean to do before and what they heard after.

A journal is a file of JSON lines: ``{"op": 7, "requests": [{"key", "content"}]}`` before the call and
``{"op": 7, "heard": …}`` after it. What has no answer, or an answer that says nothing (a broken connection), is
*unknown* until the reckoning repeats the same request under the same key: the books say whether it was booked before.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from django.db import DatabaseError, InterfaceError, connection

from tongbao.kit import clock
from tongbao.kit.errors import DatabaseBusy, DatabaseFull, DatabaseLost
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
            return [
                (f"{key}:{part}", post_of(self.random, self.people))
                for part in range(self.random.randint(2, 4))
            ], False
        if dice < 0.62:
            shared = self.random.randrange(SHARED_KEYS)
            key = f"{self.seed}:shared:{shared}"
            return [(key, post_of(Random(key), self.people))], False
        if dice < 0.74:
            account = of(member_of(self.random, self.people), self.random.choice(("cash", "paid_in")))
            return [
                (key, {"do": "hold", "account": account, "amount": self.random.randint(1, 20_000)})
            ], False
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
            services.place_hold(
                key=key, account=account, amount=content["amount"], purpose="workload", now=now
            )
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
            debit=Account(*debit),
            credit=Account(*credit),
            amount=amount,
            kind="workload",
            subject="workload:1",
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
