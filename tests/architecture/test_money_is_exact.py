"""No floating-point number comes near money: not in a literal, a division, an annotation, a column or SQL."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tests.architecture.source import ROOT, at, is_test, name_of, nodes, with_suffix

FLOORS = ("money", "plans", "ledger", "rewards", "points", "mall")
# Chances, shapes and statistics of a random market, and places in a picture: no amount that is paid comes from
# them. What is paid is decided in simulation/payouts.py and books.py, which are held like everything else.
STATISTICS = {f"tongbao/plans/simulation/{name}.py" for name in ("growth", "statistics", "charts")}
SOURCES = [
    path
    for floor in FLOORS
    for path in with_suffix(".py", under=f"tongbao/{floor}")
    if not is_test(path) and name_of(path) not in STATISTICS
]
SQL = [path for floor in FLOORS for path in with_suffix(".sql", under=f"tongbao/{floor}")]
INEXACT_SQL = re.compile(r"\b(float[48]?|real|double\s+precision|random)\b", re.IGNORECASE)
INEXACT_CALLS = {"float", "round", "complex"}
INTEGERS = (
    models.IntegerField,
    models.BigIntegerField,
    models.PositiveIntegerField,
    models.SmallIntegerField,
)


def inexact(node: ast.AST) -> str | None:
    """What is wrong with a node of a syntax tree, if anything."""
    if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
        return f"the literal {node.value}"
    if isinstance(node, ast.Name) and node.id in INEXACT_CALLS:
        return f"the name {node.id}"
    if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div) and not is_path(node):
        return f"the division {ast.unparse(node)}; write // and say which way it rounds"
    if isinstance(node, ast.Attribute) and node.attr in ("FloatField", "truediv"):
        return f"the attribute {node.attr}"
    return None


def is_path(node: ast.BinOp | ast.AugAssign) -> bool:
    """A folder joined with a name, and not a division: a text stands on the right."""
    right = node.right if isinstance(node, ast.BinOp) else node.value
    return isinstance(right, ast.JoinedStr) or (
        isinstance(right, ast.Constant) and isinstance(right.value, str)
    )


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_python_near_money_holds_no_float(path: Path):
    assert [f"{at(path, node)}: {why}" for node in nodes(path) if (why := inexact(node))] == []


def test_what_is_exempt_is_there():
    assert {name for name in STATISTICS if not (ROOT / name).is_file()} == set()


@pytest.mark.parametrize("path", SQL, ids=name_of)
def test_sql_near_money_holds_no_float(path: Path):
    code = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
    assert INEXACT_SQL.findall(code) == []


@pytest.mark.parametrize(
    "written",
    [
        "rate = 0.1",
        "part = amount_fen / 3",
        "amount_fen /= 2",
        "float(text)",
        "round(amount_fen)",
        "x: float",
        "models.FloatField()",
    ],
)
def test_the_check_sees_what_it_forbids(written):
    assert [why for node in ast.walk(ast.parse(written)) if (why := inexact(node))]


@pytest.mark.parametrize(
    "written", ["amount_fen // 3", "folder / 'name'", "folder / f'{key}.yaml'", "amount_fen * 2"]
)
def test_the_check_lets_pass_what_is_exact(written):
    assert [why for node in ast.walk(ast.parse(written)) if (why := inexact(node))] == []


def test_every_column_of_money_or_a_rate_is_an_integer():
    wrong = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("tongbao.")
        for field in model._meta.get_fields()
        if isinstance(field, models.FloatField)
        or (field.name.endswith(("_fen", "_bp", "_points")) and not isinstance(field, INTEGERS))
    ]
    assert wrong == []
