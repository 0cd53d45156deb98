"""A mall at work: the real payment provider and a real web server beside the test, in a database of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox_gateway.testing import RunningGateway, running_gateway
from tongbao.apps.sandbox_pay.services.configuration import TOKEN_VARIABLE, URL_VARIABLE
from tongbao.config.demo.run import MAIN
from tongbao.config.demo.stage import Mall, Stage
from tongbao.config.processes import Processes, answers, free_port
from tongbao.config.tests.commands import environment_for
from tongbao.kit.postgres.access import DatabaseAccess
from tongbao.tenancy.contexts import tenant_context

LOTUS = Mall(schema_name="lotus", title_zh="莲花商城", title_en="Lotus Mall", hosts=("lotus.test",))
ORCHID = Mall(schema_name="orchid", title_zh="兰花商城", title_en="Orchid Mall", hosts=("orchid.test",))


@dataclass(frozen=True, kw_only=True)
class World:
    """The processes of an installation: the database, the provider, the web server on its port."""

    access: DatabaseAccess
    gateway: RunningGateway
    port: int

    @contextmanager
    def open(self, mall: Mall) -> Iterator[Stage]:
        """Work in a mall that takes payments from the provider."""
        with tenant_context(mall.schema_name):
            stage = Stage(mall=mall, port=self.port)
            stage.open()
            yield stage

    @contextmanager
    def client(self, host: str, **more: Any) -> Iterator[httpx.Client]:
        """An HTTP client of the mall with this host name, as an app or a browser far away."""
        headers = {"Host": f"{host}:{self.port}", **more.pop("headers", {})}
        with httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", headers=headers, trust_env=False, timeout=30, **more
        ) as client:
            yield client


@contextmanager
def running_world(access: DatabaseAccess, *, log_dir: Path) -> Iterator[World]:
    """Start the processes for the time of a ``with``; this process finds the same provider."""
    with running_gateway() as gateway, pytest.MonkeyPatch.context() as patch, Processes(log_dir) as children:
        patch.setenv(URL_VARIABLE, gateway.url)
        patch.setenv(TOKEN_VARIABLE, gateway.admin_token)
        port = free_port()
        children.start(
            "web",
            *MAIN,
            "serve",
            "--port",
            str(port),
            environment=environment_for(access, TONGBAO_HOSTS="*"),
            ready=answers(f"http://127.0.0.1:{port}/healthz"),
        )
        yield World(access=access, gateway=gateway, port=port)


@pytest.fixture(scope="module")
def world(
    new_database: Callable[[], AbstractContextManager[DatabaseAccess]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """A world that the tests of one module share."""
    with new_database() as access, running_world(access, log_dir=tmp_path_factory.mktemp("log")) as running:
        yield running
