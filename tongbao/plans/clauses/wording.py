"""Walks as sentences: the clause for everyone, and the reason for the one who was paid."""

from __future__ import annotations

from tongbao.money import Language, floor_share, format_rate, gap_share
from tongbao.plans.algebra import ByLevel, ByRank, ByRankAndLevel, Event, Fixed, Flat, Gap, Needs
from tongbao.plans.clauses.base import Names, ordinal, yuan
from tongbao.plans.clauses.walk import Walk
from tongbao.plans.contracts import Award

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


def reason(walk: Walk, award: Award, *, names: Names, language: Language) -> str:
    """Why this award has this amount, as a sentence to the one who got it."""
    return _reason(walk, award, names, language) + _cut(award, language)


def _reason(walk: Walk, award: Award, names: Names, language: Language) -> str:
    zh = language == "zh"
    rank = names.rank(award.rank, language)
    if walk.kind == "direct":
        return _plain(
            award,
            language,
            "一级分销:您是买家的直接推荐人",
            "Direct: you are the buyer's nearest sponsor, and",
        )
    if walk.kind == "region":
        level = LEVEL_NAMES[award.rank] if zh else award.rank
        return gap_reason(
            award,
            language=language,
            lead_zh=f"区域代理:您是收货地址的{level}级代理",
            lead_en=f"Region: you are the {level} agent of the delivery address",
            before_zh="下级代理已得",
            before_en="had been earned by the agents below",
        )
    if walk.kind == "peer":
        one = len(walk.rates_bp) == 1
        nearest_zh = f"您是其上方最近的{rank}" if one else f"您是其上方的{rank}之一"
        nearest_en = f"you are the next {rank} above" if one else "you are above, with the same rank"
        lead_zh = f"平级:您下方有一位{rank}在本单获得级差,{nearest_zh}"
        article = "an" if rank[:1].lower() in "aeio" else "a"
        lead_en = f"Peer: {article} {rank} below you earned a gap of the differential and {nearest_en};"
        return _plain(award, language, lead_zh, lead_en, break_zh=";")
    if isinstance(walk.rate, Gap):
        seat = seat_words(award.seat, language)
        agent = walk.graph == "regions"
        return gap_reason(
            award,
            language=language,
            lead_zh=f"级差:您是{seat}" if agent else f"级差:您当时的等级是{rank}",
            lead_en=f"Differential: you are {seat}" if agent else f"Differential: your rank was {rank}",
            before_zh="您下方已得",
            before_en="had been earned below you",
        )
    return _general_reason(walk, award, rank, language)


def _general_reason(walk: Walk, award: Award, rank: str, language: Language) -> str:
    zh = language == "zh"
    seat = seat_words(award.seat, language)
    if isinstance(walk.rate, Fixed):
        amount = yuan(award.amount_fen + award.cut_fen, language)
        return (
            f"条款{walk.id}:您是{seat},固定奖励{amount}。"
            if zh
            else f"{walk.id}: you are {seat}, which is paid a fixed {amount}."
        )
    if walk.of is not None:
        return _on_awards_reason(walk, award, language)
    # An agent's rank is the level, which the seat says already.
    held_zh, held_en = (
        ("", "") if walk.graph == "regions" else (f",当时的等级是{rank}", f", with the rank {rank},")
    )
    return _plain(
        award,
        language,
        f"条款{walk.id}:您是{seat}{held_zh}",
        f"{walk.id}: you are {seat}{held_en} and",
    )


def _on_awards_reason(walk: Walk, award: Award, language: Language) -> str:
    """A part of awards: the sum that is named is that before limits, which the rates are a part of.

    An award row knows the sum of what it is a part of and the largest of its rates. Only where one product of the
    two gives the amount is it told as one; else several awards were each multiplied and rounded by themselves.
    """
    zh = language == "zh"
    amount_fen = award.amount_fen + award.cut_fen
    base, amount = yuan(award.base_fen, language), yuan(amount_fen, language)
    lead = (
        f"条款{walk.id}:未计上限扣减,您下方会员在本单按条款{walk.of}得{base}"
        if zh
        else f"{walk.id}: before limits, {walk.of} gives those below you {base} on this order"
    )
    if amount_fen == floor_share(amount=award.base_fen, rate_bp=award.rate_bp):
        rate = format_rate(award.rate_bp)
        return (
            f"{lead},您得其{rate},舍去不足一分的部分,为{amount}。"
            if zh
            else f"{lead}; {rate} of it, rounded down to the fen, is {amount}."
        )
    match walk.rate:
        case ByLevel(rates_bp=listed):
            rates = listed
        case ByRankAndLevel(rates=lists):
            rates = dict(lists).get(award.rank, ())
        case _:
            rates = ()
    known = [format_rate(rate) for rate in dict.fromkeys(rates) if rate <= award.rate_bp]
    if len(known) > 1:
        each = f"按层级得其中每笔的{'或'.join(known)}" if zh else f"by level {' or '.join(known)}"
    else:
        each = f"得其中每笔的{format_rate(award.rate_bp)}" if zh else format_rate(award.rate_bp)
    return (
        f"{lead};您{each},逐笔舍去不足一分的部分,合计{amount}。"
        if zh
        else f"{lead}; {each} of each of these awards, each part rounded down to the fen, comes to {amount} in all."
    )


def seat_words(seat: str, language: Language) -> str:
    """Where somebody stands, in words: "sponsor 3" becomes 第3层推荐人, or the 3rd sponsor.

    >>> seat_words("place 2", "en"), seat_words("county agent", "en"), seat_words("buyer", "en")
    ('the 2nd place above the buyer', 'the county agent', 'the buyer')
    """
    word, _, number = seat.partition(" ")
    if language == "en":
        above = {
            "sponsor": "sponsor",
            "introducer": "introducer of the merchant",
            "place": "place above the buyer",
        }
        return f"the {ordinal(int(number))} {above[word]}" if word in above else f"the {seat}"
    if word in LEVEL_NAMES:
        return f"{LEVEL_NAMES[word]}级代理"
    names = {"sponsor": "推荐人", "introducer": "商家引荐人", "place": "排位上级", "buyer": "买家"}
    return f"第{number}层{names[word]}" if number else names.get(word, seat)


def _plain(award: Award, language: Language, lead_zh: str, lead_en: str, *, break_zh: str = ",") -> str:
    base, rate = yuan(award.base_fen, language), format_rate(award.rate_bp)
    amount = yuan(award.amount_fen + award.cut_fen, language)
    if language == "zh":
        return f"{lead_zh}{break_zh}{base}的{rate},舍去不足一分的部分,为{amount}。"
    return f"{lead_en} {rate} of {base}, rounded down to the fen, is {amount}."


def _cut(award: Award, language: Language) -> str:
    if not award.cut_fen:
        return ""
    cut, left = yuan(award.cut_fen, language), yuan(award.amount_fen, language)
    return (
        f"上限扣减{cut},实得{left}。"
        if language == "zh"
        else f" A limit takes off {cut}, which leaves {left}."
    )


def gap_reason(
    award: Award, *, language: Language, lead_zh: str, lead_en: str, before_zh: str, before_en: str
) -> str:
    """The arithmetic of a gap as a sentence; shared by the clauses that climb."""
    top_bp = award.rate_before_bp + award.rate_bp
    amount_fen = award.amount_fen + award.cut_fen
    base, amount = yuan(award.base_fen, language), yuan(amount_fen, language)
    if award.rate_before_bp == 0:
        if language == "zh":
            rate = format_rate(top_bp)
            return f"{lead_zh},比例{rate};{base}的{rate},舍去不足一分的部分,为{amount}。"
        return (
            f"{lead_en}, with {format_rate(top_bp)}, which of {base}, rounded down to the fen, is {amount}."
        )
    whole = gap_share(amount=award.base_fen, rate_before_bp=0, rate_bp=top_bp)
    whole_text, below_text = yuan(whole, language), yuan(whole - amount_fen, language)
    if language == "zh":
        return (
            f"{lead_zh},比例{format_rate(top_bp)},{before_zh}{format_rate(award.rate_before_bp)},差额"
            f"{format_rate(award.rate_bp)}:{base}的{format_rate(top_bp)}为{whole_text},减去已得的{below_text},"
            f"为{amount}。"
        )
    return (
        f"{lead_en}, with {format_rate(top_bp)}, and {format_rate(award.rate_before_bp)} {before_en}, which "
        f"leaves {format_rate(award.rate_bp)}: {format_rate(top_bp)} of {base} is {whole_text}, less "
        f"{below_text}, is {amount}."
    )
