"""The parameters of a market: who buys, who recruits, who leaves. Whole numbers with their unit in the name."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from importlib.resources import files
from typing import Any, Final, cast

from tongbao.money import WHOLE_BP, Language, StatedError
from tongbao.plans.language.document import Document, Fields, suggestion
from tongbao.plans.language.values import read_amount

MOST_ACCOUNTS: Final = 10_000_000
MOST_DAYS: Final = 3_650
MOST_OFFERS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something that is sold. ``worth_fen`` is what its retail buyers would give for it, ``share_bp`` how often
    it is the one that is bought."""

    product: str
    price_fen: int
    worth_fen: int
    share_bp: int

    @property
    def kept_worth_fen(self) -> int:
        """What of the price the goods are worth to the one who keeps them: never more than was paid."""
        return min(self.price_fen, self.worth_fen)


def _number(default: int, most: int, *, zh: str, en: str, least: int = 0) -> int:
    return field(
        default=default, metadata={"kind": "whole", "least": least, "most": most, "zh": zh, "en": en}
    )


def _share(default_bp: int, *, zh: str, en: str) -> int:
    return field(default=default_bp, metadata={"kind": "share", "zh": zh, "en": en})


def _amount(default_fen: int, *, zh: str, en: str) -> int:
    return field(default=default_fen, metadata={"kind": "amount", "zh": zh, "en": en})


def _yes(default: bool, *, zh: str, en: str) -> bool:
    return field(default=default, metadata={"kind": "yes", "zh": zh, "en": en})


def _offers(*default: Offer, zh: str, en: str) -> tuple[Offer, ...]:
    return field(default=default, metadata={"kind": "offers", "zh": zh, "en": en})


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """What the simulator draws from. Nothing of it depends on a plan. docs/simulation.md says where defaults come from.

    >>> Market().churn_bp
    30
    >>> Market(preferential_bp=10_001)
    Traceback (most recent call last):
    ValueError: preferential_bp can't be 10001
    """

    founders: int = _number(
        10,
        10_000,
        least=1,
        zh="第一天就在、没有推荐人的会员数",
        en="members of the first day, with no sponsor",
    )
    contacts_per_100_days: int = _number(
        50,
        100_000,
        zh="平均每位新会员100天内推介的人数",
        en="people whom an average new member approaches in 100 days",
    )
    success_bp: int = _share(
        1_400,
        zh="推介成功的比例(市场饱和前)",
        en="how many of those approached join, before the market fills up",
    )
    preferential_bp: int = _share(
        3_000,
        zh="偏好依附程度:0为人人相同,100%为推荐人数越多越易再推荐",
        en="attachment: 0 is uniform, 100% is in proportion to the recruits one has",
    )
    idle_bp: int = _share(
        4_000, zh="只自用、从不推荐的会员比例", en="members who join for the goods and never recruit"
    )
    equal_effort: bool = _yes(
        False,
        zh="所有会员同样努力(否则按指数分布)",
        en="everybody tries equally hard, else efforts are exponential",
    )
    effort_half_life_days: int = _number(
        90, 100_000, zh="努力减半所需天数,0为不减", en="days until effort has halved; 0: it never does"
    )
    churn_bp: int = _share(30, zh="每天退出的会员比例", en="members who leave, each day")
    sybil_bp: int = _share(
        300, zh="注册中由会员自己开的虚假账号比例", en="sign-ups that are a member's own fake accounts"
    )
    pack_bp: int = _share(8_500, zh="注册时购买礼包的比例", en="sign-ups that buy a pack on joining")
    packs: tuple[Offer, ...] = _offers(
        Offer(product="pack-198", price_fen=19_800, worth_fen=12_000, share_bp=7_500),
        Offer(product="pack-398", price_fen=39_800, worth_fen=22_000, share_bp=1_700),
        Offer(product="pack-999", price_fen=99_900, worth_fen=50_000, share_bp=800),
        zh="注册礼包(从低到高)",
        en="the packs that people join with, cheapest first",
    )
    goods: tuple[Offer, ...] = _offers(
        Offer(product="goods-59", price_fen=5_900, worth_fen=6_500, share_bp=6_000),
        Offer(product="goods-129", price_fen=12_900, worth_fen=13_000, share_bp=3_000),
        Offer(product="goods-299", price_fen=29_900, worth_fen=27_000, share_bp=1_000),
        zh="日常商品",
        en="the goods of every day",
    )
    member_orders_per_100_days: int = _number(
        3, 10_000, zh="会员100天内自用下单数", en="orders for own use by a member in 100 days"
    )
    customers_per_100_members: int = _number(
        50,
        100_000,
        zh="每100位会员带来的零售顾客数(从不推荐)",
        en="retail customers, who never recruit, for 100 members",
    )
    customer_orders_per_100_days: int = _number(
        2,
        10_000,
        zh="零售顾客100天内的复购数(价格等于价值时)",
        en="further orders of a customer in 100 days, at a price equal to the worth",
    )
    customer_days: int = _number(
        180, 100_000, least=1, zh="零售顾客平均停留天数", en="how long a customer stays on average, in days"
    )
    elasticity_percent: int = _number(
        200,
        10_000,
        zh="零售需求对“价值÷价格”的弹性(100为1)",
        en="how retail demand follows worth over price: the power, 100 is 1",
    )
    refund_bp: int = _share(400, zh="全额退款的订单比例", en="orders that are refunded in full")
    part_refund_bp: int = _share(200, zh="部分退款(一半)的订单比例", en="orders of which half is refunded")
    receipt_days: int = _number(3, 365, zh="付款到收货天数", en="days from payment to receipt")
    refund_window_days: int = _number(
        7, 365, least=1, zh="收货后可退款天数", en="days after receipt within which goods come back"
    )
    margin_bp: int = _share(4_000, zh="毛利占价格比例", en="margin of the goods, part of the price")
    freight_fen: int = _amount(800, zh="每单运费", en="freight of an order")
    points_bp: int = _share(
        2_000, zh="订单赠送积分价值占价格比例", en="point value of an order, part of the price"
    )
    regions: int = _number(
        100, 10_000, zh="收货区县数,0为不设区域", en="counties that orders go to; 0: none has agents"
    )
    agents_bp: int = _share(5_000, zh="每级区域有代理的比例", en="regions that have an agent, of each level")
    contact_cost_fen: int = _amount(500, zh="每次推介的花费", en="what approaching somebody costs")
    contact_minutes: int = _number(
        60, 10_000, zh="每次推介的分钟数", en="minutes that approaching somebody takes"
    )
    hour_fen: int = _amount(
        0, zh="一小时的价值,0为不计时间成本", en="what an hour is worth; 0: time isn't counted"
    )

    def __post_init__(self) -> None:
        for setting in SETTINGS:
            value = getattr(self, setting.name)
            if not setting.allows(value):
                raise ValueError(f"{setting.name} can't be {value!r}")

    def told(self) -> dict[str, object]:
        """All parameters, for reports: numbers, and offers as objects."""
        return {
            setting.name: [
                {item.name: getattr(offer, item.name) for item in fields(Offer)}
                for offer in getattr(self, setting.name)
            ]
            if setting.kind == "offers"
            else getattr(self, setting.name)
            for setting in SETTINGS
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One parameter as documents write it: shares as percentages, amounts in yuan, keys without the unit."""

    key: str
    name: str
    kind: str
    least: int
    most: int
    zh: str
    en: str

    def text(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en

    def allows(self, value: Any) -> bool:
        if self.kind == "yes":
            return type(value) is bool
        if self.kind == "offers":
            priced = all(offer.price_fen > 0 <= offer.worth_fen for offer in value)
            return (
                0 < len(value) <= MOST_OFFERS
                and priced
                and sum(offer.share_bp for offer in value) == WHOLE_BP
            )
        return type(value) is int and self.least <= value <= self.most

    def read(self, document: Fields) -> object:
        """The value at the key; what is wrong is noted there."""
        match self.kind:
            case "yes":
                return document.choice(self.key, options=("yes", "no", "true", "false")) in ("yes", "true")
            case "share":
                return document.rate(self.key, may_be_zero=True)
            case "amount":
                return read_amount(document, self.key, example="5.00", may_be_zero=True)
            case "offers":
                return _read_offers(document, self.key)
            case _:
                return document.whole(
                    self.key, least=self.least, most=self.most, example=str(self.least or 30)
                )


def _read_offers(document: Fields, key: str) -> tuple[Offer, ...]:
    example = "{product: pack-198, price: 198.00, worth: 120.00, share: 100%}"
    offers = []
    for item in document.items(key, what_en="an offer", what_zh="商品", example=example):
        item.refuse_others(("product", "price", "worth", "share"))
        offers.append(
            Offer(
                product=item.code("product", example="pack-198"),
                price_fen=read_amount(item, "price", example="198.00"),
                worth_fen=read_amount(item, "worth", example="120.00", may_be_zero=True),
                share_bp=item.rate("share"),
            )
        )
    if len(offers) > MOST_OFFERS:
        document.note(
            key, en=f"{key} are above {MOST_OFFERS}; keep fewer", zh=f"{key}超过{MOST_OFFERS}项,请减少"
        )
    total_bp = sum(offer.share_bp for offer in offers)
    if not document.document.problems and total_bp != WHOLE_BP:
        document.note(
            key,
            en=f"the shares of {key} come to {total_bp} of 10000; make them 100% together",
            zh=f"{key}的比例合计不是100%;请调整为合计100%",
        )
    return tuple(offers)


SETTINGS: Final[tuple[Setting, ...]] = tuple(
    Setting(
        key=item.name.removesuffix("_fen").removesuffix("_bp"),
        name=item.name,
        kind=item.metadata["kind"],
        least=item.metadata.get("least", 0),
        most=item.metadata.get("most", WHOLE_BP if item.metadata["kind"] == "share" else 10**9),
        zh=item.metadata["zh"],
        en=item.metadata["en"],
    )
    for item in fields(Market)
)
_BY_KEY: Final = {setting.key: setting for setting in SETTINGS}


class UnknownMarket(StatedError):
    """A market's name that isn't shipped."""

    code = "unknown_market"
    message_en = "There is no market {name!r}; {cure_en}."
    message_zh = "没有市场{name!r};{cure_zh}。"

    def __init__(self, *, name: str) -> None:
        cure_en, cure_zh = suggestion(name, market_names())
        super().__init__(name=name, cure_en=cure_en, cure_zh=cure_zh)


def load_market(text: str, *, source: str = "market.yaml") -> Market:
    """The market that a YAML document states; what it doesn't write has its default.

    Shares are percentages, amounts yuan, switches ``yes`` or ``no``. Raises PlanInvalid, which names everything
    wrong with line, column and what to write instead.

    >>> load_market("{founders: 1, churn: 0%, contact_cost: 0.00}").founders
    1
    """
    document = Document(text, source=source)
    top = document.mapping(known=[setting.key for setting in SETTINGS])
    values = {setting.name: setting.read(top) for setting in SETTINGS if setting.key in top}
    document.require_sound()
    return replace(Market(), **cast(dict[str, Any], values))


def market_names() -> tuple[str, ...]:
    """The markets that are shipped."""
    folder = files("tongbao.plans.simulation") / "markets"
    return tuple(
        sorted(item.name.removesuffix(".yaml") for item in folder.iterdir() if item.name.endswith(".yaml"))
    )


def market_preset(name: str) -> Market:
    """A shipped market. Raises UnknownMarket."""
    if name not in market_names():
        raise UnknownMarket(name=name)
    path = files("tongbao.plans.simulation") / "markets" / f"{name}.yaml"
    return load_market(path.read_text(encoding="utf-8"), source=f"{name}.yaml")
