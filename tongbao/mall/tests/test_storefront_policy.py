"""What a look may be: colours that can be read, blocks within their limits, texts without HTML or foreign links."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.mall.contracts import (
    PAGES,
    Banner,
    CategoryTarget,
    ColourTooLight,
    Grid,
    LayoutInvalid,
    Look,
    PageTarget,
    ProductList,
    ProductTarget,
)
from tongbao.mall.policy.colours import carries_white, check_colour, contrast_with_white, nearest_darker
from tongbao.mall.policy.paragraphs import BadText, Run, paragraphs
from tongbao.mall.policy.storefront import look_document, look_from, stored_look_from, targets

RGB = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def document(*blocks: dict[str, object], **more: object) -> dict[str, object]:
    return {"name": "莲花商城", "name_en": "Lotus Mall", "colour": "#b3261e", "blocks": list(blocks), **more}


def banner(count: int = 1, **more: object) -> dict[str, object]:
    return {"kind": "banner", "pictures": [{"file": "lotus/storefront/a.jpg", **more}] * count}


def entry(**more: object) -> dict[str, object]:
    target = {"kind": "page", "path": "/pages/team/index"}
    return {"title": "团队", "title_en": "Team", "icon": "group", "target": target, **more}


def grid(*items: dict[str, object]) -> dict[str, object]:
    return {"kind": "grid", "items": list(items)}


def product_list(**more: object) -> dict[str, object]:
    return {"kind": "products", "title": "大礼包", "title_en": "", "source": "packs", "limit": 6, **more}


def text(written: str = "欢迎", **more: object) -> dict[str, object]:
    return {"kind": "text", "text": written, **more}


# --- Colours


@pytest.mark.parametrize(
    ("colour", "hundredths"),
    [("#ffffff", 100), ("#000000", 2_100), ("#767676", 454), ("#777777", 447), ("#ff0000", 399)],
)
def test_the_contrast_with_white_is_that_of_the_standard(colour, hundredths):
    assert contrast_with_white(colour) == hundredths


@pytest.mark.parametrize(
    ("colour", "darker"),
    [("#ff0000", "#ee0000"), ("#ffd700", "#8b7500"), ("#ffffff", "#767676"), ("#07c160", "#048843")],
)
def test_a_light_colour_is_refused_with_the_nearest_darker_one_that_passes(colour, darker):
    with pytest.raises(ColourTooLight) as refusal:
        check_colour(colour)
    assert refusal.value.darker == darker
    assert darker in refusal.value.message("en")
    assert darker in refusal.value.message("zh")
    assert check_colour(darker) == darker


@given(RGB)
def test_what_is_proposed_always_passes_and_what_passes_stays(colour):
    darker = nearest_darker(colour)
    assert carries_white(darker)
    assert (darker == colour) == carries_white(colour)
    assert carries_white(colour) == (contrast_with_white(colour) >= 450)


# --- Texts


def test_a_text_is_paragraphs_with_bold_words_and_links_inside_the_mall():
    assert paragraphs(
        "**新茶**上市\r\n\r\n见[大礼包](product:pack-198)、[茶叶](category:3)和[钱包](/pages/wallet/index)。"
    ) == (
        (Run(text="新茶", is_bold=True), Run(text="上市")),
        (
            Run(text="见"),
            Run(text="大礼包", target=ProductTarget(code="pack-198")),
            Run(text="、"),
            Run(text="茶叶", target=CategoryTarget(category_id=3)),
            Run(text="和"),
            Run(text="钱包", target=PageTarget(path="/pages/wallet/index")),
            Run(text="。"),
        ),
    )


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("<b>新茶</b>", "HTML"),
        ("<script>alert(1)</script>", "HTML"),
        ("</p>", "HTML"),
        ("<!-- -->", "HTML"),
        ("[看](https://evil.test/)", "doesn't lead"),
        ("[看](//evil.test/)", "doesn't lead"),
        ("[看](javascript:alert)", "doesn't lead"),
        ("[看](javascript:alert(1))", "a link is written"),
        ("[看](/pages/elsewhere/index)", "doesn't lead"),
        ("[看](/pages/wallet/index?next=//evil.test)", "doesn't lead"),
        ("[看](product:../../x)", "doesn't lead"),
        ("[看](category:0)", "doesn't lead"),
        ("[看]( /pages/wallet/index )", "a link is written"),
        ("[**看**](/pages/wallet/index)", "can't be bold"),
        ("**新茶", "isn't closed"),
        ("**新\n茶**", "isn't closed"),
        ("新\x00茶", "can't be shown"),
        ("新\ud800茶", "can't be shown"),
        ("新\x1b茶", "can't be shown"),
    ],
)
def test_a_text_with_anything_else_is_refused(written, why):
    with pytest.raises(BadText, match=why):
        paragraphs(written)


@pytest.mark.parametrize("written", ["3 < 5", "a * b", "[看]", "https://lotus.test", "(见上)", ""])
def test_what_only_resembles_a_link_or_a_tag_is_plain_text(written):
    assert [run.text for line in paragraphs(written) for run in line] == ([written] if written else [])


# --- Layouts


def test_a_document_reads_into_a_look_and_back():
    whole = document(
        banner(8, title="开业", title_en="Opening", target={"kind": "product", "code": "pack-198"}),
        {"kind": "grid"},
        grid(entry(), entry(target={"kind": "category", "id": 3})),
        product_list(),
        product_list(source="category", category_id=3, limit=30),
        text("**新茶**", title="关于", title_en="About", text_en="[Packs](product:pack-198)"),
        logo="lotus/storefront/logo.jpg",
    )
    look = look_from(whole)
    assert look_from(look_document(look)) == look
    assert look.blocks[1] == Grid()
    assert [place for place, _file in look.files()][:2] == ["logo", "blocks.0.pictures.0.file"]
    assert [(place, target) for place, target in targets(look)][8:] == [
        ("blocks.2.items.0.target", PageTarget(path="/pages/team/index")),
        ("blocks.2.items.1.target", CategoryTarget(category_id=3)),
        ("blocks.4.category_id", CategoryTarget(category_id=3)),
        ("blocks.5.text_en", ProductTarget(code="pack-198")),
    ]


def test_a_mall_that_changed_nothing_has_a_good_home_page():
    look = Look()
    assert look_from(look_document(look)) == look
    assert look.blocks[:2] == (Banner(), Grid())
    assert [block.source for block in look.blocks[2:] if isinstance(block, ProductList)] == ["packs", "goods"]


def test_twenty_blocks_are_taken_and_one_more_is_not():
    assert len(look_from(document(*[text()] * 20)).blocks) == 20
    with pytest.raises(LayoutInvalid, match="at most 20"):
        look_from(document(*[text()] * 21))


REFUSED = {
    "a list is no look": ([], "", "must be an object"),
    "no colour": ({"blocks": []}, "colour", "#rrggbb"),
    "a colour by name": (document(colour="red"), "colour", "#rrggbb"),
    "a short colour": (document(colour="#b32"), "colour", "#rrggbb"),
    "a colour with more behind it": (document(colour="#b3261e;x"), "colour", "#rrggbb"),
    "a field nobody knows": (document(css="x"), "css", "no such field"),
    "a field of braces": (document(**{"{0.x}": 1}), "{0.x}", "no such field"),
    "a field of dots and digits": (document(**{"blocks.²": 1}), "blocks.²", "no such field"),
    "a name with a tag": (document(name="<b>莲花</b>"), "name", "HTML"),
    "a name that is a number": (document(name=1), "name", "must be text"),
    "a name of 41 letters": (document(name="莲" * 41), "name", "at most 40"),
    "a name in two lines": (document(name="莲花\n商城"), "name", "can't be shown"),
    "blocks that are no list": (document(blocks={}), "blocks", "must be a list"),
    "a block that is text": (document("grid"), "blocks.0", "must be an object"),
    "a block without a kind": (document({}), "blocks.0.kind", "must be one of"),
    "a block of another kind": (document({"kind": "html"}), "blocks.0.kind", "must be one of"),
    "a kind that is a list": (document({"kind": ["grid"]}), "blocks.0.kind", "must be one of"),
    "nine slides": (document(banner(9)), "blocks.0.pictures", "at most 8"),
    "a slide without a file": (document(banner(file="")), "blocks.0.pictures.0.file", "empty"),
    "a slide with an address": (
        document(banner(url="https://evil.test/a.jpg")),
        "blocks.0.pictures.0.url",
        "no such field",
    ),
    "a slide that leads outside": (
        document(banner(target={"kind": "url", "url": "https://evil.test"})),
        "blocks.0.pictures.0.target.kind",
        "must be one of",
    ),
    "a slide that leads to a page nobody knows": (
        document(banner(target={"kind": "page", "path": "https://evil.test"})),
        "blocks.0.pictures.0.target.path",
        "must be one of",
    ),
    "a target with more than it needs": (
        document(banner(target={"kind": "product", "code": "pack-198", "path": PAGES[0]})),
        "blocks.0.pictures.0.target.path",
        "no such field",
    ),
    "a product without a code": (
        document(banner(target={"kind": "product", "code": "Pack 198"})),
        "blocks.0.pictures.0.target",
        "by its code",
    ),
    "a grid without entries": (document(grid()), "blocks.0.items", "empty"),
    "21 entries": (document(grid(*[entry()] * 21)), "blocks.0.items", "at most 20"),
    "an entry without a title": (document(grid(entry(title=" "))), "blocks.0.items.0.title", "empty"),
    "an entry with a strange icon": (
        document(grid(entry(icon="../x"))),
        "blocks.0.items.0.icon",
        "must be one of",
    ),
    "an entry that leads nowhere": (
        document(grid(entry(target=None))),
        "blocks.0.items.0.target",
        "must be an object",
    ),
    "a list without a title": (document(product_list(title="")), "blocks.0.title", "empty"),
    "a list of no products": (document(product_list(limit=0)), "blocks.0.limit", "1 to 30"),
    "a list of 31 products": (document(product_list(limit=31)), "blocks.0.limit", "1 to 30"),
    "a list of half a product": (document(product_list(limit=1.5)), "blocks.0.limit", "1 to 30"),
    "a list of true products": (document(product_list(limit=True)), "blocks.0.limit", "1 to 30"),
    "a list from elsewhere": (document(product_list(source="all")), "blocks.0.source", "must be one of"),
    "a shelf without a number": (
        document(product_list(source="category")),
        "blocks.0.category_id",
        "whole number",
    ),
    "packs of a shelf": (document(product_list(category_id=3)), "blocks.0.category_id", "only the source"),
    "an empty text": (document(text(" ")), "blocks.0.text", "empty"),
    "a text of 2001 letters": (document(text("莲" * 2_001)), "blocks.0.text", "at most 2000"),
    "a foreign link": (document(text("[x](https://evil.test)")), "blocks.0.text", "doesn't lead"),
    "an English text with HTML": (document(text(text_en="<i>x</i>")), "blocks.0.text_en", "HTML"),
}


@pytest.mark.parametrize(("told", "place", "why"), REFUSED.values(), ids=REFUSED)
def test_what_can_not_be_shown_is_refused_at_its_place(told, place, why):
    with pytest.raises(LayoutInvalid, match=why) as refusal:
        look_from(told)
    assert refusal.value.place == place
    assert refusal.value.message("zh")


def test_the_place_is_said_in_words():
    with pytest.raises(LayoutInvalid) as refusal:
        look_from(document(text(), grid(entry(), entry(title=""))))
    assert str(refusal.value) == (
        "Block 2, entry 2, the title can't be accepted: it is empty. Correct it and save again."
    )
    assert refusal.value.message("zh") == "第2个模块,第2个入口,标题无法接受:不能为空。请修改后重新保存。"


def test_a_stored_block_that_a_later_version_no_longer_knows_is_left_out():
    kept = look_document(look_from(document(text("一"), text("二"))))
    older = deepcopy(kept)
    older["blocks"].insert(1, {"kind": "carousel", "speed": 3})
    assert stored_look_from(older) == look_from(kept)


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["grid", "page", "#000000"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["kind", "blocks", "colour", "items", "pictures", "target", "text", "title", "file"]
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(ANYTHING)
def test_whatever_is_sent_is_a_look_or_a_refusal(told):
    try:
        look = look_from(told)
    except (LayoutInvalid, ColourTooLight) as error:
        refusal: LayoutInvalid | ColourTooLight | None = error
    else:
        refusal = None
        assert look_from(look_document(look)) == look
    if refusal is not None:
        assert refusal.message("zh")
        assert refusal.message("en")
