"""The short forms: clauses so frequent that they have a name and a few keys of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import yaml

from tongbao.plans.algebra import ByLevel, Flat, Gap, Graph, Rate, Select
from tongbao.plans.clauses.base import Scope
from tongbao.plans.clauses.reading.fitting import refuse_another_base, refuse_vain_carry
from tongbao.plans.clauses.reading.rates import HARMLESS, read_levels
from tongbao.plans.clauses.reading.selecting import differential_above, differentials, read_peers
from tongbao.plans.clauses.walk import Walk
from tongbao.plans.contracts import REGION_LEVELS, AwardKind
from tongbao.plans.language.document import Fields
from tongbao.plans.language.parts import read_bound, read_event, read_when
from tongbao.plans.language.tables import read_rates

COMMON: Final = ("event", "bound", "when")
SHORT_FORMS: Final[Mapping[AwardKind, tuple[str, ...]]] = {
    "direct": ("rate", *COMMON),
    "differential": ("rates", *COMMON),
    "peer": ("of", "rate", "pairs", "ranks", *COMMON),
    "region": ("rates", *COMMON),
}


def read_short(fields: Fields, *, kind: AwardKind, clause_id: str, scope: Scope) -> Walk:
    """A clause of one of the named kinds."""
    return _SHORT[kind](fields, clause_id, scope)


def _direct(fields: Fields, clause_id: str, scope: Scope) -> Walk:
    return _short(
        fields,
        clause_id,
        "direct",
        rate=Flat(rate_bp=fields.rate("rate")),
        select=Select(compress=False, limit=1),
    )


def _differential(fields: Fields, clause_id: str, scope: Scope) -> Walk:
    rates = read_rates(fields, "rates", steps=scope.ranks, what_en="rank", what_zh="等级")
    return _short(fields, clause_id, "differential", rate=Gap(rates=rates or HARMLESS), select=Select())


def _peer(fields: Fields, clause_id: str, scope: Scope) -> Walk:
    of = differential_above(fields, "of", scope)
    paired = differentials(scope).get(of)
    rate: Rate
    if isinstance(fields.value_node("rate"), yaml.SequenceNode):
        rate = ByLevel(rates_bp=read_levels(fields, "rate"))
    else:
        rate = Flat(rate_bp=fields.rate("rate"))
    peer = _short(
        fields, clause_id, "peer", rate=rate, select=Select(peers=read_peers(fields, of, scope.ranks))
    )
    if paired is None:
        return peer
    if "event" not in fields:
        return replace(peer, event=paired.event)
    refuse_another_base(fields, peer.event, paired)
    return peer


def _region(fields: Fields, clause_id: str, scope: Scope) -> Walk:
    rates = read_rates(
        fields, "rates", steps=REGION_LEVELS, what_en="region level", what_zh="区域级别", is_ladder=False
    )
    return _short(
        fields, clause_id, "region", rate=Gap(rates=rates or HARMLESS), select=Select(), graph="regions"
    )


_SHORT: Final[Mapping[AwardKind, Callable[[Fields, str, Scope], Walk]]] = {
    "direct": _direct,
    "differential": _differential,
    "peer": _peer,
    "region": _region,
}


def _short(
    fields: Fields,
    clause_id: str,
    kind: AwardKind,
    *,
    rate: Rate,
    select: Select,
    graph: Graph = "sponsors",
) -> Walk:
    walk = Walk(
        id=clause_id,
        kind=kind,
        event=read_event(fields),
        line=fields.node.start_mark.line + 1,
        graph=graph,
        select=select,
        rate=rate,
        bound=read_bound(fields),
        when=read_when(fields),
    )
    refuse_vain_carry(fields, walk)
    return walk
