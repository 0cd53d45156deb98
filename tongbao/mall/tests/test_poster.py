"""The invitation poster: what is on it, whose it is, and what a name can't do to it."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from django.core.files.storage import InMemoryStorage
from django.db import connection
from django.test import Client
from PIL import Image, ImageChops

from tongbao.kit import clock
from tongbao.kit.fonts import drawable
from tongbao.mall.api import poster as entrance
from tongbao.mall.contracts import Look
from tongbao.mall.policy.poster import (
    BAND,
    CODE,
    HONEST,
    INVITES,
    SCAN,
    Poster,
    _font,
    draw_poster,
    qr_modules,
)
from tongbao.mall.policy.storefront import look_document
from tongbao.mall.selectors import poster as selectors
from tongbao.mall.services.storefront import save_storefront
from tongbao.members import services as members
from tongbao.members.tests.people import join
from tongbao.tenancy.contracts import Actor

API = "/api/v1/me/invitation/poster.png"
LINK = "https://lotus.example/?invite=ABCD2345"
WANG = Poster(
    mall_name="莲花茶庄",
    colour="#1f6f4a",
    member_name="王**",
    invite_code="ABCD2345",
    link=LINK,
    language="zh-Hans",
)


def seen(poster: Poster) -> Image.Image:
    return Image.open(BytesIO(draw_poster(poster))).convert("RGB")


def differ(one: Image.Image, other: Image.Image, box: tuple[int, int, int, int]) -> bool:
    return ImageChops.difference(one.crop(box), other.crop(box)).getbbox() is not None


def signed_in(member_id: int) -> Client:
    token = members.open_session(member_id=member_id, now=clock.now()).token
    return Client(headers={"host": "lotus.test", "authorization": f"Bearer {token}"})


def test_a_poster_is_750_by_1334_in_the_colour_of_the_mall():
    picture = seen(WANG)
    assert picture.size == (750, 1334)
    assert picture.getpixel((5, 5)) == (0x1F, 0x6F, 0x4A)
    assert picture.getpixel((5, BAND + 5)) == (255, 255, 255)


@pytest.mark.parametrize("link", [LINK, "https://a.example/?invite=ZZZZ9999", LINK + "&from=" + "x" * 150])
def test_every_module_of_the_qr_code_is_where_a_reader_looks_for_it(link):
    picture, modules = seen(replace(WANG, link=link)), qr_modules(link)
    half = modules.scale // 2
    drawn = tuple(
        tuple(
            picture.getpixel(
                (modules.left + x * modules.scale + half, modules.top + y * modules.scale + half)
            )
            == (0, 0, 0)
            for x in range(len(row))
        )
        for y, row in enumerate(modules.rows)
    )
    assert drawn == modules.rows
    assert modules.scale >= 3
    # The quiet zone of four modules on every side is white.
    edge = 4 * modules.scale
    box = (
        modules.left - edge,
        modules.top - edge,
        modules.left,
        modules.top + len(modules.rows) * modules.scale,
    )
    assert picture.crop(box).getextrema() == ((255, 255),) * 3


def test_every_word_of_every_language_is_in_the_font():
    for words in (INVITES, CODE, SCAN, HONEST):
        assert set(words) == {"zh-Hans", "zh-Hant", "en"}
        for text in words.values():
            assert set(text) <= drawable()


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_the_honest_sentence_is_never_cut(language):
    assert _font(24).getlength(HONEST[language]) <= 650
    assert _font(24).getlength(SCAN[language]) <= 650


def test_chinese_characters_are_drawn_and_not_the_missing_glyph():
    missing = bytes(_font(40).getmask("\U0001f600"))
    shapes = {bytes(_font(40).getmask(character)) for character in "王李小明邀請请臺龍"}
    assert len(shapes) == 9
    assert missing not in shapes
    assert bytes(_font(40).getmask("□")) != missing


@pytest.mark.parametrize("name", ["𠮷**", "😀*", "م*", "\u200b", "", "W" * 400, "龘龘龘", "\n\n", "{name}"])
def test_no_name_breaks_a_poster(name):
    assert seen(replace(WANG, member_name=name, mall_name=name)).size == (750, 1334)


def test_a_character_that_the_font_lacks_is_a_visible_box():
    assert draw_poster(replace(WANG, member_name="😀*")) == draw_poster(replace(WANG, member_name="□*"))


def test_each_language_has_its_own_words():
    pictures = [seen(replace(WANG, language=language)) for language in ("zh-Hans", "zh-Hant", "en")]
    below = (0, 1180, 750, 1260)
    assert differ(pictures[0], pictures[1], below)
    assert differ(pictures[0], pictures[2], below)


def test_a_logo_stands_above_the_name():
    out = BytesIO()
    Image.new("RGB", (300, 300), "#ff0000").save(out, "JPEG")
    red, green, _blue = seen(replace(WANG, logo=out.getvalue())).getpixel((375, 135))
    assert (red > 240, green < 20) == (True, True)


def test_wang_gets_her_own_poster_and_nobody_elses(tenant, monkeypatch):
    wang, li = join(name="王小明"), join(name="李雷")
    drawn: list[Poster] = []

    def draw(poster: Poster) -> bytes:
        assert not connection.in_atomic_block or connection.savepoint_ids == before
        drawn.append(poster)
        return draw_poster(poster)

    before = list(connection.savepoint_ids)
    monkeypatch.setattr(entrance, "draw_poster", draw)
    answer = signed_in(wang).get(API)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    signed_in(li).get(API, {"language": "en"})
    assert [poster.member_name for poster in drawn] == ["王**", "李*"]
    assert drawn[0].invite_code in drawn[0].link
    assert drawn[0].invite_code != drawn[1].invite_code
    assert [poster.language for poster in drawn] == ["zh-Hans", "en"]


def test_a_stranger_gets_none_and_an_unknown_language_is_refused(tenant):
    assert Client(headers={"host": "lotus.test"}).get(API).status_code == 401
    assert signed_in(join(name="王小明")).get(API, {"language": "fr"}).status_code == 422


def test_the_same_poster_is_not_drawn_twice_and_a_new_look_is_seen_at_once(tenant, monkeypatch):
    wang = signed_in(join(name="王小明"))
    first = wang.get(API)
    monkeypatch.setattr(entrance, "POSTERS_A_MINUTE", 2)
    tag = first.headers["ETag"]
    for _ in range(5):
        again = wang.get(API, headers={"if-none-match": tag})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    document = {**look_document(Look()), "name": "老李茶庄"}
    save_storefront(document=document, based_on=0, actor=Actor(user_id=None, name="李经理"), now=clock.now())
    changed = wang.get(API, headers={"if-none-match": tag})
    assert (changed.status_code, changed.headers["ETag"] == tag) == (200, False)
    # Two were drawn in this minute: the third is refused, and says when to come back.
    refused = wang.get(API)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) <= 60


def test_a_logo_whose_file_is_lost_leaves_a_poster_without_one(monkeypatch):
    monkeypatch.setattr(selectors, "default_storage", InMemoryStorage())
    assert selectors._read("storefront/gone.jpg") == b""
