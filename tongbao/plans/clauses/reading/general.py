"""A walk in its primitives."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from tongbao.plans.algebra import GRAPHS, Event, Gap, Graph, Placement
from tongbao.plans.clauses.base import Scope
from tongbao.plans.clauses.reading.fitting import (
    refuse_another_base,
    refuse_vain_carry,
    refuse_what_does_not_fit,
)
from tongbao.plans.clauses.reading.rates import read_rate
from tongbao.plans.clauses.reading.selecting import differentials, read_selection, stands_below
from tongbao.plans.clauses.walk import Walk
from tongbao.plans.contracts import REGION_LEVELS
from tongbao.plans.language.document import Fields
from tongbao.plans.language.parts import read_bound, read_event, read_placement, read_when


def read_walk(fields: Fields, *, clause_id: str, scope: Scope) -> Walk:
    """A clause in its primitives; what doesn't go together is noted."""
    of = _walk_above(fields, "of", scope) if "of" in fields else None
    graph = fields.choice("graph", options=GRAPHS, default=of.graph if of else "sponsors") or "sponsors"
    ranks = REGION_LEVELS if graph == "regions" else scope.ranks
    walk = Walk(
        id=clause_id,
        kind="walk",
        event=_event(fields, of),
        line=fields.node.start_mark.line + 1,
        graph=cast(Graph, graph),
        placement=_placement(fields, graph, of, scope),
        select=read_selection(fields, scope, ranks),
        rate=read_rate(fields, scope, ranks, graph),
        of=of.id if of else None,
        bound=read_bound(fields),
        when=read_when(fields),
    )
    refuse_what_does_not_fit(fields, walk, of)
    for other in _looked_at(walk, scope):
        refuse_another_base(fields, walk.event, other)
    refuse_vain_carry(fields, walk)
    return walk


def _looked_at(walk: Walk, scope: Scope) -> list[Walk]:
    """The differentials whose cursors or pairs the walk looks at."""
    known, rate = differentials(scope), walk.rate
    named = [walk.select.outranked_in, walk.select.peers.of if walk.select.peers else None]
    named.append(rate.cursor if isinstance(rate, Gap) else None)
    return [known[name] for name in named if name is not None and name in known]


def _event(fields: Fields, of: Walk | None) -> Event:
    """An award on awards looks at what the other clause looks at, unless it says less; its base is those awards."""
    if of is None:
        return read_event(fields)
    if "event" not in fields:
        return of.event
    event = read_event(fields)
    inside = fields.inside("event")
    if inside is not None and "base" in inside and event.base != of.event.base:
        inside.note(
            "base",
            en=f"this clause is paid on the awards of {of.id}, whatever their base; delete base",
            zh=f"本条以条款{of.id}的奖励为基数,与其基数无关;请删除base",
        )
    return replace(event, base=of.event.base, on=of.event.on)


def _walk_above(fields: Fields, key: str, scope: Scope) -> Walk | None:
    """The walk that ``key`` names, which must stand above; a circle of awards on awards is told as one."""
    walks = {clause.id: clause for clause in scope.above if isinstance(clause, Walk)}
    named = str(getattr(fields.value_node(key), "value", "")).strip()
    circle = _circle(named, fields, scope)
    if circle:
        fields.note(
            key,
            en=f"awards on awards go round in a circle: {circle}; let one of them pay on the order, without 'of'",
            zh=f"奖励的计算循环引用:{circle};请让其中一条按订单计算(删除of)",
        )
        return None
    if stands_below(fields, key, scope):
        return None
    found = fields.reference(
        key,
        options=tuple(walks),
        what_en="clause above this one that pays order by order",
        what_zh="位于本条之前、按单支付的条款",
    )
    return walks.get(found)


def _circle(named: str, fields: Fields, scope: Scope) -> str:
    """The circle that a reference closes, as ``a → b → a``; empty if there is none."""
    start = str(getattr(fields.value_node("id"), "value", "")).strip()
    below = dict(scope.below)
    path = [start, named]
    while path[-1] != start:
        following = below.get(path[-1], "")
        if not following or len(path) > len(below) + 2:
            return ""
        path.append(following)
    return " → ".join(path)


def _placement(fields: Fields, graph: str, of: Walk | None, scope: Scope) -> Placement | None:
    placement = read_placement(fields, ranks=scope.ranks)
    if graph == "placement" and placement is None and (of is None or of.graph != "placement"):
        fields.document.note(
            fields.node,
            en="graph: placement needs the tree; write 'placement: {width: 3, fill: breadth}'",
            zh="graph: placement需要说明排位树;请写“placement: {width: 3, fill: breadth}”",
        )
    if placement is not None and of is not None and of.graph == "placement":
        fields.note_key(
            "placement",
            en=f"the tree is that of clause {of.id}; delete placement",
            zh=f"排位树就是条款{of.id}的树;请删除placement",
        )
    elif graph != "placement" and placement is not None:
        fields.note_key(
            "placement",
            en="placement goes with graph: placement; write that, or delete it",
            zh="placement须与graph: placement一起使用;请补充或删除",
        )
    return placement
