"""Work off what is due, one by one: a row that makes trouble is logged and holds up no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from tongbao.kit.transactions import transaction

logger = logging.getLogger(__name__)
Key = TypeVar("Key")

BATCH = 500
"""How many rows one turn of a schedule takes; the next turn takes the rest."""


def each(keys: Iterable[Key], take: Callable[[Key], bool], *, in_transactions: bool = True) -> int:
    """Call ``take`` for each key, in a short transaction of its own, and count those it took.

    Without ``in_transactions`` the callee sees to its own: what asks a gateway must not be in one.
    """
    taken = 0
    for key in keys:
        try:
            if in_transactions:
                with transaction():
                    taken += take(key)
            else:
                taken += take(key)
        except Exception:
            logger.exception("%s of %s failed and is left for the next turn", take.__qualname__, key)
    return taken
