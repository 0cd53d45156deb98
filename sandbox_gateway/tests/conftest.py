"""One gateway process for a module's tests; each test has merchants of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from sandbox_gateway.client import MerchantClient
from sandbox_gateway.testing import Receiver, RunningGateway, running_gateway

_merchants = count(1)


@pytest.fixture(scope="module")
def gateway() -> Iterator[RunningGateway]:
    with running_gateway() as running:
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    listening = Receiver()
    yield listening
    listening.close()


@pytest.fixture
def open_account(gateway: RunningGateway, receiver: Receiver) -> Callable[..., MerchantClient]:
    """Open a merchant's account that is told at the receiver."""

    def open_one(**said: object) -> MerchantClient:
        defaults = {
            "name": "莲花商城",
            "name_en": "Lotus",
            "hosts": [receiver.host],
            "notify_url": receiver.url,
            "refund_delay_ms": 0,
            "transfer_delay_ms": 0,
        }
        return gateway.merchant(f"lotus-{next(_merchants)}", **{**defaults, **said})

    return open_one


@pytest.fixture
def lotus(open_account: Callable[..., MerchantClient]) -> MerchantClient:
    return open_account()
