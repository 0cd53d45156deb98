"""Who counts: ``select``, and the peers of a differential."""

from __future__ import annotations

from typing import Final

from tongbao.plans.algebra import Gap, Peers, Select
from tongbao.plans.clauses.base import Scope
from tongbao.plans.clauses.walk import Walk
from tongbao.plans.language.document import Fields
from tongbao.plans.language.parts import read_needs
from tongbao.plans.language.shapes import MOST_LEVELS, PAIRS, SELECT
from tongbao.plans.language.values import read_rank, read_yes

MOST_RECRUITS_A_LEVEL: Final = SELECT["unlock_recruits"].most


def differentials(scope: Scope) -> dict[str, Walk]:
    """The clauses above that pay gaps to the sponsors."""
    return {
        clause.id: clause
        for clause in scope.above
        if isinstance(clause, Walk) and isinstance(clause.rate, Gap) and clause.graph == "sponsors"
    }


def stands_below(fields: Fields, key: str, scope: Scope) -> bool:
    """Whether ``key`` names a clause further down, which is noted."""
    named = str(getattr(fields.value_node(key), "value", "")).strip()
    if named not in dict(scope.below) or any(clause.id == named for clause in scope.above):
        return False
    fields.note(
        key,
        en=f"clause {named} stands below this one; move it above",
        zh=f"条款{named}位于本条之后;请移到本条之前",
    )
    return True


def differential_above(fields: Fields, key: str, scope: Scope) -> str:
    """The differential that ``key`` names, which must stand above."""
    if key in fields and (stands_below(fields, key, scope) or _walks_another_graph(fields, key, scope)):
        return ""
    return fields.reference(
        key,
        options=tuple(differentials(scope)),
        what_en="differential clause that stands above this one",
        what_zh="位于本条之前的级差条款",
    )


def _walks_another_graph(fields: Fields, key: str, scope: Scope) -> bool:
    """Whether ``key`` names a clause above with gaps along another graph than the sponsors, which is noted."""
    named = str(getattr(fields.value_node(key), "value", "")).strip()
    for clause in scope.above:
        if clause.id != named or not isinstance(clause, Walk) or not isinstance(clause.rate, Gap):
            continue
        if clause.graph != "sponsors":
            fields.note(
                key,
                en=f"{key}: clause {named} walks along graph: {clause.graph}, and {key} takes a differential along the "
                "sponsors; write one that walks the sponsors, or delete it",
                zh=f"{key}:条款{named}沿graph: {clause.graph}计算,而{key}只能引用沿推荐关系计算的级差;"
                "请改引这样的条款,或删除该项",
            )
            return True
    return False


def read_peers(fields: Fields, of: str, ranks: tuple[str, ...]) -> Peers:
    """``pairs: every`` and ``ranks: [director]`` beside the differential."""
    pairs = fields.choice("pairs", options=PAIRS, default="highest")
    named: list[str] = []
    words = fields.words("ranks")
    for word, node in words:
        if word not in ranks:
            if fields.is_vain(what_en="rank"):
                continue
            en, zh = fields.instead(word, ranks)
            fields.document.note(
                node, en=f"there is no rank {word[:40]!r}; {en}", zh=f"没有等级{word[:40]!r};{zh}"
            )
        elif word in named:
            fields.document.note(
                node, en=f"rank {word} is listed twice; keep one", zh=f"等级{word}重复,请只保留一个"
            )
        else:
            named.append(word)
    if "ranks" in fields and fields.is_empty_list("ranks"):
        fields.note(
            "ranks",
            en="ranks is empty, so no pair would count; list one, or delete it for pairs of every rank",
            zh="ranks为空,则没有任何一对有效;请填写等级,或删除该项(所有等级)",
        )
    return Peers(of=of, pairs="every" if pairs == "every" else "highest", ranks=tuple(named))


def read_selection(fields: Fields, scope: Scope, ranks: tuple[str, ...]) -> Select:
    """``select: {rank: vip, limit: 3, compress: no}``; missing: everybody."""
    if "select" not in fields:
        return Select()
    select = fields.mapping("select", known=SELECT, example="{rank: vip, limit: 3, compress: yes}")
    if select is None:
        return Select()
    return Select(
        needs=read_needs(select, ranks=ranks),
        compress=read_yes(select, "compress", default=True),
        skip=select.whole("skip", least=0, most=MOST_LEVELS, example="1") if "skip" in select else 0,
        limit=select.whole("limit", least=1, most=MOST_LEVELS, example="3") if "limit" in select else None,
        until=read_rank(select, "until", ranks=ranks) if "until" in select else None,
        unlock_recruits=select.whole("unlock_recruits", least=1, most=MOST_RECRUITS_A_LEVEL, example="1")
        if "unlock_recruits" in select
        else 0,
        peers=read_peers(select, differential_above(select, "peers_of", scope), ranks)
        if "peers_of" in select
        else None,
        outranked_in=(differential_above(select, "outranked_in", scope) or None)
        if "outranked_in" in select
        else None,
    )
