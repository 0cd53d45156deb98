"""Other ways in: a password that its member set, and WeChat, whose server is a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from tests.scenarios.customers import code_for
from tongbao.config.wechat import MiniProgram, WeChatServers
from tongbao.kit import clock
from tongbao.members import selectors
from tongbao.members.contracts import MembersSettings
from tongbao.members.models import Member, SignInKey
from tongbao.members.services import open_session, register, use_wechat
from tongbao.members.services.life import close, freeze
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.services import change_settings

CHEN = Actor.system("陈经理")
PHONE, PASSWORD = "13800138000", "lotus in the morning"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def passwords(tenant):
    change_settings(
        settings_class=MembersSettings, values={"password_sign_in_is_on": True}, actor=CHEN, now=clock.now()
    )
    return tenant


@pytest.fixture(scope="module")
def wechat_server() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.stand_ins.wechat", "0", "wx-lotus", "hush"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture
def wechat(tenant, wechat_server):
    use_wechat(WeChatServers(programs={"lotus": MiniProgram("wx-lotus", "hush")}, url=wechat_server))
    yield tenant
    use_wechat(None)


class Caller:
    """A device, signed in or not."""

    def __init__(self, member_id: int | None = None) -> None:
        headers = {"host": "lotus.test", "accept-language": "en"}
        if member_id is not None:
            token = open_session(member_id=member_id, now=clock.now()).token
            headers["authorization"] = f"Bearer {token}"
        self.client = Client(headers=headers, raise_request_exception=False)

    def ask(self, method: str, path: str, **body: object):
        answer = self.client.generic(
            method, f"/api/v1{path}", __import__("json").dumps(body), content_type="application/json"
        )
        connection.set_schema("lotus")
        return answer.status_code, answer.json() if answer.content else None

    def refused(self, method: str, path: str, **body: object) -> tuple[int, str]:
        status, said = self.ask(method, path, **body)
        return status, said["error"]["code"]


def wang_with_a_password() -> tuple[int, Caller]:
    wang = register(phone=PHONE, now=clock.now())
    device = Caller(wang)
    assert device.ask("POST", "/me/password/code")[0] == 202
    assert device.ask("PUT", "/me/password", code=code_for(PHONE), password=PASSWORD) == (204, None)
    return wang, device


def test_a_member_sets_a_password_and_signs_in_with_it(passwords):
    wang, _ = wang_with_a_password()
    status, said = Caller().ask("POST", "/log-in/password", phone=PHONE, password=PASSWORD)
    assert (status, said["number"]) == (200, Member.objects.get(pk=wang).number)
    kept = SignInKey.objects.get().value
    assert PASSWORD not in kept
    assert kept.startswith("pbkdf2_sha256$")


def test_setting_a_password_signs_every_other_device_out(passwords):
    wang = register(phone=PHONE, now=clock.now())
    lost = Caller(wang)
    device = Caller(wang)
    device.ask("POST", "/me/password/code")
    device.ask("PUT", "/me/password", code=code_for(PHONE), password=PASSWORD)
    assert lost.ask("GET", "/me")[0] == 401
    assert device.ask("GET", "/me")[0] == 200


def test_a_wrong_password_an_unknown_phone_and_nobodys_password_say_the_same(passwords):
    wang_with_a_password()
    register(phone="13900139000", now=clock.now())
    for phone, password in ((PHONE, "wrong"), ("13700137000", PASSWORD), ("13900139000", PASSWORD)):
        refused = Caller().refused("POST", "/log-in/password", phone=phone, password=password)
        assert refused == (422, "phone_or_password_wrong")


def test_guessing_ends_after_ten_tries_in_an_hour_even_with_the_right_one(passwords):
    wang_with_a_password()
    for _ in range(10):
        assert Caller().refused("POST", "/log-in/password", phone=PHONE, password="wrong")[0] == 422
    assert Caller().refused("POST", "/log-in/password", phone=PHONE, password=PASSWORD) == (
        429,
        "tried_too_often",
    )


@pytest.mark.parametrize("password", ["short", "password123", "x" * 129])
def test_a_password_that_is_easily_guessed_is_refused(passwords, password):
    wang = register(phone=PHONE, now=clock.now())
    device = Caller(wang)
    device.ask("POST", "/me/password/code")
    refused = device.refused("PUT", "/me/password", code=code_for(PHONE), password=password)
    assert refused == (422, "password_not_valid")
    assert not SignInKey.objects.exists()


def test_a_code_for_a_password_opens_nothing_else_and_the_other_way_round(passwords):
    wang = register(phone=PHONE, now=clock.now())
    device = Caller(wang)
    device.ask("POST", "/me/password/code")
    assert Caller().refused("POST", "/log-in", phone=PHONE, code=code_for(PHONE)) == (422, "code_not_valid")
    assert device.refused("PUT", "/me/password", code="000000", password=PASSWORD) == (422, "code_not_valid")


def test_where_passwords_are_off_there_is_the_code_alone(tenant):
    assert Caller().ask("GET", "/sign-in/ways") == (200, {"ways": ["code"]})
    assert Caller().refused("POST", "/log-in/password", phone=PHONE, password=PASSWORD) == (
        403,
        "sign_in_way_off",
    )
    assert Caller().refused("POST", "/log-in/wechat", js_code="code-of-wang") == (403, "sign_in_way_off")


def test_a_frozen_member_is_told_so_and_a_closed_one_leaves_no_key(passwords):
    wang, _ = wang_with_a_password()
    freeze(member_id=wang, reason="投诉", actor=CHEN, now=clock.now())
    refused = Caller().refused("POST", "/log-in/password", phone=PHONE, password=PASSWORD)
    assert refused[1] == "account_frozen"
    li = register(phone="13900139000", now=clock.now())
    SignInKey.objects.create(member_id=li, way="wechat", value="o-li", set_at=clock.now())
    close(member_id=li, reason="本人申请", actor=CHEN, now=clock.now())
    assert not SignInKey.objects.filter(member_id=li).exists()


def test_somebody_new_signs_in_by_phone_once_and_by_wechat_from_then_on(wechat):
    assert Caller().ask("GET", "/sign-in/ways")[1] == {"ways": ["code", "wechat"]}
    assert Caller().refused("POST", "/log-in/wechat", js_code="code-of-wang-1") == (409, "wechat_not_linked")
    wang = register(phone=PHONE, now=clock.now())
    assert Caller(wang).ask("POST", "/me/wechat", js_code="code-of-wang-2")[0] == 204
    status, said = Caller().ask("POST", "/log-in/wechat", js_code="code-of-wang-3")
    assert (status, said["number"]) == (200, selectors.member(member_id=wang).number)
    assert said["token"]


def test_a_code_of_wechat_works_once(wechat):
    wang = register(phone=PHONE, now=clock.now())
    assert Caller(wang).ask("POST", "/me/wechat", js_code="code-of-wang-4")[0] == 204
    assert Caller().refused("POST", "/log-in/wechat", js_code="code-of-wang-4") == (422, "wechat_refused")
    assert Caller().refused("POST", "/log-in/wechat", js_code="made up") == (422, "wechat_refused")


def test_one_wechat_account_is_one_members(wechat):
    wang, li = register(phone=PHONE, now=clock.now()), register(phone="13900139000", now=clock.now())
    assert Caller(wang).ask("POST", "/me/wechat", js_code="code-of-wang-5")[0] == 204
    assert Caller(wang).ask("POST", "/me/wechat", js_code="code-of-wang-6")[0] == 204
    assert Caller(li).refused("POST", "/me/wechat", js_code="code-of-wang-7") == (409, "wechat_taken")


def test_where_wechat_is_in_trouble_the_member_is_told_and_no_secret_is(wechat, caplog):
    status, said = Caller().ask("POST", "/log-in/wechat", js_code="broken")
    assert (status, said["error"]["code"]) == (503, "wechat_not_there")
    assert "hush" not in str(said) + caplog.text


def test_a_wrong_secret_is_a_refusal_with_wechats_own_number(tenant, wechat_server):
    use_wechat(WeChatServers(programs={"lotus": MiniProgram("wx-lotus", "old")}, url=wechat_server))
    try:
        status, said = Caller().ask("POST", "/log-in/wechat", js_code="code-of-wang-8")
    finally:
        use_wechat(None)
    assert (status, said["error"]["code"]) == (422, "wechat_refused")
    assert "40125" in said["error"]["message"]


def test_a_session_by_password_lasts_as_long_as_any_other(passwords):
    wang_with_a_password()
    _, said = Caller().ask("POST", "/log-in/password", phone=PHONE, password=PASSWORD)
    from datetime import datetime

    lasts = datetime.fromisoformat(said["expires_at"]) - clock.now()
    assert timedelta(days=29) < lasts <= timedelta(days=30)
