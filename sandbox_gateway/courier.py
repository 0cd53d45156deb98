"""The courier: finishes what finishes by itself, and delivers notifications until somebody has them.

What is to be done lies in the store and nowhere else. A killed process starts again with all of it: a
delivery whose answer was not written down is made once more.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

from sandbox_gateway import merchants, moments, movements
from sandbox_gateway.delivery import Outcome, Postman
from sandbox_gateway.messages import deliver, release_held, signed_headers
from sandbox_gateway.store import Store

logger = logging.getLogger(__name__)

WORKERS = 8
LONGEST_PAUSE_MS = 3_600_000
LONGEST_SLEEP_SECONDS = 1.0
NONCES_KEPT_MS = 900_000
REPLAY_PAUSE_MS = 100


class Courier:
    """One thread that looks what is due, and a few that deliver."""

    def __init__(self, store: Store, *, retry_base_ms: int, max_attempts: int) -> None:
        self._store = store
        self._retry_base_ms = retry_base_ms
        self._max_attempts = max_attempts
        self._postman = Postman()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._in_flight: set[int] = set()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(max_workers=WORKERS, thread_name_prefix="courier")
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def poke(self) -> None:
        """Something may have become due."""
        self._wake.set()

    def stop(self) -> None:
        """Begin nothing new, finish what is on its way."""
        self._stopping.set()
        self._wake.set()
        self._thread.join()
        self._pool.shutdown(wait=True)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                pause_seconds = self._turn()
            except Exception:
                # Whatever it was (a full disk): what is due stays due.
                logger.exception("the courier stumbled and goes on")
                pause_seconds = LONGEST_SLEEP_SECONDS
            self._wake.wait(pause_seconds)
            self._wake.clear()

    def _turn(self) -> float:
        """Do what is due; return after how many seconds to look again."""
        with self._lock:
            in_flight = set(self._in_flight)
        room = 4 * WORKERS - len(in_flight)
        with self._store.transaction() as db:
            movements.finish_due(db)
            now = moments.real_ms()
            db.execute("DELETE FROM used_nonce WHERE at_real_ms < ?", (now - NONCES_KEPT_MS,))
            due = [
                row["id"]
                for row in db.execute(
                    "SELECT id FROM delivery WHERE state = 'waiting' AND due_real_ms <= ? ORDER BY due_real_ms, id"
                    " LIMIT ?",
                    (now, room + len(in_flight)),
                )
                if row["id"] not in in_flight
            ][: max(room, 0)]
            later = db.execute(
                "SELECT min(due_real_ms) AS at FROM delivery WHERE state = 'waiting' AND due_real_ms > ?",
                (now,),
            ).fetchone()["at"]
            finish = movements.next_finish_ms(db)
        with self._lock:
            self._in_flight.update(due)
        for delivery_id in due:
            self._pool.submit(self._deliver, delivery_id)
        soonest = min((at for at in (later, finish) if at is not None), default=None)
        if soonest is None:
            return LONGEST_SLEEP_SECONDS
        return min(max(soonest - moments.real_ms(), 1) / 1000, LONGEST_SLEEP_SECONDS)

    def _deliver(self, delivery_id: int) -> None:
        try:
            self._attempt(delivery_id)
        except Exception:
            logger.exception("delivery %s could not be tried", delivery_id)
            # It is still due; a full disk is no reason to try it a thousand times a second.
            self._stopping.wait(LONGEST_SLEEP_SECONDS)
        finally:
            with self._lock:
                self._in_flight.discard(delivery_id)
            self.poke()

    def _attempt(self, delivery_id: int) -> None:
        with self._store.transaction() as db:
            row = _read(db, delivery_id)
            if row["state"] != "waiting":
                return
            merchant = merchants.get(db, row["merchant_id"])
        body = row["body"] if row["exact_body"] is None else row["exact_body"]
        if row["exact_headers"] is not None:
            headers = json.loads(row["exact_headers"])
        else:
            headers = signed_headers(
                merchant_id=merchant.id,
                key=merchant.key,
                message_id=row["message_id"],
                body=body,
                seconds_ago=row["signed_seconds_ago"],
            )
        if row["drops_left"]:
            outcome = Outcome(status=None, error="lost on the way (mischief)")
        else:
            outcome = self._postman.post(
                url=row["url"], hosts=merchant.hosts, headers=headers, body=body.encode()
            )
        with self._store.transaction() as db:
            self._write_down(db, row, outcome, headers)

    def _write_down(
        self, db: sqlite3.Connection, row: sqlite3.Row, outcome: Outcome, headers: dict[str, str]
    ) -> None:
        now = moments.real_ms()
        attempts = row["attempts"] + 1
        is_last = row["role"] != "original" or attempts >= self._max_attempts
        state = "delivered" if outcome.accepted else "given_up" if is_last else "waiting"
        pause_ms = min(self._retry_base_ms * 2 ** (attempts - 1), LONGEST_PAUSE_MS)
        db.execute(
            "INSERT INTO attempt (delivery_id, at_real_ms, status, error) VALUES (?, ?, ?, ?)",
            (row["id"], now, outcome.status, outcome.error),
        )
        db.execute(
            "UPDATE delivery SET attempts = ?, state = ?, due_real_ms = ?, drops_left = max(drops_left - 1, 0),"
            " last_headers = ?, last_status = ?, last_error = ? WHERE id = ?",
            (
                attempts,
                state,
                now + pause_ms,
                json.dumps(headers),
                outcome.status,
                outcome.error,
                row["id"],
            ),
        )
        if state != "delivered" or row["role"] != "original":
            return
        if row["replay_when_done"]:
            deliver(
                db,
                row["message_id"],
                row["merchant_id"],
                role="replay",
                due=now + REPLAY_PAUSE_MS,
                headers=headers,
                body=row["body"],
            )
        if row["event"].startswith("refund.") and row["payment_id"] is not None:
            release_held(db, payment_id=row["payment_id"])


def _read(db: sqlite3.Connection, delivery_id: int) -> sqlite3.Row:
    row: sqlite3.Row = db.execute(
        "SELECT d.*, m.url, m.body, m.event, m.payment_id FROM delivery AS d JOIN message AS m"
        " ON m.id = d.message_id WHERE d.id = ?",
        (delivery_id,),
    ).fetchone()
    return row
