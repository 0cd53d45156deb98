"""One tenant never sees, moves or locks another's rows, however hard it tries."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.test import Client, override_settings

from tongbao.config import worker
from tongbao.kit import clock, jobs
from tongbao.kit.models import OutboxEvent
from tongbao.ledger import selectors, services
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account
from tongbao.mall.contracts import DeliveryAddress, Wish
from tongbao.mall.models import Order
from tongbao.mall.services import catalogue, checkout
from tongbao.members.models import Member
from tongbao.members.services import add_address, open_session, register
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.models import AuditEntry
from tongbao.tenancy.services import audit
from tongbao.tenancy.services.operators import create_operator

CASH_OF_WANG = member_account(1, "cash")
HOME = DeliveryAddress(recipient="王薇", phone="13800138001", region_code="440106", street="天河路1号")


def give_wang(amount: int, *, key: str = "gift") -> None:
    line = Transfer(
        debit=platform_account("operating"), credit=CASH_OF_WANG, amount=amount, kind="award", subject="gift"
    )
    services.post(request=Request(key=key, transfers=(line,)), now=clock.now()).require()


def sql_of(statement: str):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def test_the_same_account_in_two_tenants_is_two_accounts(two_tenants):
    with tenant_context("lotus"):
        give_wang(100)
    with tenant_context("orchid"):
        give_wang(7)
        assert selectors.balance(account=CASH_OF_WANG).available == 7
    with tenant_context("lotus"):
        assert selectors.balance(account=CASH_OF_WANG).available == 100


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM orchid.ledger_transfer",
        "SELECT count(*) FROM orchid.tenancy_audit_entry",
        "INSERT INTO orchid.kit_rate_window VALUES ('x', now(), 1)",
        "SELECT orchid.tongbao_now()",
        "SELECT orchid.ledger_post('[]'::jsonb, now())",
        "LOCK TABLE orchid.ledger_balance IN ACCESS EXCLUSIVE MODE",
        "SELECT count(*) FROM public.registry_tenant",
        "SELECT count(*) FROM public.procrastinate_jobs",
        "DELETE FROM public.procrastinate_jobs",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "ALTER ROLE tongbao_test_tenant_lotus SUPERUSER",
    ],
)
def test_raw_sql_under_a_tenants_role_reaches_that_tenant_alone(two_tenants, statement):
    with tenant_context("lotus"), pytest.raises(DatabaseError) as refused, transaction.atomic():
        sql_of(statement)
    # The words differ between versions of PostgreSQL, the code for "insufficient privilege" doesn't.
    assert refused.value.__cause__.sqlstate == "42501"


def test_outside_any_tenant_the_application_reaches_no_tenant(two_tenants):
    with pytest.raises(DatabaseError, match="permission denied"):
        sql_of("SELECT count(*) FROM lotus.ledger_transfer")


def test_a_search_path_pointed_elsewhere_finds_nothing(two_tenants):
    refused = pytest.raises(DatabaseError, match=r"does not exist|permission denied")
    with tenant_context("lotus"), refused, transaction.atomic():
        sql_of("SELECT set_config('search_path', 'orchid', true)")
        sql_of("SELECT count(*) FROM ledger_transfer")


def test_a_reused_connection_carries_nothing_over(two_tenants):
    """One connection, one thread, many changes of tenant: also in the middle and after a failed transaction."""
    for turn in range(20):
        for schema_name in ("lotus", "orchid"):
            with tenant_context(schema_name):
                assert sql_of("SELECT current_user") == f"tongbao_test_tenant_{schema_name}"
                assert sql_of("SELECT current_schema()") == schema_name
                with pytest.raises(DatabaseError), transaction.atomic():
                    audit(
                        AuditFact(actor=Actor.system(), action="try", subject=f"{schema_name}:{turn}"),
                        now=clock.now(),
                    )
                    sql_of("SELECT 1/0")
                assert sql_of("SELECT current_schema()") == schema_name
    with tenant_context("lotus"):
        assert AuditEntry.objects.filter(action="try").count() == 0


def test_a_rolled_back_transaction_that_had_switched_tenant_leaves_no_stale_role(two_tenants):
    """A SET is undone by a rollback; the connection must not go on believing in it."""
    connection.set_schema("orchid")
    sql_of("SELECT 1")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        connection.set_schema("lotus")
        assert sql_of("SELECT current_schema()") == "lotus"
        raise ZeroDivisionError
    assert sql_of("SELECT current_schema()") == "lotus"
    assert sql_of("SELECT current_user") == "tongbao_test_tenant_lotus"


def test_twenty_threads_in_two_tenants_see_only_their_own(two_tenants, race):
    for schema_name, amount in (("lotus", 1), ("orchid", 2)):
        with tenant_context(schema_name):
            give_wang(amount)
    strangers: list[int] = []
    lock = threading.Lock()

    def look(schema_name: str, own: int):
        for _ in range(25):
            with tenant_context(schema_name):
                seen = selectors.balance(account=CASH_OF_WANG).available
            if seen != own:
                with lock:
                    strangers.append(seen)

    connection.set_schema("lotus")
    answers = race(*(lambda n=n: look("lotus" if n % 2 else "orchid", 1 if n % 2 else 2) for n in range(20)))
    assert answers == [None] * 20
    assert strangers == []


def test_a_tenant_wakes_the_worker_for_itself_only(two_tenants):
    with tenant_context("lotus"):
        sql_of("SELECT public.tongbao_wake('tongbao.drain')")
        with pytest.raises(DatabaseError, match="no task"), transaction.atomic():
            sql_of("SELECT public.tongbao_wake('tongbao.anything')")
    assert sql_of("SELECT args ->> 'schema_name' FROM public.procrastinate_jobs") == "lotus"


def test_no_constraint_is_deferrable(tenant):
    assert sql_of("SELECT count(*) FROM pg_constraint WHERE condeferrable") == 0


def test_no_foreign_key_leads_from_a_tenant_to_the_shared_tables(tenant):
    crossing = sql_of(
        "SELECT count(*) FROM pg_constraint AS link JOIN pg_class AS target ON target.oid = link.confrelid"
        " WHERE link.contype = 'f' AND target.relnamespace <> link.connamespace"
    )
    assert crossing == 0


def test_the_clock_of_a_real_tenant_can_not_be_moved(two_tenants):
    with two_tenants[0].connect_as_superuser() as admin:
        admin.execute("UPDATE kit_clock SET movable = false")
    with tenant_context("lotus"), pytest.raises(DatabaseError, match="can not be moved"):
        clock.move_to(offset=timedelta(days=1))


# ---- the API ------------------------------------------------------------------------------------------------


def app_of(host: str, token: str = "", **more: str) -> Client:
    headers = {"host": host, **({"authorization": f"Bearer {token}"} if token else {})}
    return Client(headers=headers | more, raise_request_exception=False)


def joined(phone: str) -> str:
    """A new member of the current tenant, with an address; returns their token."""
    now = clock.now()
    member_id = register(phone=phone, name="王薇", now=now)
    add_address(
        member_id=member_id,
        recipient="王薇",
        phone=phone,
        region_code="440106",
        street="天河路1号",
        now=now,
    )
    return open_session(member_id=member_id, now=now).token


def test_a_token_or_a_cookie_of_one_tenant_opens_nothing_in_the_other(two_tenants):
    with tenant_context("lotus"):
        token = joined("13800138001")
    with tenant_context("orchid"):
        joined("13800138001")
    for path in ("/me", "/me/addresses", "/orders", "/cart", "/me/points", "/me/awards", "/me/withdrawals"):
        at_home = app_of("lotus.test", token).get(f"/api/v1{path}")
        abroad = app_of("orchid.test", token).get(f"/api/v1{path}")
        assert (at_home.status_code, abroad.status_code) == (200, 401)
        with_cookie = app_of("orchid.test")
        with_cookie.cookies["tongbao_session"] = token
        assert with_cookie.get(f"/api/v1{path}").status_code == 401


def test_the_same_numbers_in_two_tenants_are_two_things(two_tenants):
    """Ids begin at the same number in every tenant: asking for the other's finds one's own, or nothing."""
    tokens = {}
    for schema_name in ("lotus", "orchid"):
        with tenant_context(schema_name):
            tokens[schema_name] = joined(f"1380013800{len(tokens)}")
    with tenant_context("lotus"):
        now = clock.now()
        catalogue.create_product(code="tea", kind="goods", title="茶", actor=Actor.system("test"), now=now)
        catalogue.add_variant(
            product_code="tea", sku="tea", price_fen=100, stock=5, actor=Actor.system("test"), now=now
        )
        catalogue.set_on_sale(code="tea", is_on_sale=True, actor=Actor.system("test"), now=now)
        (wang,) = Member.objects.values_list("id", flat=True)
        placed = checkout.place_order(
            buyer_id=wang,
            wishes=[Wish(sku="tea", quantity=1)],
            address=HOME,
            client_key="k",
            now=now,
        )
    stranger = app_of("orchid.test", tokens["orchid"])
    assert stranger.get("/api/v1/products").json() == []
    assert stranger.get("/api/v1/products/tea").status_code == 404
    assert stranger.get(f"/api/v1/orders/{placed.number}").status_code == 404
    assert stranger.post(f"/api/v1/orders/{placed.number}/cancel", {}, "application/json").status_code == 404
    assert stranger.get("/api/v1/orders").json() == []
    with tenant_context("lotus"):
        assert Order.objects.get().status == "unpaid"
        invitation = Member.objects.get().invite_code
    assert app_of("lotus.test").get(f"/api/v1/invitations/{invitation}").status_code == 200
    assert app_of("orchid.test").get(f"/api/v1/invitations/{invitation}").status_code == 422


def test_a_host_that_is_nobodys_reaches_no_tenant(two_tenants):
    with tenant_context("lotus"):
        token = joined("13800138001")
    for host in ("nobody.test", "lotus.test.evil.example", "evil.example"):
        answer = app_of(host, token).get("/api/v1/me")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    forwarded = app_of("orchid.test", token, **{"x-forwarded-host": "lotus.test"})
    assert forwarded.get("/api/v1/me").status_code == 401


# ---- the console --------------------------------------------------------------------------------------------


def test_an_operator_of_one_tenant_is_nobody_in_the_other_s_console(two_tenants):
    password = "a long enough password"
    for schema_name in ("lotus", "orchid"):
        with tenant_context(schema_name):
            name = f"owner-of-{schema_name}"
            create_operator(
                username=name, password=password, role="owner", now=clock.now(), actor=Actor.system("test")
            )
            Member.objects.all().delete()
            register(phone=None, name=f"会员{schema_name}", now=clock.now())
    browser = Client(headers={"host": "lotus.test"})
    with tenant_context("lotus"):
        signed_in = browser.post(
            "/console/login/", {"username": "owner-of-lotus", "password": password, "next": "/console/"}
        )
    assert signed_in.status_code == 302
    at_home = browser.get("/console/members/member/")
    assert at_home.status_code == 200
    assert "会员lotus" in at_home.content.decode()
    cookies = {name: morsel.value for name, morsel in browser.cookies.items()}
    abroad = Client(headers={"host": "orchid.test"})
    for name, value in cookies.items():
        abroad.cookies[name] = value
    for path in (
        "/console/",
        "/console/members/member/",
        "/console/ledger/transferrow/",
        "/console/mall/order/",
    ):
        answer = abroad.get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/console/login/")
    wrong_shop = Client(headers={"host": "orchid.test"}).post(
        "/console/login/", {"username": "owner-of-lotus", "password": password, "next": "/console/"}
    )
    assert wrong_shop.status_code == 200
    assert "sessionid" not in wrong_shop.cookies


# ---- jobs ---------------------------------------------------------------------------------------------------


def waiting() -> int:
    return OutboxEvent.objects.filter(handled_at__isnull=True).count()


def test_a_job_of_one_tenant_leaves_the_other_s_work_alone(two_tenants):
    for schema_name in ("lotus", "orchid"):
        with tenant_context(schema_name):
            joined("13800138001")
            assert waiting() >= 1
    worker.drain("lotus")
    worker.tick("lotus")
    with tenant_context("lotus"):
        assert waiting() == 0
    with tenant_context("orchid"):
        assert waiting() >= 1
        assert sql_of("SELECT count(*) FROM kit_schedule_run") == 0


def test_a_job_of_a_tenant_that_is_gone_ends_quietly(two_tenants):
    worker.drain("nobody")
    worker.tick("nobody")


def test_moving_one_tenant_s_clock_leaves_the_other_s(two_tenants):
    with tenant_context("orchid"):
        before = clock.now()
    with tenant_context("lotus"):
        clock.move_to(offset=timedelta(days=30))
        jobs.tick(now=clock.now())
    with tenant_context("orchid"):
        assert clock.now() - before < timedelta(minutes=1)


# ---- files --------------------------------------------------------------------------------------------------


def test_a_picture_of_one_tenant_is_not_served_at_the_other_s_address(two_tenants, tmp_path: Path):
    with override_settings(MEDIA_ROOT=tmp_path / "media"):
        name = default_storage.save("lotus/products/tea.jpg", ContentFile(b"a picture"))
        default_storage.save("orchid/products/own.jpg", ContentFile(b"another"))
        (tmp_path / "secrets.json").write_text(json.dumps({"key": "secret"}), encoding="utf-8")
        lotus, orchid = Client(headers={"host": "lotus.test"}), Client(headers={"host": "orchid.test"})
        at_home = lotus.get(f"/media/{name}")
        assert b"".join(at_home.streaming_content) == b"a picture"
        assert orchid.get(f"/media/{name}").status_code == 404
        for path in (
            "orchid/../lotus/products/tea.jpg",
            "orchid/%2e%2e/lotus/products/tea.jpg",
            "orchid/..%2flotus/products/tea.jpg",
            "orchid//lotus/products/tea.jpg",
            "orchid/../../secrets.json",
            "orchid/products/",
            "lotus/",
            "",
        ):
            assert orchid.get(f"/media/{path}").status_code in (400, 404), path
