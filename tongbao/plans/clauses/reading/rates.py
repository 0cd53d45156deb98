"""How much: ``rate`` in its forms."""

from __future__ import annotations

from typing import Final

import yaml

from tongbao.money import format_rate
from tongbao.plans.algebra import ByLevel, ByRank, ByRankAndLevel, Fixed, Flat, Gap, Rate
from tongbao.plans.clauses.base import Scope
from tongbao.plans.clauses.reading.selecting import differential_above, differentials
from tongbao.plans.language.document import Fields
from tongbao.plans.language.shapes import GAP, MOST_LEVELS, RATE_FORMS
from tongbao.plans.language.tables import read_rates, refuse_missing
from tongbao.plans.language.values import read_amount, read_rate_list, read_yes

HARMLESS: Final = (("", 1),)
"""What stands for a table that couldn't be read."""


def read_rate(fields: Fields, scope: Scope, ranks: tuple[str, ...], graph: str) -> Rate:
    """``rate: 5%``, or one of the forms as a mapping."""
    node = fields.value_node("rate")
    if "rate" in fields and isinstance(node, yaml.SequenceNode):
        fields.note(
            "rate",
            en="rate is a list; say what it goes by: 'rate: {by_level: [5%, 3%]}'",
            zh="rate是列表;请写明按层:“rate: {by_level: [5%, 3%]}”",
        )
        return Flat(rate_bp=1)
    if "rate" not in fields or not isinstance(node, yaml.MappingNode):
        return Flat(rate_bp=fields.rate("rate"))
    table = fields.mapping("rate", known=(*RATE_FORMS, *GAP), example="{by_level: [5%, 3%, 2%]}")
    assert table is not None
    forms = [key for key in RATE_FORMS if key in table]
    if len(forms) != 1:
        if forms or set(table.names()) <= {*RATE_FORMS, *GAP}:
            fields.note(
                "rate",
                en=f"rate takes one form; write 5%, or one of {', '.join(RATE_FORMS)}",
                zh=f"rate只能有一种形式;请写5%,或{'、'.join(RATE_FORMS)}之一",
            )
        return Flat(rate_bp=1)
    for key in GAP:
        if key in table and forms != ["gap"]:
            table.note_key(key, en=f"{key} belongs to a gap; delete it", zh=f"{key}只用于gap;请删除")
    match forms[0]:
        case "by_level":
            return ByLevel(rates_bp=read_levels(table, "by_level", may_be_zero=True))
        case "by_rank":
            return ByRank(
                rates=read_rates(
                    table,
                    "by_rank",
                    steps=ranks,
                    what_en="rank",
                    what_zh="等级",
                    is_ladder=graph != "regions",
                )
                or HARMLESS
            )
        case "by_rank_and_level":
            return ByRankAndLevel(rates=_by_rank_and_level(table, ranks, is_ladder=graph != "regions"))
        case "amount":
            return Fixed(amount_fen=read_amount(table, "amount", example="5.00") or 1)
    return _gap(table, scope, ranks, graph)


def read_levels(fields: Fields, key: str, *, may_be_zero: bool = False) -> tuple[int, ...]:
    """A rate for each level, nearest first; not all nothing, and not without end."""
    before = len(fields.document.problems)
    rates = read_rate_list(fields, key, may_be_zero=may_be_zero)
    if len(rates) > MOST_LEVELS:
        fields.note(
            key,
            en=f"{key} lists {len(rates)} levels; {MOST_LEVELS} are the most",
            zh=f"{key}共{len(rates)}层;最多{MOST_LEVELS}层",
        )
        return rates[:MOST_LEVELS]
    if may_be_zero and rates and rates[-1] == 0 and len(fields.document.problems) == before:
        some = any(rates)
        cure_en = "end the list before it" if some else "give a rate, or leave the clause out"
        cure_zh = "请在此之前结束列表" if some else "请填写比例,或删除该条款"
        fields.note(
            key,
            en=f"{key} ends with 0%, which pays nobody; {cure_en}",
            zh=f"{key}以0%结尾,没有意义;{cure_zh}",
        )
    return rates or (1,)


def _gap(table: Fields, scope: Scope, ranks: tuple[str, ...], graph: str) -> Gap:
    is_ladder = graph != "regions"
    rates = (
        read_rates(table, "gap", steps=ranks, what_en="rank", what_zh="等级", is_ladder=is_ladder) or HARMLESS
    )
    cursor = differential_above(table, "cursor", scope) if "cursor" in table else ""
    from_buyer = read_yes(table, "from_buyer", default=False)
    if cursor and graph != "sponsors":
        table.note(
            "cursor",
            en=f"clause {cursor} walks the sponsors and this one {graph}; share a cursor along one graph, or delete it",
            zh=f"条款{cursor}沿推荐关系计算,本条沿{graph};只有同一关系才能共用游标,请删除cursor",
        )
        cursor = ""
    if cursor and from_buyer:
        table.note(
            "from_buyer",
            en=f"the cursor is that of {cursor}, which says where it starts; write from_buyer there, or delete cursor",
            zh=f"游标属于条款{cursor},起点由该条款决定;请在该条款写from_buyer,或删除cursor",
        )
    if from_buyer and graph in ("regions", "buyer"):
        table.note(
            "from_buyer",
            en=f"the buyer's rank says nothing about {graph}; delete from_buyer",
            zh=f"买家等级与{graph}无关;请删除from_buyer",
        )
    shared = differentials(scope).get(cursor)
    if shared is not None and isinstance(shared.rate, Gap) and shared.rate.cursor is not None:
        cursor = shared.rate.cursor
    return Gap(rates=rates, cursor=cursor or None, from_buyer=from_buyer)


def _by_rank_and_level(
    table: Fields, ranks: tuple[str, ...], *, is_ladder: bool
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """For each rank its list; a rank above one that has rates has at least as much at every level."""
    lists = table.mapping("by_rank_and_level", known=None, example="{vip: [5%], dealer: [5%, 3%]}")
    if lists is None:
        return (("", (1,)),)
    found: list[tuple[str, tuple[int, ...]]] = []
    before, vain = len(lists.document.problems), False
    for rank in lists.names():
        if rank not in ranks:
            if lists.is_vain(what_en="rank"):
                vain = True
                continue
            en, zh = lists.instead(rank, ranks)
            lists.document.note(
                lists.key_node(rank),
                en=f"there is no rank {rank[:40]!r}; {en}",
                zh=f"没有等级{rank[:40]!r};{zh}",
            )
            continue
        if _pays_nobody(lists, rank):
            lists.note(
                rank,
                en=f"{rank} earns nothing here; leave {rank} out, which only ranks below the first that earns may be, "
                "or say who counts: 'select: {rank: …}'",
                zh=f"{rank}在此没有所得;请删除{rank}(仅低于首个得奖等级者可省略),"
                "或用“select: {rank: …}”写明谁参与",
            )
            continue
        found.append((rank, read_levels(lists, rank, may_be_zero=True)))
    found.sort(key=lambda item: ranks.index(item[0]))
    if len(lists.document.problems) == before and not vain:
        _refuse_less_above(lists, found, ranks, is_ladder=is_ladder)
    if not found and len(lists.document.problems) == before and not vain:
        table.note(
            "by_rank_and_level",
            en="by_rank_and_level is empty; write '{vip: [5%], dealer: [5%, 3%]}'",
            zh="by_rank_and_level为空;请写“{vip: [5%], dealer: [5%, 3%]}”",
        )
    return tuple(found) or (("", (1,)),)


def _pays_nobody(lists: Fields, rank: str) -> bool:
    """Whether a rank's list is empty, or nothing but 0%."""
    node = lists.value_node(rank)
    return isinstance(node, yaml.SequenceNode) and all(
        isinstance(item, yaml.ScalarNode) and item.value.strip() in ("0%", "0.0%", "0.00%")
        for item in node.value
    )


def _refuse_less_above(
    lists: Fields, found: list[tuple[str, tuple[int, ...]]], ranks: tuple[str, ...], *, is_ladder: bool
) -> None:
    given = dict(found)
    missing: list[str] = []
    lower, lowest = "", ""
    for rank in ranks:
        if rank not in given:
            if lower and is_ladder:
                listed = ", ".join(format_rate(rate_bp) for rate_bp in given[lower])
                missing.append(f"{rank}: [{listed}]")
                lowest = lowest or lower
            continue
        low, high = given.get(lower, ()), given[rank]
        if len(high) < len(low) or any(less < more for more, less in zip(low, high, strict=False)):
            lists.note(
                rank,
                en=f"the rates fall: {rank} stands above {lower} and has less at some level; write as much or more",
                zh=f"比例下降:{rank}高于{lower},某一层却更少;请写相同或更高的比例",
            )
            return
        lower = rank
    if missing:
        refuse_missing(lists, missing, above=lowest)
