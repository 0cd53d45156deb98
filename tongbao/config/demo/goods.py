"""What the two malls sell."""

from __future__ import annotations

from datetime import datetime

from tongbao.config.demo import drawing
from tongbao.config.demo.stage import OPERATOR
from tongbao.mall.contracts import MallSettings
from tongbao.mall.services import catalogue, pictures
from tongbao.tenancy.services import change_settings

PACKS = (
    ("pack-198", "小箱酒大礼包", 19_800, "VIP会员礼包"),
    ("pack-398", "中箱酒大礼包", 39_800, "特约代理礼包"),
    ("pack-999", "大箱酒大礼包", 99_900, "联合创始人礼包"),
)
GOODS = (
    ("tea-tieguanyin", "安溪铁观音 250克", 12_800),
    ("shake-oat", "燕麦代餐粉 15袋", 8_900),
    ("mask-ten", "玻尿酸面膜 10片", 6_900),
    ("wine-dry-red", "干红葡萄酒 750毫升", 15_900),
)
FREIGHT_FEN = 800
STOCK = 1_000_000


def stock_lotus(*, now: datetime) -> None:
    """Gift packs by the gift-pack plan, goods without distribution."""
    packs = catalogue.create_category(title="大礼包", actor=OPERATOR, now=now)
    goods = catalogue.create_category(title="好物", actor=OPERATOR, now=now)
    for code, title, price_fen, subtitle in PACKS:
        _sell(
            code, "gift_pack", title, price_fen, plan_key="gift-pack", category_id=packs, now=now, subtitle=subtitle
        )
    for code, title, price_fen in GOODS:
        _sell(code, "goods", title, price_fen, category_id=goods, now=now)
    change_settings(
        settings_class=MallSettings,
        values={"freight_fen": FREIGHT_FEN, "free_freight_above_fen": 9_900},
        actor=OPERATOR,
        now=now,
        reason="demo",
    )


def stock_orchid(*, now: datetime) -> None:
    """Goods of merchants, by the alliance's plan."""
    alliance = catalogue.create_category(title="联盟商家", actor=OPERATOR, now=now)
    for code, title, price_fen in GOODS:
        _sell(code, "goods", title, price_fen, plan_key="merchant-alliance", category_id=alliance, now=now)


def _sell(
    code: str,
    kind: str,
    title: str,
    price_fen: int,
    *,
    now: datetime,
    plan_key: str = "",
    category_id: int | None = None,
    subtitle: str = "",
) -> None:
    catalogue.create_product(
        code=code,
        kind=kind,  # type: ignore[arg-type]
        title=title,
        subtitle=subtitle,
        plan_key=plan_key,
        category_id=category_id,
        actor=OPERATOR,
        now=now,
    )
    catalogue.add_variant(
        product_code=code, sku=code, price_fen=price_fen, stock=STOCK, actor=OPERATOR, now=now
    )
    pictures.add_picture(product_code=code, content=drawing.product(code), actor=OPERATOR, now=now)
    catalogue.set_on_sale(code=code, is_on_sale=True, actor=OPERATOR, now=now)
