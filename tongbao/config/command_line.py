"""``tongbao``: every sub-command is a module in ``commands`` with a click ``command``; adding one edits no list."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import click

from tongbao.kit.errors import DomainError, Language

COMMANDS = Path(__file__).parent / "commands"
# Bad input and refusals, as other programs rely on; 1 is left to the unexpected.
REFUSED = 2


class Commands(click.Group):
    """Sub-commands that are imported when they are asked for."""

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted(
            module.name.replace("_", "-")
            for module in iter_modules([str(COMMANDS)])
            if not module.name.startswith("_")
        )

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(context):
            return None
        found: click.Command = import_module(f"tongbao.config.commands.{name.replace('-', '_')}").command
        return found


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="tongbao", prog_name="tongbao")
def tongbao() -> None:
    """Tongbao 通宝: an open points-token and new-retail platform whose every promise can be checked."""


def language() -> Language:
    """The reader's language: TONGBAO_LANGUAGE, else the terminal's; English if neither says Chinese."""
    for name in ("TONGBAO_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name)
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


def main(arguments: list[str] | None = None) -> None:
    """Run a command. Exit 0; 2 and a message on standard error for a refusal; 130 when interrupted."""
    try:
        answer: Any = tongbao.main(args=arguments, prog_name="tongbao", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except KeyboardInterrupt:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except DomainError as error:
        click.echo(error.message(language()), err=True)
        sys.exit(REFUSED)
    except BrokenPipeError:
        # Whoever read our output has stopped reading; writing what is left at exit would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(answer if isinstance(answer, int) else 0)


if __name__ == "__main__":
    main()
