"""One sentence for each award and each clause, in Chinese and English."""

from __future__ import annotations

from tongbao.money import floor_share, format_rate, format_yuan
from tongbao.plans.errors import Language
from tongbao.plans.facts import Award
from tongbao.plans.model import Clause, DifferentialClause, DirectClause, PeerClause, Plan, RegionClause, Text

KINDS = {
    "direct": Text("直推奖", "direct award"),
    "differential": Text("级差奖", "differential award"),
    "peer": Text("平级奖", "peer award"),
    "region": Text("区域代理奖", "regional award"),
}
LEVEL_TITLES = {
    "county": Text("区县代理", "county agent"),
    "city": Text("市级代理", "city agent"),
    "province": Text("省级代理", "province agent"),
}


def explain(award: Award, *, plan: Plan, language: Language) -> str:
    """Why this amount: the seat, the rank that counted, the rate, and the arithmetic, in one sentence.

    >>> from tongbao.plans import Chain, Sale, SponsorSeat, evaluate, preset
    >>> plan = preset("gift-pack")
    >>> chain = Chain(buyer_key=0, sponsors=(SponsorSeat(1, "vip"), SponsorSeat(2, "dealer")))
    >>> print(explain(evaluate(plan=plan, chain=chain, sale=Sale(19_800))[2], plan=plan, language="en"))
    As sponsor 2 with rank Dealer you earned the differential award "tier": 198.00 × 20% less 198.00 × 10% = 39.60 − 19.80 = 19.80 yuan.
    >>> print(explain(evaluate(plan=plan, chain=chain, sale=Sale(19_800))[0], plan=plan, language="zh"))
    您作为第1级推荐人(VIP会员)获得直推奖“direct”:198.00 × 12% = 23.76元。
    """
    seat = _seat(award, plan, language)
    kind = KINDS[award.kind]
    arithmetic = _arithmetic(award, language)
    if language == "zh":
        return f"您作为{seat}获得{kind.zh}“{award.clause}”:{arithmetic}元。"
    return f'As {seat} you earned the {kind.en} "{award.clause}": {arithmetic} yuan.'


def _seat(award: Award, plan: Plan, language: Language) -> str:
    if award.kind == "region":
        level = LEVEL_TITLES[award.rank]
        return level.zh if language == "zh" else level.en
    number = award.seat.removeprefix("sponsor ")
    title = plan.rank_title(award.rank)
    return f"第{number}级推荐人({title.zh})" if language == "zh" else f"sponsor {number} with rank {title.en}"


def _arithmetic(award: Award, language: Language) -> str:
    base = format_yuan(award.base_fen)
    upper_bp = award.rate_before_bp + award.rate_bp
    total = format_yuan(award.amount_fen)
    if not award.rate_before_bp:
        return f"{base} × {format_rate(upper_bp)} = {total}"
    less = "减" if language == "zh" else "less"
    high = format_yuan(floor_share(amount=award.base_fen, rate_bp=upper_bp))
    low = format_yuan(floor_share(amount=award.base_fen, rate_bp=award.rate_before_bp))
    steps = f"{base} × {format_rate(upper_bp)} {less} {base} × {format_rate(award.rate_before_bp)}"
    return f"{steps} = {high} − {low} = {total}"


def describe_clause(clause: Clause, *, plan: Plan, language: Language) -> str:
    """What a clause promises, in one sentence.

    >>> from tongbao.plans import preset
    >>> plan = preset("gift-pack")
    >>> print(describe_clause(plan.clause("tier"), plan=plan, language="en"))
    Differential: VIP 10%, Dealer 20%, Cofounder 30%; each earns what is above those below them.
    """
    zh = language == "zh"
    match clause:
        case DirectClause():
            rate = format_rate(clause.rate_bp)
            return (
                f"直推:最近的推荐人得{rate},不论等级。"
                if zh
                else f"Direct: the nearest sponsor earns {rate}, whatever their rank."
            )
        case DifferentialClause():
            parts = [(plan.rank_title(rank), format_rate(rate_bp)) for rank, rate_bp in clause.rates_bp]
            if zh:
                return "级差:" + "、".join(f"{title.zh}{rate}" for title, rate in parts) + ";各得高出下级的部分。"
            listed = ", ".join(f"{title.en} {rate}" for title, rate in parts)
            return f"Differential: {listed}; each earns what is above those below them."
        case PeerClause():
            rate = format_rate(clause.rate_bp)
            once = clause.pairs == "highest"
            if zh:
                return f"平级:同级的上级得{rate}," + ("每单一次,取最高一对。" if once else "每一对都发。")
            pays = "once for each order, for the highest pair" if once else "for every pair"
            return f"Peer: an upline of the same rank earns {rate}, {pays}."
        case RegionClause():
            parts = [(LEVEL_TITLES[level], format_rate(rate_bp)) for level, rate_bp in clause.rates_bp]
            if zh:
                return "区域:" + "、".join(f"{title.zh}{rate}" for title, rate in parts) + ";按收货地址级差分配。"
            listed = ", ".join(f"{title.en} {rate}" for title, rate in parts)
            return f"Region: {listed}, as a differential by the delivery address."
