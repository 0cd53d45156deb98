"""Django's database engine for Tongbao.

Two differences from django-tenants' own: the session role follows the schema, so that SQL sent for a tenant
reaches that tenant's rows alone; and no constraint is deferrable, since a deferred violation can be lost when
schemas are spread over several machines.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations
from django.db.backends.postgresql.schema import DatabaseSchemaEditor as PostgresSchemaEditor
from django.db.utils import DatabaseError
from django_tenants.postgresql_backend import base as tenants_base
from django_tenants.utils import get_public_schema_name

# One statement and one round trip, so that path and role can't part company.
SWITCH = "SELECT set_config('role', %s, false), set_config('search_path', %s, false)"


class DatabaseOperations(PostgresOperations):
    """Operations whose constraints are checked at once."""

    def deferrable_sql(self) -> str:
        return ""


class DatabaseSchemaEditor(PostgresSchemaEditor):
    """Schema editor that neither makes nor expects deferrable constraints."""

    sql_create_column_inline_fk = "CONSTRAINT %(name)s REFERENCES %(to_table)s(%(to_column)s)%(deferrable)s"
    sql_delete_fk = "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s"


class DatabaseWrapper(tenants_base.DatabaseWrapper):
    """Connection that wears the tenant's role whenever its search path is the tenant's."""

    ops_class = DatabaseOperations
    SchemaEditorClass = DatabaseSchemaEditor

    def _handle_search_path(self, cursor: Any = None) -> None:
        if self._setting_search_path or self.search_path_set_schemas:
            return
        if not self.schema_name:
            raise ImproperlyConfigured("No schema is chosen. Enter a tenant with tenant_context() first.")
        paths = self._get_cursor_search_paths()
        self._setting_search_path = True
        try:
            target = cursor if cursor is not None else self.connection.cursor()
            try:
                target.execute(SWITCH, [self._role_for_schema(), ", ".join(f'"{path}"' for path in paths)])
                self.search_path_set_schemas = paths
            finally:
                if cursor is None:
                    target.close()
        except (DatabaseError, tenants_base.psycopg.errors.InFailedSqlTransaction):
            # A transaction that has already failed can only be rolled back, which forgets the switch anyway.
            self.search_path_set_schemas = None
            if not self.needs_rollback and self.get_autocommit():
                raise
        finally:
            self._setting_search_path = False

    def _role_for_schema(self) -> str:
        prefix = self.settings_dict.get("TENANT_ROLE_PREFIX")
        if not prefix or self.schema_name == get_public_schema_name():
            return "none"
        return f"{prefix}_tenant_{self.schema_name}"
