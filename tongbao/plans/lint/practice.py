"""How a shop works besides its plan: what a lint has to know about fees, points, draws, money and promises.

The defaults are a plain shop: joining is free, points are coupons of this shop, nothing is drawn, awards may be
drawn eight days after receipt, and nothing is promised that the program doesn't keep by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal, cast

from tongbao.plans.language.document import Document, Fields
from tongbao.plans.language.values import read_amount

EarningsClaims = Literal["none", "disclosed", "undisclosed"]
"""Whether earnings are advertised, and if so beside what all members earned after costs."""
EARNINGS_CLAIMS: Final[tuple[EarningsClaims, ...]] = ("none", "disclosed", "undisclosed")

MOST_COUNT: Final = 10_000_000_000


def _yes(default: bool, *, zh: str, en: str) -> Any:
    return field(default=default, metadata={"kind": "yes", "zh": zh, "en": en})


def _amount(*, zh: str, en: str) -> Any:
    return field(default=0, metadata={"kind": "amount", "zh": zh, "en": en})


def _count(default: int | None, *, most: int = MOST_COUNT, zh: str, en: str) -> Any:
    return field(default=default, metadata={"kind": "count", "most": most, "zh": zh, "en": en})


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """The settings of one shop that a lint looks at. Amounts are in fen.

    >>> Practice(joining_fee_fen=19_800).joining_fee_fen
    19800
    """

    joining_fee_fen: int = _amount(zh="入会费", en="fee to join")
    county_agent_fee_fen: int = _amount(zh="区县代理费", en="fee of a county agent")
    city_agent_fee_fen: int = _amount(zh="市级代理费", en="fee of a city agent")
    province_agent_fee_fen: int = _amount(zh="省级代理费", en="fee of a province agent")
    starter_kit_fen: int = _amount(
        zh="必须购买的入门套装价格", en="price of the starter kit that must be bought"
    )
    starter_kit_at_cost: bool = _yes(
        True,
        zh="入门套装按成本价提供,仅供演示",
        en="the starter kit is for demonstration and sold at cost",
    )
    sign_up_rewards: bool = _yes(
        False, zh="邀请他人注册即有奖励(现金或积分)", en="inviting somebody is rewarded, in money or points"
    )

    points_transferable: bool = _yes(False, zh="积分可在会员间转让", en="members can transfer points")
    points_cashable: bool = _yes(False, zh="积分可兑换现金", en="points can be turned into cash")
    points_quoted: bool = _yes(False, zh="积分有公布的价格", en="points have a published price")
    points_mined: bool = _yes(False, zh="积分可“挖矿”产出", en="points can be mined")
    points_for_equity: bool = _yes(False, zh="积分可兑换股权", en="points can be exchanged for equity")
    points_sold: bool = _yes(False, zh="积分可用钱购买", en="points are sold for money")
    points_pooled: bool = _yes(
        False, zh="积分由共同资金池支撑", en="points are backed by a common pool of money"
    )
    points_promoted_to_rise: bool = _yes(
        False, zh="宣传积分会增值", en="points are advertised as rising in value"
    )
    points_accepted_elsewhere: bool = _yes(
        False, zh="积分可在其他商家使用", en="other merchants accept the points"
    )

    draws: bool = _yes(False, zh="举办抽奖(含抽奖拼团)", en="prizes are drawn, lottery group-buys included")
    draw_prize_fen: int = _amount(zh="最高奖的价值", en="value of the highest prize")
    draw_terms_disclosed: bool = _yes(
        True, zh="抽奖规则与中奖概率事先公示", en="the terms and the odds are shown beforehand"
    )
    draw_provable: bool = _yes(
        True, zh="任何人都能验证开奖结果", en="anyone can check that the winner was drawn as announced"
    )
    draw_stake_paid: bool = _yes(False, zh="参与抽奖须付款", en="taking part in a draw costs money")
    draw_consolation_cash: bool = _yes(False, zh="未中奖者获得现金", en="whoever doesn't win gets cash")
    draw_free_entry: bool = _yes(False, zh="可免费参与抽奖", en="a draw can be entered for free")

    release_days: int = cast(
        int, _count(8, most=3_650, zh="收货后多少天可提现", en="days after receipt until awards may be drawn")
    )
    buy_back: bool = _yes(False, zh="承诺回购未售出的货", en="unsold goods are bought back")
    seventy_percent_rule: bool = _yes(
        False,
        zh="70%规则:再次进货前须已售出或用掉70%",
        en="70 % rule: 70 % is sold or used before more is bought",
    )
    ten_customer_rule: bool = _yes(
        False,
        zh="十客户规则:领取奖励前须有十位零售客户",
        en="ten-customer rule: ten retail customers before awards are paid",
    )
    retail_base_verified: bool = _yes(
        False,
        zh="核实奖励来自对最终消费者的销售",
        en="it is verified that awards come from sales to those who use the goods",
    )
    earnings_claims: EarningsClaims = field(
        default="none",
        metadata={
            "kind": "claims",
            "zh": "收入宣传(none无,disclosed附全体收入与成本披露,undisclosed无披露)",
            "en": "earnings are advertised: none, disclosed (with what all earned after costs), undisclosed",
        },
    )
    cash_back_promised: bool = _yes(
        False,
        zh="承诺返还,不以资金池内的钱为限",
        en="money back is promised whether or not a pool holds it",
    )

    merchants_money_held: bool = _yes(
        False, zh="商家货款经平台账户(二清)", en="money of merchants passes through the platform's account"
    )
    payment_licence: bool = _yes(
        False,
        zh="持有支付牌照,或由持牌机构分账",
        en="a payment licence is held, or a licensed institution splits the money",
    )
    stored_value: bool = _yes(
        False, zh="会员可充值或购买储值卡", en="members pay in money or buy cards beforehand"
    )
    prepaid_licence: bool = _yes(
        False,
        zh="已取得或备案预付卡资质",
        en="prepaid cards are licensed or registered",
    )

    salespeople: bool = _yes(
        False,
        zh="招募推销人员在固定场所以外销售",
        en="people are recruited to sell away from a shop",
    )
    direct_selling_licence: bool = _yes(
        False, zh="持有直销经营许可证", en="a Chinese direct-selling licence is held"
    )
    malaysian_licence: bool = _yes(
        False, zh="持有马来西亚直销执照", en="a Malaysian licence (Act 500) is held"
    )
    inside_wechat: bool = _yes(False, zh="在微信内推广", en="the plan runs inside WeChat")

    people_limit: int | None = _count(None, zh="可获奖励的人数上限", en="how many people may earn at most")
    people_seen: int = cast(int, _count(0, zh="实际参与分佣的人数", en="people who were seen to take part"))
    levels_seen: int = cast(int, _count(0, zh="实际出现的层级数", en="levels that were seen among them"))

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            match item.metadata["kind"]:
                case "yes":
                    sound = type(value) is bool
                case "claims":
                    sound = value in EARNINGS_CLAIMS
                case _:
                    sound = (type(value) is int and value >= 0) or (value is None and item.default is None)
            if not sound:
                raise ValueError(f"{item.name} can't be {value!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting as documents write it: its key, what it means, and its default there."""

    key: str
    name: str
    kind: Literal["yes", "amount", "count", "claims"]
    zh: str
    en: str

    def read(self, document: Fields) -> object:
        """The value at the key; what is wrong is noted there."""
        match self.kind:
            case "yes":
                return document.choice(self.key, options=("yes", "no", "true", "false")) in ("yes", "true")
            case "amount":
                return read_amount(document, self.key, example="198.00", may_be_zero=True)
            case "claims":
                return document.choice(self.key, options=EARNINGS_CLAIMS) or "none"
            case _:
                most = _metadata(self.name)["most"]
                return document.whole(self.key, least=0, most=most, example="8")


def _metadata(name: str) -> Any:
    return next(item.metadata for item in fields(Practice) if item.name == name)


SETTINGS: Final[tuple[Setting, ...]] = tuple(
    Setting(
        key=item.name.removesuffix("_fen"),
        name=item.name,
        kind=item.metadata["kind"],
        zh=item.metadata["zh"],
        en=item.metadata["en"],
    )
    for item in fields(Practice)
)
"""Every setting, in the order of ``Practice``; a document writes amounts in yuan and without ``_fen``."""


def load_practice(text: str, *, source: str = "practice.yaml") -> Practice:
    """The practice that a YAML or JSON document states; a key that isn't written has its default.

    Switches are ``yes`` or ``no`` (in JSON ``true`` or ``false``), amounts in yuan. Raises PlanInvalid, which names
    everything wrong with line, column and what to write instead.

    >>> load_practice("{joining_fee: 198.00, points_cashable: yes}").joining_fee_fen
    19800
    """
    document = Document(text, source=source)
    top = document.mapping(known=[setting.key for setting in SETTINGS])
    values = {setting.name: setting.read(top) for setting in SETTINGS if setting.key in top}
    document.require_sound()
    return Practice(**cast(dict[str, Any], values))


__all__ = ["EARNINGS_CLAIMS", "SETTINGS", "EarningsClaims", "Practice", "Setting", "load_practice"]
