"""The paper says what the register says, and its code leads there."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from tongbao.apps.shares import selectors
from tongbao.apps.shares.certificate import Paper, draw_certificate
from tongbao.apps.shares.contracts import CertificateUnknown
from tongbao.apps.shares.tests.people import CARDS, holder, issue

LINK = "https://lotus.example/apps/shares/pages/check?code="


def paper(language: str = "zh", **other: object) -> Paper:
    wang = holder(100)
    facts = issue(wang, 10)
    said = {"company": "莲花茶业股份公司", "holder": "王小明", "facts": facts, "link": LINK + facts.code}
    return Paper(**{**said, "language": language, **other})


def words(pdf: bytes) -> str:
    (page,) = PdfReader(BytesIO(pdf)).pages
    # The reader leaves the upper byte of each character in its text.
    return page.extract_text().replace("\0", "")


def test_a_certificate_names_its_holder_and_its_shares(on):
    said = words(draw_certificate(paper()))
    for expected in (
        "莲花茶业股份公司",
        "股权证",
        "王小明",
        "10 股(第 1 至第 10 股)",
        "GQ00000001",
        "2026-03-02",
    ):
        assert expected in said
    assert "不承诺分红或升值" in said


def test_it_is_written_in_english_too(on):
    said = words(draw_certificate(paper("en", company="Lotus Tea")))
    assert "10 shares (number 1 to 10)" in said
    assert "Holder: 王小明" in said


def test_names_that_the_font_lacks_or_the_line_is_too_short_for_still_make_a_page(on):
    said = words(draw_certificate(paper(holder="𠮷😀" * 3, company="很长的公司名称" * 12)))
    assert "□" in said
    assert said.count("很长的公司名称") == 12


def test_the_same_paper_is_the_same_bytes(on):
    one = paper()
    assert draw_certificate(one) == draw_certificate(one)


def test_a_stranger_with_the_code_sees_a_masked_holder(on):
    wang = holder(100)
    facts = issue(wang, 10)
    shown = selectors.check_certificate(code=facts.code)
    assert (shown.number, shown.holder, shown.shares) == ("GQ00000001", "王**", 10)
    with pytest.raises(CertificateUnknown):
        selectors.check_certificate(code="0" * 32)


def test_nobody_prints_a_certificate_of_somebody_else(on):
    facts = issue(holder(100), 10)
    li = holder(100, name="李四", card=CARDS[1])
    with pytest.raises(CertificateUnknown):
        selectors.certificate_of(member_id=li, number=facts.number)
