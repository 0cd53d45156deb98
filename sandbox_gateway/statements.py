"""The daily statement (对账单): what finished on a day in Beijing, by the merchant's clock, to the fen."""

from __future__ import annotations

import csv
import io
import sqlite3
from datetime import date
from typing import Any

from sandbox_gateway import moments
from sandbox_gateway.merchants import Merchant

COLUMNS = ("kind", "number", "payment_number", "amount_fen", "fee_fen", "reference", "finished_at")
LINES = """
SELECT 'payment' AS kind, number, '' AS payment_number, amount_fen, reference, finished_ms, id
FROM payment
WHERE merchant_id = :merchant AND state = 'succeeded' AND finished_ms >= :begin AND finished_ms < :end
UNION ALL
SELECT o.kind, o.number, coalesce(p.number, ''), o.amount_fen, o.reference, o.finished_ms, o.id
FROM outgoing AS o LEFT JOIN payment AS p ON p.id = o.payment_id
WHERE o.merchant_id = :merchant AND o.state = 'succeeded' AND o.finished_ms >= :begin AND o.finished_ms < :end
ORDER BY finished_ms, kind, id
"""


def statement(db: sqlite3.Connection, merchant: Merchant, day: date) -> dict[str, Any]:
    """A day's successful movements, oldest first, with totals. Fees are always 0.

    ``complete`` says whether the day is over; until then the rest is still to come.
    """
    begin, end = moments.day_bounds(day)
    rows = db.execute(LINES, {"merchant": merchant.id, "begin": begin, "end": end}).fetchall()
    lines = [
        {
            "kind": row["kind"],
            "number": row["number"],
            "payment_number": row["payment_number"],
            "amount_fen": row["amount_fen"],
            "fee_fen": 0,
            "reference": row["reference"],
            "finished_at": moments.as_text(row["finished_ms"]),
        }
        for row in rows
    ]
    totals = {
        f"{kind}s": {
            "count": sum(line["kind"] == kind for line in lines),
            "amount_fen": sum(line["amount_fen"] for line in lines if line["kind"] == kind),
        }
        for kind in ("payment", "refund", "transfer")
    }
    net_fen = (
        totals["payments"]["amount_fen"] - totals["refunds"]["amount_fen"] - totals["transfers"]["amount_fen"]
    )
    return {
        "merchant_id": merchant.id,
        "day": day.isoformat(),
        "currency": "CNY",
        "complete": end <= merchant.now_ms(),
        "lines": lines,
        "totals": {**totals, "fees_fen": 0, "net_fen": net_fen},
    }


def as_csv(said: dict[str, Any]) -> str:
    """The lines alone, with a header line. No field can hold a comma, a quote or a formula."""
    file = io.StringIO()
    writer = csv.DictWriter(file, fieldnames=COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(said["lines"])
    return file.getvalue()
