"""Run the command line as an operator does: another process, on a database of the test's own."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import quote

from tongbao.kit.postgres.access import DatabaseAccess


def environment_for(access: DatabaseAccess, **more: str) -> dict[str, str]:
    """Environment variables that point a process at the test's database."""
    user, password = quote(access.admin_user, safe=""), quote(access.admin_password, safe="")
    return {
        **os.environ,
        "DATABASE_URL": f"postgresql://{user}:{password}@{quote(access.host, safe='')}:{access.port}/{access.name}",
        "TONGBAO_ROLE_PREFIX": access.role_prefix,
        "TONGBAO_APP_PASSWORD": access.app_password,
        "TONGBAO_MIGRATOR_PASSWORD": access.migrator_password,
        "TONGBAO_ENVIRONMENT": "test",
        "TONGBAO_LOG_FORMAT": "json",
        "TONGBAO_LANGUAGE": "en",
        "PYTHONUNBUFFERED": "1",
        **more,
    }


def command_line(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "tongbao.config.command_line", *arguments]


def tongbao(*arguments: str, access: DatabaseAccess, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, without a terminal and without input."""
    return subprocess.run(
        command_line(*arguments),
        env=environment_for(access, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
