"""The JSON Schema of the plan language, for editors: made of the tables that the reader reads by.

It knows keys, words and the form of values. What only the whole document tells (that a rank exists, that rates
don't fall, that nothing goes round in a circle) is said by ``load_plan``, with line and column.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tongbao.plans.clauses.kinds import KINDS, keys_of
from tongbao.plans.language.shapes import TOP, TOP_NEEDED, Shape, shape_of

Schema = dict[str, object]

_KEY: Final = "^[a-z][a-z0-9_-]{0,39}$"
_CODE: Final = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
_RATE: Final[Schema] = {
    "type": "string",
    "pattern": r"^\s*[0-9]+(\.[0-9]{1,2})?\s*[%％]\s*$",
    "description": "A percentage with at most two decimals: 12%, 1.5%. / 百分比,最多两位小数",
}
_AMOUNT: Final[Schema] = {
    "type": ["number", "string"],
    "minimum": 0,
    "pattern": r"^\s*[0-9]+(\.[0-9]{1,2})?\s*$",
    "description": "Yuan with at most two decimals: 198.00. / 以元为单位的金额",
}
_NAMES: Final[Schema] = {"pattern": _KEY}


def plan_schema() -> Schema:
    """The schema of a plan document, draft 2020-12.

    >>> schema = plan_schema()
    >>> sorted(schema["properties"])[:3]
    ['budget', 'cap', 'clauses']
    """
    properties = {key: _schema(shape) for key, shape in TOP.items()}
    properties["clauses"] = {
        **_described(TOP["clauses"]),
        "type": "array",
        "minItems": 1,
        "items": {"$ref": "#/$defs/clause"},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tongbao plan / 通宝分销方案",
        "description": "A distribution plan as a document; see docs/plan-language.md.",
        "type": "object",
        "properties": properties,
        "required": list(TOP_NEEDED),
        "additionalProperties": False,
        "$defs": {
            "rate": _RATE,
            "amount": _AMOUNT,
            "yes": {"enum": ["yes", "no"]},
            "clause": _clause(),
            **{kind: _kind(kind) for kind in KINDS},
        },
    }


def _clause() -> Schema:
    """A clause: its kind says which keys it may have; without one it is a walk."""
    return {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string", "pattern": _KEY}, "kind": {"enum": list(KINDS)}},
        "allOf": [
            {
                "if": {
                    "properties": {"kind": {"const": kind}},
                    "required": [] if kind == "walk" else ["kind"],
                },
                "then": {"$ref": f"#/$defs/{kind}"},
            }
            for kind in KINDS
        ],
    }


def _kind(kind: str) -> Schema:
    properties: Schema = {"id": True, "kind": True}
    for key in keys_of(kind):
        properties[key] = _schema(shape_of(kind, key))
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _described(shape: Shape) -> Schema:
    return {"description": f"{shape.en} / {shape.zh}"} if shape.en else {}


def _schema(shape: Shape) -> Schema:
    return {**_described(shape), **_form(shape)}


def _form(shape: Shape) -> Schema:
    match shape.form:
        case "text":
            return {"type": "string", "minLength": 1}
        case "key":
            return {"type": "string", "pattern": _KEY}
        case "name":
            return {"type": "string"}
        case "code":
            return {"type": ["string", "integer"]}
        case "names":
            return {"type": "array", "items": {"type": "string"}, "minItems": 1}
        case "codes":
            code: Schema = {"type": ["string", "integer"], "pattern": _CODE}
            return {"type": "array", "items": code, "uniqueItems": True}
        case "word":
            return {"enum": list(shape.options)}
        case "yes":
            return {"$ref": "#/$defs/yes"}
        case "rate":
            return {"$ref": "#/$defs/rate"}
        case "amount":
            return {"$ref": "#/$defs/amount"}
        case "rate_list":
            return {"type": "array", "items": {"$ref": "#/$defs/rate"}, "minItems": 1}
        case "days":
            return {
                "type": ["integer", "string"],
                "minimum": 0,
                "maximum": 3650,
                "pattern": r"^[0-9]{1,4}(\s*(days?|天|日))?$",
            }
        case "whole":
            return {"type": "integer", "minimum": shape.least, "maximum": shape.most}
        case "fields":
            return _object(shape.inside, shape.needed)
        case "list":
            return {"type": "array", "items": _object(shape.inside, shape.needed)}
        case "either":
            return {"anyOf": [_schema(option) for option in shape.of]}
        case _:
            return _table(shape)


def _object(inside: Mapping[str, Shape], needed: tuple[str, ...]) -> Schema:
    found: Schema = {
        "type": "object",
        "properties": {key: _schema(shape) for key, shape in inside.items()},
        "additionalProperties": False,
    }
    return {**found, "required": list(needed)} if needed else found


def _table(shape: Shape) -> Schema:
    """A mapping whose keys the document itself names: ranks, amounts, products."""
    values: dict[str, Schema] = {
        "rates_by_name": {"$ref": "#/$defs/rate"},
        "rate_lists_by_name": {"type": "array", "items": {"$ref": "#/$defs/rate"}, "minItems": 1},
        "rates_by_amount": {"$ref": "#/$defs/rate"},
        "names_by_code": {"type": "string"},
    }
    keys = {"rates_by_amount": {"pattern": r"^[0-9]+(\.[0-9]{1,2})?$"}, "names_by_code": {"pattern": _CODE}}
    return {
        "type": "object",
        "minProperties": 1,
        "propertyNames": keys.get(shape.form, _NAMES),
        "additionalProperties": values[shape.form],
    }
