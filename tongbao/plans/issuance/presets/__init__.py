"""Issuance plans that come with the house: documents in this folder, one each."""

from __future__ import annotations

from functools import cache
from importlib import resources

from tongbao.plans.issuance.contracts import UnknownIssuancePreset
from tongbao.plans.issuance.plan import IssuancePlan
from tongbao.plans.issuance.reading import load_issuance


@cache
def issuance_preset_names() -> tuple[str, ...]:
    """The names of all presets, in order."""
    files = resources.files(__name__).iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml")))


@cache
def issuance_preset(name: str) -> IssuancePlan:
    """A preset. Raises UnknownIssuancePreset."""
    if name not in issuance_preset_names():
        raise UnknownIssuancePreset(name=name, known=", ".join(issuance_preset_names()))
    text = resources.files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return load_issuance(text, source=f"{name}.yaml")
