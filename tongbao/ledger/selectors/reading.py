"""How the books are read: small answers at once, large ones portion by portion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

from tongbao.kit.transactions import transaction

ROWS_AT_ONCE = 5_000


def rows_of(query: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a small query; bytea comes as bytes."""
    with connection.cursor() as cursor:
        cursor.execute(query, parameters or None)
        return [tuple(_plain(value) for value in row) for row in cursor.fetchall()]


@contextmanager
def streamed(
    query: str, parameters: Sequence[Any] | dict[str, Any] = ()
) -> Iterator[Iterator[tuple[Any, ...]]]:
    """The rows of a large query through a cursor on the server: memory doesn't grow with them."""
    with transaction(), connection.chunked_cursor() as cursor:
        cursor.execute(query, parameters)
        yield _portions(cursor)


def _portions(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        yield from rows


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value
