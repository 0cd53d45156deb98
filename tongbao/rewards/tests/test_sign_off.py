"""Publishing against the lint: an owner signs, in writing, for exactly what was found; what can't run is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tongbao.plans import load_plan, preset_names, preset_text
from tongbao.plans.lint import SignOffInvalid
from tongbao.rewards import selectors, services
from tongbao.rewards.contracts import (
    PlanNeedsSignOff,
    PlanNotRunnable,
    RewardsSettings,
    SignOffNotAllowed,
    SignOffWords,
)
from tongbao.rewards.models import PlanSignOff, PlanVersion
from tongbao.rewards.policy import hindrances
from tongbao.rewards.services.plans import CREATED_BY, FIRST_PLANS
from tongbao.rewards.tests import street
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.models import AuditEntry
from tongbao.tenancy.services import change_settings
from tongbao.tenancy.services.operators import create_operator

NOON = street.NOON
HOUR = timedelta(hours=1)
CHEAPER = preset_text("gift-pack").replace("rate: 12%", "rate: 6%")
BLOCKING = ("CN4", "CN1", "CN2", "CN3", "CN5")


def publish(
    document: str = CHEAPER, *, actor: Actor | None = None, sign_off: SignOffWords | None = None
) -> int:
    return services.publish_plan(
        document=document,
        effective_from=NOON + HOUR,
        actor=actor or street.owner(),
        now=NOON,
        sign_off=sign_off,
    )


def settings(**values: object) -> None:
    change_settings(settings_class=RewardsSettings, values=values, actor=Actor.system(), now=NOON)


def test_a_plan_that_the_law_blocks_is_refused_with_every_finding_until_somebody_signs(tenant):
    with pytest.raises(PlanNeedsSignOff, match="CN4") as refused:
        publish()
    assert refused.value.ids == BLOCKING
    assert "刑事" in refused.value.message("zh")
    assert PlanVersion.objects.filter(key="gift-pack").count() == 1
    assert publish(sign_off=street.signed(*BLOCKING)) == 2


def test_the_sign_off_keeps_who_said_what_about_which_document(tenant):
    publish(sign_off=street.signed(*BLOCKING))
    row = PlanSignOff.objects.get(plan_version__version=2)
    version = PlanVersion.objects.get(key="gift-pack", version=2)
    assert (row.name, row.statement) == ("王强", street.STATEMENT)
    assert row.sha256 == version.sha256 == load_plan(CHEAPER).sha256
    assert (row.jurisdiction, row.signed_at, row.signed_by) == ("CN", NOON, street.OWNER_NAME)
    assert tuple(finding["id"] for finding in row.findings) == BLOCKING
    entry = AuditEntry.objects.filter(action="plan.publish").latest("id")
    assert entry.detail["sign_off"]["name"] == "王强"
    assert entry.detail["sign_off"]["findings"] == list(BLOCKING)
    assert selectors.disclosed_document(key="gift-pack", version=2).sign_off.finding_ids == BLOCKING


def test_who_signed_for_less_than_what_is_found_is_told_what_is_missing(tenant):
    with pytest.raises(PlanNeedsSignOff) as refused:
        publish(sign_off=street.signed("CN1", "CN2", "CN3", "CN5"))
    assert refused.value.ids == ("CN4",)


@pytest.mark.parametrize("role", ["finance", "service"])
def test_only_an_owner_signs(tenant, role):
    user_id = create_operator(
        username=role, password="correct horse battery", role=role, now=NOON, actor=Actor.system()
    )
    with pytest.raises(SignOffNotAllowed, match=role):
        publish(actor=Actor(user_id=user_id, name=role), sign_off=street.signed())
    with pytest.raises(SignOffNotAllowed):
        publish(actor=Actor.system(), sign_off=street.signed())
    with pytest.raises(SignOffNotAllowed):
        publish(actor=Actor(user_id=987_654, name="nobody"), sign_off=street.signed())


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("", street.STATEMENT),
        ("  ", street.STATEMENT),
        ("王" * 81, street.STATEMENT),
        ("王强", "ok"),
        ("王强", "字" * 2_001),
    ],
)
def test_a_signature_without_a_name_or_a_reason_is_none(tenant, name, statement):
    with pytest.raises(SignOffInvalid):
        publish(sign_off=SignOffWords(name=name, statement=statement, findings=BLOCKING))
    assert PlanVersion.objects.filter(key="gift-pack").count() == 1
    assert not PlanSignOff.objects.filter(name=name).exists()


def test_a_plan_without_findings_needs_nobody_and_keeps_no_signature(tenant):
    assert publish(preset_text("compliant"), actor=Actor.system()) == 1
    assert selectors.disclosed_document(key="compliant", version=1).sign_off is None


def test_another_jurisdiction_finds_other_things(tenant):
    settings(jurisdiction="US")
    assert publish(actor=Actor.system()) == 2
    assert selectors.disclosed_document(key="gift-pack", version=2).sign_off is None


def test_how_the_mall_works_besides_its_plan_counts_too(tenant):
    settings(practice="{points_cashable: yes}")
    with pytest.raises(PlanNeedsSignOff) as refused:
        publish(preset_text("compliant"))
    assert refused.value.ids


@pytest.mark.parametrize("values", [{"jurisdiction": "XX"}, {"practice": "{nonsense: yes}"}, {"practice": 7}])
def test_a_law_that_nobody_knows_is_no_setting(tenant, values):
    before = selectors.disclosure_tag(at=NOON)
    with pytest.raises(Exception, match=next(iter(values))):
        settings(**values)
    assert selectors.disclosure_tag(at=NOON) == before


def test_the_first_plans_are_signed_for_by_the_command_that_made_the_mall(tenant):
    rows = PlanSignOff.objects.select_related("plan_version")
    assert {row.plan_version.key for row in rows} == set(FIRST_PLANS)
    assert {row.name for row in rows} == {CREATED_BY}
    assert all(row.signed_by_id is None for row in rows)


MONTHLY = """\
plan: monthly
title: {zh: 每月上限, en: Monthly limit}
rule: {zh: 每人每月上限, en: A monthly limit}
budget: 5%
ranks: [{key: member, zh: 会员, en: Member}]
clauses:
  - {id: direct, kind: direct, rate: 5%, bound: {person: 100.00, period: month}}
"""


@pytest.mark.parametrize(
    ("name", "clause"),
    [
        ("queue-refund", "it keeps books across orders"),
        ("forced-matrix", "it walks a placement tree"),
        ("merchant-introduction", "it pays those who introduced a merchant"),
        ("freight-commission", "it is paid on freight and not on money paid"),
        ("subsidy", "it looks at the buyer's own rank"),
        ("infinity", "ranks rise by volume"),
    ],
)
def test_a_plan_that_orders_can_not_be_settled_by_yet_is_refused_with_clause_line_and_reason(
    tenant, name, clause
):
    plan = load_plan(preset_text(name))
    found = hindrances(plan=plan, release_days=8)
    assert clause in {item.en for item in found}
    lines = preset_text(name).count("\n")
    assert all(0 < item.line <= lines for item in found)
    with pytest.raises(PlanNotRunnable, match=clause.replace("'", ".")) as refused:
        publish(preset_text(name), sign_off=street.signed())
    assert refused.value.clauses == tuple(dict.fromkeys(item.clause for item in found))
    assert "结算" in refused.value.message("zh")


def test_a_limit_of_a_month_can_not_be_kept_yet(tenant):
    with pytest.raises(PlanNotRunnable, match="month"):
        publish(MONTHLY)


def test_a_release_that_is_not_the_malls_own_can_not_be_kept_yet(tenant):
    settings(release_days=10)
    with pytest.raises(
        PlanNotRunnable, match="released 8 days after receipt and this mall releases after 10"
    ):
        publish(preset_text("compliant"))


def test_every_preset_that_runs_is_published_with_a_signature_at_most(tenant):
    """Whatever the gallery calls runnable really is."""
    runnable = [
        name
        for name in preset_names()
        if name not in FIRST_PLANS and not hindrances(plan=load_plan(preset_text(name)), release_days=8)
    ]
    assert {"compliant", "two-level", "unilevel"} & set(runnable)
    for name in runnable:
        assert publish(preset_text(name), sign_off=street.signed()) == 1
