"""Why an award of a walk has its amount, in one sentence to the one who was paid."""

from __future__ import annotations

from tongbao.money import Language, floor_share, format_rate, gap_share
from tongbao.plans.algebra import ByLevel, ByRankAndLevel, Fixed, Gap
from tongbao.plans.clauses.base import Names, ordinal, yuan
from tongbao.plans.clauses.walk import Walk
from tongbao.plans.clauses.wording import LEVEL_NAMES
from tongbao.plans.contracts import Award


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
