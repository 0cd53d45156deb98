"""Make databases and tenants: roles, schemas, migrations, rights, and what each package starts with.

Everything here is safe to repeat: a step that was done is found done, one that was interrupted is done again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec

from django.core.management import call_command
from django.db import connection
from django_tenants.utils import get_public_schema_name
from psycopg import sql

from tongbao.config import business_apps
from tongbao.kit import clock
from tongbao.kit.errors import NotAllowed
from tongbao.kit.postgres.access import DatabaseAccess, resolve
from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import ACCOUNT_KINDS
from tongbao.ledger.services import declare_account_kinds
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.contracts import TenantNameTaken
from tongbao.tenancy.registry.models import Domain, Tenant
from tongbao.tenancy.services.operators import create_roles
from tongbao.tenancy.services.roles import create_tenant_roles, grant_public, grant_tenant, prepare_database

# Who gives a new tenant its first rows, lower floors first: each through ``services.set_up_tenant(now=…)``,
# which can be run again at any time.
PACKAGES = ("tongbao.members", "tongbao.mall", "tongbao.points", "tongbao.rewards")


@contextmanager
def as_migrator(access: DatabaseAccess) -> Iterator[None]:
    """Use the default connection as the role that may make tables; afterwards as before."""
    before = dict(connection.settings_dict)
    schema_before = connection.schema_name
    connection.close()
    connection.settings_dict.update(
        USER=access.migrator_user, PASSWORD=access.migrator_password, TENANT_ROLE_PREFIX=None
    )
    connection.set_schema_to_public()
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
        connection.set_schema(schema_before or get_public_schema_name())


def migrate_everything(*, access: DatabaseAccess | None = None, verbosity: int = 0) -> None:
    """Bring the database, the shared tables and every tenant to this version's state."""
    access = access or resolve()
    prepare_database(access=access)
    with as_migrator(access):
        call_command("migrate_schemas", shared=True, interactive=False, verbosity=verbosity)
        grant_public()
        for schema_name in Tenant.objects.order_by("id").values_list("schema_name", flat=True):
            _migrate_tenant(schema_name=schema_name, verbosity=verbosity)


def create_tenant(
    *,
    schema_name: str,
    title: str,
    hosts: tuple[str, ...],
    is_demo: bool = False,
    clock_offset: timedelta = timedelta(0),
    access: DatabaseAccess | None = None,
    verbosity: int = 0,
) -> None:
    """Make a tenant with its schema, roles, tables and first rows. Repeating it finishes what was left undone.

    A demo tenant's clock may begin ``clock_offset`` from the real time. Raises TenantNameTaken when a host
    belongs to another tenant.
    """
    access = access or resolve()
    with as_migrator(access):
        tenant, _ = Tenant.objects.get_or_create(
            schema_name=schema_name, defaults={"title": title, "is_demo": is_demo}
        )
        for position, host in enumerate(hosts):
            domain, made = Domain.objects.get_or_create(
                domain=host, defaults={"tenant": tenant, "is_primary": position == 0}
            )
            if not made and domain.tenant_id != tenant.pk:
                raise TenantNameTaken(name=host)
        create_tenant_roles(access=access, schema_name=schema_name)
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema_name)))
        _migrate_tenant(schema_name=schema_name, verbosity=verbosity)
        if is_demo:
            with connection.cursor() as cursor:
                cursor.execute(
                    sql.SQL("UPDATE {}.kit_clock SET movable = true, offset_by = %s").format(
                        sql.Identifier(schema_name)
                    ),
                    [clock_offset],
                )
    with tenant_context(schema_name), transaction():
        create_roles()
        for package in PACKAGES:
            if find_spec(f"{package}.services") is None:
                continue
            set_up = getattr(import_module(f"{package}.services"), "set_up_tenant", None)
            if set_up is not None:
                set_up(now=clock.now())


def _migrate_tenant(*, schema_name: str, verbosity: int) -> None:
    call_command(
        "migrate_schemas", tenant=True, schema_name=schema_name, interactive=False, verbosity=verbosity
    )
    with tenant_context(schema_name):
        declare_account_kinds(ACCOUNT_KINDS + business_apps.account_kinds(business_apps.manifests()))
    grant_tenant(schema_name=schema_name)


def drop_demo_tenant(*, schema_name: str, access: DatabaseAccess | None = None) -> bool:
    """Forget a demo tenant with all it has, so that it can be made anew; True if there was one.

    Raises NotAllowed for a tenant that is no demo: real books are never dropped by a program.
    """
    access = access or resolve()
    with as_migrator(access):
        tenant = Tenant.objects.filter(schema_name=schema_name).first()
        if tenant is None:
            return False
        if not tenant.is_demo:
            raise NotAllowed(why=f"{schema_name} is no demo")
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema_name)))
        Domain.objects.filter(tenant=tenant).delete()
        Tenant.objects.filter(pk=tenant.pk).delete()
    return True
