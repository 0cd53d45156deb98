"""``docs/api.md`` lists every code that the API may answer, as the code has it.

``python -m tests.scenarios.test_codes_in_the_document`` writes the table anew.
"""

from __future__ import annotations

import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "api.md"
BEGIN, END = "<!-- codes -->\n", "<!-- end of codes -->"
# Where the refusals of what members do are declared, lower floors first.
MODULES = (
    "tongbao.kit.errors",
    "tongbao.ledger.contracts",
    "tongbao.members.contracts",
    "tongbao.mall.contracts",
    "tongbao.points.contracts",
    "tongbao.rewards.contracts",
)
SERVER_ERROR = 500


def refusals() -> dict[str, tuple[int, str, str]]:
    """Status, English and Chinese message by code: first what the API says by itself, then each package's."""
    from tongbao.kit.api import SAID
    from tongbao.kit.errors import DomainError

    found = {code: (status, en, zh) for status, (code, en, zh) in SAID.items()}
    for module in MODULES:
        assert find_spec(module), module
        classes = [known for known in vars(import_module(module)).values() if isinstance(known, type)]
        for known in sorted(
            (known for known in classes if issubclass(known, DomainError)), key=lambda k: k.code
        ):
            is_real = known is not DomainError and not known.__name__.startswith("_")
            if is_real and known.status != SERVER_ERROR:
                found.setdefault(known.code, (known.status, known.message_en, known.message_zh))
    return found


def table() -> str:
    lines = ["| code | HTTP | message |", "|---|---|---|"]
    for code, (status, en, zh) in refusals().items():
        lines.append(f"| `{code}` | {status} | {one_line(en)}<br>{one_line(zh)} |")
    return "\n".join(lines) + "\n"


def one_line(message: str) -> str:
    return " ".join(message.split()).replace("|", "\\|")


def with_table(text: str) -> str:
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    return text[:begin] + table() + text[end:]


def test_the_table_of_codes_is_true():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == with_table(text), "write it anew: python -m tests.scenarios.test_codes_in_the_document"


def test_the_codes_that_bad_input_gets_are_in_it():
    codes = refusals().keys()
    assert {
        "invalid_input",
        "not_found",
        "order_already_paid",
        "forged_notification",
        "refund_too_large",
    } <= codes
    assert {"insufficient_funds", "own_invitation", "invitation_unknown", "order_not_payable"} <= codes


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongbao.config.settings")
    import django

    django.setup()
    DOCUMENT.write_text(with_table(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
