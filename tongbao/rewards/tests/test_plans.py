"""Plans come into force: checked against their budget, dated, never changed, disclosed to everyone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tongbao.plans import PlanInvalid, PlanOverBudget, preset_text
from tongbao.rewards import selectors, services
from tongbao.rewards.contracts import PlanNotInForce, PlanVersionTooEarly
from tongbao.rewards.models import PlanVersion
from tongbao.rewards.tests import street
from tongbao.tenancy.models import AuditEntry

NOON = street.NOON
HOUR = timedelta(hours=1)
GIFT_PACK = preset_text("gift-pack")


def publish(document: str, effective_from, *, now=NOON) -> int:
    return street.publish(document, effective_from, now=now)


def test_a_new_mall_starts_with_the_three_presets(tenant):
    found = {plan.key: plan for plan in selectors.plans_in_force(at=NOON)}
    assert {key: plan.worst_case_bp for key, plan in found.items()} == {
        "gift-pack": 5_500,
        "merchant-alliance": 500,
        "lottery-winner": 2_800,
    }
    assert all(plan.sentences_zh and plan.sentences_en for plan in found.values())
    services.install_presets(now=NOON)
    assert PlanVersion.objects.count() == 3


def test_a_version_is_in_force_from_its_moment_on(tenant):
    cheaper = GIFT_PACK.replace("rate: 12%", "rate: 6%")
    assert publish(cheaper, NOON + HOUR) == 2
    before, _ = selectors.plan_in_force(key="gift-pack", at=NOON + HOUR - timedelta(microseconds=1))
    after, plan = selectors.plan_in_force(key="gift-pack", at=NOON + HOUR)
    assert (before.version, after.version) == (1, 2)
    assert plan.sha256 == after.sha256
    entry = AuditEntry.objects.get(action="plan.publish", actor_name=street.OWNER_NAME)
    assert entry.detail["version"] == 2


def test_a_plan_that_pays_more_than_its_budget_is_not_published(tenant):
    """Paid for every pair, the peer award makes the worst case 65 % and not 55 %."""
    greedy = GIFT_PACK.replace("pairs: highest", "pairs: every")
    assert greedy != GIFT_PACK
    with pytest.raises(PlanOverBudget, match="65%"):
        publish(greedy, NOON + HOUR)
    assert PlanVersion.objects.filter(key="gift-pack").count() == 1


def test_a_document_that_is_no_plan_is_not_published(tenant):
    for document in ("", "plan: x", GIFT_PACK.replace("12%", "0.12")):
        with pytest.raises(PlanInvalid):
            publish(document, NOON + HOUR)


def test_a_version_begins_after_the_last_one_and_not_in_the_past(tenant):
    cheaper = GIFT_PACK.replace("rate: 12%", "rate: 6%")
    with pytest.raises(PlanVersionTooEarly):
        publish(cheaper, NOON - timedelta(microseconds=1))
    publish(cheaper, NOON + HOUR)
    for begin in (NOON, NOON + HOUR):
        with pytest.raises(PlanVersionTooEarly):
            publish(GIFT_PACK, begin)
    assert publish(GIFT_PACK, NOON + 2 * HOUR) == 3


@pytest.mark.parametrize("begin", [NOON + HOUR, NOON + HOUR / 2], ids=["the same moment", "before it"])
def test_versions_that_would_overlap_are_refused_with_the_version_its_date_and_what_to_do(tenant, begin):
    publish(GIFT_PACK.replace("rate: 12%", "rate: 6%"), NOON + HOUR)
    with pytest.raises(PlanVersionTooEarly) as refusal:
        publish(GIFT_PACK, begin)
    since = (NOON + HOUR).isoformat()
    assert refusal.value.message("en") == (
        f"Plan gift-pack has version 2 from {since}. Choose a time after it that is not in the past."
    )
    assert refusal.value.message("zh") == (
        f"方案gift-pack的第2版自{since}起生效。请选择在其之后、且不早于现在的时间。"
    )
    assert PlanVersion.objects.filter(key="gift-pack").count() == 2


def test_a_plan_that_nobody_published_is_not_in_force(tenant):
    with pytest.raises(PlanNotInForce):
        selectors.plan_in_force(key="nothing", at=NOON)


def test_of_two_publications_at_once_one_is_told_to_look_again(committed_tenant, race):
    cheaper = GIFT_PACK.replace("rate: 12%", "rate: 6%")
    street.owner()
    answers = race(*(lambda: publish(cheaper, NOON + HOUR) for _ in range(4)))
    assert sorted(str(type(answer).__name__) for answer in answers) == [*["PlanVersionTooEarly"] * 3, "int"]
    assert PlanVersion.objects.filter(key="gift-pack").count() == 2
