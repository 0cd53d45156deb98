"""Members in the console: pages open, steps go through services, roles see and do what is theirs."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from tongbao.kit import clock
from tongbao.members import selectors, services
from tongbao.members.admin import add_member_panel
from tongbao.members.admin.panels import _panels
from tongbao.members.models import IdentitySubmission, Member, RankGrant, RegionalAgent
from tongbao.members.tests.people import LADDER, NOON, buy, join
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.models import AuditEntry, Proposal
from tongbao.tenancy.services.operators import create_operator

WANG = "13800138000"


def signed_in(role: str) -> Client:
    user_id = create_operator(
        username=f"the-{role}",
        password="correct horse battery",
        role=role,
        now=NOON,
        actor=Actor.system(),
    )
    client = Client(headers={"host": "lotus.test"})
    client.force_login(User.objects.get(pk=user_id))
    return client


@pytest.fixture
def owner(tenant):
    return signed_in("owner")


@pytest.fixture
def service(tenant):
    return signed_in("service")


def page(client: Client, name: str, *arguments: object, status: int = 200, **query: object) -> str:
    response = client.get(reverse(f"admin:members_{name}", args=arguments), query)
    assert response.status_code == status, name
    return response.content.decode()


def step(client: Client, name: str, row_id: int | None = None, **said: object) -> None:
    """Send a dialog, and look that it leads back to a page."""
    address = reverse(f"admin:members_{name}", args=[] if row_id is None else [row_id])
    response = client.post(address, {"_form_submitted": "True", **said})
    assert "HX-Redirect" in response.headers, (response.status_code, response.content.decode()[:2000])


def refused(client: Client, name: str, row_id: int, **said: object) -> None:
    address = reverse(f"admin:members_{name}", args=[row_id])
    assert client.post(address, {"_form_submitted": "True", **said}).status_code == 403


def told(client: Client, member_id: int) -> str:
    """What the next page tells the operator."""
    return page(client, "member_change", member_id)


def member(member_id: int) -> Member:
    return Member.objects.get(pk=member_id)


@pytest.mark.parametrize("name", ["member", "regionalagent", "smsmessage", "identitysubmission", "rankgrant"])
def test_every_list_opens_empty_and_full(owner, name):
    page(owner, f"{name}_changelist")
    wang = join(phone=WANG, name="王小明")
    buy(wang, "vip", line=1)
    services.request_code(phone=WANG, address="", now=NOON)
    services.submit_identity(member_id=wang, real_name="王小明", card_number="11010519491231002X", now=NOON)
    services.appoint_agent(
        region_code="440106", member_id=wang, starts_on=date(2026, 3, 1), actor=Actor.system(), now=NOON
    )
    shown = page(owner, f"{name}_changelist")
    assert WANG not in shown
    assert "138****8000" in shown or name not in ("member", "smsmessage")


def test_a_code_is_read_in_the_outbox_by_owner_and_service_but_not_finance(owner, service):
    services.request_code(phone=WANG, address="", now=NOON)
    for client in (owner, service):
        assert re.search(r"\d{6}", page(client, "smsmessage_changelist", q=WANG))
    finance = signed_in("finance")
    assert finance.get(reverse("admin:members_smsmessage_changelist")).status_code in (302, 403)


def test_a_member_is_found_by_whole_phone_number_or_code(owner):
    wang, li = join(phone=WANG), join()
    for key in (WANG, member(wang).number, member(wang).invite_code):
        shown = page(owner, "member_changelist", q=key)
        assert member(wang).number in shown
        assert member(li).number not in shown


def test_a_members_page_shows_the_tree_the_upline_and_the_history_of_ranks(owner):
    top = join(name="王小明")
    wang = join(top)
    recruits = [join(wang) for _ in range(8)]
    buy(wang, "dealer", line=1)
    shown = page(owner, "member_change", wang)
    assert 'data-testid="member-tree"' in shown
    assert member(top).number in shown
    assert "order_line:1" in shown
    assert "特约代理" in shown
    assert "(&#x27;" not in shown
    drawn = [key for key in recruits if f">{member(key).number}</text>" in shown]
    assert len(drawn) == 6
    assert ">+2</text>" in shown


def test_a_tree_has_a_page_of_its_own(owner):
    top = join()
    wang = join(top)
    shown = page(owner, "member_tree", wang)
    assert reverse("admin:members_member_tree", args=[top]) in shown
    assert owner.get(reverse("admin:members_member_tree", args=[987654])).status_code == 404


def test_names_in_the_tree_are_escaped(owner):
    wang = join(name="<script>alert")
    join(wang, name="&&&")
    shown = page(owner, "member_tree", wang)
    assert "<script>alert" not in shown


def test_a_page_for_nobody_leads_back(owner):
    assert owner.get(reverse("admin:members_member_change", args=[987654])).status_code == 302


def test_packages_above_add_panels_to_a_members_page(owner):
    wang = join()

    def panel(_request, member_id):
        return mark_safe(f"<p>balance of {member_id}</p>")

    add_member_panel(panel)
    add_member_panel(panel)
    try:
        assert page(owner, "member_change", wang).count(f"<p>balance of {wang}</p>") == 1
    finally:
        _panels.remove(panel)


def test_service_freezes_and_unfreezes_with_a_reason(service):
    wang = join()
    step(service, "member_freeze", wang, reason="under review")
    assert member(wang).status == "frozen"
    step(service, "member_unfreeze", wang, reason="all in order")
    step(service, "member_deactivate", wang, reason="asked for it")
    assert member(wang).status == "inactive"
    step(service, "member_activate", wang, reason="came back")
    assert member(wang).status == "active"
    kept = AuditEntry.objects.filter(subject=f"member:{wang}")
    assert set(kept.values_list("actor_name", flat=True)) == {"the-service"}
    assert kept.count() == 4


def test_a_dialog_without_a_reason_changes_nothing(service):
    wang = join()
    response = service.post(reverse("admin:members_member_freeze", args=[wang]), {"_form_submitted": "True"})
    assert "HX-Redirect" not in response.headers
    assert member(wang).status == "active"


def test_steps_that_do_not_fit_the_status_or_the_role_are_forbidden(owner, service):
    wang = join()
    refused(owner, "member_unfreeze", wang, reason="not frozen")
    refused(owner, "member_activate", wang, reason="is active")
    refused(service, "member_close", wang, reason="service may not")
    refused(service, "member_set_rank", wang, rank="vip", reason="service may not")
    refused(service, "regionalagent_revoke", 1, reason="service may not")
    assert member(wang).status == "active"


def test_the_owner_sets_a_rank(owner):
    wang = join()
    step(owner, "member_set_rank", wang, rank="dealer", reason="founding partner")
    assert member(wang).rank == "dealer"
    assert selectors.ranks_that_disagree(ladder=LADDER) == ()


def test_a_move_waits_for_a_second_operator(owner):
    wang, li = join(), join()
    step(owner, "member_move", li, sponsor=member(wang).number, reason="wrong code typed")
    assert member(li).sponsor_id is None
    assert Proposal.objects.get().payload["sponsor_id"] == wang
    step(owner, "member_move", li, sponsor="nobody", reason="wrong code typed")
    assert "nobody" in told(owner, li)
    assert Proposal.objects.count() == 1


def test_looking_at_a_whole_phone_is_kept(service):
    wang = join(phone=WANG)
    assert WANG not in told(service, wang)
    step(service, "member_show_phone", wang)
    assert WANG in told(service, wang)
    assert AuditEntry.objects.get(action="members.reveal_phone").actor_name == "the-service"


def test_a_phone_is_written_for_somebody_without(service):
    wang = join()
    step(service, "member_set_phone", wang, phone="+86 13800138000", reason="came to the shop")
    assert member(wang).phone == WANG


def test_a_refusal_is_told_in_chinese(owner):
    wang = join(phone=WANG)
    li = join()
    step(owner, "member_set_phone", li, phone=WANG, reason="came to the shop")
    assert "该手机号已注册" in told(owner, li)
    step(owner, "member_close", wang, reason="asked for it")
    assert member(wang).status == "closed"


def test_the_owner_appoints_and_revokes_an_agent(owner, service):
    wang = join()
    said = {
        "region_code": "440106",
        "member": member(wang).number,
        "starts_on": (timezone.localdate(clock.now()) + timedelta(days=1)).isoformat(),
        "fee_yuan": "100",
    }
    today = timezone.localdate(clock.now()).isoformat()
    step(owner, "regionalagent_appoint", **(said | {"starts_on": today}))
    assert "此前的订单不受影响" in page(owner, "regionalagent_changelist")
    assert not RegionalAgent.objects.exists()
    step(owner, "regionalagent_appoint", **said)
    agent = RegionalAgent.objects.get()
    assert (agent.level, agent.fee_fen, agent.ends_on) == ("county", 10_000, None)
    step(owner, "regionalagent_appoint", **(said | {"region_code": "999999"}))
    assert "999999" in page(owner, "regionalagent_changelist")
    assert service.post(reverse("admin:members_regionalagent_appoint"), said).status_code == 403
    step(owner, "regionalagent_revoke", agent.pk, reason="sold nothing")
    assert "已撤销" in page(owner, "regionalagent_change", agent.pk) or RegionalAgent.objects.get().revoked_at
    refused(owner, "regionalagent_revoke", agent.pk, reason="once more")


def test_a_real_name_is_verified_or_rejected(service):
    card = "11010519491231002X"
    for number in range(2):
        services.submit_identity(member_id=join(), real_name="王小明", card_number=card, now=clock.now())
        assert IdentitySubmission.objects.count() == number + 1
    second, first = IdentitySubmission.objects.all()
    shown = page(service, "identitysubmission_change", first.pk)
    assert "王小明" in shown
    assert second.member.number in shown
    assert "王小明" not in page(service, "identitysubmission_changelist")
    step(service, "identitysubmission_verify", first.pk)
    step(service, "identitysubmission_reject", second.pk, reason="the card is another's")
    assert (member(first.member_id).identity_status, member(second.member_id).identity_status) == (
        "verified",
        "rejected",
    )
    refused(service, "identitysubmission_verify", first.pk)


def test_a_rank_by_recruits_names_those_who_counted(owner):
    sponsor = join()
    buy(sponsor, "vip", line=1)
    recruits = [join(sponsor) for _ in range(5)]
    for line, recruit in enumerate(recruits):
        buy(recruit, "vip", line=10 + line)
    grant = RankGrant.objects.get(basis="recruits")
    shown = page(owner, "rankgrant_change", grant.pk)
    for recruit in recruits:
        assert member(recruit).number in shown


def test_nobody_is_added_or_deleted_in_the_console(owner):
    wang = join()
    for name in ("member_add", "regionalagent_add"):
        assert owner.get(reverse(f"admin:members_{name}")).status_code == 403
    assert owner.post(reverse("admin:members_member_delete", args=[wang]), {"post": "yes"}).status_code == 403
