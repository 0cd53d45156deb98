"""What a document may hold: every key, what stands behind it, and what it is for, once.

The readers take the keys and the words that are known from these tables, the JSON Schema (``tongbao.plans.schema``)
is made of them, and ``docs/plan-language.md`` is held to them by a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from tongbao.plans.algebra import BASES, GRAPHS, MEASURES, Measure, Period
from tongbao.plans.contracts import REGION_LEVELS

Form = Literal[
    "text",
    "key",
    "name",
    "code",
    "names",
    "codes",
    "word",
    "yes",
    "rate",
    "rate_list",
    "rates_by_name",
    "rate_lists_by_name",
    "rates_by_amount",
    "names_by_code",
    "amount",
    "days",
    "whole",
    "fields",
    "list",
    "either",
]
"""``key`` is a name that is given here, ``name`` one that is used, ``code`` somebody else's, such as a product's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What stands behind a key. ``options`` are the words of a ``word``, ``least`` and ``most`` those of a
    ``whole``, ``inside`` the keys of ``fields``, of the items of a ``list``, or the names of a table of rates;
    ``of`` what an ``either`` may be."""

    form: Form
    en: str = ""
    zh: str = ""
    options: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    inside: Mapping[str, Shape] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    of: tuple[Shape, ...] = ()


MOST_LEVELS: Final = 100
MOST_COUNT: Final = 1_000_000
MOST_PARTS: Final = 1_000
MOST_WINNERS: Final = 10_000
OCCASIONS: Final = ("paid", "received")
PERIODS: Final[tuple[Period, ...]] = ("order", "day", "week", "month")
CLOSINGS: Final[tuple[Literal["day", "week", "month"], ...]] = ("day", "week", "month")
FILLS: Final = ("sponsor", "breadth", "weak_leg", "queue")
RESTS: Final = ("platform", "carry")
PAIRS: Final = ("highest", "every")
WEIGHTS: Final[tuple[Measure, ...]] = ("own", "team", "recruits", "lesser_leg", "holding")
RANKINGS: Final[tuple[Measure, ...]] = ("own", "team", "recruits", "lesser_leg")
FUND_MEASURES: Final = MEASURES


def _word(options: tuple[str, ...], en: str, zh: str) -> Shape:
    return Shape(form="word", options=options, en=en, zh=zh)


def _whole(least: int, most: int, en: str, zh: str) -> Shape:
    return Shape(form="whole", least=least, most=most, en=en, zh=zh)


def _of(form: Form, en: str, zh: str) -> Shape:
    return Shape(form=form, en=en, zh=zh)


EVENT: Final[Mapping[str, Shape]] = {
    "on": _word(OCCASIONS, "when an order counts", "订单何时计入"),
    "base": _word(
        BASES,
        "what rates are a part of: money paid, freight, margin, point value",
        "比例的基数:实付金额、运费、毛利、积分价值",
    ),
    "products": _of("codes", "only these products", "仅限这些商品"),
    "least": _of(
        "amount", "orders whose base is below this don't count, in yuan", "基数低于此金额(元)的订单不计"
    ),
}
NEEDS: Final[Mapping[str, Shape]] = {
    "rank": _of("name", "this rank or above", "该等级及以上"),
    "recruits": _whole(0, MOST_COUNT, "with so many direct recruits", "直推人数不少于"),
    "own": _of("amount", "with so much own volume, in yuan", "本人业绩(元)不少于"),
    "team": _of("amount", "with so much team volume, in yuan", "团队业绩(元)不少于"),
}
COMPRESS: Final = _of(
    "yes", "whoever doesn't count is passed over and takes no level", "不合格者跳过,不占层级(紧缩)"
)
PEERS: Final[Mapping[str, Shape]] = {
    "pairs": _word(PAIRS, "an order's highest-ranked pair, or every pair", "只计等级最高的一对,或每一对都计"),
    "ranks": _of("names", "only pairs of these ranks", "仅限这些等级的平级"),
}
SELECT: Final[Mapping[str, Shape]] = {
    **NEEDS,
    "compress": COMPRESS,
    "skip": _whole(0, MOST_LEVELS, "so many levels earn nothing", "前若干层不计"),
    "limit": _whole(1, MOST_LEVELS, "so many levels are paid", "最多支付的层数"),
    "until": _of("name", "the walk ends before the first of this rank or above", "遇到该等级及以上即止"),
    "unlock_recruits": _whole(
        1, 1_000, "the n-th level needs n times as many direct recruits", "第n层需要n倍的直推人数"
    ),
    "outranked_in": _of(
        "name", "only whom this differential passed, outranked by someone below", "仅限在该级差中被下级超越者"
    ),
    "peers_of": _of(
        "name", "those of the rank that closed a gap of this differential", "该级差得奖者上方的同等级者"
    ),
    **PEERS,
}
RATE_FORMS: Final[Mapping[str, Shape]] = {
    "by_level": _of("rate_list", "a rate for each level, nearest first", "逐层比例,由近及远"),
    "by_rank": _of("rates_by_name", "a rate for each rank", "各等级的比例"),
    "by_rank_and_level": _of("rate_lists_by_name", "for each rank a rate for each level", "各等级的逐层比例"),
    "gap": _of(
        "rates_by_name", "what the rank's rate exceeds the one earned below", "级差:高出下方已得比例的部分"
    ),
    "amount": _of("amount", "a fixed amount in yuan", "固定金额(元)"),
}
GAP: Final[Mapping[str, Shape]] = {
    "cursor": _of("name", "share the cursor of this differential", "与该级差共用游标"),
    "from_buyer": _of(
        "yes", "the cursor starts at the rate of the buyer's own rank", "游标从买家本人等级的比例开始"
    ),
}
BOUND: Final[Mapping[str, Shape]] = {
    "person": _of("amount", "a person gets at most this in a period, in yuan", "每人每期最多(元)"),
    "period": _word(PERIODS, "the period of person", "person的周期"),
    "order": _of("rate", "the clause pays at most this part of an order", "本条对每单最多支付的比例"),
    "rest": _word(RESTS, "where the cut goes", "超出部分的去向"),
}
WHEN: Final[Mapping[str, Shape]] = {
    "release": _of("days", "may be drawn so many days after receipt", "收货后多少天可提"),
    "parts": _whole(1, MOST_PARTS, "in so many equal parts", "分几期等额发放"),
    "every": _word(CLOSINGS, "how far the parts are apart", "各期的间隔"),
    "claws_back": _of("yes", "a refund takes the award back", "退款时收回"),
}
PLACEMENT: Final[Mapping[str, Shape]] = {
    "width": _whole(0, 1_000, "so many places below each", "每人之下的位置数"),
    "fill": _word(FILLS, "where a new member is placed", "新会员排在何处"),
    "leaves_at": _of("name", "who reaches this rank moves up", "达到该等级者脱离上移"),
    "stays_behind": _whole(0, 1_000, "so many first members stay with the old sponsor", "脱离时留下的人数"),
    "carry": _of("yes", "what found no match counts in the next period", "未匹配的业绩结转下期"),
    "cap": _of("amount", "at most this is carried over, in yuan", "结转上限(元)"),
}
SPLIT: Final[Mapping[str, Shape]] = {
    "equal": _of("yes", "the same for everybody", "平均分配"),
    "pro_rata": _word(WEIGHTS, "in proportion to a measure", "按该项占比分配"),
    "places": _of("rate_list", "parts for the best, in order", "前几名依次的份额"),
    "draw": _whole(1, MOST_WINNERS, "so many are drawn", "抽取人数"),
    "by": _word(RANKINGS, "what places go by", "排名依据"),
}
PROMISE: Final[Mapping[str, Shape]] = {
    "rate": _of("rate", "this part of the measure", "该项的比例"),
    "brackets": _of("rates_by_amount", "from so many yuan on, the rate", "分档:满多少元,比例多少"),
    "amount": _of("amount", "a fixed amount in yuan", "固定金额(元)"),
    "of": _word(FUND_MEASURES, "the measure", "计算依据"),
    "once": _of("yes", "only the first time", "每人仅一次"),
}
HOLDING: Final[Mapping[str, Shape]] = {
    "times": _whole(
        1, 100, "an order gives its buyer so many times its base to get back", "待返额度为订单的倍数"
    ),
}

_RATE: Final = _of("rate", "a percentage such as 12% or 1.5%", "百分比,例如12%或1.5%")
_ACCRUE: Final = _of(
    "rate", "the part of each order that is put aside; the clause's bound", "每单计提的比例,也是上限"
)
_SHARED: Final[Mapping[str, Shape]] = {
    "event": Shape(
        form="fields", inside=EVENT, en="which orders count, on what base", zh="哪些订单计入、以何为基数"
    ),
    "bound": Shape(form="fields", inside=BOUND, en="what limits it", zh="上限"),
    "when": Shape(form="fields", inside=WHEN, en="when it may be drawn", zh="何时可提"),
    "accrue": _ACCRUE,
}
_PLACEMENT: Final = Shape(
    form="fields", inside=PLACEMENT, en="a tree beside the sponsors", zh="推荐关系之外的排位树"
)
_MEMBERS: Final = Shape(form="fields", inside=NEEDS, en="which members count", zh="哪些会员参与")
_OWN: Final[Mapping[str, Mapping[str, Shape]]] = {
    "direct": {"rate": _RATE},
    "differential": {"rates": _of("rates_by_name", "a rate for each rank", "各等级的比例")},
    "peer": {
        "of": _of("name", "the differential, which stands above", "位于本条之前的级差"),
        "rate": Shape(
            form="either",
            of=(_RATE, _of("rate_list", "", "")),
            en="one rate, or one for each generation",
            zh="一个比例,或逐代列出",
        ),
        **PEERS,
    },
    "region": {
        "rates": Shape(
            form="fields",
            inside=dict.fromkeys(REGION_LEVELS, _RATE),
            en="a rate for each level of the region",
            zh="各级代理的比例",
        )
    },
    "walk": {
        "graph": _word(GRAPHS, "along whom the clause walks", "沿何种关系计算"),
        "placement": _PLACEMENT,
        "select": Shape(form="fields", inside=SELECT, en="who counts", zh="谁参与"),
        "rate": Shape(
            form="either",
            of=(_RATE, Shape(form="fields", inside={**RATE_FORMS, **GAP})),
            en="a percentage, or one of the forms",
            zh="百分比,或一种形式",
        ),
        "of": _of("name", "the rate is a part of this clause's awards", "以该条款的奖励为基数"),
    },
    "fund": {
        "select": _MEMBERS,
        "close": _word(CLOSINGS, "the period", "结算周期"),
        "split": Shape(form="fields", inside=SPLIT, en="how the fund is shared out", zh="如何分配"),
        "promise": Shape(
            form="fields", inside=PROMISE, en="what each is promised from the fund", zh="承诺每人多少"
        ),
        "holding": Shape(form="fields", inside=HOLDING, en="what an order gives to get back", zh="待返额度"),
        "placement": _PLACEMENT,
    },
    "jar": {
        "select": Shape(
            form="fields", inside={**NEEDS, "compress": COMPRESS}, en="whose jar is filled", zh="谁的奖罐"
        ),
        "every": _whole(1, 1_000, "every n-th order breaks the jar", "每满几笔开罐"),
        "up_to_own": _of("yes", "at most the owner's own earliest order", "以最早一笔自购为限"),
    },
    "queue": {
        "select": _MEMBERS,
        "back": _of("rate", "the part of the order that comes back", "返还比例"),
        "every": _whole(1, 1_000, "only after every n-th order", "每满几笔返还一次"),
    },
    "board": {
        "select": _MEMBERS,
        "width": _whole(2, 100, "so many below each", "每人之下的人数"),
        "depth": _whole(1, 12, "so many levels below the top", "首位之下的层数"),
        "amount": _of("amount", "the top gets at most this, in yuan", "首位最多所得(元)"),
        "again": _of("yes", "the top takes a seat anew", "出局后重新入座"),
    },
}

_LANGUAGES: Final[Mapping[str, Shape]] = {
    "zh": _of("text", "in Chinese", "中文"),
    "en": _of("text", "in English", "英文"),
}
RANK: Final[Mapping[str, Shape]] = {
    "key": _of("key", "how the document calls it", "文档内的名称"),
    **_LANGUAGES,
}
BY_RECRUITS: Final[Mapping[str, Shape]] = {
    "from": _of("name", "the rank before", "晋升前等级"),
    "recruits": _whole(1, MOST_COUNT, "so many direct recruits", "直推人数"),
    "recruit_rank": _of("name", "of this rank or above", "直推的等级"),
    "to": _of("name", "the rank after", "晋升后等级"),
}
BY_VOLUME: Final[Mapping[str, Shape]] = {
    "from": _of("name", "the rank before", "晋升前等级"),
    "own": _of("amount", "own volume so far, in yuan", "累计本人业绩(元)"),
    "team": _of("amount", "team volume so far, in yuan", "累计团队业绩(元)"),
    "recruits": _whole(1, MOST_COUNT, "so many direct recruits", "直推人数"),
    "legs": _whole(1, MOST_COUNT, "so many legs with somebody of leg_rank", "有leg_rank等级者的线数"),
    "leg_rank": _of("name", "the rank that a leg must hold", "每条线中须有的等级"),
    "to": _of("name", "the rank after", "晋升后等级"),
}
PROMOTIONS: Final[Mapping[str, Shape]] = {
    "by_purchase": _of("names_by_code", "a product gives a rank", "购买商品得等级"),
    "by_recruits": Shape(
        form="list",
        inside=BY_RECRUITS,
        needed=tuple(BY_RECRUITS),
        en="recruits lift a rank",
        zh="发展晋升",
    ),
    "by_volume": Shape(
        form="list", inside=BY_VOLUME, needed=("from", "to"), en="volume lifts a rank", zh="业绩晋升"
    ),
}
TOP: Final[Mapping[str, Shape]] = {
    "plan": _of("key", "the plan's key", "方案代号"),
    "title": Shape(form="fields", inside=_LANGUAGES, needed=("zh", "en"), en="its name", zh="名称"),
    "rule": Shape(
        form="fields", inside=_LANGUAGES, needed=("zh", "en"), en="its rule in plain words", zh="白话规则"
    ),
    "ranks": Shape(
        form="list", inside=RANK, needed=tuple(RANK), en="ranks, lowest first", zh="等级,从低到高"
    ),
    "clauses": Shape(form="list", en="clauses; each may name one above", zh="条款,可引用位于其前的条款"),
    "budget": Shape(
        form="either",
        of=(_RATE, Shape(form="fields", inside=dict.fromkeys(BASES, _RATE))),
        en="the most that one order may pay, by base",
        zh="每单最高拨出预算",
    ),
    "cap": _of(
        "rate",
        "all clauses together pay at most this of an order; above it all are pro-rated",
        "全部条款每单封顶",
    ),
    "promotions": Shape(form="fields", inside=PROMOTIONS, en="how ranks rise", zh="晋升规则"),
}
TOP_NEEDED: Final = ("plan", "title", "ranks", "clauses", "budget")


def shape_of(kind: str, key: str) -> Shape:
    """What stands behind a key of a clause of that kind. Raises KeyError."""
    own = _OWN[kind]
    return own[key] if key in own else _SHARED[key]
