"""Walks out of a document: the general form by its primitives, and the short forms of frequent ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Final, cast

import yaml

from tongbao.plans.algebra import (
    GRAPHS,
    ByLevel,
    ByRank,
    ByRankAndLevel,
    Fixed,
    Flat,
    Gap,
    Graph,
    Peers,
    Placement,
    Rate,
    Select,
)
from tongbao.plans.clauses.base import Scope
from tongbao.plans.clauses.walk import Walk
from tongbao.plans.contracts import REGION_LEVELS, AwardKind
from tongbao.plans.language.document import Fields, suggestion
from tongbao.plans.language.parts import (
    NEED_KEYS,
    read_bound,
    read_event,
    read_needs,
    read_placement,
    read_when,
)
from tongbao.plans.language.values import rate_at, read_amount, read_rank, read_rate_list, read_yes

COMMON: Final = ("event", "bound", "when")
SHORT_FORMS: Final[Mapping[AwardKind, tuple[str, ...]]] = {
    "direct": ("rate", *COMMON),
    "differential": ("rates", *COMMON),
    "peer": ("of", "rate", "pairs", "ranks", *COMMON),
    "region": ("rates", *COMMON),
}
SELECT_KEYS: Final = (
    *NEED_KEYS,
    "compress",
    "skip",
    "limit",
    "until",
    "unlock_recruits",
    "outranked_in",
    "peers_of",
    "pairs",
    "ranks",
)
RATE_KEYS: Final = ("by_level", "by_rank", "by_rank_and_level", "gap", "cursor", "from_buyer", "amount")
MOST_LEVELS: Final = 100


def read_short(fields: Fields, *, kind: AwardKind, clause_id: str, scope: Scope) -> Walk:
    """A clause of one of the named kinds."""
    return _SHORT[kind](fields, clause_id, scope)


def read_walk(fields: Fields, *, clause_id: str, scope: Scope) -> Walk:
    """A clause in its primitives; what doesn't go together is noted."""
    of = _walk_above(fields, "of", scope) if "of" in fields else None
    graph = fields.choice("graph", options=GRAPHS, default=of.graph if of else "sponsors") or "sponsors"
    ranks = REGION_LEVELS if graph == "regions" else scope.ranks
    select = _select(fields, scope, ranks)
    walk = Walk(
        id=clause_id,
        kind="walk",
        event=replace(read_event(fields), base=of.event.base) if of else read_event(fields),
        line=fields.node.start_mark.line + 1,
        graph=cast(Graph, graph),
        placement=_placement(fields, graph, of, scope),
        select=select,
        rate=_rate(fields, scope, ranks),
        of=of.id if of else None,
        bound=read_bound(fields),
        when=read_when(fields),
    )
    _refuse_what_does_not_go_together(fields, walk, of)
    return walk


def _direct(fields: Fields, clause_id: str, scope: Scope) -> Walk:
    return _short(
        fields,
        clause_id,
        "direct",
        rate=Flat(rate_bp=fields.rate("rate")),
        select=Select(compress=False, limit=1),
    )


def _differential(fields: Fields, clause_id: str, scope: Scope) -> Walk:
    rates = fields.rates("rates", steps=scope.ranks, what_en="rank", what_zh="等级")
    return _short(fields, clause_id, "differential", rate=Gap(rates=rates or _HARMLESS), select=Select())


def _peer(fields: Fields, clause_id: str, scope: Scope) -> Walk:
    of = fields.reference(
        "of",
        options=tuple(_differentials(scope)),
        what_en="differential clause that stands above this one",
        what_zh="位于本条之前的级差条款",
    )
    node = fields.value_node("rate")
    rate: Rate
    if isinstance(node, yaml.SequenceNode):
        rate = ByLevel(rates_bp=read_rate_list(fields, "rate") or (1,))
    else:
        rate = Flat(rate_bp=fields.rate("rate"))
    return _short(fields, clause_id, "peer", rate=rate, select=Select(peers=_peers(fields, of, scope.ranks)))


def _region(fields: Fields, clause_id: str, scope: Scope) -> Walk:
    rates = fields.rates("rates", steps=REGION_LEVELS, what_en="region level", what_zh="区域级别")
    return _short(
        fields, clause_id, "region", rate=Gap(rates=rates or _HARMLESS), select=Select(), graph="regions"
    )


_HARMLESS: Final = (("", 1),)
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
    return Walk(
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


def _differentials(scope: Scope) -> dict[str, Walk]:
    return {
        clause.id: clause
        for clause in scope.above
        if isinstance(clause, Walk) and isinstance(clause.rate, Gap) and clause.graph == "sponsors"
    }


def _peers(fields: Fields, of: str, ranks: tuple[str, ...]) -> Peers:
    pairs = fields.choice("pairs", options=("highest", "every"), default="highest")
    named: list[str] = []
    for word, node in fields.words("ranks"):
        if word in ranks:
            named.append(word)
        else:
            en, zh = suggestion(word, ranks)
            fields.document.note(
                node, en=f"there is no rank {word[:40]!r}; {en}", zh=f"没有等级{word[:40]!r};{zh}"
            )
    return Peers(of=of, pairs="every" if pairs == "every" else "highest", ranks=tuple(named))


def _select(fields: Fields, scope: Scope, ranks: tuple[str, ...]) -> Select:
    if "select" not in fields:
        return Select()
    select = fields.mapping("select", known=SELECT_KEYS, example="{rank: vip, limit: 3, compress: yes}")
    if select is None:
        return Select()
    peers = None
    if "peers_of" in select:
        of = select.reference(
            "peers_of",
            options=tuple(_differentials(scope)),
            what_en="differential clause that stands above this one",
            what_zh="位于本条之前的级差条款",
        )
        peers = _peers(select, of, ranks)
    outranked = None
    if "outranked_in" in select:
        outranked = select.reference(
            "outranked_in",
            options=tuple(_differentials(scope)),
            what_en="differential clause that stands above this one",
            what_zh="位于本条之前的级差条款",
        )
    return Select(
        needs=read_needs(select, ranks=ranks),
        compress=read_yes(select, "compress", default=True),
        skip=select.whole("skip", least=0, most=MOST_LEVELS, example="1") if "skip" in select else 0,
        limit=select.whole("limit", least=1, most=MOST_LEVELS, example="3") if "limit" in select else None,
        until=read_rank(select, "until", ranks=ranks) if "until" in select else None,
        unlock_recruits=select.whole("unlock_recruits", least=1, most=1_000, example="1")
        if "unlock_recruits" in select
        else 0,
        peers=peers,
        outranked_in=outranked or None,
    )


def _rate(fields: Fields, scope: Scope, ranks: tuple[str, ...]) -> Rate:
    node = fields.value_node("rate")
    if not isinstance(node, yaml.MappingNode) or "rate" not in fields:
        return Flat(rate_bp=fields.rate("rate"))
    table = fields.mapping("rate", known=RATE_KEYS, example="{by_level: [5%, 3%, 2%]}")
    assert table is not None
    forms = [key for key in ("by_level", "by_rank", "by_rank_and_level", "gap", "amount") if key in table]
    if len(forms) != 1:
        fields.note(
            "rate",
            en="rate takes one form; write 5%, or one of by_level, by_rank, by_rank_and_level, gap, amount",
            zh="rate只能有一种形式;请写5%,或by_level、by_rank、by_rank_and_level、gap、amount之一",
        )
        return Flat(rate_bp=1)
    for key in ("cursor", "from_buyer"):
        if key in table and forms != ["gap"]:
            table.note(key, en=f"{key} belongs to a gap; delete it", zh=f"{key}只用于gap;请删除")
    match forms[0]:
        case "by_level":
            return ByLevel(rates_bp=read_rate_list(table, "by_level", may_be_zero=True) or (1,))
        case "by_rank":
            return ByRank(
                rates=table.rates("by_rank", steps=ranks, what_en="rank", what_zh="等级") or _HARMLESS
            )
        case "by_rank_and_level":
            return ByRankAndLevel(rates=_by_rank_and_level(table, ranks))
        case "amount":
            return Fixed(amount_fen=read_amount(table, "amount", example="5.00") or 1)
    rates = table.rates("gap", steps=ranks, what_en="rank", what_zh="等级") or _HARMLESS
    cursor = None
    if "cursor" in table:
        cursor = table.reference(
            "cursor",
            options=tuple(_differentials(scope)),
            what_en="differential clause that stands above this one",
            what_zh="位于本条之前的级差条款",
        )
        shared = _differentials(scope).get(cursor)
        if shared is not None and isinstance(shared.rate, Gap) and shared.rate.cursor is not None:
            cursor = shared.rate.cursor
    return Gap(rates=rates, cursor=cursor or None, from_buyer=read_yes(table, "from_buyer", default=False))


def _by_rank_and_level(table: Fields, ranks: tuple[str, ...]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    lists = table.mapping("by_rank_and_level", known=None, example="{vip: [5%], dealer: [5%, 3%]}")
    if lists is None:
        return (("", (1,)),)
    found: list[tuple[str, tuple[int, ...]]] = []
    for rank in lists.names():
        if rank not in ranks:
            en, zh = suggestion(rank, ranks)
            lists.document.note(
                lists.key_node(rank), en=f"there is no rank {rank!r}; {en}", zh=f"没有等级{rank!r};{zh}"
            )
            continue
        words = lists.words(rank)
        rates = tuple(rate_at(lists, node, what=rank) or 0 for _, node in words)
        if not any(rates):
            lists.note(
                rank, en=f"{rank} has no rate; list one, or delete it", zh=f"{rank}没有比例;请填写或删除"
            )
        found.append((rank, rates))
    found.sort(key=lambda item: ranks.index(item[0]))
    for (lower, low), (higher, high) in pairwise(found):
        if len(high) < len(low) or any(less < more for more, less in zip(low, high, strict=False)):
            lists.note(
                higher,
                en=f"the rates fall: {higher} stands above {lower} and has less at some level; write as much or more",
                zh=f"比例下降:{higher}高于{lower},某一层却更少;请写相同或更高的比例",
            )
    return tuple(found) or (("", (1,)),)


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
    if named in dict(scope.below):
        fields.note(
            key,
            en=f"clause {named} stands below this one; move it above",
            zh=f"条款{named}位于本条之后;请移到本条之前",
        )
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
    if graph != "placement" and placement is not None:
        fields.note(
            "placement",
            en="placement goes with graph: placement; write that, or delete it",
            zh="placement须与graph: placement一起使用;请补充或删除",
        )
    return placement


def _refuse_what_does_not_go_together(fields: Fields, walk: Walk, of: Walk | None) -> None:
    select, rate = walk.select, walk.rate
    if of is not None and of.graph != walk.graph:
        fields.note(
            "graph",
            en=f"clause {of.id} walks {of.graph}; awards on its awards walk the same, so delete graph",
            zh=f"条款{of.id}沿{of.graph}计算;以其奖励为基数的条款须相同,请删除graph",
        )
    if of is not None and isinstance(rate, Gap | Fixed):
        fields.note(
            "rate",
            en="a gap or an amount pays on the order; with 'of' write a rate, by_level or by_rank",
            zh="gap和amount按订单计算;有of时请写比例、by_level或by_rank",
        )
    if of is not None and of.select.peers is not None and of.select.peers.pairs == "highest":
        fields.note(
            "of",
            en=f"which pair of {of.id} is the highest is known only at the end of the chain; "
            "let it pay every pair, or name another clause",
            zh=f"条款{of.id}只计最高一对,须到链尾才能确定;请改为每一对都计,或引用其他条款",
        )
    if select.peers is not None and (of is not None or not isinstance(rate, Flat | ByLevel)):
        fields.note(
            "rate",
            en="a peer award has a rate, or by_level one for each generation",
            zh="平级奖应为一个比例,或用by_level逐代列出",
        )
    if select.peers is not None and (
        select.limit is not None
        or select.skip
        or select.until
        or select.unlock_recruits
        or select.outranked_in
        or walk.graph != "sponsors"
    ):
        fields.note(
            "select",
            en="with peers_of only rank, recruits, own, team, pairs and ranks mean something; delete the others",
            zh="peers_of只能与rank、recruits、own、team、pairs、ranks一起使用;请删除其他项",
        )
    if select.peers is None and "select" in fields:
        table = fields.value_node("select")
        for key_node, _ in table.value if isinstance(table, yaml.MappingNode) else ():
            if key_node.value in ("pairs", "ranks"):
                fields.document.note(
                    key_node,
                    en=f"{key_node.value} belongs to peers_of; write peers_of, or delete it",
                    zh=f"{key_node.value}须与peers_of一起使用;请补充或删除",
                )
    if select.unlock_recruits and (walk.levels is None or isinstance(rate, Gap)):
        fields.note(
            "select",
            en="unlock_recruits opens levels, so their number is needed; write limit, or rates by_level",
            zh="unlock_recruits逐层开通,需要层数;请写limit,或用by_level",
        )
    if walk.graph != "sponsors" and select.outranked_in is not None:
        fields.note(
            "select",
            en="outranked_in looks at the sponsors; write graph: sponsors",
            zh="outranked_in仅用于推荐关系;请写graph: sponsors",
        )
