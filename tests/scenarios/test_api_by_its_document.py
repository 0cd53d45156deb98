"""The API held against its own OpenAPI document: generated requests, good and bad, at every operation.

None ends in an error of ours, answers have the shape that the document promises, refusals have the one shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import one_of
from ninja import Schema
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.scenarios.customers import HOME, new_phone
from tongbao.config.api import api
from tongbao.config.demo import goods
from tongbao.config.demo.stage import TIANHE
from tongbao.config.wsgi import application
from tongbao.kit import clock
from tongbao.kit.postgres.access import DatabaseAccess
from tongbao.mall.contracts import Wish
from tongbao.mall.services import checkout
from tongbao.members.models import Member
from tongbao.members.services import add_address, open_session, register
from tongbao.tenancy.contexts import tenant_context

pytestmark = pytest.mark.slow

DOCUMENT = api.get_openapi_schema()
# What takes things away comes last.
OPERATIONS = sorted(
    ((method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods),
    key=lambda operation: (operation[0] == "DELETE", operation[1], operation[0]),
)
# What ends the session that all these requests need is tried without one.
ENDS_THE_SESSION = {("POST", "/api/v1/log-out"), ("DELETE", "/api/v1/me/sessions/{session_id}")}
EXAMPLES = 20
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def known(new_database: Callable[[], AbstractContextManager[DatabaseAccess]]) -> Iterator[dict[str, Any]]:
    """A signed-in member with an address and an order, in a mall with goods; by the names of parameters."""
    with new_database():
        with tenant_context("lotus"):
            goods.stock_lotus(now=clock.now())
            member_id = register(phone=new_phone(), name="王薇", now=clock.now())
            placed = checkout.place_order(
                buyer_id=member_id,
                wishes=[Wish(sku="pack-198", quantity=1)],
                address=TIANHE,
                client_key="first",
                now=clock.now(),
            )
            things = {
                "token": open_session(member_id=member_id, now=clock.now()).token,
                "address_id": add_address(member_id=member_id, **HOME, now=clock.now()).address_id,
                "invite_code": Member.objects.get().invite_code,
                "number": placed.number,
                "sku": "pack-198",
                "code": "pack-198",
                "region_code": "440106",
            }
        yield things


@pytest.fixture(scope="module")
def document(known: dict[str, Any]) -> Any:
    return schemathesis.openapi.from_wsgi(
        "/api/v1/openapi.json", application, headers={"Host": "lotus.test"}, base_url="http://lotus.test"
    )


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_operation_answers_as_its_document_says(document, known, method, path):
    headers = {"Host": "lotus.test", "Accept-Language": "en"}
    if (method, path) not in ENDS_THE_SESSION:
        headers["Authorization"] = f"Bearer {known['token']}"
    operation = document[path][method]
    good = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    bad = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    strategies = [good, good.map(lambda case: with_known_things(case, known, path))]
    if operation.body or list(operation.iter_parameters()):
        strategies.append(bad)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=one_of(*strategies))
    def ask(case: Any) -> None:
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS)
        if response.status_code >= 400:
            error = response.json()["error"]
            assert error["code"]
            assert error["message"]
            assert error["request_id"] == response.headers["x-request-id"][0]

    ask()


def with_known_things(case: Any, known: dict[str, Any], path: str) -> Any:
    """The same request about things that exist: drawn numbers and codes would never meet one."""
    for name in case.path_parameters or {}:
        if path.endswith("/divisions/{code}"):
            case.path_parameters[name] = "440106"
        elif name in known:
            case.path_parameters[name] = known[name]
    if isinstance(case.body, dict):
        lines = case.body.get("lines") or []
        for part in (case.body, *(line for line in lines if isinstance(line, dict))):
            for name in part.keys() & known.keys() - {"code"}:
                part[name] = known[name]
    return case


def test_the_document_names_every_router():
    tags = {
        tag
        for methods in DOCUMENT["paths"].values()
        for operation in methods.values()
        for tag in operation["tags"]
    }
    assert {"sign-in", "me", "team", "addresses", "mall", "cart", "orders", "claims", "points"} <= tags


def test_every_operation_has_words_and_a_name_of_its_own():
    operations = [operation for methods in DOCUMENT["paths"].values() for operation in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert all(operation["summary"] for operation in operations)


def test_no_two_bodies_share_a_name():
    """The document keeps one of two schemas with the same name, and lies about the other."""
    modules: dict[str, set[str]] = {}
    waiting: list[type] = [Schema]
    while waiting:
        for known in waiting.pop().__subclasses__():
            waiting.append(known)
            if known.__module__.startswith("tongbao.") and ".tests." not in known.__module__:
                modules.setdefault(known.__name__, set()).add(known.__module__)
    assert "WithdrawalQuoteOut" in modules
    assert {name: sorted(found) for name, found in modules.items() if len(found) > 1} == {}
