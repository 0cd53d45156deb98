"""Plans that come with the house: documents in this folder, one each."""

from __future__ import annotations

from functools import cache
from importlib import resources

from tongbao.plans.contracts import UnknownPreset
from tongbao.plans.language.document import nearest
from tongbao.plans.language.loading import load_plan
from tongbao.plans.plan import Plan


@cache
def preset_names() -> tuple[str, ...]:
    """The names of all presets, in order."""
    files = resources.files(__name__).iterdir()
    return tuple(sorted(file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml")))


@cache
def preset_text(name: str) -> str:
    """The document of a preset. Raises UnknownPreset."""
    if name not in preset_names():
        near = nearest(name, preset_names())
        raise UnknownPreset(
            name=name,
            hint_en=f"Write {near!r}. " if near else "",
            hint_zh=f"请写{near!r}。" if near else "",
            known=", ".join(preset_names()),
        )
    return resources.files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")


@cache
def preset(name: str) -> Plan:
    """A preset as a plan. Raises UnknownPreset.

    >>> preset("gift-pack").ranks
    ('member', 'vip', 'dealer', 'cofounder')
    """
    return load_plan(preset_text(name), source=f"{name}.yaml")
