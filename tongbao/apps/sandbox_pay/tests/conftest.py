"""A real gateway process, and the adapter installed as the only gateway."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox_gateway.testing import RunningGateway, running_gateway
from tongbao.apps.sandbox_pay.services import configuration
from tongbao.apps.sandbox_pay.services.gateway import SandboxGateway
from tongbao.mall.tests import shop


@pytest.fixture(scope="module")
def provider() -> Iterator[RunningGateway]:
    with running_gateway() as running:
        yield running


@pytest.fixture
def adapter(provider: RunningGateway, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxGateway]:
    monkeypatch.setenv(configuration.URL_VARIABLE, provider.url)
    monkeypatch.setenv(configuration.TOKEN_VARIABLE, provider.admin_token)
    gateway = SandboxGateway()
    with shop.only(gateway):
        yield gateway
