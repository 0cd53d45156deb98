"""The members' API: a whole life through HTTP, what bad input gets, and cookies that can't be abused."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client

from tongbao.kit import clock
from tongbao.members import selectors, services
from tongbao.members.models import Member, MemberSession, SmsMessage
from tongbao.members.tests.people import CHEN, NOON, join

API = "/api/v1"
WANG, LI = "13800138000", "13900139000"
HOME = {"recipient": "王小明", "phone": WANG, "region_code": "440106", "street": "体育西路1号"}


class Caller:
    """Somebody at the API; answers are (status, body)."""

    def __init__(self, token: str = "", *, language: str = "zh", enforce_csrf: bool = False) -> None:
        headers = {"host": "lotus.test", "accept-language": language}
        if token:
            headers["authorization"] = f"Bearer {token}"
        self.client = Client(headers=headers, raise_request_exception=False, enforce_csrf_checks=enforce_csrf)

    def get(self, path: str, **query: object) -> tuple[int, object]:
        return self._answer(self.client.get(API + path, query))

    def send(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, object]:
        content = body if isinstance(body, (bytes, str)) else json.dumps({} if body is None else body)
        return self._answer(
            self.client.generic(method, API + path, content, content_type="application/json", headers=headers)
        )

    def _answer(self, response) -> tuple[int, object]:
        self.response = response
        is_json = "json" in response.get("Content-Type", "")
        return response.status_code, json.loads(
            response.content
        ) if is_json and response.content else response.content


def code(answer: tuple[int, object]) -> tuple[int, str]:
    status, body = answer
    assert body["error"]["message"]
    assert body["error"]["request_id"]
    return status, body["error"]["code"]


def sms(phone: str = WANG) -> str:
    return re.search(r"\d{6}", SmsMessage.objects.filter(phone=phone).latest("id").text).group()


def signed_up(phone: str = WANG, **more: object) -> Caller:
    caller = Caller()
    assert caller.send("POST", "/codes", {"phone": phone})[0] == 202
    status, body = caller.send("POST", "/sign-up", {"phone": phone, "code": sms(phone), **more})
    assert status == 201, body
    return Caller(body["token"])


def signed_in(member_id: int) -> Caller:
    return Caller(services.open_session(member_id=member_id, now=clock.now()).token)


def test_somebody_signs_up_by_invitation_and_sees_themselves(tenant):
    sponsor = join(name="王小明")
    invitation = selectors.member(member_id=sponsor).invite_code
    assert Caller().get(f"/invitations/{invitation}") == (
        200,
        {"invite_code": invitation, "name_masked": "王**"},
    )
    li = signed_up(LI, invite_code=invitation)
    status, me = li.get("/me")
    assert status == 200
    assert (me["phone_masked"], me["rank"], me["identity_status"]) == ("139****9000", "member", "none")
    assert me["sponsor"]["name_masked"] == "王**"
    assert LI not in json.dumps(me)


def test_log_in_finds_the_account_again_and_log_out_ends_the_session(tenant):
    first = signed_up()
    number = first.get("/me")[1]["number"]
    services.codes.PhoneCode.objects.all().delete()
    caller = Caller()
    with_code = {"phone": WANG, "code": "000000"}
    assert code(caller.send("POST", "/log-in", with_code)) == (422, "code_not_valid")
    assert first.get("/me")[1]["number"] == number
    assert first.send("POST", "/log-out") == (204, b"")
    assert code(first.get("/me")) == (401, "not_signed_in")


@pytest.mark.parametrize(
    ("path", "body", "refusal"),
    [
        ("/codes", {"phone": "12345"}, (422, "phone_not_valid")),
        ("/codes", {"phone": 13800138000}, (422, "invalid_input")),
        ("/codes", {}, (422, "invalid_input")),
        ("/codes", {"phone": "1380013800\u0000"}, (422, "invalid_input")),
        ("/codes", '{"phone": "\\ud800"}', (422, "invalid_input")),
        ("/sign-up", {"phone": WANG, "code": "000000"}, (422, "code_not_valid")),
        ("/log-in", {"phone": WANG, "code": "0" * 21}, (422, "invalid_input")),
    ],
)
def test_bad_input_at_the_door_gets_a_named_refusal(tenant, path, body, refusal):
    assert code(Caller().send("POST", path, body)) == refusal
    assert not Member.objects.exists()


def test_an_unknown_invitation_is_refused_and_nobody_joins(tenant):
    caller = Caller()
    caller.send("POST", "/codes", {"phone": WANG})
    body = {"phone": WANG, "code": sms(), "invite_code": "NOBODY99"}
    assert code(caller.send("POST", "/sign-up", body)) == (422, "invitation_unknown")
    assert code(caller.get("/invitations/NOBODY99")) == (422, "invitation_unknown")
    assert not Member.objects.exists()


def test_a_second_code_within_a_minute_says_when_to_ask_again(tenant):
    caller = Caller(language="en")
    caller.send("POST", "/codes", {"phone": WANG})
    answer = caller.send("POST", "/codes", {"phone": WANG})
    assert code(answer) == (429, "code_asked_too_often")
    assert 1 <= int(caller.response["Retry-After"]) <= 60
    assert answer[1]["error"]["message"].startswith("Codes were asked for too often.")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/me"),
        ("PATCH", "/me"),
        ("GET", "/me/invitation"),
        ("GET", "/me/team"),
        ("GET", "/me/upline"),
        ("GET", "/me/addresses"),
        ("POST", "/me/identity"),
        ("GET", "/me/sessions"),
        ("POST", "/log-out"),
    ],
)
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic abc", "Bearer " + "x" * 500])
def test_nobody_gets_in_without_a_token(tenant, method, path, header):
    headers = {"authorization": header} if header else {}
    assert code(Caller().send(method, path, **headers)) == (401, "not_signed_in")


def test_h5_keeps_the_session_in_a_cookie_that_scripts_and_foreign_pages_can_not_use(tenant):
    browser = Caller(enforce_csrf=True)
    browser.send("POST", "/codes", {"phone": WANG})
    status, body = browser.send("POST", "/sign-up", {"phone": WANG, "code": sms(), "cookie": True})
    assert status == 201
    assert body["token"] == ""
    cookie = browser.response.cookies["tongbao_session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", "")
    assert browser.get("/me")[0] == 200
    assert code(browser.send("PATCH", "/me", {"name": "Wang"})) == (403, "csrf_refused")
    status, me = browser.send("PATCH", "/me", {"name": "Wang"}, **{"X-CSRFToken": body["csrf_token"]})
    assert (status, me["name"]) == (200, "Wang")
    assert browser.send("POST", "/log-out", **{"X-CSRFToken": body["csrf_token"]})[0] == 204
    assert browser.response.cookies["tongbao_session"].value == ""
    assert code(browser.get("/me")) == (401, "not_signed_in")


def test_over_https_the_cookie_never_leaves_it(tenant):
    caller = Caller()
    caller.send("POST", "/codes", {"phone": WANG})
    body = json.dumps({"phone": WANG, "code": sms(), "cookie": True})
    caller.client.generic("POST", API + "/sign-up", body, content_type="application/json", secure=True)
    assert caller.client.cookies["tongbao_session"]["secure"] is True


def test_a_bearer_token_needs_no_csrf_token(tenant):
    wang = join()
    token = services.open_session(member_id=wang, now=clock.now()).token
    assert Caller(token, enforce_csrf=True).send("PATCH", "/me", {"name": "Wang"})[0] == 200


def test_a_session_of_another_tenant_is_nobodys(two_tenants):
    from tongbao.tenancy.contexts import tenant_context

    with tenant_context("orchid"):
        token = services.open_session(member_id=join(), now=clock.now()).token
    assert code(Caller(token).get("/me")) == (401, "not_signed_in")


def test_a_frozen_member_is_out_at_once(tenant):
    wang = join()
    caller = signed_in(wang)
    assert caller.get("/me")[0] == 200
    services.freeze(member_id=wang, reason="under review", actor=CHEN, now=NOON)
    assert code(caller.get("/me")) == (401, "not_signed_in")


def test_devices_are_listed_and_signed_out(tenant):
    wang = join()
    laptop, phone = signed_in(wang), signed_in(wang)
    status, listed = phone.get("/me/sessions")
    assert (status, [device["is_this_one"] for device in listed]) == (200, [True, False])
    assert phone.send("DELETE", f"/me/sessions/{listed[1]['session_id']}")[0] == 204
    assert laptop.get("/me")[0] == 401
    assert code(phone.send("DELETE", "/me/sessions/987654")) == (404, "session_unknown")


def test_an_invitation_is_a_link_and_a_picture(tenant):
    caller = signed_in(join())
    status, invitation = caller.get("/me/invitation")
    assert status == 200
    assert invitation["link"] == f"http://lotus.test/?invite={invitation['invite_code']}"
    assert invitation["qr_svg"].startswith("<svg")
    _, picture = caller.get("/me/invitation/qr.svg")
    assert caller.response["Content-Type"] == "image/svg+xml"
    assert ElementTree.fromstring(picture).tag == "{http://www.w3.org/2000/svg}svg"


def test_a_team_is_counted_and_listed_page_by_page(tenant):
    top = join()
    first = join(top, phone=LI, name="李小龙")
    join(top)
    join(first)
    caller = signed_in(top)
    assert caller.get("/me/team") == (
        200,
        {"direct": 2, "total": 3, "levels": [{"depth": 1, "members": 2}, {"depth": 2, "members": 1}]},
    )
    status, page = caller.get("/me/team/members", limit=2)
    assert (status, len(page["members"])) == (200, 2)
    assert (page["members"][0]["name_masked"], page["members"][0]["phone_masked"]) == ("李**", "139****9000")
    _, rest = caller.get("/me/team/members", limit=2, cursor=page["next_cursor"])
    assert ([member["depth"] for member in rest["members"]], rest["next_cursor"]) == ([2], "")
    assert caller.get("/me/team/members", depth=2)[1]["members"] == rest["members"]
    for bad in ({"cursor": "x"}, {"limit": 0}, {"limit": 10**9}, {"depth": -1}):
        assert code(caller.get("/me/team/members", **bad)) == (422, "invalid_input")


def test_the_upline_is_masked(tenant):
    top = join(phone=WANG, name="王小明")
    status, above = signed_in(join(top)).get("/me/upline")
    assert (status, len(above)) == (200, 1)
    assert above[0] == {
        "number": selectors.member(member_id=top).number,
        "name_masked": "王**",
        "rank": "member",
        "depth": -1,
    }


def test_addresses_are_kept_changed_and_forgotten(tenant):
    caller = signed_in(join())
    status, home = caller.send("POST", "/me/addresses", HOME)
    assert (status, home["region_name"], home["is_default"]) == (201, "广东省广州市天河区", True)
    path = f"/me/addresses/{home['address_id']}"
    assert caller.send("PUT", path, HOME | {"street": "天河路208号"})[1]["street"] == "天河路208号"
    _, office = caller.send("POST", "/me/addresses", HOME | {"region_code": "441900"})
    assert caller.send("POST", f"/me/addresses/{office['address_id']}/default")[1]["is_default"] is True
    assert [known["is_default"] for known in caller.get("/me/addresses")[1]] == [True, False]
    assert caller.send("DELETE", path)[0] == 204
    assert code(caller.get(path)) == (404, "address_unknown")


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"region_code": "440100"}, (422, "division_too_broad")),
        ({"region_code": "440199"}, (422, "division_unknown")),
        ({"region_code": "4401"}, (422, "invalid_input")),
        ({"phone": "110"}, (422, "phone_not_valid")),
        ({"street": ""}, (422, "address_not_valid")),
    ],
)
def test_a_bad_address_is_refused(tenant, values, refusal):
    assert code(signed_in(join()).send("POST", "/me/addresses", HOME | values)) == refusal


def test_one_member_never_reaches_anothers_addresses(tenant):
    home = services.add_address(member_id=join(), now=NOON, **HOME).address_id
    stranger = signed_in(join())
    for method, body in (("GET", None), ("PUT", HOME), ("DELETE", None)):
        assert code(stranger.send(method, f"/me/addresses/{home}", body)) == (404, "address_unknown")
    assert code(stranger.send("POST", f"/me/addresses/{home}/default")) == (404, "address_unknown")
    assert code(stranger.get(f"/me/addresses/{10**30}")) == (422, "invalid_input")


def test_a_picker_walks_from_province_to_county(tenant):
    caller = Caller()
    status, provinces = caller.get("/divisions")
    assert (status, len(provinces)) == (200, 34)
    assert caller.response["Cache-Control"] == "public, max-age=86400"
    guangdong = next(place for place in provinces if place["code"] == "440000")
    assert guangdong["has_divisions"] is True
    assert "440100" in [place["code"] for place in caller.get("/divisions", parent="440000")[1]]
    assert caller.get("/divisions", parent="441900") == (200, [])
    status, tianhe = caller.get("/divisions/440106")
    assert (tianhe["full_name"], [above["name"] for above in tianhe["parents"]]) == (
        "广东省广州市天河区",
        ["广州市", "广东省"],
    )
    assert code(caller.get("/divisions/999999")) == (422, "division_unknown")


def test_a_real_name_is_put_forward_once(tenant):
    caller = signed_in(join())
    body = {"real_name": "王小明", "card_number": "11010519491231002X"}
    status, me = caller.send("POST", "/me/identity", body)
    assert (status, me["identity_status"]) == (200, "submitted")
    assert code(caller.send("POST", "/me/identity", body)) == (409, "identity_not_open")
    bad = {"real_name": "王小明", "card_number": "1"}
    assert code(signed_in(join()).send("POST", "/me/identity", bad)) == (422, "identity_not_valid")


def test_an_account_moves_to_a_new_phone(tenant):
    caller = signed_up()
    assert caller.send("POST", "/me/phone/codes", {"phone": LI})[0] == 202
    status, me = caller.send("PUT", "/me/phone", {"phone": LI, "code": sms(LI)})
    assert (status, me["phone_masked"]) == (200, "139****9000")


def test_reasons_of_ranks_are_told(tenant):
    wang = join()
    services.promote_by_purchase(
        member_id=wang, rank="vip", source="order_line:1", ladder=("member", "vip"), now=NOON
    )
    status, grants = signed_in(wang).get("/me/ranks")
    assert (status, [(grant["rank"], grant["basis"]) for grant in grants]) == (200, [("vip", "purchase")])


def test_a_session_outlives_thirty_days_only_on_paper(tenant):
    wang = join()
    old = services.open_session(member_id=wang, now=clock.now() - timedelta(days=30))
    assert MemberSession.objects.filter(revoked_at__isnull=True).count() == 1
    assert code(Caller(old.token).get("/me")) == (401, "not_signed_in")
