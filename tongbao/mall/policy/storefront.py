"""A look as a document, and back. Whatever is read is checked whole; what is written reads back the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tongbao.mall.contracts import (
    ICONS,
    MAX_BANNER_PICTURES,
    MAX_BLOCKS,
    MAX_GRID_ITEMS,
    MAX_PRODUCTS,
    MAX_TEXT,
    MAX_TITLE,
    MAX_TITLE_EN,
    PAGES,
    PRODUCT_SOURCES,
    Banner,
    BannerPicture,
    Block,
    CategoryTarget,
    Grid,
    GridItem,
    LayoutInvalid,
    Look,
    PageTarget,
    ProductList,
    ProductTarget,
    Target,
    TextBlock,
)
from tongbao.mall.policy.colours import COLOUR, check_colour
from tongbao.mall.policy.paragraphs import CODE, BadText, paragraphs, plain

HIGHEST_ID = 2**53
WORDS = {
    "blocks": ("block {}", "第{}个模块"),
    "pictures": ("picture {}", "第{}张图片"),
    "items": ("entry {}", "第{}个入口"),
    "name": ("the name", "店名"),
    "name_en": ("the English name", "英文店名"),
    "logo": ("the logo", "标志"),
    "colour": ("the colour", "主色"),
    "file": ("the file", "图片文件"),
    "title": ("the title", "标题"),
    "title_en": ("the English title", "英文标题"),
    "text": ("the text", "正文"),
    "text_en": ("the English text", "英文正文"),
    "icon": ("the icon", "图标"),
    "target": ("the target", "跳转目标"),
    "source": ("the source", "商品来源"),
    "category_id": ("the category", "分类"),
    "limit": ("the number of products", "商品数量"),
    "kind": ("the kind", "类型"),
}
LISTS = {
    "blocks": ("the list of blocks", "模块列表"),
    "pictures": ("the list of pictures", "图片列表"),
    "items": ("the list of entries", "入口列表"),
}


def refused(place: str, why_en: str, why_zh: str) -> LayoutInvalid:
    """The refusal of what stands at a place such as ``blocks.2.pictures.0.title``, said in words."""
    en, zh = [], []
    parts = place.split(".") if place else []
    while parts:
        words = WORDS.get(parts[0], (parts[0], parts[0]))
        # Of a field that nobody knows any text may be the name.
        is_numbered = parts[0] in LISTS and len(parts) > 1 and parts[1].isascii() and parts[1].isdigit()
        number = str(int(parts[1]) + 1) if is_numbered else ""
        if number:
            parts.pop(1)
        elif parts[0] in LISTS:
            words = LISTS[parts[0]]
        en.append(words[0].replace("{}", number))
        zh.append(words[1].replace("{}", number))
        parts.pop(0)
    said_en = ", ".join(en) or "the look"
    return LayoutInvalid(
        place=place,
        where_en=said_en[0].upper() + said_en[1:],
        where_zh=",".join(zh) or "店面",
        why_en=why_en,
        why_zh=why_zh,
    )


@dataclass(frozen=True, slots=True)
class _At:
    """An object of the document and its place."""

    told: Mapping[str, Any]
    place: str

    def at(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name

    def only(self, *names: str) -> _At:
        for name in self.told:
            if name not in names:
                raise refused(self.at(str(name)[:40]), "there is no such field", "没有这个字段")
        return self

    def text(self, name: str, limit: int, *, needed: bool = False, lines: bool = False) -> str:
        said = self.told.get(name, "")
        if not isinstance(said, str):
            raise refused(self.at(name), "it must be text", "必须是文字")
        try:
            cleaned = plain(said, lines=lines)
        except BadText as error:
            raise refused(self.at(name), error.why_en, error.why_zh) from error
        if len(cleaned) > limit:
            raise refused(self.at(name), f"it has at most {limit} characters", f"最多{limit}个字符")
        if needed and not cleaned:
            raise refused(self.at(name), "it is empty", "不能为空")
        return cleaned

    def rich(self, name: str, *, needed: bool = False) -> str:
        text = self.text(name, MAX_TEXT, needed=needed, lines=True)
        try:
            paragraphs(text)
        except BadText as error:
            raise refused(self.at(name), error.why_en, error.why_zh) from error
        return text

    def whole(self, name: str, low: int, high: int) -> int:
        said = self.told.get(name)
        # bool is an int to Python
        if type(said) is not int or not low <= said <= high:
            raise refused(
                self.at(name),
                f"it must be a whole number from {low} to {high}",
                f"必须是{low}到{high}之间的整数",
            )
        return said

    def one_of(self, name: str, known: tuple[str, ...]) -> str:
        said = self.told.get(name)
        if not isinstance(said, str) or said not in known:
            listed = ", ".join(known)
            raise refused(self.at(name), f"it must be one of {listed}", f"必须是以下之一:{listed}")
        return said

    def rows(self, name: str, limit: int) -> Iterator[_At]:
        said = self.told.get(name, [])
        if not isinstance(said, list):
            raise refused(self.at(name), "it must be a list", "必须是列表")
        if len(said) > limit:
            raise refused(self.at(name), f"there may be at most {limit}", f"最多{limit}个")
        for number, row in enumerate(said):
            yield _object(row, f"{self.at(name)}.{number}")


def _object(told: object, place: str) -> _At:
    if not isinstance(told, Mapping):
        raise refused(place, "it must be an object", "必须是对象")
    return _At(told, place)


def look_from(document: object) -> Look:
    """The look that a document describes. Raises LayoutInvalid at the first place, ColourTooLight."""
    top = _object(document, "").only("name", "name_en", "logo", "colour", "blocks")
    colour = top.told.get("colour")
    if not isinstance(colour, str) or not COLOUR.fullmatch(colour.lower()):
        raise refused("colour", "it is written #rrggbb", "应写作#rrggbb")
    return Look(
        name=top.text("name", MAX_TITLE),
        name_en=top.text("name_en", MAX_TITLE_EN),
        logo=top.text("logo", 120),
        colour=check_colour(colour.lower()),
        blocks=tuple(_block(row) for row in top.rows("blocks", MAX_BLOCKS)),
    )


def stored_look_from(document: Mapping[str, Any]) -> Look:
    """The look that was saved. A block that this version of the program no longer knows is left out."""
    blocks = list(document["blocks"])
    while True:
        try:
            return look_from({**document, "blocks": blocks})
        except LayoutInvalid as refusal:
            field, _dot, rest = refusal.place.partition(".")
            if field != "blocks" or not rest:
                raise
            del blocks[int(rest.partition(".")[0])]


def _block(at: _At) -> Block:
    return READERS[at.one_of("kind", tuple(READERS))](at)


def _banner(at: _At) -> Banner:
    at.only("kind", "pictures")
    return Banner(
        pictures=tuple(
            BannerPicture(
                file=row.only("file", "title", "title_en", "target").text("file", 120, needed=True),
                title=row.text("title", MAX_TITLE),
                title_en=row.text("title_en", MAX_TITLE_EN),
                target=_target(row) if row.told.get("target") is not None else None,
            )
            for row in at.rows("pictures", MAX_BANNER_PICTURES)
        )
    )


def _grid(at: _At) -> Grid:
    at.only("kind", "items")
    if at.told.get("items") is None:
        return Grid()
    items = tuple(
        GridItem(
            title=row.only("title", "title_en", "icon", "target").text("title", 12, needed=True),
            title_en=row.text("title_en", 24),
            icon=row.one_of("icon", ICONS),
            target=_target(row),
        )
        for row in at.rows("items", MAX_GRID_ITEMS)
    )
    if not items:
        raise refused(
            at.at("items"), "it is empty; add an entry or show the apps", "不能为空,请添加入口或显示应用"
        )
    return Grid(items=items)


def _product_list(at: _At) -> ProductList:
    at.only("kind", "title", "title_en", "source", "category_id", "limit")
    source = at.one_of("source", PRODUCT_SOURCES)
    if source != "category" and at.told.get("category_id") is not None:
        raise refused(at.at("category_id"), "only the source category takes one", "仅来源为分类时可填")
    return ProductList(
        title=at.text("title", MAX_TITLE, needed=True),
        title_en=at.text("title_en", MAX_TITLE_EN),
        source=source,  # type: ignore[arg-type]
        category_id=at.whole("category_id", 1, HIGHEST_ID) if source == "category" else None,
        limit=at.whole("limit", 1, MAX_PRODUCTS),
    )


def _text_block(at: _At) -> TextBlock:
    at.only("kind", "title", "title_en", "text", "text_en")
    return TextBlock(
        title=at.text("title", MAX_TITLE),
        title_en=at.text("title_en", MAX_TITLE_EN),
        text=at.rich("text", needed=True),
        text_en=at.rich("text_en"),
    )


READERS: dict[str, Callable[[_At], Block]] = {
    "banner": _banner,
    "grid": _grid,
    "products": _product_list,
    "text": _text_block,
}


def _target(row: _At) -> Target:
    at = _object(row.told.get("target"), row.at("target"))
    kind = at.one_of("kind", ("product", "category", "page"))
    if kind == "product":
        at.only("kind", "code")
        code = at.told.get("code")
        if not isinstance(code, str) or not CODE.fullmatch(code):
            raise refused(at.place, "name a product by its code", "请填写商品编码")
        return ProductTarget(code=code)
    if kind == "category":
        at.only("kind", "id")
        return CategoryTarget(category_id=at.whole("id", 1, HIGHEST_ID))
    return PageTarget(path=at.only("kind", "path").one_of("path", PAGES))


def look_document(look: Look) -> dict[str, Any]:
    """A look as a document; ``look_from`` reads it back."""
    return {
        "name": look.name,
        "name_en": look.name_en,
        "logo": look.logo,
        "colour": look.colour,
        "blocks": [block_document(block) for block in look.blocks],
    }


def block_document(block: Block) -> dict[str, Any]:
    """One block as a document."""
    if isinstance(block, Banner):
        pictures = [
            {
                "file": picture.file,
                "title": picture.title,
                "title_en": picture.title_en,
                "target": target_document(picture.target),
            }
            for picture in block.pictures
        ]
        return {"kind": "banner", "pictures": pictures}
    if isinstance(block, Grid):
        if block.items is None:
            return {"kind": "grid"}
        items = [
            {
                "title": item.title,
                "title_en": item.title_en,
                "icon": item.icon,
                "target": target_document(item.target),
            }
            for item in block.items
        ]
        return {"kind": "grid", "items": items}
    if isinstance(block, ProductList):
        return {
            "kind": "products",
            "title": block.title,
            "title_en": block.title_en,
            "source": block.source,
            "category_id": block.category_id,
            "limit": block.limit,
        }
    return {
        "kind": "text",
        "title": block.title,
        "title_en": block.title_en,
        "text": block.text,
        "text_en": block.text_en,
    }


def target_document(target: Target | None) -> dict[str, Any] | None:
    """A target as the storefront reads it."""
    if target is None:
        return None
    if isinstance(target, ProductTarget):
        return {"kind": "product", "code": target.code}
    if isinstance(target, CategoryTarget):
        return {"kind": "category", "id": target.category_id}
    return {"kind": "page", "path": target.path}


def targets(look: Look) -> Iterator[tuple[str, Target]]:
    """Every target of a look with its place, those of links in texts too."""
    for number, block in enumerate(look.blocks):
        place = f"blocks.{number}"
        if isinstance(block, Banner):
            for at, picture in enumerate(block.pictures):
                if picture.target is not None:
                    yield f"{place}.pictures.{at}.target", picture.target
        elif isinstance(block, Grid):
            for at, item in enumerate(block.items or ()):
                yield f"{place}.items.{at}.target", item.target
        elif isinstance(block, ProductList):
            if block.category_id is not None:
                yield f"{place}.category_id", CategoryTarget(category_id=block.category_id)
        else:
            for name, text in (("text", block.text), ("text_en", block.text_en)):
                for line in paragraphs(text):
                    for run in line:
                        if run.target is not None:
                            yield f"{place}.{name}", run.target
