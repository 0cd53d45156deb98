"""The rules, one for each row of the law that was gathered, in its order. A new rule is an entry in one of these."""

from __future__ import annotations

from typing import Final

from tongbao.plans.lint.contracts import Rule
from tongbao.plans.lint.rules import abroad, china

RULES: Final[tuple[Rule, ...]] = (*china.RULES, *abroad.RULES)

__all__ = ["RULES"]
