"""A settler in a process of its own: ``python -m tests.faults.settler UPTO ACCOUNT ACCOUNT …``.

It takes the settlement of the mall ``lotus`` and goes on from the cursor until the order ``UPTO`` is settled. It
prints a line when it begins. Another settler taking over ends it with status 3.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

import numpy as np

ORDERS_AT_ONCE = 1_000
TAKEN_OVER = 3
NOON = datetime(2026, 1, 1, 4, tzinfo=UTC)


def amounts_fen(orders: np.ndarray) -> np.ndarray:
    """What each order pays to its first and to its second beneficiary."""
    return np.column_stack([100 + orders % 7, 50 + orders % 3])


def beneficiaries(orders: np.ndarray, accounts: np.ndarray) -> np.ndarray:
    """Who they are."""
    return np.column_stack([accounts[orders % len(accounts)], accounts[orders * 3 % len(accounts)]])


def main() -> None:
    upto, accounts = int(sys.argv[1]), np.array(sys.argv[2:], dtype=np.int64)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongbao.config.settings")
    import django

    django.setup()
    from tests.faults.workload import TENANT
    from tongbao.ledger.contracts import SettlerOutdated
    from tongbao.ledger.services.lane import AwardRows, copy_awards, settled_up_to, take_settlement
    from tongbao.tenancy.contexts import tenant_context

    with tenant_context(TENANT):
        epoch, after = take_settlement(now=NOON), settled_up_to()
        print("settling", flush=True)
        while after < upto:
            last = min(upto, after + ORDERS_AT_ONCE)
            orders = np.arange(after + 1, last + 1, dtype=np.int64)
            ones = np.ones(2 * len(orders), dtype=np.int16)
            rows = AwardRows(
                order_id=np.repeat(orders, 2),
                beneficiary=beneficiaries(orders, accounts).ravel(),
                amount=amounts_fen(orders).ravel(),
                clause=ones,
                seat=ones,
                rank=ones,
                rate_bp=ones,
                rate_before_bp=ones,
                line=ones,
            )
            try:
                copy_awards(
                    epoch=epoch,
                    rows=rows,
                    orders=len(orders),
                    first_order=after + 1,
                    last_order=last,
                    after_order=after,
                    now=NOON,
                )
            except SettlerOutdated:
                sys.exit(TAKEN_OVER)
            after = last


if __name__ == "__main__":
    main()
