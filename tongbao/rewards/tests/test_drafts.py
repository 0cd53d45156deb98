"""Drafts of plans: kept revision by revision, never overwritten unseen, published once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction

from tongbao.kit.errors import InvalidInput
from tongbao.plans import PlanInvalid, PlanOverBudget, preset_text
from tongbao.rewards import selectors, services
from tongbao.rewards.contracts import (
    DocumentTooLarge,
    DraftChanged,
    DraftDiscarded,
    DraftPublished,
    DraftUnknown,
    PlanNeedsSignOff,
    PlanVersionTooEarly,
)
from tongbao.rewards.models import PlanDraft, PlanDraftText, PlanSignOff, PlanVersion
from tongbao.rewards.tests import street
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.models import AuditEntry

NOON = street.NOON
HOUR = timedelta(hours=1)
GIFT_PACK = preset_text("gift-pack")
CHEAPER = GIFT_PACK.replace("rate: 12%", "rate: 6%")
WANG = Actor(user_id=None, name="wang")
LI = Actor(user_id=None, name="li")


def begin(document: str = GIFT_PACK, title: str = "礼包") -> int:
    return services.start_draft(title=title, document=document, base="preset:gift-pack", actor=WANG, now=NOON)


def save(draft_id: int, revision: int, document: str, *, actor: Actor = WANG, title: str = "礼包") -> int:
    return services.save_draft(
        draft_id=draft_id, revision=revision, title=title, document=document, actor=actor, now=NOON + HOUR
    )


def publish(draft_id: int, revision: int, *, effective_from=NOON + HOUR, sign_off=None):
    return services.publish_draft(
        draft_id=draft_id,
        revision=revision,
        effective_from=effective_from,
        actor=street.owner(),
        now=NOON,
        sign_off=sign_off,
    )


def test_a_draft_keeps_the_text_as_typed_with_its_comments_and_what_it_was_begun_from(tenant):
    document = "# mine: 给老板看\n" + GIFT_PACK
    found = selectors.draft(draft_id=begin(document))
    assert (found.document, found.key, found.base) == (document, "gift-pack", "preset:gift-pack")
    assert (found.revision, found.updated_by, found.published) == (1, "wang", False)


def test_a_text_that_is_no_plan_yet_is_kept_all_the_same(tenant):
    number = begin()
    assert save(number, 1, "plan: half a thou") == 2
    found = selectors.draft(draft_id=number)
    assert (found.document, found.key) == ("plan: half a thou", "gift-pack")


def test_saving_what_is_already_saved_makes_no_new_revision(tenant):
    number = begin()
    assert save(number, 1, GIFT_PACK) == 1
    assert save(number, 1, GIFT_PACK, title="another title") == 2
    assert PlanDraftText.objects.filter(draft_id=number).count() == 2


def test_line_ends_of_any_kind_are_kept_as_one(tenant):
    number = begin()
    save(number, 1, "plan: x\r\nbudget: 5%\rranks:")
    assert selectors.draft(draft_id=number).document == "plan: x\nbudget: 5%\nranks:"


def test_of_two_editors_the_second_is_told_who_saved_and_overwrites_nothing(tenant):
    number = begin()
    save(number, 1, CHEAPER, actor=LI)
    with pytest.raises(DraftChanged, match=r"li has saved revision 2 .* revision 1"):
        save(number, 1, "plan: mine")
    assert selectors.draft(draft_id=number).document == CHEAPER
    assert save(number, 2, "plan: mine") == 3


def test_of_four_who_save_at_once_one_does(committed_tenant, race):
    number = begin()
    answers = race(*(lambda text=text: save(number, 1, f"plan: p{text}") for text in range(4)))
    kinds = sorted(type(answer).__name__ for answer in answers)
    assert kinds == ["DraftChanged", "DraftChanged", "DraftChanged", "int"]
    assert list(PlanDraftText.objects.values_list("revision", flat=True)) == [2, 1]


def test_any_earlier_text_comes_back_as_the_newest(tenant):
    number = begin()
    save(number, 1, CHEAPER)
    assert services.restore_draft(draft_id=number, revision=2, text=1, actor=LI, now=NOON) == 3
    assert selectors.draft(draft_id=number).document == GIFT_PACK
    assert [kept.document for kept in selectors.draft_texts(draft_id=number)] == [
        GIFT_PACK,
        CHEAPER,
        GIFT_PACK,
    ]
    with pytest.raises(DraftUnknown):
        services.restore_draft(draft_id=number, revision=3, text=9, actor=LI, now=NOON)
    with pytest.raises(DraftChanged):
        services.restore_draft(draft_id=number, revision=1, text=1, actor=LI, now=NOON)


def test_a_discarded_draft_is_neither_saved_nor_published_and_can_be_brought_back(tenant):
    number = begin()
    with pytest.raises(DraftChanged):
        services.discard_draft(draft_id=number, revision=7, actor=LI, now=NOON)
    services.discard_draft(draft_id=number, revision=1, actor=LI, now=NOON)
    assert selectors.draft(draft_id=number).is_discarded
    with pytest.raises(DraftDiscarded):
        save(number, 1, CHEAPER)
    with pytest.raises(DraftDiscarded):
        publish(number, 1, sign_off=street.signed())
    services.restore_draft(draft_id=number, revision=1, text=1, actor=LI, now=NOON)
    assert not selectors.draft(draft_id=number).is_discarded


def test_every_step_is_in_the_audit_log(tenant):
    number = begin()
    save(number, 1, CHEAPER, actor=LI)
    services.restore_draft(draft_id=number, revision=2, text=1, actor=LI, now=NOON)
    services.discard_draft(draft_id=number, revision=3, actor=WANG, now=NOON)
    entries = AuditEntry.objects.filter(subject=f"plan_draft:{number}").order_by("id")
    assert [(entry.action, entry.actor_name, entry.detail["revision"]) for entry in entries] == [
        ("plan_draft.start", "wang", 1),
        ("plan_draft.save", "li", 2),
        ("plan_draft.restore", "li", 3),
        ("plan_draft.discard", "wang", 3),
    ]


@pytest.mark.parametrize(
    ("document", "title", "refusal"),
    [
        ("x" * (256 * 1024 + 1), "t", DocumentTooLarge),
        ("价" * (86 * 1024), "t", DocumentTooLarge),
        ("plan: \0", "t", InvalidInput),
        ("plan: \ud800", "t", InvalidInput),
        ("plan: x", " ", InvalidInput),
        ("plan: x", "t" * 121, InvalidInput),
        ("plan: x", "a\nb", InvalidInput),
    ],
)
def test_what_no_database_keeps_or_nobody_reads_is_refused(tenant, document, title, refusal):
    with pytest.raises(refusal):
        begin(document, title)
    assert not PlanDraft.objects.exists()


def test_a_text_of_exactly_256_kib_is_kept(tenant):
    assert begin("x" * (256 * 1024))


def test_a_draft_that_is_not_there_is_said_to_be_unknown(tenant):
    for act in (
        lambda: selectors.draft(draft_id=77),
        lambda: save(77, 1, GIFT_PACK),
        lambda: services.discard_draft(draft_id=77, revision=1, actor=WANG, now=NOON),
        lambda: publish(77, 1),
    ):
        with pytest.raises(DraftUnknown):
            act()


def test_a_draft_is_published_once_and_again_only_after_it_changed(tenant):
    number = begin(CHEAPER)
    assert publish(number, 1, sign_off=street.signed()) == ("gift-pack", 2)
    assert selectors.draft(draft_id=number).published
    with pytest.raises(DraftPublished):
        publish(number, 1, effective_from=NOON + 2 * HOUR, sign_off=street.signed())
    save(number, 1, GIFT_PACK)
    assert publish(number, 2, effective_from=NOON + 2 * HOUR, sign_off=street.signed()) == ("gift-pack", 3)
    with pytest.raises(DraftChanged):
        publish(number, 1, effective_from=NOON + 3 * HOUR, sign_off=street.signed())


@pytest.mark.parametrize(
    ("document", "refusal"),
    [
        (CHEAPER.replace("rate: 6%", "rat: 6%"), PlanInvalid),
        (GIFT_PACK.replace("pairs: highest", "pairs: every"), PlanOverBudget),
        (CHEAPER, PlanNeedsSignOff),
    ],
)
def test_a_refused_publication_leaves_nothing_half_done(tenant, document, refusal):
    number = begin(document)
    before = AuditEntry.objects.count(), PlanSignOff.objects.count()
    with transaction.atomic(), pytest.raises(refusal):
        publish(number, 1)
    assert not selectors.draft(draft_id=number).published
    assert PlanVersion.objects.filter(key="gift-pack").count() == 1
    created = AuditEntry.objects.filter(action="operator.create").count()
    assert (AuditEntry.objects.count() - created, PlanSignOff.objects.count()) == before


def test_of_two_who_publish_a_draft_at_once_one_does(committed_tenant, race):
    number = begin(CHEAPER)
    street.owner()
    answers = race(
        *(
            lambda hour=hour: publish(number, 1, effective_from=NOON + hour * HOUR, sign_off=street.signed())
            for hour in (1, 2, 3, 4)
        )
    )
    assert sorted(type(answer).__name__ for answer in answers) == [*["DraftPublished"] * 3, "tuple"]
    assert PlanVersion.objects.filter(key="gift-pack").count() == 2
    assert PlanSignOff.objects.filter(plan_version__key="gift-pack").count() == 2


def test_of_two_drafts_of_a_plan_published_at_once_for_one_moment_one_is(committed_tenant, race):
    numbers = begin(CHEAPER), begin(CHEAPER)
    street.owner()
    answers = race(
        *(lambda number=number: publish(number, 1, sign_off=street.signed()) for number in numbers)
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["PlanVersionTooEarly", "tuple"]
    assert any(isinstance(answer, PlanVersionTooEarly) for answer in answers)
    assert PlanVersion.objects.filter(key="gift-pack").count() == 2


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE rewards_plan_sign_off SET statement = 'I did not mean it'",
        "DELETE FROM rewards_plan_sign_off",
        "UPDATE rewards_plan_draft_text SET document = ''",
        "DELETE FROM rewards_plan_draft_text",
        "UPDATE rewards_plan_draft SET base = 'version:other/1'",
        "DELETE FROM rewards_plan_draft",
        "UPDATE rewards_plan_version SET document = ''",
    ],
)
def test_the_applications_own_role_can_not_rewrite_what_was_signed_saved_or_published(tenant, change):
    begin()
    with pytest.raises(ProgrammingError, match="denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


def test_a_malls_drafts_are_its_own(two_tenants):
    connection.set_schema("lotus")
    number = begin()
    connection.set_schema("orchid")
    assert selectors.drafts() == ()
    with pytest.raises(DraftUnknown):
        selectors.draft(draft_id=number)
