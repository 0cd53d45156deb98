"""Run a package's ``sql/*.sql`` in a migration, once for each tenant's schema."""

from __future__ import annotations

from importlib import resources
from typing import Any

from django.db import connection, migrations
from django_tenants.utils import get_public_schema_name

SEPARATOR = "\n--;;\n"


class RunTenantSQL(migrations.RunPython):
    """Execute the file statement by statement (a line ``--;;`` stands between two).

    ``{schema}`` and ``{prefix}`` stand for the names of the tenant's schema and of the roles.

    Functions pin their search path to the schema they are made in, so the text is rendered for each tenant.
    """

    def __init__(self, package: str, filename: str) -> None:
        self.package, self.filename = package, filename

        def forwards(_apps: Any, editor: Any) -> None:
            if connection.schema_name == get_public_schema_name():
                return
            text = resources.files(package).joinpath("sql", filename).read_text(encoding="utf-8")
            rendered = text.replace("{schema}", f'"{connection.schema_name}"').replace(
                "{prefix}", connection.settings_dict["ROLE_PREFIX"]
            )
            for statement in rendered.split(SEPARATOR):
                if statement.strip():
                    editor.execute(statement, params=None)

        super().__init__(forwards, migrations.RunPython.noop)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.package, self.filename], {}
