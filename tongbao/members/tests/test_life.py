"""Frozen, inactive, closed; real names; addresses."""

from __future__ import annotations

import pytest

from tongbao.kit import clock
from tongbao.kit.models import OutboxEvent
from tongbao.ledger.contracts import POINT, Request, Transfer, member_account, platform_account
from tongbao.ledger.services import post
from tongbao.members import selectors, services
from tongbao.members.contracts import (
    AddressNotValid,
    AddressUnknown,
    BalancesRemain,
    DivisionTooBroad,
    DivisionUnknown,
    IdentityNotOpen,
    IdentityNotValid,
    MemberUnknown,
    NameNotValid,
    PhoneNotValid,
    StatusChangeRefused,
    TooManyAddresses,
)
from tongbao.members.models import IdentitySubmission
from tongbao.members.services.addresses import MOST_ADDRESSES
from tongbao.members.tests.people import CHEN, LATER, NOON, join
from tongbao.tenancy.contracts import ReasonNeeded
from tongbao.tenancy.models import AuditEntry

BY_CHEN = {"reason": "under review", "actor": CHEN, "now": NOON}
CARD = "11010519491231002X"
HOME = {"recipient": "王小明", "phone": "13800138000", "region_code": "440106", "street": "体育西路1号"}


def status(member_id: int) -> str:
    return selectors.member(member_id=member_id).status


def test_a_member_is_frozen_and_unfrozen_with_events_and_a_record(tenant):
    wang = join()
    services.freeze(member_id=wang, **BY_CHEN)
    assert status(wang) == "frozen"
    assert not selectors.member(member_id=wang).active
    services.unfreeze(member_id=wang, **BY_CHEN)
    assert status(wang) == "active"
    told = OutboxEvent.objects.exclude(name="members.member_joined").order_by("id")
    assert [event.name for event in told] == ["members.member_frozen", "members.member_unfrozen"]
    kept = (
        AuditEntry.objects.filter(subject=f"member:{wang}")
        .order_by("id")
        .values_list("action", "subject", "reason", "actor_name")
    )
    assert list(kept) == [
        ("members.frozen", f"member:{wang}", "under review", "Chen, an operator"),
        ("members.active", f"member:{wang}", "under review", "Chen, an operator"),
    ]


def test_a_frozen_member_is_unfrozen_and_not_just_switched_active(tenant):
    wang = join()
    services.freeze(member_id=wang, **BY_CHEN)
    with pytest.raises(StatusChangeRefused):
        services.set_active(member_id=wang, active=True, **BY_CHEN)
    with pytest.raises(StatusChangeRefused):
        services.freeze(member_id=wang, **BY_CHEN)
    assert status(wang) == "frozen"


def test_an_inactive_member_keeps_signed_in_but_earns_nothing(tenant):
    wang = join()
    signed_in = services.open_session(member_id=wang, now=NOON)
    services.set_active(member_id=wang, active=False, **BY_CHEN)
    assert services.authenticate(token=signed_in.token, now=NOON)
    assert selectors.upline(member_id=join(wang))[0].active is False
    with pytest.raises(StatusChangeRefused):
        services.unfreeze(member_id=wang, **BY_CHEN)
    services.set_active(member_id=wang, active=True, **BY_CHEN)
    assert status(wang) == "active"


def test_an_account_closes_for_ever_and_keeps_its_place_in_the_tree(tenant):
    wang = join(phone="13800138000", name="王小明")
    li = join(wang)
    services.close(member_id=wang, **BY_CHEN)
    member = selectors.member(member_id=wang)
    assert (member.status, member.name, member.phone_masked) == ("closed", "", "")
    assert selectors.upline(member_id=li)[0].member_id == wang
    with pytest.raises(StatusChangeRefused):
        services.unfreeze(member_id=wang, **BY_CHEN)


@pytest.mark.parametrize(
    ("debit", "credit", "asset"),
    [
        (("operating", ""), "cash", "CNY"),
        (("operating", ""), "pending", "CNY"),
        (("operating", ""), "paid_in", "CNY"),
        (("pool", "tasks"), "points", POINT),
    ],
)
def test_an_account_with_a_balance_does_not_close(tenant, debit, credit, asset):
    wang = join()
    line = Transfer(
        debit=platform_account(*debit),
        credit=member_account(wang, credit),
        amount=1,
        asset=asset,
        kind="award",
        subject="test:1",
    )
    post(request=Request(key="test:1", transfers=(line,)), now=clock.now()).require()
    with pytest.raises(BalancesRemain) as refused:
        services.close(member_id=wang, **BY_CHEN)
    assert refused.value.what == credit
    assert status(wang) == "active"
    assert not AuditEntry.objects.filter(action="members.closed").exists()


def test_what_a_member_owes_keeps_the_account_open(tenant):
    wang = join()
    line = Transfer(
        debit=member_account(wang, "receivable"),
        credit=platform_account("operating"),
        amount=2000,
        kind="claw_back",
        subject="test:1",
    )
    post(request=Request(key="test:1", transfers=(line,)), now=clock.now()).require()
    with pytest.raises(BalancesRemain):
        services.close(member_id=wang, **BY_CHEN)


def test_nobody_can_be_frozen_who_is_not_there(tenant):
    with pytest.raises(MemberUnknown):
        services.freeze(member_id=987654, **BY_CHEN)


def test_a_real_name_is_put_forward_and_verified(tenant):
    wang = join()
    services.submit_identity(member_id=wang, real_name="王小明", card_number=CARD, now=NOON)
    assert selectors.member(member_id=wang).identity_status == "submitted"
    assert selectors.identity_name(member_id=wang) == ""
    services.verify_identity(member_id=wang, actor=CHEN, now=LATER)
    assert selectors.member(member_id=wang).identity_status == "verified"
    assert selectors.identity_name(member_id=wang) == "王小明"
    row = IdentitySubmission.objects.get()
    assert (row.card_last_four, row.decided_by, row.decided_at) == ("002X", "Chen, an operator", LATER)
    assert CARD not in str(IdentitySubmission.objects.values().get())


def test_a_rejected_name_can_be_put_forward_again_and_a_verified_one_not(tenant):
    wang = join()
    ask = {"member_id": wang, "real_name": "王小明", "card_number": CARD, "now": NOON}
    services.submit_identity(**ask)
    with pytest.raises(IdentityNotOpen):
        services.submit_identity(**ask)
    with pytest.raises(ReasonNeeded):
        services.reject_identity(member_id=wang, reason=" ", actor=CHEN, now=LATER)
    services.reject_identity(member_id=wang, reason="name misspelt", actor=CHEN, now=LATER)
    assert selectors.member(member_id=wang).identity_status == "rejected"
    services.submit_identity(**ask)
    services.verify_identity(member_id=wang, actor=CHEN, now=LATER)
    with pytest.raises(IdentityNotOpen):
        services.submit_identity(**ask)
    with pytest.raises(IdentityNotOpen):
        services.verify_identity(member_id=wang, actor=CHEN, now=LATER)


def test_the_same_card_of_two_members_is_recognisable(tenant):
    for member_id in (join(), join()):
        services.submit_identity(member_id=member_id, real_name="王小明", card_number=CARD, now=NOON)
    assert IdentitySubmission.objects.values("card_hash").distinct().count() == 1


def test_a_bad_card_changes_nothing(tenant):
    wang = join()
    with pytest.raises(IdentityNotValid):
        services.submit_identity(member_id=wang, real_name="王小明", card_number="123", now=NOON)
    assert selectors.member(member_id=wang).identity_status == "none"


def test_a_display_name_and_language_are_changed(tenant):
    wang = join()
    services.describe_member(member_id=wang, name=" 小明 ", language="en")
    member = selectors.member(member_id=wang)
    assert (member.name, member.language) == ("小明", "en")
    with pytest.raises(NameNotValid):
        services.describe_member(member_id=wang, name="")


def test_the_first_address_is_the_default_until_another_is(tenant):
    wang = join()
    home = services.add_address(member_id=wang, now=NOON, **HOME)
    assert home.is_default
    assert home.region_name == "广东省广州市天河区"
    office = services.add_address(member_id=wang, now=NOON, **(HOME | {"region_code": "441900"}))
    assert not office.is_default
    services.make_default(member_id=wang, address_id=office.address_id)
    listed = selectors.addresses(member_id=wang)
    assert [(known.address_id, known.is_default) for known in listed] == [
        (office.address_id, True),
        (home.address_id, False),
    ]
    services.delete_address(member_id=wang, address_id=office.address_id)
    assert selectors.address(member_id=wang, address_id=home.address_id).is_default
    services.delete_address(member_id=wang, address_id=home.address_id)
    assert selectors.addresses(member_id=wang) == ()


def test_an_address_is_written_anew(tenant):
    wang = join()
    home = services.add_address(member_id=wang, now=NOON, **HOME)
    changed = services.change_address(
        member_id=wang, address_id=home.address_id, **(HOME | {"street": " 天河路\n 208号 "})
    )
    assert changed.street == "天河路 208号"
    assert changed.is_default


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"recipient": ""}, AddressNotValid),
        ({"recipient": "x" * 41}, AddressNotValid),
        ({"street": "   "}, AddressNotValid),
        ({"street": "x" * 121}, AddressNotValid),
        ({"street": "a\u202eb"}, AddressNotValid),
        ({"phone": "12345"}, PhoneNotValid),
        ({"region_code": "440000"}, DivisionTooBroad),
        ({"region_code": "999999"}, DivisionUnknown),
        ({"region_code": ""}, DivisionUnknown),
    ],
)
def test_an_address_that_no_parcel_finds_is_refused(tenant, values, refusal):
    wang = join()
    with pytest.raises(refusal):
        services.add_address(member_id=wang, now=NOON, **(HOME | values))
    assert selectors.addresses(member_id=wang) == ()


def test_somebody_elses_address_is_unknown(tenant):
    wang, li = join(), join()
    home = services.add_address(member_id=wang, now=NOON, **HOME).address_id
    for attempt in (
        lambda: selectors.address(member_id=li, address_id=home),
        lambda: services.change_address(member_id=li, address_id=home, **HOME),
        lambda: services.make_default(member_id=li, address_id=home),
        lambda: services.delete_address(member_id=li, address_id=home),
    ):
        with pytest.raises(AddressUnknown):
            attempt()
    assert selectors.address(member_id=wang, address_id=home).is_default


def test_twenty_addresses_are_enough(tenant):
    wang = join()
    for _ in range(MOST_ADDRESSES):
        services.add_address(member_id=wang, now=NOON, **HOME)
    with pytest.raises(TooManyAddresses):
        services.add_address(member_id=wang, now=NOON, **HOME)
