"""Tasks through HTTP and in the console, and that both are gone where the app is off."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client

from tongbao.apps.member_tasks import services
from tongbao.apps.member_tasks.models import Submission, TaskDefinition
from tongbao.apps.member_tasks.tests.people import CHEN, NOON, has, key, person, settings, switch
from tongbao.kit import clock
from tongbao.members.services import open_session
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services.operators import create_operator

API = "/api/v1/member_tasks"
PASSWORD = "correct horse battery"


class Caller:
    def __init__(self, member_id: int, *, language: str = "zh") -> None:
        token = open_session(member_id=member_id, now=clock.now()).token
        self.client = Client(
            headers={
                "host": "lotus.test",
                "accept-language": language,
                "authorization": f"Bearer {token}",
            },
            raise_request_exception=False,
        )

    def get(self, path: str):
        answer = self.client.get(API + path)
        return answer.status_code, answer.json()

    def post(self, path: str, body: object):
        answer = self.client.post(API + path, json.dumps(body), content_type="application/json")
        return answer.status_code, answer.json()


def test_a_member_checks_in_and_sees_what_it_gave(on):
    wang = person("13800138000")
    caller = Caller(wang)
    status, before = caller.get("/today")
    assert (status, before["checked_in"], before["next_gives"]) == (200, False, 10_000)
    assert before["week"] == [1, 2, 3, 4, 5, 6, 7]
    status, done = caller.post("/check-in", {"device_key": key("wang")})
    assert (status, done["streak"], done["reward"]["granted"]) == (200, 1, 10_000)
    assert caller.get("/rewards")[1][0]["title"] == "每日签到"
    status, again = caller.post("/check-in", {"device_key": key("wang")})
    assert (status, again["error"]["code"]) == (409, "already_checked_in")
    assert caller.get("/today")[1]["checked_in"] is True


def test_what_is_handed_in_is_listed_with_what_became_of_it(on):
    wang = person()
    caller = Caller(wang, language="en")
    body = {"kind": "video", "link": "https://a.example.com/1", "device_key": key("wang")}
    status, made = caller.post("/submissions", body)
    assert status == 201
    services.reject(submission_id=made["submission_id"], reason="Too dark", actor=CHEN, now=NOON)
    (listed,) = caller.get("/submissions")[1]
    assert (listed["title"], listed["state"], listed["reason"]) == ("Video", "rejected", "Too dark")


def test_a_task_is_done_through_http(on):
    number = services.define_task(
        title_zh="关注店铺",
        title_en="Follow the shop",
        points=5,
        repeats="once",
        needs_proof=False,
        starts_on=NOON.date(),
        ends_on=None,
        actor=CHEN,
        now=NOON,
    )
    wang = person()
    caller = Caller(wang)
    assert [one["title"] for one in caller.get("/today")[1]["tasks"]] == ["关注店铺"]
    status, done = caller.post(f"/{number}/complete", {"device_key": key("wang")})
    assert (status, done["state"], done["reward"]["granted"], has(wang)) == (200, "done", 50_000, 5)
    assert caller.post("/999999/complete", {"device_key": key("wang")})[0] == 404


@pytest.mark.parametrize(
    "body",
    [{}, {"device_key": "short"}, {"device_key": "x" * 81}, {"device_key": 7}, {"device_key": "中" * 20}],
)
def test_bad_input_is_refused(on, body):
    assert Caller(person()).post("/check-in", body)[0] == 422


def test_where_the_app_is_off_there_is_nothing(on):
    caller = Caller(person())
    switch(False)
    assert caller.get("/today")[0] == 404
    assert caller.post("/check-in", {})[0] == 404
    assert entries(caller) == []
    switch(True)
    assert entries(caller) == ["/apps/member_tasks/pages/index"]


def entries(caller: Caller) -> list[str]:
    shown = caller.client.get("/api/v1/storefront").json()["apps"]
    return [entry["page"] for entry in shown if "member_tasks" in entry["page"]]


def test_the_console_s_menu_shows_it_only_where_it_is_on(operator):
    assert "/console/member_tasks/reward/" in menu(operator)
    switch(False)
    assert "/console/member_tasks/reward/" not in menu(operator)


def menu(client: Client) -> str:
    page = client.get("/console/").content.decode()
    connection.set_schema("lotus")
    return page


@pytest.fixture
def operator(committed_on):
    create_operator(username="wang", password=PASSWORD, role="service", now=clock.now(), actor=Actor.system())
    client = Client(HTTP_HOST=committed_on.host, HTTP_ACCEPT_LANGUAGE="en")
    client.post("/console/login/", {"username": "wang", "password": PASSWORD, "next": "/console/"})
    connection.set_schema("lotus")
    return client


def act(client: Client, address: str, **said: object):
    data = {"_form_submitted": "True", **said}
    response = client.post(f"/console/member_tasks/{address}/", data)
    connection.set_schema("lotus")
    return response


def test_an_operator_sets_a_task_and_decides_what_was_handed_in(operator):
    wang = person()
    number = services.hand_in(
        member_id=wang, kind="article", link="", text="好用", device_key=key("wang"), now=NOON
    )
    for page in ("taskdefinition/", "submission/", "reward/", f"submission/{number}/change/"):
        response = operator.get(f"/console/member_tasks/{page}")
        connection.set_schema("lotus")
        assert response.status_code == 200, page
    act(
        operator,
        "taskdefinition/define",
        title_zh="关注店铺",
        title_en="Follow the shop",
        points=5,
        repeats="once",
        starts_on="",
        ends_on="",
    )
    task = TaskDefinition.objects.get()
    assert (task.points, task.ends_on) == (5, None)
    act(operator, f"taskdefinition/{task.pk}/end")
    assert TaskDefinition.objects.get().ends_on is not None
    act(operator, f"submission/{number}/approve", points=12)
    assert Submission.objects.get().state == "approved"
    assert has(wang) == 12
    assert (
        operator.post(f"/console/member_tasks/submission/{number}/delete/", {"post": "yes"}).status_code
        == 403
    )


def test_finance_may_look_and_not_decide(committed_on):
    create_operator(username="li", password=PASSWORD, role="finance", now=clock.now(), actor=Actor.system())
    number = services.hand_in(
        member_id=person(), kind="article", link="", text="好用", device_key=key("wang"), now=NOON
    )
    client = Client(HTTP_HOST=committed_on.host)
    client.post("/console/login/", {"username": "li", "password": PASSWORD, "next": "/console/"})
    act(client, f"submission/{number}/approve", points=12)
    assert Submission.objects.get().state == "waiting"


def test_a_budget_of_nothing_says_so_beforehand(on):
    settings(monthly_budget_points=0)
    said = Caller(person()).get("/today")[1]
    assert (said["next_points"], said["next_gives"], said["left"]) == (1, 0, 0)
