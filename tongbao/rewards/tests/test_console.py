"""Rewards in the console: plans compared, awards with their reasons, withdrawals decided by those who may."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tongbao.kit import clock
from tongbao.kit.admin import SECOND_FACTOR_SESSION_KEY
from tongbao.mall.models import Order
from tongbao.plans import preset_text
from tongbao.rewards import selectors
from tongbao.rewards.models import Award, MemberAccount, PlanVersion, Withdrawal
from tongbao.rewards.tests import street
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.models import Proposal
from tongbao.tenancy.services.operators import create_operator


@pytest.fixture
def gateway(tenant):
    with street.memory_gateway() as gateway:
        yield gateway


def signed_in(role: str) -> Client:
    user_id = create_operator(
        username=f"the-{role}",
        password="correct horse battery",
        role=role,
        now=street.NOON,
        actor=Actor.system(),
    )
    client = Client(headers={"host": "lotus.test"})
    client.force_login(User.objects.get(pk=user_id))
    session = client.session
    session[SECOND_FACTOR_SESSION_KEY] = user_id
    session.save()
    return client


def page(client: Client, name: str, *arguments: object) -> str:
    response = client.get(reverse(f"admin:{name}", args=arguments))
    assert response.status_code == 200, name
    return response.content.decode()


def step(client: Client, name: str, row: object, **told: object) -> None:
    response = client.post(reverse(f"admin:{name}", args=[row.pk]), {"_form_submitted": "True", **told})
    assert "HX-Redirect" in response.headers, response.content.decode()[:2000]


def test_plans_are_read_and_compared_with_the_version_before(gateway):
    owner = signed_in("owner")
    now = clock.now()
    cheaper = preset_text("gift-pack").replace("rate: 12%", "rate: 6%")
    street.publish(cheaper, now, now=now)
    assert "55%" in page(owner, "rewards_planversion_changelist")
    latest = PlanVersion.objects.filter(key="gift-pack").order_by("-version").first()
    shown = page(owner, "rewards_planversion_change", latest.pk)
    assert "+    rate: 6%" in shown
    assert latest.sha256 in shown


def test_awards_are_shown_with_their_reason_also_on_their_orders_page(gateway):
    owner = signed_in("owner")
    buyer, _ = street.street(["vip"], [])
    placed = street.buy(gateway, buyer, (street.pack(19_800), 1))
    assert "¥23.76" in page(owner, "rewards_award_changelist")
    reason = "您是买家的直接推荐人"
    assert reason in page(owner, "rewards_award_change", Award.objects.order_by("id").first().pk)
    assert reason in page(owner, "mall_order_change", Order.objects.get(number=placed.number).pk)


def test_finance_approves_and_rejects_and_service_does_not_even_look(gateway):
    finance, service = signed_in("finance"), signed_in("service")
    ann = street.with_cash(10_000)
    first, second = (street.ask(ann, 2_000, key=key) for key in "ab")
    rows = {row.number: row for row in Withdrawal.objects.all()}
    assert first in page(finance, "rewards_withdrawal_changelist")
    assert page(finance, "rewards_withdrawal_change", rows[first].pk)
    step(finance, "rewards_withdrawal_approve", rows[first])
    step(finance, "rewards_withdrawal_reject", rows[second], reason="wrong account")
    states = [selectors.withdrawal(number=number).state for number in (first, second)]
    assert states == ["approved", "rejected"]
    assert rows[first].recipient not in page(finance, "rewards_withdrawal_change", rows[first].pk)
    assert service.get(reverse("admin:rewards_withdrawal_changelist")).status_code == 403


def test_an_adjustment_is_proposed_by_one_and_carried_out_when_another_agrees(gateway):
    wang = MemberAccount.objects.get(pk=street.person())
    finance, owner = signed_in("finance"), signed_in("owner")
    step(
        finance,
        "rewards_memberaccount_adjust",
        wang,
        direction="give",
        amount="12.34",
        reason="ticket 17: paid in by hand",
    )
    proposal = Proposal.objects.get(kind="rewards.adjustment")
    assert street.cash(wang.pk) == 0, "nothing moves before somebody else has looked"
    step(finance, "tenancy_proposal_approve", proposal)
    assert street.cash(wang.pk) == 0, "not even if the proposer agrees with themselves"
    step(owner, "tenancy_proposal_approve", proposal)
    assert street.cash(wang.pk) == 1_234
    assert "12.34" in page(owner, "rewards_memberaccount_change", wang.pk)
    assert "12.34" in page(owner, "rewards_memberaccount_changelist")


def test_more_than_is_owed_can_not_even_be_proposed_for_writing_off(gateway):
    wang = MemberAccount.objects.get(pk=street.person())
    step(
        signed_in("finance"), "rewards_memberaccount_write_off", wang, amount="1.00", reason="ticket 18: gone"
    )
    assert not Proposal.objects.filter(kind="rewards.write_off").exists()


def test_the_service_desk_does_not_see_what_members_are_owed(gateway):
    response = signed_in("service").get(reverse("admin:rewards_memberaccount_changelist"))
    assert response.status_code == 403
