"""New numbers for orders, payments, refunds and claims."""

from __future__ import annotations

import secrets
from datetime import datetime

from tongbao.mall.policy import numbers


def new_number(*, prefix: str, now: datetime) -> str:
    """A number that nobody can guess; see ``policy.numbers``. The database refuses one that is taken."""
    return numbers.number(prefix=prefix, now=now, random_part=secrets.randbelow(10**numbers.RANDOM_DIGITS))
