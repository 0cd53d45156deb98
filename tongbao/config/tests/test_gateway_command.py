"""``tongbao gateway``: the payment provider beside the product, in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from urllib.request import urlopen

from sandbox_gateway.client import AdminClient
from sandbox_gateway.testing import running_gateway
from tongbao.config.tests.commands import command_line, tongbao
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.selectors import app_is_on

TOKEN = "a token of this test, long enough"


def test_it_serves_needs_no_database_and_stops_when_told(tmp_path):
    environment = {
        **os.environ,
        "TONGBAO_VAR": str(tmp_path),
        "TONGBAO_SANDBOX_GATEWAY_TOKEN": TOKEN,
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    }
    process = subprocess.Popen(
        command_line("gateway", "--port", "0"), env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        url = json.loads(process.stdout.readline())["url"]
        with urlopen(f"{url}/healthz", timeout=10) as answer:
            assert json.load(answer) == {"status": "ok"}
        assert AdminClient(url, token=TOKEN).ask("GET", "/admin/waiting") == {"movements": 0, "deliveries": 0}
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert (tmp_path / "gateway" / "gateway.sqlite3").exists()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_mall_gets_an_account_and_offers_the_gateway(committed_tenant):
    with running_gateway() as provider:
        known = {
            "TONGBAO_SANDBOX_GATEWAY_URL": provider.url,
            "TONGBAO_SANDBOX_GATEWAY_TOKEN": provider.admin_token,
        }
        arguments = ("gateway", "open", "lotus", "--site", "http://lotus.test:8000")
        for _ in range(2):
            done = tongbao(*arguments, access=committed_tenant.access, **known)
            assert (done.returncode, done.stderr) == (0, "")
        merchant = provider.admin.ask("GET", "/admin/merchants/lotus")
        assert (merchant["name"], merchant["hosts"]) == ("莲花商城", ["lotus.test:8000"])
        assert merchant["notify_url"] == "http://lotus.test:8000/api/v1/pay/notify/sandbox"
        with tenant_context("lotus"):
            assert app_is_on(app_key="sandbox_pay")


def test_an_unknown_mall_and_a_gateway_that_does_not_run_are_said_plainly(committed_tenant):
    known = {"TONGBAO_SANDBOX_GATEWAY_URL": "http://127.0.0.1:1", "TONGBAO_SANDBOX_GATEWAY_TOKEN": TOKEN}
    arguments = ("--site", "http://lotus.test:8000")
    unknown = tongbao("gateway", "open", "peony", *arguments, access=committed_tenant.access, **known)
    assert unknown.returncode == 2
    assert "peony" in unknown.stderr
    silent = tongbao("gateway", "open", "lotus", *arguments, access=committed_tenant.access, **known)
    assert silent.returncode == 2
    assert "does not answer" in silent.stderr
