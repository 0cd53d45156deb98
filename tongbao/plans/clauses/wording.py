"""Walks as sentences, for everyone; why somebody was paid so much is told by ``reasons``."""

from __future__ import annotations

from tongbao.money import Language, format_rate
from tongbao.plans.algebra import ByLevel, ByRank, ByRankAndLevel, Event, Fixed, Flat, Gap, Needs
from tongbao.plans.clauses.base import Names, yuan
from tongbao.plans.clauses.walk import Walk

LEVEL_NAMES = {"county": "区县", "city": "市", "province": "省"}


def sentence(walk: Walk, *, names: Names, language: Language) -> str:
    """The clause as a sentence."""
    said = (
        _SHORT[walk.kind](walk, names, language) if walk.kind in _SHORT else _general(walk, names, language)
    )
    return said + "".join(_further(walk, language))


def _direct(walk: Walk, names: Names, language: Language) -> str:
    assert isinstance(walk.rate, Flat)
    rate = format_rate(walk.rate.rate_bp)
    if language == "zh":
        return f"一级分销:买家的直接推荐人,不论等级,获得{rate}。"
    return f"Direct: the buyer's nearest sponsor, whatever their rank, earns {rate}."


def _differential(walk: Walk, names: Names, language: Language) -> str:
    listed = _by_rank(walk.rates_by_rank(), names, language)
    if language == "zh":
        return f"级差:沿推荐关系向上,各等级的比例为{listed};每位只得高出下方已得比例的差额。"
    return (
        f"Differential: walking up the sponsors, the rates are {listed}; each earns only "
        "the gap above what was earned below."
    )


def _peer(walk: Walk, names: Names, language: Language) -> str:
    peers = walk.select.peers
    assert peers is not None
    if isinstance(walk.rate, ByLevel):
        rates = ("、" if language == "zh" else ", ").join(
            format_rate(rate_bp) for rate_bp in walk.rate.rates_bp
        )
        rate = f"逐代{rates}" if language == "zh" else f"{rates} by generation"
    else:
        rate = format_rate(walk.rates_bp[0])
    only = ["、".join(names.rank(rank, language) for rank in peers.ranks)] if peers.ranks else []
    asked = needs(walk.select.needs, names, language)
    if language == "zh":
        which = "每单只计等级最高的一对" if peers.pairs == "highest" else "每一对都计"
        limits = [*(f"仅限{ranks}" for ranks in only), *asked]
        limited = f"({'、'.join(limits)})" if limits else ""
        return f"平级:在级差中得奖的推荐人,其上方最近的同等级推荐人{limited}获得{rate},{which}。"
    which = "every pair counts" if peers.pairs == "every" else "an order's highest-ranked pair counts"
    limits = [*(f"only {ranks.replace('、', ', ')}" for ranks in only), *asked]
    limited = f" ({'; '.join(limits)})" if limits else ""
    return f"Peer: above a sponsor who earned a gap, the next one of the same rank{limited} earns {rate}; {which}."


def _region(walk: Walk, names: Names, language: Language) -> str:
    if language == "zh":
        listed = "、".join(
            f"{LEVEL_NAMES[level]}代{format_rate(rate_bp)}" for level, rate_bp in walk.rates_by_rank()
        )
        return f"区域代理:按收货地址,{listed},逐级取差额;空缺一级的份额归上一级代理,不向下。"
    listed = ", ".join(f"{level} {format_rate(rate_bp)}" for level, rate_bp in walk.rates_by_rank())
    return (
        f"Region: by delivery address, {listed}, each level earning the gap; a missing agent's share "
        "goes to the next higher agent, never downward."
    )


_SHORT = {"direct": _direct, "differential": _differential, "peer": _peer, "region": _region}

_WHO = {
    "buyer": ("买家本人", "the buyer earns"),
    "sponsors": ("沿推荐关系向上的推荐人", "the sponsors, walking up, earn"),
    "regions": ("收货地址的区域代理", "the agents of the delivery address earn"),
    "introducers": ("商家的引荐人及其推荐人", "who introduced the merchant, and the sponsors above, earn"),
    "placement": ("排位树中上方的会员", "the members above in the placement tree earn"),
}
_BASES = {
    "net": ("实付金额", "the money paid"),
    "freight": ("运费", "the freight"),
    "margin": ("毛利", "the margin"),
    "points": ("积分价值", "the point value"),
}


def _general(walk: Walk, names: Names, language: Language) -> str:
    """A walk in its primitives: who, under what conditions, how much of what."""
    if walk.select.peers is not None:
        return _peer(walk, names, language)
    zh = language == "zh"
    who = _WHO[walk.graph][0 if zh else 1]
    base = _BASES[walk.event.base][0 if zh else 1]
    if walk.of is not None:
        base = (
            f"其下方会员按条款{walk.of}所得(未计上限扣减)"
            if zh
            else f"what {walk.of} gives those below them before limits"
        )
    much = _much(walk, base, names, language)
    rules = [*_tree(walk, names, language), *_select(walk, names, language), *_cursor(walk, language)]
    listed = ";".join(rules) if zh else "; ".join(rules)
    if zh:
        return f"{who}获得{much}" + (f"({listed})" if rules else "") + "。"
    return f"{who[0].upper()}{who[1:]} {much}" + (f" ({listed})" if rules else "") + "."


def _much(walk: Walk, base: str, names: Names, language: Language) -> str:
    """How much of what."""
    zh = language == "zh"
    match walk.rate:
        case Flat(rate_bp=rate_bp):
            return f"{base}的{format_rate(rate_bp)}" if zh else f"{format_rate(rate_bp)} of {base}"
        case ByLevel(rates_bp=rates):
            listed = ("、" if zh else ", ").join(format_rate(rate_bp) for rate_bp in rates)
            return f"{base}的一部分,逐层为{listed}" if zh else f"{listed} of {base}, level by level"
        case ByRank(rates=table):
            listed = _by_rank(table, names, language)
            return f"{base}的一部分,按等级为{listed}" if zh else f"a part of {base} by rank: {listed}"
        case ByRankAndLevel(rates=lists):
            listed = (";" if zh else "; ").join(
                names.rank(rank, language)
                + ("" if zh else " ")
                + ("、" if zh else ", ").join(format_rate(rate_bp) for rate_bp in rates)
                for rank, rates in lists
            )
            return (
                f"{base}的一部分,按等级逐层为{listed}"
                if zh
                else f"a part of {base} by rank and level: {listed}"
            )
        case Gap(rates=table):
            listed = _by_rank(table, names, language)
            return (
                f"{base}的级差:{listed},各得高出下方已得比例的部分"
                if zh
                else (f"the gaps of {base}: {listed}, each what the rank has above those below")
            )
        case Fixed(amount_fen=amount_fen):
            return f"固定{yuan(amount_fen, language)}" if zh else f"a fixed {yuan(amount_fen, language)}"


_FILLS = {
    "sponsor": ("各在推荐人之下", "everyone below their sponsor"),
    "breadth": ("在推荐人之下逐层排位", "below the sponsor, level by level"),
    "weak_leg": ("在推荐人之下排入业绩较小的一区", "below the sponsor, down the leg with less volume"),
    "queue": ("全体同在一棵树,依次排位", "one tree for all, place by place"),
}


def _tree(walk: Walk, names: Names, language: Language) -> list[str]:
    """How the placement tree is filled."""
    tree = walk.placement
    if tree is None:
        return []
    zh = language == "zh"
    said = [_FILLS[tree.fill][0 if zh else 1]]
    if tree.width:
        said.append(f"每人之下{tree.width}位" if zh else f"{tree.width} places below each")
    if tree.leaves_at is not None:
        rank = names.rank(tree.leaves_at, language)
        behind = tree.stays_behind
        left = f",最先的{behind}人留下" if zh else f" and leaves the first {behind} behind"
        said.append(
            (
                f"升为{rank}者脱离,移到上方最近的{rank}之下"
                if zh
                else f"whoever becomes {rank} moves below the next {rank}"
            )
            + (left if behind else "")
        )
    return said


def _cursor(walk: Walk, language: Language) -> list[str]:
    """Where the cursor of a gap starts, and with whom it is shared."""
    zh, said, rate = language == "zh", [], walk.rate
    if isinstance(rate, Gap) and rate.from_buyer:
        said.append("从买家本人等级的比例起算" if zh else "counted from the rate of the buyer's own rank")
    if isinstance(rate, Gap) and rate.cursor is not None:
        said.append(
            f"与条款{rate.cursor}共用已得比例"
            if zh
            else f"what {rate.cursor} paid below counts as earned too"
        )
    return said


def _select(walk: Walk, names: Names, language: Language) -> list[str]:
    zh = language == "zh"
    select, said = walk.select, needs(walk.select.needs, names, language)
    if select.skip:
        said.append(
            f"跳过前{select.skip}层"
            if zh
            else f"the first {select.skip} earn nothing"
            if select.skip > 1
            else "the first earns nothing"
        )
    if select.limit is not None:
        levels = "level" if select.limit == 1 else "levels"
        said.append(f"最多{select.limit}层" if zh else f"at most {select.limit} {levels}")
    if select.until is not None:
        until = names.rank(select.until, language)
        said.append(f"遇{until}为止" if zh else f"until the first {until}")
    if select.unlock_recruits:
        many = select.unlock_recruits
        recruits = "direct recruit" if many == 1 else "direct recruits"
        said.append(f"每直推{many}人开通一层" if zh else f"each level opens with {many} more {recruits}")
    if select.outranked_in is not None:
        said.append("仅限被下级超越等级者" if zh else "only those whom someone below has outranked")
    if walk.graph != "regions" and walk.graph != "buyer" and not select.peers:
        if select.compress:
            said.append("不合格者跳过,由上一位顶上" if zh else "whoever doesn't qualify is passed over")
        else:
            said.append(
                "不合格者的份额留在平台"
                if zh
                else "the share of whoever doesn't qualify stays with the platform"
            )
    return said


def needs(wanted: Needs, names: Names, language: Language) -> list[str]:
    """What a member must have, in words."""
    zh = language == "zh"
    said: list[str] = []
    if wanted.rank is not None:
        rank = names.rank(wanted.rank, language)
        said.append(f"{rank}及以上" if zh else f"{rank} or above")
    if wanted.recruits:
        recruits = "direct recruit" if wanted.recruits == 1 else "direct recruits"
        said.append(f"直推满{wanted.recruits}人" if zh else f"with {wanted.recruits} {recruits}")
    if wanted.own_fen:
        amount = yuan(wanted.own_fen, language)
        said.append(f"本人业绩满{amount}" if zh else f"with {amount} of own volume")
    if wanted.team_fen:
        amount = yuan(wanted.team_fen, language)
        said.append(f"团队业绩满{amount}" if zh else f"with {amount} of team volume")
    return said


def event_words(event: Event, language: Language) -> list[str]:
    """Which orders count, in words; nothing for all of them."""
    zh = language == "zh"
    said: list[str] = []
    if event.products:
        listed = ("、" if zh else ", ").join(event.products)
        said.append(f"仅限商品{listed}" if zh else f"only for {listed}")
    if event.least_fen:
        amount = yuan(event.least_fen, language)
        said.append(f"订单满{amount}" if zh else f"orders of {amount} or more")
    if event.on == "received":
        said.append("确认收货后" if zh else "once the order is received")
    return said


def _further(walk: Walk, language: Language) -> list[str]:
    """Bounds and times, each as a sentence of its own."""
    zh = language == "zh"
    said = event_words(walk.event, language)
    if (walk.kind in _SHORT or walk.select.peers is not None) and walk.event.base != "net":
        base = _BASES[walk.event.base][0 if zh else 1]
        said.insert(0, f"以{base}为基数" if zh else f"rates are parts of {base}")
    bound, when = walk.bound, walk.when
    if bound.person_fen is not None:
        amount = yuan(bound.person_fen, language)
        period = {"order": ("每单", "an order"), "day": ("每日", "a day"), "week": ("每周", "a week")}.get(
            bound.person_period, ("每月", "a month")
        )
        said.append(f"每人{period[0]}最多{amount}" if zh else f"at most {amount} for a person in {period[1]}")
    if bound.order_bp is not None:
        rate = format_rate(bound.order_bp)
        said.append(f"每单合计最多{rate}" if zh else f"together at most {rate} of an order")
    if when.release_days is not None:
        said.append(
            f"收货后{when.release_days}日可提" if zh else f"released {when.release_days} days after receipt"
        )
    if when.parts > 1:
        every = {"day": ("天", "daily"), "week": ("周", "weekly"), "month": ("个月", "monthly")}[when.every]
        said.append(f"分{when.parts}{every[0]}等额发放" if zh else f"in {when.parts} equal {every[1]} parts")
    if not when.claws_back:
        said.append("退款时不收回" if zh else "a refund doesn't take it back")
    if not said:
        return []
    if zh:
        return [";".join(said) + "。"]
    joined = "; ".join(said)
    return [f" {joined[0].upper()}{joined[1:]}."]


def _by_rank(table: tuple[tuple[str, int], ...], names: Names, language: Language) -> str:
    zh = language == "zh"
    return ("、" if zh else ", ").join(
        f"{names.rank(rank, language)}{'' if zh else ' '}{format_rate(rate_bp)}" for rank, rate_bp in table
    )
