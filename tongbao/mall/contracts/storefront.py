"""How a mall looks to its customers (店铺装修): name, logo, colour, and the blocks of the home page in their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
"""What the storefront speaks."""
CURRENCY = "CNY"

PAGES = (
    "/pages/wallet/index",
    "/pages/team/index",
    "/pages/promotion/index",
    "/pages/trust/index",
    "/pages/orders/index",
    "/pages/category/index",
)
"""The storefront's own pages that a block may lead to."""

ICONS = (
    "apps",
    "campaign",
    "category",
    "favorite",
    "group",
    "local_offer",
    "receipt_long",
    "redeem",
    "star",
    "storefront",
    "toll",
    "verified",
    "wallet",
)
"""Pictures for the entries of a grid, by their Material Symbols names."""

MAX_BLOCKS = 20
MAX_BANNER_PICTURES = 8
MAX_GRID_ITEMS = 20
MAX_PRODUCTS = 30
MAX_TITLE = 40
MAX_TITLE_EN = 80
MAX_TEXT = 2_000

ProductSource = Literal["packs", "goods", "category"]
PRODUCT_SOURCES: tuple[ProductSource, ...] = ("packs", "goods", "category")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTarget:
    """Leads to a product."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryTarget:
    """Leads to a shelf."""

    category_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTarget:
    """Leads to one of ``PAGES``."""

    path: str


Target = ProductTarget | CategoryTarget | PageTarget
"""Where a tap leads: always inside the mall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BannerPicture:
    """One slide (轮播图). ``file`` is an upload of this mall, never a foreign address."""

    file: str
    title: str = ""
    title_en: str = ""
    target: Target | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """Slides; with none, the mall's name on its colour."""

    pictures: tuple[BannerPicture, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GridItem:
    """One entry of a grid (宫格)."""

    title: str
    title_en: str = ""
    icon: str
    target: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Entries with icons; ``None`` stands for the business apps that are on."""

    items: tuple[GridItem, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductList:
    """Packs, goods, or what stands on one shelf."""

    title: str
    title_en: str = ""
    source: ProductSource
    category_id: int | None = None
    limit: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock:
    """Paragraphs with **bold** words and links inside the mall; see ``policy.paragraphs``."""

    title: str = ""
    title_en: str = ""
    text: str
    text_en: str = ""


Block = Banner | Grid | ProductList | TextBlock

DEFAULT_COLOUR = "#b3261e"
DEFAULT_BLOCKS: tuple[Block, ...] = (
    Banner(),
    Grid(),
    ProductList(title="大礼包", title_en="Gift packs", source="packs", limit=6),
    ProductList(title="好物", title_en="Goods", source="goods", limit=10),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A mall's whole look. An empty name stands for the tenant's title, an empty logo for none."""

    name: str = ""
    name_en: str = ""
    logo: str = ""
    colour: str = DEFAULT_COLOUR
    blocks: tuple[Block, ...] = DEFAULT_BLOCKS

    def files(self) -> Iterator[tuple[str, str]]:
        """Every picture with its place."""
        if self.logo:
            yield "logo", self.logo
        for number, block in enumerate(self.blocks):
            if isinstance(block, Banner):
                for at, picture in enumerate(block.pictures):
                    yield f"blocks.{number}.pictures.{at}.file", picture.file


@dataclass(frozen=True, slots=True, kw_only=True)
class AppEntry:
    """A business app that is on, as the storefront shows it."""

    key: str
    title: str
    title_en: str
    page: str
    icon: str


class StorefrontApps(Protocol):
    """An extension point: implemented above, registered with ``services.storefront.use_storefront_apps``."""

    def entries(self) -> tuple[AppEntry, ...]:
        """The apps that are on in the current tenant and have a storefront page."""
        ...
