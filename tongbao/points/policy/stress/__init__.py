"""What the point economy does under stress: runs, sales that stop, wash trading, sybils, a pledge worth nothing.

Without a database, with the rules that the database's services use, in integers. After every operation each promise
is looked at; the first that doesn't hold is named with its day and with the switch that an operator had set for it.
"""

from tongbao.points.policy.stress.economy import PROMISES, Broken, Day, Economy, Promise
from tongbao.points.policy.stress.reading import checked, read_start
from tongbao.points.policy.stress.report import as_html, as_json, as_text
from tongbao.points.policy.stress.scenarios import Outcome, Start, stress

__all__ = [
    "PROMISES",
    "Broken",
    "Day",
    "Economy",
    "Outcome",
    "Promise",
    "Start",
    "as_html",
    "as_json",
    "as_text",
    "checked",
    "read_start",
    "stress",
]
