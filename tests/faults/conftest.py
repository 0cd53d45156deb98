"""Fixtures for faults: a server that may be killed, with a mall in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.servers import OwnServer, own_server, pointed_at
from tongbao.kit.postgres.access import DatabaseAccess


@pytest.fixture(scope="session")
def server() -> Iterator[OwnServer]:
    """A PostgreSQL that the tests of faults share. Whoever kills it starts it again."""
    with own_server() as own:
        yield own


@pytest.fixture
def mall(server: OwnServer) -> Iterator[DatabaseAccess]:
    """The mall ``lotus`` on that server. Tests share it: each takes a seed of its own, and so people of its own."""
    with pointed_at(server.access):
        yield server.access
