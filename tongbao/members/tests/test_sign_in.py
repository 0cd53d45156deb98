"""Signing up and logging in by phone and code; sessions."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tongbao.kit.models import OutboxEvent
from tongbao.members import selectors, services
from tongbao.members.contracts import (
    AccountClosed,
    AccountFrozen,
    CodeAskedTooOften,
    CodeNotValid,
    InvitationUnknown,
    MembersSettings,
    NotRegistered,
    PhoneNotValid,
    PhoneTaken,
    SessionUnknown,
    SmsNotSent,
    TriedTooOften,
)
from tongbao.members.models import Member, MemberSession, PhoneCode, SmsMessage
from tongbao.members.services import sms
from tongbao.members.tests.people import CHEN, LATER, NOON, join
from tongbao.tenancy.contexts import tenant_context
from tongbao.tenancy.models import AuditEntry
from tongbao.tenancy.services import change_settings

WANG, LI = "13800138000", "13900139000"
MINUTE = timedelta(minutes=1)


def code_for(phone: str = WANG, *, now=NOON, purpose="enter", address="203.0.113.7") -> str:
    services.request_code(phone=phone, address=address, purpose=purpose, now=now)
    text = SmsMessage.objects.filter(phone=phone).latest("id").text
    return re.search(r"\d{6}", text).group()


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def sign_up(phone: str = WANG, *, now=NOON, **more):
    return services.sign_up(phone=phone, code=code_for(phone, now=now), now=now, **more)


def test_somebody_signs_up_with_a_code_and_is_signed_in(tenant):
    signed_in = sign_up()
    member = selectors.member(member_id=signed_in.member_id)
    assert (member.number, member.rank, member.status, member.joined_at) == (
        signed_in.number,
        "member",
        "active",
        NOON,
    )
    assert re.fullmatch(r"M\d{7}", member.number)
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{8}", member.invite_code)
    assert services.authenticate(token=signed_in.token, now=NOON).member_id == signed_in.member_id
    assert OutboxEvent.objects.filter(name="members.member_joined").count() == 1


def test_an_invitation_makes_its_owner_the_sponsor(tenant):
    sponsor = join()
    invitation = selectors.member(member_id=sponsor).invite_code
    li = sign_up(invite_code=f" {invitation[:4].lower()}-{invitation[4:]} ")
    assert selectors.member(member_id=li.member_id).sponsor_id == sponsor


def test_an_unknown_invitation_is_refused_and_the_code_still_works(tenant):
    code = code_for()
    with pytest.raises(InvitationUnknown):
        services.sign_up(phone=WANG, code=code, invite_code="NOBODY99", now=NOON)
    assert not Member.objects.exists()
    assert services.sign_up(phone=WANG, code=code, now=NOON).member_id


@pytest.mark.parametrize("status", ["frozen", "closed"])
def test_nobody_signs_up_under_a_frozen_or_closed_member(tenant, status):
    sponsor = join()
    change = {"frozen": services.freeze, "closed": services.close}[status]
    change(member_id=sponsor, reason="under review", actor=CHEN, now=NOON)
    with pytest.raises(InvitationUnknown):
        sign_up(invite_code=selectors.member(member_id=sponsor).invite_code)


def test_a_phone_has_one_account(tenant):
    sign_up()
    with pytest.raises(PhoneTaken):
        sign_up(now=NOON + MINUTE)
    assert Member.objects.count() == 1


def test_an_account_is_found_again_by_phone_and_code(tenant):
    first = sign_up()
    again = services.log_in(phone="+86 138 0013 8000", code=code_for(now=LATER), now=LATER)
    assert again.member_id == first.member_id
    assert again.token != first.token


def test_whoever_has_no_account_is_told_so_and_signs_up_with_the_same_code(tenant):
    code = code_for()
    with pytest.raises(NotRegistered):
        services.log_in(phone=WANG, code=code, now=NOON)
    assert services.sign_up(phone=WANG, code=code, now=NOON).member_id


def test_a_frozen_member_can_not_log_in_and_is_signed_out(tenant):
    wang = sign_up()
    services.freeze(member_id=wang.member_id, reason="under review", actor=CHEN, now=NOON)
    assert services.authenticate(token=wang.token, now=NOON) is None
    with pytest.raises(AccountFrozen):
        services.log_in(phone=WANG, code=code_for(now=LATER), now=LATER)


def test_a_closed_account_gives_its_phone_free(tenant):
    wang = sign_up()
    services.close(member_id=wang.member_id, reason="asked for it", actor=CHEN, now=NOON)
    assert services.authenticate(token=wang.token, now=NOON) is None
    assert sign_up(now=LATER).member_id != wang.member_id


def test_a_closed_account_with_a_phone_is_refused(tenant):
    wang = sign_up()
    Member.objects.filter(pk=wang.member_id).update(status="closed")
    with pytest.raises(AccountClosed):
        services.log_in(phone=WANG, code=code_for(now=LATER), now=LATER)


def test_the_code_is_nowhere_in_the_table_of_codes(tenant):
    code = code_for()
    row = PhoneCode.objects.get()
    assert code not in row.code_hash
    assert len(row.code_hash) == 64


def test_a_code_works_once(tenant):
    code = code_for()
    services.sign_up(phone=WANG, code=code, now=NOON)
    with pytest.raises(CodeNotValid):
        services.log_in(phone=WANG, code=code, now=NOON)


def test_a_code_ends_after_five_minutes(tenant):
    code = code_for()
    with pytest.raises(CodeNotValid):
        services.sign_up(phone=WANG, code=code, now=NOON + 5 * MINUTE)
    assert services.sign_up(phone=WANG, code=code, now=NOON + 5 * MINUTE - timedelta(seconds=1))


def test_a_code_dies_with_the_fifth_wrong_try(tenant):
    code = code_for()
    for _ in range(5):
        with pytest.raises(CodeNotValid):
            services.sign_up(phone=WANG, code=another(code), now=NOON)
    with pytest.raises(CodeNotValid):
        services.sign_up(phone=WANG, code=code, now=NOON)


def test_a_new_code_ends_the_one_before(tenant):
    old = code_for()
    new = code_for(now=NOON + MINUTE)
    if old != new:
        with pytest.raises(CodeNotValid):
            services.sign_up(phone=WANG, code=old, now=NOON + MINUTE)
    assert services.sign_up(phone=WANG, code=new, now=NOON + MINUTE)


def test_somebody_elses_code_is_no_use(tenant):
    code_for(LI)
    code = code_for(WANG)
    with pytest.raises(CodeNotValid):
        services.sign_up(phone=LI, code=another(code), now=NOON)
    with pytest.raises(CodeNotValid):
        services.sign_up(phone="13700137000", code=code, now=NOON)


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６７", "1" * 500])
def test_nonsense_is_a_wrong_code(tenant, code):
    code_for()
    with pytest.raises(CodeNotValid):
        services.sign_up(phone=WANG, code=code, now=NOON)


def test_a_code_for_another_phone_number_does_not_log_in(tenant):
    sign_up()
    code = code_for(WANG, purpose="change_phone", now=LATER)
    with pytest.raises(CodeNotValid):
        services.log_in(phone=WANG, code=code, now=LATER)


def test_a_phone_gets_one_code_a_minute_and_five_an_hour(tenant):
    code_for()
    with pytest.raises(CodeAskedTooOften) as refused:
        code_for(now=NOON + timedelta(seconds=20))
    assert refused.value.wait_seconds == 40
    for minute in range(1, 4):
        code_for(now=NOON + minute * MINUTE)
    with pytest.raises(CodeAskedTooOften) as refused:
        code_for(now=NOON + 30 * MINUTE)
        code_for(now=NOON + 31 * MINUTE)
    assert refused.value.wait_seconds > 60
    code_for(now=NOON + timedelta(hours=1))


def test_an_address_gets_thirty_codes_an_hour_whatever_the_phones(tenant):
    for last in range(30):
        code_for(f"138001380{last:02d}")
    with pytest.raises(CodeAskedTooOften):
        code_for("13800138099")
    assert code_for("13800138099", address="203.0.113.8")


def test_an_address_may_guess_a_hundred_times_an_hour(tenant):
    for _ in range(100):
        with pytest.raises(CodeNotValid):
            services.log_in(phone=WANG, code="000000", address="203.0.113.7", now=NOON)
    with pytest.raises(TriedTooOften):
        services.log_in(phone=WANG, code="000000", address="203.0.113.7", now=NOON)


def test_asking_tells_nothing_about_who_has_an_account(tenant):
    sign_up(WANG)
    ends = {services.request_code(phone=phone, address="", now=LATER) for phone in (WANG, LI)}
    assert ends == {LATER + 5 * MINUTE}


def test_a_number_that_is_none_gets_no_code(tenant):
    with pytest.raises(PhoneNotValid):
        services.request_code(phone="12345", address="", now=NOON)
    assert not PhoneCode.objects.exists()


def test_a_sender_that_fails_is_said_so(tenant, monkeypatch, caplog):
    class Broken:
        def send(self, **_) -> None:
            raise ConnectionError("no route")

    monkeypatch.setattr(sms, "_sender", Broken())
    with pytest.raises(SmsNotSent):
        services.request_code(phone=WANG, address="", now=NOON)
    assert "138****8000" in caplog.text
    assert WANG not in caplog.text


def test_the_text_speaks_the_readers_language(tenant):
    services.request_code(phone=WANG, address="", language="en", now=NOON)
    assert SmsMessage.objects.get().text.startswith("Your code is ")


def test_a_code_of_one_tenant_is_no_use_in_another(two_tenants):
    with tenant_context("lotus"):
        code = code_for()
        row = PhoneCode.objects.get()
    with tenant_context("orchid"):
        PhoneCode.objects.create(
            phone=row.phone,
            purpose=row.purpose,
            code_hash=row.code_hash,
            sent_at=row.sent_at,
            expires_at=row.expires_at,
        )
        with pytest.raises(CodeNotValid):
            services.sign_up(phone=WANG, code=code, now=NOON)


def test_a_session_ends_after_thirty_days(tenant):
    wang = sign_up()
    assert wang.expires_at == NOON + timedelta(days=30)
    assert services.authenticate(token=wang.token, now=wang.expires_at - MINUTE)
    assert services.authenticate(token=wang.token, now=wang.expires_at) is None


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 10_000, "\x00"])
def test_a_token_that_nobody_gave_is_nobodys(tenant, token):
    sign_up()
    assert services.authenticate(token=token, now=NOON) is None


def test_the_token_is_nowhere_in_the_table_and_not_in_the_log(tenant):
    wang = sign_up()
    assert wang.token not in MemberSession.objects.get().token_hash
    assert wang.token not in repr(wang)


def test_devices_are_listed_and_signed_out_one_by_one(tenant):
    phone = sign_up(device="iPhone", address="203.0.113.7")
    laptop = services.open_session(member_id=phone.member_id, device="Firefox", now=LATER)
    listed = selectors.sessions_of(member_id=phone.member_id, now=LATER)
    assert [session.device for session in listed] == ["Firefox", "iPhone"]
    services.revoke_session(member_id=phone.member_id, session_id=phone.session_id, now=LATER)
    services.revoke_session(member_id=phone.member_id, session_id=phone.session_id, now=LATER)
    assert services.authenticate(token=phone.token, now=LATER) is None
    assert services.authenticate(token=laptop.token, now=LATER)


def test_somebody_elses_session_can_not_be_ended(tenant):
    wang, li = sign_up(WANG), sign_up(LI)
    with pytest.raises(SessionUnknown):
        services.revoke_session(member_id=li.member_id, session_id=wang.session_id, now=NOON)
    assert services.authenticate(token=wang.token, now=NOON)


def test_last_seen_moves_every_ten_minutes(tenant):
    wang = sign_up()
    services.authenticate(token=wang.token, now=NOON + 9 * MINUTE)
    assert MemberSession.objects.get().last_seen_at == NOON
    services.authenticate(token=wang.token, now=NOON + 11 * MINUTE)
    assert MemberSession.objects.get().last_seen_at == NOON + 11 * MINUTE


def test_an_account_moves_to_another_phone_and_other_devices_are_signed_out(tenant):
    wang = sign_up()
    laptop = services.open_session(member_id=wang.member_id, now=NOON)
    change = {"member_id": wang.member_id, "session_id": wang.session_id, "now": NOON}
    services.change_phone(phone=LI, code=code_for(LI, purpose="change_phone"), **change)
    assert selectors.phone_of(member_id=wang.member_id) == LI
    assert services.authenticate(token=wang.token, now=NOON)
    assert services.authenticate(token=laptop.token, now=NOON) is None


def test_a_phone_that_somebody_has_can_not_be_taken(tenant):
    wang, li = sign_up(WANG), sign_up(LI)
    code = code_for(LI, purpose="change_phone")
    with pytest.raises(PhoneTaken):
        services.change_phone(
            member_id=wang.member_id, phone=LI, code=code, session_id=wang.session_id, now=NOON
        )
    assert selectors.member_id_by_phone(phone=LI) == li.member_id


def test_an_operator_writes_a_phone_and_it_is_on_record_masked(tenant):
    wang = join()
    services.set_phone(member_id=wang, phone=WANG, reason="came to the shop", actor=CHEN, now=NOON)
    assert selectors.member_id_by_phone(phone=WANG) == wang
    assert AuditEntry.objects.get(action="members.set_phone").detail == {"before": "", "after": "138****8000"}


def test_settings_decide_how_long_and_how_often(tenant):
    change_settings(
        settings_class=MembersSettings,
        values={"code_minutes": 1, "code_tries": 1, "session_days": 1, "entry_rank": "newcomer"},
        actor=CHEN,
        now=NOON,
    )
    code = code_for()
    with pytest.raises(CodeNotValid):
        services.sign_up(phone=WANG, code=another(code), now=NOON)
    with pytest.raises(CodeNotValid):
        services.sign_up(phone=WANG, code=code, now=NOON)
    wang = sign_up(now=NOON + MINUTE)
    assert wang.expires_at == NOON + MINUTE + timedelta(days=1)
    assert selectors.member(member_id=wang.member_id).rank == "newcomer"


def test_old_codes_messages_and_sessions_are_forgotten(tenant):
    sign_up()
    services.tidy(NOON + timedelta(days=6))
    assert (PhoneCode.objects.count(), SmsMessage.objects.count(), MemberSession.objects.count()) == (1, 1, 1)
    services.tidy(NOON + timedelta(days=121))
    assert (PhoneCode.objects.count(), SmsMessage.objects.count(), MemberSession.objects.count()) == (0, 0, 0)
