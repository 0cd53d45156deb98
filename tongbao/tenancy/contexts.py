"""Enter a tenant: schema, role and books change together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection as django_connection
from django_tenants.utils import get_public_schema_name

# The engine of this project knows schemas; Django's type of a connection does not.
connection: Any = django_connection


@contextmanager
def tenant_context(schema_name: str) -> Iterator[None]:
    """Work in a tenant's schema under its role, and go back to where the caller was.

    >>> with tenant_context("lotus"):        # doctest: +SKIP
    ...     member(member_id=1)
    """
    before = connection.schema_name
    connection.set_schema(schema_name)
    try:
        yield
    finally:
        connection.set_schema(before or get_public_schema_name())
