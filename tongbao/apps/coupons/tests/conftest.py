from __future__ import annotations

import pytest

from tongbao.apps.coupons.tests.people import switch


@pytest.fixture
def on(tenant):
    """The mall with the app switched on."""
    switch(True)
    return tenant


@pytest.fixture
def committed_on(committed_tenant):
    switch(True)
    return committed_tenant
