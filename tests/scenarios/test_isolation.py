"""One tenant never sees, moves or locks another's rows, however hard it tries."""

from __future__ import annotations

import threading

import pytest
from django.db import DatabaseError, connection, transaction

from tongbao.kit import clock
from tongbao.ledger import selectors, services
from tongbao.ledger.contracts import Request, Transfer, member_account, platform_account
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.contracts import Actor, AuditFact
from tongbao.tenancy.models import AuditEntry
from tongbao.tenancy.services import audit

CASH_OF_WANG = member_account(1, "cash")


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
    with tenant_context("lotus"), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        sql_of(statement)


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
    answers = race(
        *(lambda n=n: look("lotus" if n % 2 else "orchid", 1 if n % 2 else 2) for n in range(20))
    )
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
    from datetime import timedelta

    with tenant_context("lotus"), pytest.raises(DatabaseError, match="can not be moved"):
        clock.move_to(offset=timedelta(days=1))
