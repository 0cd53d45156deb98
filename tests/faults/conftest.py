"""Fixtures for faults: a server that may be killed, with a mall in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from tests.faults.servers import OwnServer, copy_of, own_server
from tongbao.kit.postgres.access import DatabaseAccess

_numbers = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[OwnServer]:
    """A PostgreSQL that the tests of faults share. Whoever kills it starts it again."""
    with own_server() as own:
        yield own


@pytest.fixture
def mall(server: OwnServer) -> Iterator[DatabaseAccess]:
    """A database of the test's own on that server, with the tenant ``lotus``."""
    with copy_of(server, f"faults_{next(_numbers)}") as access:
        yield access
