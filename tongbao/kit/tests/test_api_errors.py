"""A refusal of the pure floors reaches the caller as one of ours does."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.testing import TestClient

from tongbao.kit.api import install_error_handlers
from tongbao.kit.errors import DatabaseLost
from tongbao.money import parse_yuan


@pytest.fixture(scope="module")
def client() -> TestClient:
    api = NinjaAPI(urls_namespace="errors-under-test")
    install_error_handlers(api)

    @api.get("/yuan")
    def yuan(request: HttpRequest, text: str) -> int:
        return parse_yuan(text)

    @api.get("/lost")
    def lost(request: HttpRequest) -> int:
        raise DatabaseLost(why="server at 10.0.0.7 closed the connection") from OSError("a cut line")

    return TestClient(api)


@pytest.mark.parametrize(
    ("language", "says"), [("en", "it has 3 decimals and CNY has 2"), ("zh", "小数位数为3,最多允许2位")]
)
def test_a_refusal_of_the_pure_floors_has_its_code_and_words(client, language, says):
    answer = client.get("/yuan?text=1.234", headers={"Accept-Language": language})
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert error["code"] == "amount_invalid"
    assert says in error["message"]
    assert error["request_id"]


def test_a_lost_database_says_what_to_do_and_keeps_the_details_for_the_log(client, caplog):
    answer = client.get("/lost", headers={"Accept-Language": "en"})
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "database_lost"
    assert "with the same key" in answer.text
    assert "10.0.0.7" not in answer.text
    assert "a cut line" in caplog.text
