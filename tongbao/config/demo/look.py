"""How the demo's malls look: logo, colour, slides, and the blocks of the home page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tongbao.config.demo import drawing
from tongbao.config.demo.stage import LOTUS, OPERATOR, ORCHID, Mall
from tongbao.mall import selectors
from tongbao.mall.selectors.storefront import current_look
from tongbao.mall.services.pictures import add_storefront_picture
from tongbao.mall.services.storefront import save_storefront


def dress_lotus(*, now: datetime) -> None:
    """Slides for packs, goods and proofs; entries to every page; both lists; a word about the promise."""
    shelves = {node.title: node.category_id for node in selectors.categories()}
    packs = {"kind": "category", "id": shelves["大礼包"]}
    goods = {"kind": "category", "id": shelves["好物"]}
    slides = [
        _slide(drawing.packs(), "开业大礼包,198元起", "Gift packs from ¥198", packs, now=now),
        _slide(drawing.goods(), "山里的好茶", "Good tea from the hills", goods, now=now),
        _slide(
            drawing.proofs(),
            "每一笔都查得到",
            "Every fen can be checked",
            _page("/pages/trust/index"),
            now=now,
        ),
    ]
    entries = [
        _entry("大礼包", "Packs", "redeem", packs),
        _entry("好物", "Goods", "storefront", goods),
        _entry("全部分类", "Categories", "category", _page("/pages/category/index")),
        _entry("我的订单", "Orders", "receipt_long", _page("/pages/orders/index")),
        _entry("钱包", "Wallet", "wallet", _page("/pages/wallet/index")),
        _entry("我的团队", "Team", "group", _page("/pages/team/index")),
        _entry("推广", "Promotion", "campaign", _page("/pages/promotion/index")),
        _entry("凭证", "Proofs", "verified", _page("/pages/trust/index")),
    ]
    words = {
        "kind": "text",
        "title": "关于莲花商城",
        "title_en": "About Lotus Mall",
        "text": "**说到的,都查得到。** 每一笔奖励都写明方案、等级和算式。\n"
        "看看[凭证](/pages/trust/index),或从[小箱酒大礼包](product:pack-198)开始。",
        "text_en": "**What is promised can be checked.** Every award names its plan, its rank and its arithmetic.\n"
        "Look at the [proofs](/pages/trust/index), or begin with the [small pack](product:pack-198).",
    }
    blocks: list[dict[str, Any]] = [
        {"kind": "banner", "pictures": slides},
        {"kind": "grid", "items": entries},
        _list("大礼包", "Gift packs", "packs", limit=6),
        _list("好物", "Goods", "goods", limit=10),
        words,
    ]
    _save(LOTUS, "#b3261e", drawing.RED, blocks, now=now)


def dress_orchid(*, now: datetime) -> None:
    """Another colour, one slide, the goods of the alliance."""
    (shelf,) = (node.category_id for node in selectors.categories() if node.title == "联盟商家")
    target = {"kind": "category", "id": shelf}
    slide = _slide(drawing.alliance(), "街坊的店,一起开", "The shops of your street", target, now=now)
    blocks: list[dict[str, Any]] = [
        {"kind": "banner", "pictures": [slide]},
        {"kind": "grid"},
        {**_list("联盟商家", "Alliance", "category", limit=10), "category_id": shelf},
    ]
    _save(ORCHID, "#6b3f8c", drawing.PLUM, blocks, now=now)


def _save(
    mall: Mall, colour: str, ground: drawing.Colour, blocks: list[dict[str, Any]], *, now: datetime
) -> None:
    document = {
        "name": mall.title_zh,
        "name_en": mall.title_en,
        "logo": add_storefront_picture(content=drawing.logo(ground), actor=OPERATOR, now=now),
        "colour": colour,
        "blocks": blocks,
    }
    save_storefront(document=document, based_on=current_look().number, actor=OPERATOR, now=now)


def _slide(
    content: bytes, title: str, title_en: str, target: dict[str, Any], *, now: datetime
) -> dict[str, Any]:
    file = add_storefront_picture(content=content, actor=OPERATOR, now=now)
    return {"file": file, "title": title, "title_en": title_en, "target": target}


def _entry(title: str, title_en: str, icon: str, target: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "title_en": title_en, "icon": icon, "target": target}


def _list(title: str, title_en: str, source: str, *, limit: int) -> dict[str, Any]:
    return {"kind": "products", "title": title, "title_en": title_en, "source": source, "limit": limit}


def _page(path: str) -> dict[str, Any]:
    return {"kind": "page", "path": path}
