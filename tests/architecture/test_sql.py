"""SQL that stands in files of its own: nothing of a parameter's value is written where the database reads no value."""

from __future__ import annotations

import re

import pytest

from tests.architecture.source import name_of, with_suffix

FILES = with_suffix(".sql")
PLACEHOLDER = re.compile(r"%(\(\w+\))?[sbt]")


def placeholders_in_comments(text: str) -> list[str]:
    """Lines whose comment has a placeholder.

    Values are put into the text before it is sent, in a comment too: there a line break in a value would end the
    comment, and the rest of the value would be read as SQL; and a long array would be sent twice.
    """
    return [line for line in text.splitlines() if PLACEHOLDER.search(line.partition("--")[2])]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_comment_has_a_placeholder(path):
    assert placeholders_in_comments(path.read_text(encoding="utf-8")) == []


def test_a_placeholder_in_a_comment_is_found():
    text = "-- Parameters: %(key)s\n-- Parameters: key, 5 % of it\nSELECT %s -- of %s\n, %(key)s -- the key"
    assert placeholders_in_comments(text) == ["-- Parameters: %(key)s", "SELECT %s -- of %s"]
