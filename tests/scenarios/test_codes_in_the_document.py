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
APPS_BEGIN, APPS_END = "<!-- codes of apps -->\n", "<!-- end of codes of apps -->"
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
ANEW = "write it anew: python -m tests.scenarios.test_codes_in_the_document"


def refusals() -> dict[str, tuple[int, str, str]]:
    """Status, English and Chinese message by code: first what the API says by itself, then each package's."""
    from tongbao.kit.api import SAID

    found = {code: (status, en, zh) for status, (code, en, zh) in SAID.items()}
    for module in MODULES:
        assert find_spec(module), module
        for code, said in declared(module).items():
            found.setdefault(code, said)
    return found


def declared(module: str) -> dict[str, tuple[int, str, str]]:
    """What the contracts of one package refuse."""
    from tongbao.kit.errors import DomainError

    found: dict[str, tuple[int, str, str]] = {}
    classes = [known for known in vars(import_module(module)).values() if isinstance(known, type)]
    refused = (known for known in classes if issubclass(known, DomainError))
    for known in sorted(refused, key=lambda known: known.code):
        is_real = known is not DomainError and not known.__name__.startswith("_")
        if is_real and known.status != SERVER_ERROR:
            found.setdefault(known.code, (known.status, known.message_en, known.message_zh))
    return found


def of_apps() -> dict[str, str]:
    """For each business app that is in the tree and refuses something of its own: its part of the document."""
    from tongbao.config.business_apps import manifests

    common, parts = refusals(), {}
    for manifest in sorted(manifests(), key=lambda manifest: manifest.key):
        module = f"tongbao.apps.{manifest.key}.contracts"
        if manifest.routes and find_spec(module):
            own = {code: said for code, said in declared(module).items() if code not in common}
            if own:
                heading = f"### {manifest.title_en} {manifest.title_zh} (`{manifest.key}`)\n\n"
                parts[manifest.key] = heading + table(own)
    return parts


def table(codes: dict[str, tuple[int, str, str]]) -> str:
    lines = ["| code | HTTP | message |", "|---|---|---|"]
    for code, (status, en, zh) in codes.items():
        lines.append(f"| `{code}` | {status} | {one_line(en)}<br>{one_line(zh)} |")
    return "\n".join(lines) + "\n"


def one_line(message: str) -> str:
    return " ".join(message.split()).replace("|", "\\|")


def with_table(text: str) -> str:
    text = _between(text, BEGIN, END, table(refusals()))
    return _between(text, APPS_BEGIN, APPS_END, "\n".join(of_apps().values()))


def _between(text: str, begins: str, ends: str, put: str) -> str:
    begin, end = text.index(begins) + len(begins), text.index(ends)
    return text[:begin] + put + text[end:]


def test_the_table_of_codes_is_true():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == _between(text, BEGIN, END, table(refusals())), ANEW


def test_every_app_s_codes_are_in_it():
    """A part for each app that is here; one of an app that was deleted from the tree does no harm."""
    text = DOCUMENT.read_text(encoding="utf-8")
    said = text[text.index(APPS_BEGIN) : text.index(APPS_END)]
    missing = [key for key, part in of_apps().items() if part not in said]
    assert missing == [], ANEW


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
