"""What the tests of seals share: bookings, and a key of their own."""

from __future__ import annotations

import base64

import pytest
from django.test import override_settings

from tongbao.kit import clock
from tongbao.ledger import services
from tongbao.ledger.contracts import POINT, Request, Transfer, member_account, platform_account

WANG, LI, ZHAO = 1, 2, 3
SEED = base64.b64encode(b"a key for tests, of 32 bytes ...").decode()
OPERATING = platform_account("operating")
GATEWAY = platform_account("gateway", "sandbox")


@pytest.fixture
def sealing(tmp_path):
    """A known key, and a folder outside the database."""
    with override_settings(SEAL_KEY=SEED, SEAL_DIR=tmp_path / "seals"):
        yield tmp_path / "seals"


def line(amount: int, *, member_id: int = WANG, kind: str = "pending", subject: str = "order:1") -> Transfer:
    return Transfer(
        debit=OPERATING, credit=member_account(member_id, kind), amount=amount, kind="award", subject=subject
    )


def book(key: str, *lines: Transfer) -> int:
    """Book lines under a key; the number of the batch."""
    return (
        services.post(request=Request(key=key, transfers=lines or (line(100),)), now=clock.now())
        .require()
        .batch
    )


def points(amount: int, *, member_id: int = WANG) -> Transfer:
    return Transfer(
        debit=platform_account("pool", "tasks"),
        credit=member_account(member_id, "points"),
        amount=amount,
        kind="points_minted",
        subject="order:1",
        asset=POINT,
    )
