"""The tenant that a command works for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from tongbao.config.commands._django import with_django
from tongbao.kit.errors import NotFound

tenant_option = click.option(
    "--tenant", "schema_name", envvar="TONGBAO_TENANT", help="The mall's schema; not needed when there is one mall."
)


@contextmanager
def entered(schema_name: str | None) -> Iterator[str]:
    """Work in the named mall, or in the only one there is. Raises NotFound."""
    with_django()
    from tongbao.tenancy.contexts import tenant_context
    from tongbao.tenancy.selectors import tenant_schemas

    known = tenant_schemas()
    if schema_name is None and len(known) == 1:
        schema_name = known[0]
    if schema_name not in known:
        raise NotFound(what="tenant", key=f"{schema_name or '(none named)'}; known: {', '.join(known) or 'none'}")
    with tenant_context(schema_name):
        yield schema_name
