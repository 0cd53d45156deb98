"""An owner signs for what blocks, for one document, in one jurisdiction."""

from __future__ import annotations

import pytest

from tongbao.plans import preset
from tongbao.plans.lint import (
    Practice,
    SignOffInvalid,
    SignOffStatement,
    blocking,
    lint,
    requires_sign_off,
)

GIFT_PACK = preset("gift-pack")
BLOCKING = ("CN4", "CN1", "CN2", "CN3", "CN5")


def signed(**changes) -> SignOffStatement:
    said = {
        "owner_name": "王梅",
        "text": "已咨询律师,本方案仅用于内部演示,不对外发布。",
        "findings": BLOCKING,
        "plan_sha256": GIFT_PACK.sha256,
        "jurisdiction": "CN",
        "signed_at": "2026-11-23T09:00:00+08:00",
    }
    return SignOffStatement(**(said | changes))


def found(jurisdiction="CN"):
    return lint(plan=GIFT_PACK, practice=Practice(), jurisdiction=jurisdiction)


def test_the_gift_pack_needs_a_signature_for_everything_that_blocks_in_china():
    needed = requires_sign_off(plan=GIFT_PACK, practice=Practice(), jurisdiction="CN")
    assert tuple(item.id for item in needed) == BLOCKING
    assert needed == blocking(found())


def test_the_compliant_preset_needs_none():
    assert requires_sign_off(plan=preset("compliant"), practice=Practice(), jurisdiction="CN") == ()


def test_a_warning_needs_no_signature():
    assert found("US")
    assert requires_sign_off(plan=GIFT_PACK, practice=Practice(), jurisdiction="US") == ()


def test_a_signature_covers_what_it_names():
    assert signed().covers(plan=GIFT_PACK, findings=found())


def test_a_signature_that_leaves_one_finding_out_covers_nothing():
    assert not signed(findings=BLOCKING[:-1]).covers(plan=GIFT_PACK, findings=found())


def test_a_signature_for_another_document_covers_nothing():
    assert not signed(plan_sha256="0" * 64).covers(plan=GIFT_PACK, findings=found())


def test_a_signature_names_no_findings_of_another_jurisdiction():
    assert signed().covers(plan=GIFT_PACK, findings=(*found(), *found("HK")))
    assert not signed(jurisdiction="HK").covers(plan=GIFT_PACK, findings=found("HK"))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"owner_name": "  "}, "owner's full name"),
        ({"owner_name": "王" * 81}, "owner's full name"),
        ({"text": "可以"}, "10 to 2000 characters"),
        ({"text": "a" * 2_001}, "10 to 2000 characters"),
        ({"findings": ()}, "names no finding"),
        ({"plan_sha256": "abc"}, "names no plan"),
        ({"jurisdiction": "FR"}, "use one of CN, US, EU, HK, SG, MY"),
        ({"signed_at": "2026-11-23T09:00:00"}, "signed_at must look like"),
        ({"signed_at": "yesterday"}, "signed_at must look like"),
    ],
)
def test_a_signature_that_says_too_little_is_refused(changes, told):
    with pytest.raises(SignOffInvalid) as caught:
        signed(**changes)
    assert told in caught.value.message("en")
    assert caught.value.message("zh").startswith("签署声明无效:")
