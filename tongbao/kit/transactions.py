"""One transaction for one use case, opened by the outermost service."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.db import transaction as django_transaction


def transaction() -> AbstractContextManager[None]:
    """Open the use case's transaction, or join the one a caller has opened.

    No network call belongs inside. Constraint violations surface as ``IntegrityError``; the service that
    knows the constraint translates it into a named error.
    """
    return django_transaction.atomic()
