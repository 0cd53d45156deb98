"""Members with an app in their hand: everything they do is an HTTP request to the running web server."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
from django.db import connection
from psycopg import sql

from tongbao.kit import clock
from tongbao.members.models import SmsMessage
from tongbao.members.services import open_session, register

API = "/api/v1"
HOME = {"recipient": "张新", "phone": "13900000004", "region_code": "440106", "street": "天河路385号"}

_phones = count(13_700_000_000)
_keys = count(1)

# What a refused request may leave behind: how often somebody tried, and that a session was used.
TRACES = {
    "kit_rate_window",
    "kit_schedule_run",
    "members_member_session",
    "members_phone_code",
    "members_sms_message",
}


@dataclass
class Customer:
    """One member at the API. Answers are (status, body)."""

    client: httpx.Client
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        sent = dict(self.headers) | headers
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        response = self.client.request(method, API + path, json=body, headers=sent)
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        return response.status_code, response.json() if is_json and response.content else response.content

    def get(self, path: str) -> tuple[int, Any]:
        return self.ask("GET", path)

    def post(self, path: str, body: Any = None) -> tuple[int, Any]:
        return self.ask("POST", path, {} if body is None else body)

    def done(self, method: str, path: str, body: Any = None) -> Any:
        """What a request that is not refused answers."""
        status, said = self.ask(method, path, {} if body is None and method != "GET" else body)
        assert status < 300, (status, said)
        return said

    def order(self, sku: str = "pack-198", quantity: int = 1, **more: Any) -> dict[str, Any]:
        """Place an order to the first address; returns number and total."""
        address_id = self.done("GET", "/me/addresses")[0]["address_id"]
        wish = {"lines": [{"sku": sku, "quantity": quantity}], "address_id": address_id}
        return dict(self.done("POST", "/orders", wish | {"client_key": f"key-{next(_keys)}"} | more))


def new_phone() -> str:
    return str(next(_phones))


def code_for(phone: str) -> str:
    """The code that was sent, as the console's outbox shows it."""
    return str(re.search(r"\d{6}", SmsMessage.objects.filter(phone=phone).latest("id").text).group())


def sign_up(client: httpx.Client, *, invite_code: str = "", cookie: bool = False) -> Customer:
    """Somebody new, with an address, signed in. Call it inside the tenant: the code is read from its outbox."""
    phone = new_phone()
    customer = Customer(client)
    customer.done("POST", "/codes", {"phone": phone})
    wish = {"phone": phone, "code": code_for(phone), "invite_code": invite_code, "cookie": cookie}
    said = customer.done("POST", "/sign-up", wish)
    if cookie:
        customer.headers["X-CSRFToken"] = said["csrf_token"]
    customer.token = said["token"]
    customer.done("POST", "/me/addresses", HOME)
    return customer


def join(client: httpx.Client, *, name: str = "") -> Customer:
    """Somebody who has an account and an address already. Call it inside the tenant."""
    member_id = register(phone=new_phone(), name=name, now=clock.now())
    customer = Customer(client, token=open_session(member_id=member_id, now=clock.now()).token)
    customer.done("POST", "/me/addresses", HOME)
    return customer


def everything() -> dict[str, tuple[int, str]]:
    """Every row of every table of the current tenant, as (how many, digest), but for mere traces."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
            " AND has_table_privilege(format('%I.%I', schemaname, tablename), 'SELECT') ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall() if name not in TRACES]
        found = {}
        for name in tables:
            cursor.execute(
                sql.SQL(
                    "SELECT count(*), coalesce(md5(string_agg(line, E'\\n' ORDER BY line)), '')"
                    " FROM (SELECT whole::text AS line FROM {} AS whole) AS lines"
                ).format(sql.Identifier(name))
            )
            found[name] = cursor.fetchone()
    return found
