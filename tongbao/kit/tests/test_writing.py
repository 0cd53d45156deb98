"""Sentences of the mall in traditional characters, for who reads those; what people wrote stays as they wrote it."""

from __future__ import annotations

import pytest
from django.test import Client, override_settings
from django.urls import path
from hypothesis import given
from hypothesis import strategies as st
from ninja import NinjaAPI, Schema

from tongbao.kit.api import Said, install_error_handlers
from tongbao.kit.errors import InvalidInput
from tongbao.kit.writing import traditional, wants_traditional


@pytest.mark.parametrize(
    ("simplified", "wanted"),
    [
        ("上级推荐奖励23.76元,8天后可提现。", "上級推薦獎勵23.76元,8天後可提現。"),
        # The shop's sense of words that programmers use otherwise.
        ("审核通过", "審核通過"),
        ("注销账户", "註銷帳戶"),
        ("发布方案", "發布方案"),
        ("佣金", "佣金"),
        ("金额发放", "金額發放"),
        ("请登录", "請登入"),
        ("plan v1 · 25%", "plan v1 · 25%"),
        ("", ""),
    ],
)
def test_a_sentence_of_the_mall_in_traditional_characters(simplified, wanted):
    assert traditional(simplified) == wanted


@given(st.text(alphabet=st.characters(max_codepoint=0x33FF)))
def test_what_is_no_chinese_stays(text):
    assert traditional(text) == text


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("zh-hant,zh-hans;q=0.9", True),
        ("zh-Hant-TW", True),
        ("zh-TW,zh;q=0.9,en;q=0.8", True),
        ("zh-HK", True),
        ("zh-Hans,zh-Hant;q=0.9", False),
        ("zh", False),
        ("en,zh-TW;q=0.9", False),
        ("", False),
    ],
)
def test_who_asks_first_for_traditional_chinese_gets_it(asked, wanted):
    assert wants_traditional(asked) is wanted


class Answer(Schema):
    name: str
    why: Said
    whys: list[Said]


api = NinjaAPI(urls_namespace="writing", auth=None)
install_error_handlers(api)


@api.get("/award", response=Answer)
def award(request):
    return {"name": "后里云", "why": "推荐奖励", "whys": ["团队奖励"]}


@api.get("/refused")
def refused(request):
    raise InvalidInput(field="phone", why_en="it is too short", why_zh="长度不足")


urlpatterns = [path("api/", api.urls)]


@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[])
@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("zh-TW", {"name": "后里云", "why": "推薦獎勵", "whys": ["團隊獎勵"]}),
        ("zh-hans", {"name": "后里云", "why": "推荐奖励", "whys": ["团队奖励"]}),
    ],
)
def test_an_answer_s_sentences_are_rewritten_and_names_are_not(asked, wanted):
    assert Client().get("/api/award", headers={"Accept-Language": asked}).json() == wanted


@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[])
def test_a_refusal_is_told_in_the_reader_s_characters():
    said = Client().get("/api/refused", headers={"Accept-Language": "zh-HK"}).json()["error"]["message"]
    assert "長度不足" in said
    assert traditional(said) == said
