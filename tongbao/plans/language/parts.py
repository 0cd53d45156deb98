"""The parts that clauses of every kind are made of, read from a document: event, needs, bound, when, placement.

Each ``read_…`` takes the clause's own fields, looks for its key there, and gives the primitive's defaults if the
key is missing. What is wrong is noted with line, column and what to write instead; a harmless value is returned
in its place, so that one reading finds everything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal, cast

from tongbao.plans.algebra import (
    BASES,
    Base,
    Bound,
    Event,
    Needs,
    Occasion,
    Period,
    Placement,
    Rest,
    Select,
    When,
)
from tongbao.plans.language.document import Fields
from tongbao.plans.language.shapes import (
    BOUND,
    CLOSINGS,
    EVENT,
    FILLS,
    MOST_COUNT,
    MOST_PARTS,
    NEEDS,
    OCCASIONS,
    PERIODS,
    PLACEMENT,
    RESTS,
    WHEN,
)
from tongbao.plans.language.values import read_amount, read_days, read_rank, read_yes

NEED_KEYS: Final = tuple(NEEDS)

_PRODUCT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)


def read_event(fields: Fields) -> Event:
    """``event: {on: paid, base: net, products: [a, b], least: 100.00}``; missing: every paid order, on net."""
    if "event" not in fields:
        return Event()
    event = fields.mapping("event", known=EVENT, example="{on: paid, base: net}")
    if event is None:
        return Event()
    on = event.choice("on", options=OCCASIONS, default="paid") or "paid"
    base = event.choice("base", options=BASES, default="net") or "net"
    return Event(
        on=cast(Occasion, on),
        base=cast(Base, base),
        products=read_products(event),
        least_fen=read_amount(event, "least", example="100.00") if "least" in event else 0,
    )


def read_products(fields: Fields) -> tuple[str, ...]:
    """``products: [pack-198, pack-398]``: codes, each once."""
    if "products" not in fields:
        return ()
    products: list[str] = []
    for word, node in fields.words("products"):
        if not _PRODUCT.fullmatch(word):
            fields.document.note(
                node,
                en=f"product {word[:40]!r} must be a code of letters, digits, '.', '-' and '_', such as pack-198",
                zh=f"商品{word[:40]!r}应为商品编码(字母、数字、.、-或_),例如pack-198",
            )
        elif word in products:
            fields.document.note(
                node, en=f"product {word} is listed twice; keep one", zh=f"商品{word}重复,请只保留一个"
            )
        else:
            products.append(word)
    return tuple(products)


def read_needs(fields: Fields, *, ranks: Sequence[str]) -> Needs:
    """``rank: vip``, ``recruits: 2``, ``own: 1000.00``, ``team: 100000.00`` of these very fields."""
    return Needs(
        rank=read_rank(fields, "rank", ranks=ranks) if "rank" in fields else None,
        recruits=fields.whole("recruits", least=0, most=MOST_COUNT, example="2")
        if "recruits" in fields
        else 0,
        own_fen=read_amount(fields, "own", example="1000.00") if "own" in fields else 0,
        team_fen=read_amount(fields, "team", example="100000.00") if "team" in fields else 0,
    )


def read_select(fields: Fields, *, ranks: Sequence[str]) -> Select:
    """``select: {rank: vip, recruits: 2, own: 100.00, team: 1000.00}``: who counts, where nobody walks."""
    if "select" not in fields:
        return Select()
    select = fields.mapping("select", known=NEED_KEYS, example="{rank: vip, recruits: 2}")
    return Select() if select is None else Select(needs=read_needs(select, ranks=ranks))


def read_bound(fields: Fields, *, rest_alone: bool = False) -> Bound:
    """``bound: {person: 5000.00, period: month, order: 55%, rest: platform}``; missing: nothing is limited.

    ``rest_alone``: whether there is a rest although nothing is cut, as in a fund.
    """
    if "bound" not in fields:
        return Bound()
    bound = fields.mapping("bound", known=BOUND, example="{person: 5000.00, period: month}")
    if bound is None:
        return Bound()
    if "period" in bound and "person" not in bound:
        bound.note(
            "period",
            en="period says for how long person counts; write 'person: 5000.00' beside it, or delete it",
            zh="period与person一起使用;请同时写“person: 5000.00”,或删除该项",
        )
    if not rest_alone and "rest" in bound and "person" not in bound and "order" not in bound:
        bound.note(
            "rest",
            en="rest says where the cut goes; write 'person: 5000.00' or 'order: 55%' beside it, or delete it",
            zh="rest说明超出部分的去向;请同时写“person: 5000.00”或“order: 55%”,或删除该项",
        )
    return Bound(
        person_fen=read_amount(bound, "person", example="5000.00") if "person" in bound else None,
        person_period=cast(Period, bound.choice("period", options=PERIODS, default="order") or "order"),
        order_bp=bound.rate("order") if "order" in bound else None,
        rest=cast(Rest, bound.choice("rest", options=RESTS, default="platform") or "platform"),
    )


def read_when(fields: Fields) -> When:
    """``when: {release: 8 days, parts: 12, every: month, claws_back: yes}``; missing: the tenant's own days."""
    if "when" not in fields:
        return When()
    when = fields.mapping("when", known=WHEN, example="{release: 8 days, parts: 12, every: month}")
    if when is None:
        return When()
    parts = when.whole("parts", least=1, most=MOST_PARTS, example="12") if "parts" in when else 1
    if "every" in when and parts == 1:
        when.note(
            "every",
            en="every says how far the parts are apart; write 'parts: 12' beside it, or delete it",
            zh="every是各期的间隔;请同时写“parts: 12”,或删除该项",
        )
    every = when.choice("every", options=CLOSINGS, default="month") or "month"
    return When(
        release_days=read_days(when, "release") if "release" in when else None,
        parts=parts,
        every=cast(Literal["day", "week", "month"], every),
        claws_back=read_yes(when, "claws_back", default=True),
    )


def read_placement(fields: Fields, *, ranks: Sequence[str]) -> Placement | None:
    """``placement: {width: 2, fill: weak_leg, carry: yes, cap: 100000.00, leaves_at: dealer, stays_behind: 2}``.

    None if the key is missing.
    """
    if "placement" not in fields:
        return None
    tree = fields.mapping("placement", known=PLACEMENT, example="{width: 2, fill: breadth}")
    if tree is None:
        return None
    fill = tree.choice("fill", options=FILLS, default="sponsor") or "sponsor"
    width = tree.whole("width", least=0, most=1_000, example="2") if "width" in tree else 0
    if width == 0 and fill != "sponsor":
        tree.document.note(
            tree.value_node("width") if "width" in tree else tree.node,
            en=f"with fill: {fill} every place is limited; write 'width: 2' or more",
            zh=f"fill: {fill}需要限定位置数;请写“width: 2”或更多",
        )
    if width and fill == "sponsor":
        tree.note(
            "width",
            en="with fill: sponsor everyone stands under their sponsor and width can't hold; write 'fill: breadth'",
            zh="fill: sponsor时会员总在推荐人之下,width不起作用;请写“fill: breadth”",
        )
    return Placement(
        width=width,
        fill=cast(Literal["sponsor", "breadth", "weak_leg", "queue"], fill),
        leaves_at=_leaves_at(tree, ranks),
        stays_behind=_stays_behind(tree),
        carry=read_yes(tree, "carry", default=True),
        carry_cap_fen=_carry_cap(tree),
    )


def _leaves_at(tree: Fields, ranks: Sequence[str]) -> str | None:
    if "leaves_at" not in tree:
        return None
    if "width" in tree and str(getattr(tree.value_node("width"), "value", "0")) != "0":
        tree.note(
            "leaves_at",
            en="who leaves a full tree leaves a hole in it; write 'fill: sponsor' and no width",
            zh="有位置限制的树不支持脱离;请写“fill: sponsor”并删除width",
        )
    return read_rank(tree, "leaves_at", ranks=ranks)


def _stays_behind(tree: Fields) -> int:
    if "stays_behind" not in tree:
        return 0
    if "leaves_at" not in tree:
        tree.note(
            "stays_behind",
            en="stays_behind says how many stay when someone leaves; write 'leaves_at: …' beside it",
            zh="stays_behind是脱离时留下的人数;请同时写“leaves_at: …”",
        )
    return tree.whole("stays_behind", least=0, most=1_000, example="2")


def _carry_cap(tree: Fields) -> int | None:
    if "cap" not in tree:
        return None
    if not read_yes(tree, "carry", default=True):
        tree.note(
            "cap",
            en="cap limits what is carried and carry is no; write 'carry: yes', or delete cap",
            zh="cap限制结转的业绩,而carry为no;请写“carry: yes”,或删除cap",
        )
    return read_amount(tree, "cap", example="100000.00")
