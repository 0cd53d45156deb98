"""Ten days of two members, through the doors that they use: HTTP, the worker's turn, the shop's clock."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import yaml
from django.test import Client

from tongbao.apps.member_tasks.tests.people import PHONE, key, sound
from tongbao.kit import clock, events, jobs
from tongbao.members.models import SmsMessage

API = "/api/v1"
EXAMPLES = Path(__file__).resolve().parents[4] / "tests" / "examples" / "points.yaml"
CASE = next(
    case
    for case in yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))["cases"]
    if case["name"] == "a check-in streak"
)


class Visitor:
    """Somebody with a phone in their hand."""

    def __init__(self, phone: str, *, address: str) -> None:
        self.phone = phone
        self.client = Client(
            headers={"host": "lotus.test", "user-agent": PHONE},
            REMOTE_ADDR=address,
            raise_request_exception=False,
        )

    def ask(self, method: str, path: str, body: object = None):
        answer = self.client.generic(
            method, API + path, json.dumps(body or {}), content_type="application/json"
        )
        return answer.status_code, json.loads(answer.content) if answer.content else None

    def sign_up(self, **more: str) -> None:
        assert self.ask("POST", "/codes", {"phone": self.phone})[0] == 202
        code = re.search(r"\d{6}", SmsMessage.objects.filter(phone=self.phone).latest("id").text)
        assert code is not None
        status, body = self.ask("POST", "/sign-up", {"phone": self.phone, "code": code.group(), **more})
        assert status == 201, body
        self.client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {body['token']}"

    def check_in(self) -> tuple[int, int | str]:
        status, body = self.ask("POST", "/member_tasks/check-in", {"device_key": key(self.phone)})
        return status, body["reward"]["granted"] if status == 200 else body["error"]["code"]

    def points(self) -> int:
        return self.ask("GET", "/me/points")[1]["available"] // 10_000


def the_worker_s_turn() -> None:
    events.drain(now=clock.now())
    jobs.tick(now=clock.now())


def test_two_members_and_ten_days(on):
    wang = Visitor("13800138000", address="10.0.0.1")
    wang.sign_up()
    invitation = wang.ask("GET", "/me")[1]["invite_code"]
    li = Visitor("13900139000", address="10.0.0.2")
    li.sign_up(invite_code=invitation)
    the_worker_s_turn()
    assert (wang.points(), li.points()) == (3, 3)

    start = clock.now()
    for day, granted in zip(CASE["days"], CASE["granted"], strict=True):
        now = clock.move_to(offset=timedelta(days=day - 1))
        assert wang.check_in() == (200, granted * 10_000), now
        assert wang.check_in() == (409, "already_checked_in")
        the_worker_s_turn()
    assert wang.points() == 3 + sum(CASE["granted"])

    clock.move_to(offset=timedelta(days=CASE["days"][-1] + 1))
    assert clock.now() > start + timedelta(days=9)
    assert wang.ask("GET", "/member_tasks/today")[1]["streak"] == 0
    assert wang.check_in() == (200, CASE["after_a_missed_day"] * 10_000)
    clock.move_to(offset=timedelta(0))
    assert wang.check_in() == (409, "clock_set_back")
    assert li.check_in() == (200, 10_000)
    rewards = li.ask("GET", "/member_tasks/rewards")[1]
    assert [reward["kind"] for reward in rewards] == ["check_in", "invited"]
    assert sound()
