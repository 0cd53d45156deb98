"""A simulation held against closed forms and published figures: what agrees, what doesn't, and why.

The published figures are from secondary public sources: a range, not a target. Dollars are taken at 7 yuan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tongbao.money import WHOLE_BP, Language
from tongbao.plans.simulation.drawn import Drawn
from tongbao.plans.simulation.figures import Figures
from tongbao.plans.simulation.market import Market
from tongbao.plans.simulation.words import Speaker

YUAN_FOR_A_DOLLAR: Final = 7
NEAR_BP: Final = 100
"""Shares agree within one percentage point."""
HEIGHT_LEVELS: Final = 4
"""The depth of a random tree scatters by a few levels."""
TWICE: Final = 2
"""Amounts agree within a factor of two: the sources are of other countries and years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One figure beside the simulation's. ``why`` says why they differ, or what the agreement rests on."""

    key: str
    agrees: bool
    published_en: str
    published_zh: str
    simulated_en: str
    simulated_zh: str
    why_en: str
    why_zh: str

    def published(self, language: Language) -> str:
        return self.published_zh if language == "zh" else self.published_en

    def simulated(self, language: Language) -> str:
        return self.simulated_zh if language == "zh" else self.simulated_en

    def why(self, language: Language) -> str:
        return self.why_zh if language == "zh" else self.why_en

    def as_json(self) -> dict[str, object]:
        return {
            "key": self.key,
            "agrees": self.agrees,
            "published": self.published_en,
            "simulated": self.simulated_en,
            "why": self.why_en,
        }


def compare_with_published(drawn: Drawn, figures: Figures) -> tuple[Comparison, ...]:
    """Closed forms of random trees, the rough run of the gift-pack plan, and the income disclosures."""
    market = drawn.market
    found = [*_closed_forms(market, figures)]
    if figures.plan == "gift-pack":
        found += _rough_run(market, figures)
    return (*found, *_disclosures(drawn, figures))


def is_even(market: Market) -> bool:
    """Whether all members are alike for ever, as closed forms take them to be."""
    return (
        market.equal_effort
        and market.founders == 1
        and not (market.idle_bp or market.churn_bp or market.sybil_bp or market.effort_half_life_days)
    )


def _apart(market: Market) -> tuple[str, str]:
    """What of the market isn't what the closed forms take for granted."""
    speak_en, speak_zh = Speaker("en"), Speaker("zh")
    en, zh = [], []
    if market.preferential_bp:
        en.append(f"whoever has recruits gets more ({speak_en.share(market.preferential_bp)} preferential)")
        zh.append(f"偏好依附{speak_zh.share(market.preferential_bp)}")
    if market.idle_bp:
        en.append(f"{speak_en.share(market.idle_bp)} never recruit")
        zh.append(f"{speak_zh.share(market.idle_bp)}的会员从不推荐")
    if not market.equal_effort:
        en.append("efforts differ")
        zh.append("努力程度不同")
    if market.effort_half_life_days:
        en.append(f"efforts halve every {market.effort_half_life_days} days")
        zh.append(f"努力每{market.effort_half_life_days}天减半")
    if market.churn_bp:
        en.append("members leave")
        zh.append("会员会退出")
    if market.sybil_bp:
        en.append(f"{speak_en.share(market.sybil_bp)} of the sign-ups are fake accounts without recruits")
        zh.append(f"{speak_zh.share(market.sybil_bp)}的注册是没有下级的虚假账号")
    if market.founders > 1:
        en.append(f"there are {market.founders} founders and so {market.founders} trees")
        zh.append(f"有{market.founders}位创始会员,即{market.founders}棵树")
    return ", ".join(en) or "chance only", "、".join(zh) or "仅随机误差"


def _closed_forms(market: Market, figures: Figures) -> Iterator[Comparison]:
    even = is_even(market)
    uniform = even and not market.preferential_bp
    speak = Speaker("en")
    because = _apart(market)
    en_yes, zh_yes = "The market is what the closed form is about.", "市场设定与公式前提一致。"
    en_no = f"The closed form takes all members to be alike for ever; in this market {because[0]}."
    zh_no = f"公式假定会员始终相同;本市场中:{because[1]}。"
    why = (en_yes, zh_yes) if uniform else (en_no, zh_no)
    yield _of_share("leaves", 5_000, figures.leaves_bp, "members who recruit nobody", "没有直推的会员", why)
    # Following a chosen member to their sponsor half of p of the times: leaves f = 1 − (1 − p/2) f.
    leaves_bp = WHOLE_BP * 2 * WHOLE_BP // (4 * WHOLE_BP - market.preferential_bp)
    if market.preferential_bp:
        yield _of_share(
            "leaves_by_attachment",
            leaves_bp,
            figures.leaves_bp,
            "members who recruit nobody, at this attachment: 1 / (2 − p/2)",
            "该依附程度下没有直推的会员:1÷(2−p÷2)",
            (en_yes, zh_yes) if even else (en_no, zh_no),
        )
    bands = [band for band in figures.bands if band.expected >= WHOLE_BP // 2]
    off_bp = max(
        (abs(band.recruits - band.expected) * WHOLE_BP // band.expected for band in bands), default=0
    )
    shown = [
        (
            f"{band.recruits // WHOLE_BP}.{band.recruits % WHOLE_BP // 100:02d}",
            f"{band.expected // WHOLE_BP}.{band.expected % WHOLE_BP // 100:02d}",
        )
        for band in figures.bands[:3]
    ]
    yield Comparison(
        key="recruits_by_place",
        agrees=off_bp <= 1_000,
        published_en="the k-th of N expects about ln(N/k) recruits: tenth by tenth "
        + ", ".join(e for _, e in shown)
        + " …",
        published_zh="第k位加入者(共N位)预期约ln(N÷k)位直推,前三个十分位为" + "、".join(e for _, e in shown),
        simulated_en=", ".join(s for s, _ in shown) + f" …; at most {speak.share(off_bp)} off",
        simulated_zh="、".join(s for s, _ in shown) + f";最大偏差{speak.share(off_bp)}",
        why_en=why[0],
        why_zh=why[1],
    )
    yield Comparison(
        key="first_37_percent",
        agrees=abs(figures.one_or_more_until_percent - 37) <= 3,
        published_en="only the first 37 % expect one recruit or more",
        published_zh="只有最早的37%预期有一位或以上直推",
        simulated_en=f"{figures.one_or_more_until_percent} % of the members, in the order of joining",
        simulated_zh=f"按加入顺序为{figures.one_or_more_until_percent}%",
        why_en=why[0],
        why_zh=why[1],
    )
    yield Comparison(
        key="height",
        agrees=abs(figures.deepest_level - figures.expected_height) <= HEIGHT_LEVELS,
        published_en=f"a uniform random tree of so many is about e × ln N − 1.5 × ln ln N = {figures.expected_height} "
        "levels deep",
        published_zh=f"同等规模的均匀随机树约e×ln N−1.5×ln ln N={figures.expected_height}层",
        simulated_en=f"{figures.deepest_level} levels",
        simulated_zh=f"{figures.deepest_level}层",
        why_en=why[0],
        why_zh=why[1],
    )


def _of_share(
    key: str,
    published_bp: int,
    simulated_bp: int,
    what_en: str,
    what_zh: str,
    why: tuple[str, str],
    *,
    near_bp: int = NEAR_BP,
) -> Comparison:
    speak = Speaker("en")
    return Comparison(
        key=key,
        agrees=abs(published_bp - simulated_bp) <= near_bp,
        published_en=f"{speak.share(published_bp)}: {what_en}",
        published_zh=f"{what_zh}:{speak.share(published_bp)}",
        simulated_en=speak.exact_share(simulated_bp),
        simulated_zh=speak.exact_share(simulated_bp),
        why_en=why[0],
        why_zh=why[1],
    )


def _rough_run(market: Market, figures: Figures) -> Iterator[Comparison]:
    """The rough run: no regions, 100 000 members, no churn, everybody buys the 198 yuan pack."""
    plain = is_even(market) and not market.regions and market.pack_bp == WHOLE_BP and len(market.packs) == 1
    preferential = market.preferential_bp == WHOLE_BP
    fits = plain and market.preferential_bp in (0, WHOLE_BP)
    if fits:
        why = ("The settings are those of the rough run.", "设定与粗略试算一致。")
    else:
        apart_en, apart_zh = _apart(market)
        why = (
            f"The rough run knows one pack, no regions, no retail and members all alike; here {apart_en}, "
            "and people also buy dearer packs and goods.",
            f"粗略试算只有一种礼包,无区域、无零售、会员相同;本市场中:{apart_zh},且有更贵的礼包与日常商品。",
        )
    nothing_bp, back_bp = (6_700, 470) if preferential else (5_000, 310)
    yield _of_share(
        "rough_nothing", nothing_bp, figures.nothing_bp, "rough run: earn nothing", "粗略试算:没有收入", why
    )
    yield _of_share(
        "rough_earned_back",
        back_bp,
        figures.earned_back_bp,
        "rough run: earn back what they paid",
        "粗略试算:收入达到所付金额",
        why,
        near_bp=50,
    )
    if preferential:
        return
    median = figures.median_income_fen
    yield Comparison(
        key="rough_median",
        agrees=median == 0,
        published_en="rough run: the median income is 0",
        published_zh="粗略试算:收入中位数为0",
        simulated_en=Speaker("en").yuan(median),
        simulated_zh=Speaker("zh").yuan(median),
        why_en="Half earn nothing, give or take chance, so the median is 0 or the least that a recruit brings."
        if fits
        else why[0],
        why_zh="约一半人没有收入,中位数因随机为0或一位直推的最低收入。" if fits else why[1],
    )
    yield _of_share(
        "rough_top",
        5_000,
        figures.top_hundredth_bp,
        "rough run: what the top 1 % take (“about half”)",
        "粗略试算:前1%所得(“约一半”)",
        why,
        near_bp=500,
    )
    low, high = 4_400, 4_600
    yield Comparison(
        key="rough_payout",
        agrees=low - 50 <= figures.payout_bp <= high + 50,
        published_en="rough run: 44–46 % are paid out, of 47 % without regions",
        published_zh="粗略试算:支付44–46%(无区域时上限47%)",
        simulated_en=Speaker("en").exact_share(figures.payout_bp),
        simulated_zh=Speaker("zh").exact_share(figures.payout_bp),
        why_en="The share hangs on how soon the first few members reach the top rank, for all are below "
        "them: ten seeds with 100 000 members give 44.9 to 46.9 %, on average 46.3 %."
        if fits
        else why[0],
        why_zh="该比例取决于最早几位会员多快升到最高等级(其余人都在其下):10万会员、十个种子为44.9%至46.9%,平均46.3%。"
        if fits
        else why[1],
    )


def _disclosures(drawn: Drawn, figures: Figures) -> Iterator[Comparison]:
    market, speak_en, speak_zh = drawn.market, Speaker("en"), Speaker("zh")
    yield Comparison(
        key="ftc_2024",
        agrees=figures.up_to_7000_yuan_bp > WHOLE_BP // 2,
        published_en="FTC (2024), 70 companies: most earn 1 000 dollars a year or less, before costs",
        published_zh="美国FTC(2024)70家公司:多数人扣除成本前年收入不超过1000美元",
        simulated_en=f"{speak_en.exact_share(figures.up_to_7000_yuan_bp)} earn 7 000 yuan or less",
        simulated_zh=f"{speak_zh.exact_share(figures.up_to_7000_yuan_bp)}收入不超过7000元",
        why_en="A weak test: almost any tree passes, for most people have few or no recruits.",
        why_zh="这一检验较弱:多数人直推很少或没有,几乎任何树形结构都能通过。",
    )
    expected_fen = 708 * YUAN_FOR_A_DOLLAR * 100
    mean_fen = figures.lower_earners_mean_fen
    yield Comparison(
        key="4life_2016",
        agrees=expected_fen <= mean_fen * TWICE and mean_fen <= expected_fen * TWICE,
        published_en="4Life (2016): 88.8 % of those who earn anything average 708 dollars (4 956 yuan) a year",
        published_zh="4Life(2016):有收入者中88.8%年均708美元(4956元)",
        simulated_en=f"the lower 88.8 % of earners average {speak_en.yuan(mean_fen)}",
        simulated_zh=f"有收入者中较低的88.8%平均{speak_zh.yuan(mean_fen)}",
        why_en="Its members reorder monthly at a higher price, and those without any earnings are left out; here one "
        f"pack of {_yuan(market.packs[0].price_fen)} yuan and few goods are sold, and many joined only months ago.",
        why_zh=f"该公司会员按月高价复购,且未计无收入者;本市场主要售出一份{_yuan(market.packs[0].price_fen)}元礼包与少量日常商品,许多人加入仅数月。",
    )
    costs_fen = 1_608 * YUAN_FOR_A_DOLLAR * 100
    cost_fen = figures.median_cost_fen
    yield Comparison(
        key="my_daily_choice_2018_income",
        agrees=figures.median_income_fen <= 0,
        published_en="My Daily Choice (2018): the median income is 0",
        published_zh="My Daily Choice(2018):收入中位数为0",
        simulated_en=speak_en.yuan(figures.median_income_fen),
        simulated_zh=speak_zh.yuan(figures.median_income_fen),
        why_en="The median is 0 as soon as half have no paying recruit and no customer; here retail customers bring "
        "many a few yuan, if the plan pays for them.",
        why_zh="只要半数人没有付款的下级与顾客,中位数即为0;本市场中零售顾客会给许多人带来几元收入(若方案对其支付)。",
    )
    yield Comparison(
        key="my_daily_choice_2018_costs",
        agrees=costs_fen <= cost_fen * TWICE and cost_fen <= costs_fen * TWICE,
        published_en="My Daily Choice (2018): median costs of 1 608 dollars (11 256 yuan)",
        published_zh="My Daily Choice(2018):成本中位数1608美元(11256元)",
        simulated_en=speak_en.yuan(cost_fen),
        simulated_zh=speak_zh.yuan(cost_fen),
        why_en="There, members pay every month to stay qualified; here nobody has to, and what the goods are worth to "
        "those who keep them isn't counted as a cost.",
        why_zh="该公司会员须每月付费保持资格;本市场无此要求,且自用商品的价值不计入成本。",
    )
    yield Comparison(
        key="peanut_diary_structures",
        agrees=abs(figures.third_level_bp - 9_982) <= NEAR_BP,
        published_en="花生日记: 99.82 % are in structures of three levels or more",
        published_zh="花生日记:99.82%的会员处于三层或以上的结构",
        simulated_en=speak_en.exact_share(figures.third_level_bp),
        simulated_zh=speak_zh.exact_share(figures.third_level_bp),
        why_en="A tree that grows is soon three levels deep, whatever the plan pays.",
        why_zh="只要增长,结构很快超过三层,与方案无关。",
    )
    yield Comparison(
        key="peanut_diary_levels",
        agrees=40 <= figures.deepest_level <= 60,
        published_en="花生日记: 21.5 million members, 51 levels",
        published_zh="花生日记:2150万会员,51层",
        simulated_en=f"{figures.members:,} members, {figures.deepest_level} levels",
        simulated_zh=f"{figures.members:,}位会员,{figures.deepest_level}层",
        why_en="Depth grows with the logarithm of the members: chance alone gives about 42 levels for 21.5 million and "
        f"{figures.expected_height} here. That there were 51 says that real chains grow longer than chance makes them.",
        why_zh=f"层数随人数的对数增长:2150万人的均匀随机树约42层,本次约{figures.expected_height}层;"
        "实际达51层,说明现实中的链条比随机更长。",
    )


def _yuan(amount_fen: int) -> str:
    return f"{amount_fen // 100:,}"
