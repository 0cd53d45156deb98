"""The plans that ship with the platform, as documents."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from tongbao.plans.errors import PresetUnknown
from tongbao.plans.load import load_plan
from tongbao.plans.model import Plan

PRESETS: tuple[str, ...] = ("gift-pack", "merchant-alliance", "lottery-winner")


def preset_text(name: str) -> str:
    """The document of a preset. Raises PresetUnknown."""
    if name not in PRESETS:
        raise PresetUnknown(name=name, known=PRESETS)
    return resources.files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")


@lru_cache(maxsize=len(PRESETS))
def preset(name: str) -> Plan:
    """A preset, loaded. Raises PresetUnknown."""
    return load_plan(preset_text(name), source=f"{name}.yaml")
