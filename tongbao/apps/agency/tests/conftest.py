from __future__ import annotations

import pytest

from tongbao.apps.agency.tests.people import switch
from tongbao.mall.tests.shop import MemoryGateway, only


@pytest.fixture
def on(tenant):
    """The mall with the app switched on."""
    switch(True)
    return tenant


@pytest.fixture
def cashier(on):
    gateway = MemoryGateway()
    with only(gateway):
        yield gateway
