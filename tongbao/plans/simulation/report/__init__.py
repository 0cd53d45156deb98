"""The report of a simulation: one file that a browser opens anywhere, and the same figures as JSON."""

from __future__ import annotations

from tongbao.plans.simulation.report.key_figures import key_figures, notes
from tongbao.plans.simulation.report.outcome import FORMAT, Outcome, as_json, simulate
from tongbao.plans.simulation.report.page import as_html

__all__ = ["FORMAT", "Outcome", "as_html", "as_json", "key_figures", "notes", "simulate"]
