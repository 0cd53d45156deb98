"""The JSON Schema accepts what the reader accepts, and an editor sees a misspelt key."""

from __future__ import annotations

import doctest
import json
import re
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from hypothesis import given, settings

from tongbao.plans import Plan, preset_names, preset_text, schema
from tongbao.plans.clauses.kinds import KINDS, keys_of
from tongbao.plans.language.shapes import shape_of
from tongbao.plans.schema import plan_schema
from tongbao.plans.tests.any_plan import any_plans
from tongbao.plans.tests.people import DOCUMENTS
from tongbao.plans.tests.walk_mistakes import WALKS, below

COMMITTED = Path(__file__).resolve().parents[3] / "docs" / "plan.schema.json"
VALIDATOR = jsonschema_rs.Draft202012Validator(plan_schema())


class Core(yaml.SafeLoader):
    """Scalars as editors read them, by the core schema of YAML 1.2: yes and no are words, dates are text."""


Core.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def as_an_editor_reads(text: str) -> object:
    """The document as JSON has it: keys are text."""
    return with_text_keys(yaml.load(text, Loader=Core))


def with_text_keys(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): with_text_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_text_keys(item) for item in value]
    return value


def complaints(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(as_an_editor_reads(text))]


def test_the_committed_schema_is_the_current_one():
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == plan_schema(), (
        "write it anew: tongbao plan schema > docs/plan.schema.json"
    )


def test_it_is_a_schema_of_its_draft():
    jsonschema_rs.meta.validate(plan_schema())
    assert plan_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_fits(name):
    assert complaints(preset_text(name)) == []


@settings(max_examples=60, deadline=None)
@given(plan=any_plans(with_promotions=True))
def test_whatever_loads_fits(plan: Plan):
    assert complaints(DOCUMENTS[plan.sha256]) == []


UNKNOWN = [extra for extra, _, _, en, _ in WALKS if "has no key" in en]
SEEN = [
    *UNKNOWN,
    "graph: sponsor\nrate: 5%",
    "rate: 0.05",
    "rate: 5",
    "rate: 12.345%",
    "rate: {by_level: [5%, 0.03]}",
    "rate: 5%\nselect: {limit: 0}",
    "rate: 5%\nselect: {skip: 1.5}",
    "rate: 5%\nselect: {compress: true}",
    "rate: 5%\nevent: {on: recieved}",
    "rate: 5%\nevent: {least: a lot}",
    "rate: 5%\nwhen: {release: soon}",
    "kind: wlak\nrate: 5%",
    "kind: direct\nrate: 5%\nselect: {limit: 1}",
    "kind: fund\naccrue: 3%\nclose: year\nsplit: {equal: yes}",
    "kind: jar\naccrue: 3%\nevry: 3",
    "kind: board\naccrue: 3%\nwidth: 1\ndepth: 2",
]


def test_a_bad_document_of_the_table_is_about_keys_often_enough():
    assert len(UNKNOWN) >= 7


@pytest.mark.parametrize("extra", SEEN)
def test_an_editor_sees_a_misspelt_key_word_or_value(extra):
    assert complaints(below("rate: 5%")) == []
    assert complaints(below(extra))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("budget: 100%", "buget: 100%"),
        ("budget: 100%", "budget: 100"),
        ("budget: 100%", "budget: {nett: 100%}"),
        ("title: {zh: 小店, en: Shop}", "title: Shop"),
        ("{key: vip, zh: 贵宾, en: VIP}", "{key: vip, zh: 贵宾}"),
        ("clauses:", "promotions: {by_purchse: {a: vip}}\nclauses:"),
        ("clauses:", "promotions: {by_recruits: [{from: vip, to: boss}]}\nclauses:"),
    ],
)
def test_an_editor_sees_a_mistake_outside_the_clauses(before, after):
    text = below("rate: 5%")
    assert before in text
    assert complaints(text.replace(before, after, 1))


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_says_in_both_languages_what_it_is_for(kind):
    for key in keys_of(kind):
        shape = shape_of(kind, key)
        assert shape.en, key
        assert re.search(r"[一-鿿]", shape.zh), key
        for inner, inside in shape.inside.items():
            assert inside.en, f"{key}.{inner}"
            assert inside.zh, f"{key}.{inner}"


def test_the_example_in_the_docstring_holds():
    result = doctest.testmod(schema)
    assert result.attempted > 0
    assert result.failed == 0
