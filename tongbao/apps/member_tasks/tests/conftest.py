from __future__ import annotations

import pytest

from tongbao.apps.member_tasks.tests.people import switch, vesting


@pytest.fixture
def on(tenant):
    """The mall with the app switched on, where points of tasks can be spent at once."""
    switch(True)
    vesting(days=0)
    return tenant


@pytest.fixture
def committed_on(committed_tenant):
    switch(True)
    vesting(days=0)
    return committed_tenant
