"""The reckoning: what is unknown is settled by final reads, then the model is put beside the database, row by row."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from tests.faults.model import Books, Line, Outcome
from tests.faults.workload import TENANT, Content, book, members, written
from tongbao.config.verification import findings
from tongbao.kit.postgres.access import DatabaseAccess
from tongbao.ledger.contracts import Receipt
from tongbao.tenancy.contexts import tenant_context


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
            self.report.wrong.append(
                f"{stays['key']} was answered {self.answers[stays['key']]}, then {stays}"
            )

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
        rows = dict(admin.execute(REQUESTS, [since_batch, f"{seed}:%"]).fetchall())
        booked: dict[int, list[Line]] = {}
        for batch, *ends, amount in admin.execute(TRANSFERS, [since_batch, f"{seed}:%"]).fetchall():
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
        holds = {row[0]: tuple(row[1:]) for row in admin.execute(HOLDS, [list(members(seed))]).fetchall()}
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


# Requests of this run alone: a shop may be at work in the same books.
REQUESTS = "SELECT key, batch FROM ledger_request WHERE batch > %s AND key LIKE %s"
TRANSFERS = """
SELECT batch, debited.owner_kind, debited.owner_id, debited.kind, debited.detail,
       credited.owner_kind, credited.owner_id, credited.kind, credited.detail, amount
FROM ledger_transfer
JOIN ledger_account AS debited ON debited.id = debit
JOIN ledger_account AS credited ON credited.id = credit
JOIN ledger_request AS request USING (batch)
WHERE batch > %s AND request.key LIKE %s ORDER BY batch, position
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
