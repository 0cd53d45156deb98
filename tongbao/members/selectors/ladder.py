"""The ranks of this mall with their names: an extension point, since the plan in force is known only above.

Until somebody registers a source, the ranks are those of the gift-pack preset.
"""

from __future__ import annotations

from collections.abc import Callable

from tongbao.kit.errors import Language
from tongbao.plans import RankName, preset

LadderSource = Callable[[], tuple[RankName, ...]]


def _of_the_preset() -> tuple[RankName, ...]:
    return preset("gift-pack").rank_names


_source: LadderSource = _of_the_preset


def use_ladder(source: LadderSource) -> None:
    """Ask this source for the current tenant's ranks, lowest first; called at start, by whoever knows the plan."""
    global _source
    _source = source


def ladder() -> tuple[str, ...]:
    """The ranks of the current tenant, lowest first."""
    return tuple(name.key for name in _source())


def rank_name(rank: str, *, language: Language) -> str:
    """What a rank is called; its code if the mall doesn't have it (any more).

    >>> rank_name("dealer", language="zh")
    '特约代理'
    """
    known = {name.key: name for name in _source()}.get(rank)
    if known is None:
        return rank
    return known.zh if language == "zh" else known.en
