"""What of a walk doesn't go together, noted at the very key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tongbao.plans.algebra import ByLevel, Event, Fixed, Flat, Gap
from tongbao.plans.clauses.walk import Walk
from tongbao.plans.language.document import Fields
from tongbao.plans.language.shapes import PEERS

_OF_ONE_SEAT: Final = ("skip", "limit", "until", "unlock_recruits", "compress", "peers_of", "outranked_in")
_VOLUMES: Final = ("recruits", "own", "team", "unlock_recruits")
_NOT_WITH_PEERS: Final = ("compress", "skip", "limit", "until", "unlock_recruits", "outranked_in")

Stray = tuple[str, str, str]
"""A key of ``select`` that means nothing, and what to do about it in English and Chinese."""


def refuse_what_does_not_fit(fields: Fields, walk: Walk, of: Walk | None) -> None:
    """Note what contradicts or means nothing."""
    if of is not None:
        _refuse_beside_of(fields, walk, of)
    if walk.select.peers is not None and (of is not None or not isinstance(walk.rate, Flat | ByLevel)):
        fields.note(
            "rate",
            en="a peer award has one rate, or one for each generation; write 'rate: 3%' or "
            "'rate: {by_level: [3%, 2%]}'",
            zh="平级奖应为一个比例,或用by_level逐代列出;请写“rate: 3%”或“rate: {by_level: [3%, 2%]}”",
        )
    select = fields.inside("select")
    if select is None:
        return
    told: set[str] = set()
    for key, en, zh in _strays(walk):
        if key in select and key not in told:
            told.add(key)
            select.note_key(key, en=en, zh=zh)


def refuse_another_base(fields: Fields, event: Event, other: Walk) -> None:
    """A clause that looks at how far another has come is paid on the same base: an order's bases are apart."""
    base = other.event.base
    if event.base == base:
        return
    inside = fields.inside("event")
    said_en = f"clause {other.id} pays on {base} and this one, which looks at it, on {event.base}"
    said_zh = f"条款{other.id}以{base}为基数,而引用它的本条以{event.base}为基数"
    if inside is not None and "base" in inside:
        inside.note("base", en=f"{said_en}; write 'base: {base}'", zh=f"{said_zh};请写“base: {base}”")
    else:
        fields.document.note(
            fields.node,
            en=f"{said_en}; write 'event: {{base: {base}}}'",
            zh=f"{said_zh};请写“event: {{base: {base}}}”",
        )


def refuse_vain_carry(fields: Fields, walk: Walk) -> None:
    """What is cut can wait only for a person's next period."""
    inside = fields.inside("bound")
    if inside is not None and walk.bound.rest == "carry" and not walk.defers:
        inside.note(
            "rest",
            en="what an order's limit cuts has nothing to wait for; write 'person: 5000.00, period: month' beside it, "
            "or delete rest",
            zh="每单上限扣减的部分无从结转;请同时写“person: 5000.00, period: month”,或删除rest",
        )


def _refuse_beside_of(fields: Fields, walk: Walk, of: Walk) -> None:
    if of.graph != walk.graph:
        fields.note(
            "graph",
            en=f"clause {of.id} walks {of.graph}; awards on its awards walk the same, so delete graph",
            zh=f"条款{of.id}沿{of.graph}计算;以其奖励为基数的条款须相同,请删除graph",
        )
    if of.graph == "buyer":
        fields.note(
            "of",
            en=f"clause {of.id} pays the buyer, above whom nobody stands along its graph; write another clause",
            zh=f"条款{of.id}支付给买家本人,其上方没有可计算的会员;请引用其他条款",
        )
    if isinstance(walk.rate, Gap | Fixed):
        fields.note(
            "rate",
            en="a gap or an amount pays on the order; with 'of' write a rate, by_level or by_rank",
            zh="gap和amount按订单计算;有of时请写比例、by_level或by_rank",
        )
    if of.select.peers is not None and of.select.peers.pairs == "highest":
        fields.note(
            "of",
            en=f"which pair of {of.id} is the highest is known only at the end of the chain; "
            "let it pay every pair, or name another clause",
            zh=f"条款{of.id}只计最高一对,须到链尾才能确定;请改为每一对都计,或引用其他条款",
        )


def _strays(walk: Walk) -> Iterator[Stray]:
    """Keys of ``select`` that mean nothing in this walk."""
    if walk.graph == "buyer":
        for key in _OF_ONE_SEAT:
            yield (
                key,
                f"the buyer is one person, so {key} means nothing; delete it",
                f"买家只有一人,{key}没有意义;请删除",
            )
    if walk.graph == "regions":
        for key in _VOLUMES:
            yield (
                key,
                f"agents are appointed and {key} isn't known of them; delete it",
                f"区域代理由任命产生,不看{key};请删除",
            )
    if walk.select.peers is None:
        for key in PEERS:
            yield (
                key,
                f"{key} belongs to peers_of; write peers_of, or delete it",
                f"{key}须与peers_of一起使用;请补充或删除",
            )
    else:
        for key in _NOT_WITH_PEERS:
            yield (
                key,
                f"{key} means nothing with peers_of; delete it",
                f"{key}与peers_of一起没有意义;请删除",
            )
        if walk.graph != "sponsors":
            yield (
                "peers_of",
                "peers_of looks at the sponsors; write graph: sponsors",
                _SPONSORS_ZH.format("peers_of"),
            )
    if walk.select.outranked_in is not None and walk.graph != "sponsors":
        yield (
            "outranked_in",
            "outranked_in looks at the sponsors; write graph: sponsors",
            _SPONSORS_ZH.format("outranked_in"),
        )
    if walk.select.outranked_in is not None and isinstance(walk.rate, Gap):
        yield (
            "outranked_in",
            "who was outranked has no gap; write a rate, by_level or by_rank",
            "被超越者没有级差;请写比例、by_level或by_rank",
        )
    if walk.select.unlock_recruits and (walk.levels is None or isinstance(walk.rate, Gap)):
        yield (
            "unlock_recruits",
            "unlock_recruits opens levels, so their number is needed; write limit, or rates by_level",
            "unlock_recruits逐层开通,需要层数;请写limit,或用by_level",
        )


_SPONSORS_ZH: Final = "{}仅用于推荐关系;请写graph: sponsors"
