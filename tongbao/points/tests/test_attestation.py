"""The reserve in the books beside what the bank says, and statements that can't be right."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client

from tongbao.kit import clock
from tongbao.points import selectors, services
from tongbao.points.contracts import BankStatementInvalid, BankStatementKnown
from tongbao.points.models import BankStatement
from tongbao.points.policy.bank_statement import closing_balances, read_statement
from tongbao.points.tests.people import put_into_reserve
from tongbao.tenancy.contracts import Actor
from tongbao.tenancy.selectors import audited
from tongbao.tenancy.services.operators import create_operator

CHEN = Actor.system("陈经理")
MARCH = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
DAY = timedelta(days=1)
GOOD = (
    "日期,金额,余额,摘要\n"
    "2026-03-01,1000.00,1000.00,首笔\n"
    "2026-03-02,500.00,1500.00,营业额\n"
    "2026-03-02,-20.50,1479.50,\n"
)


def statement(*rows: str) -> bytes:
    return "\n".join(("date,amount,balance", *rows)).encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_statement_is_read_whatever_a_bank_writes_it_in(encoding):
    rows = read_statement(GOOD.encode(encoding))
    assert [(row.row, row.on, row.amount_fen, row.balance_fen) for row in rows] == [
        (2, date(2026, 3, 1), 100_000, 100_000),
        (3, date(2026, 3, 2), 50_000, 150_000),
        (4, date(2026, 3, 2), -2_050, 147_950),
    ]
    assert rows[0].reference == "首笔"
    assert closing_balances(rows) == {date(2026, 3, 1): 100_000, date(2026, 3, 2): 147_950}


def test_dates_and_amounts_are_read_as_banks_write_them():
    rows = read_statement(statement('20260301,"1,000.00","¥1,000.00"', "", "2026/03/02,+1,1001"))
    assert [(row.on.day, row.balance_fen) for row in rows] == [(1, 100_000), (2, 100_100)]


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (statement("2026-03-01,1,1", "2026-03-02,1,3"), 3),
        (statement("2026-03-02,1,1", "2026-03-01,1,2"), 3),
        (statement("2026-02-30,1,1"), 2),
        (statement("yesterday,1,1"), 2),
        (statement("2026-03-01,1.005,1"), 2),
        (statement("2026-03-01,one,1"), 2),
        (statement("2026-03-01,1"), 2),
        (statement("2026-03-01,=1+1,2"), 2),
        (b"date,amount\n2026-03-01,1\n", 1),
        (statement(), 0),
        (b"", 1),
        (b"\xff\xfe\x00", 0),
        (b"x" * 2_000_001, 0),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_row_that_can_not_be_right_is_named(content, row):
    with pytest.raises(BankStatementInvalid) as refused:
        read_statement(content)
    assert refused.value.values["row"] == row


def test_every_day_shows_the_books_the_bank_and_the_difference(tenant):
    put_into_reserve(100_000, now=MARCH)
    put_into_reserve(50_000, now=MARCH + DAY)
    put_into_reserve(7_000, now=MARCH + 5 * DAY)
    services.upload_statement(content=GOOD.encode(), file_name="march.csv", actor=CHEN, now=MARCH + 6 * DAY)
    found = selectors.attestation()
    assert [(day.on.day, day.ledger_fen, day.bank_fen, day.difference_fen) for day in found.days] == [
        (2, 150_000, 147_950, -2_050),
        (1, 100_000, 100_000, 0),
    ]
    ((_, detail),) = audited(action="points.upload_statement")
    assert (detail["rows"], detail["sha256"]) == (3, found.sha256)


def test_a_booking_a_second_before_midnight_in_shanghai_is_that_days(tenant):
    midnight = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    put_into_reserve(100_000, now=midnight - timedelta(seconds=1))
    put_into_reserve(1, now=midnight)
    services.upload_statement(
        content=statement("2026-03-01,1000,1000"), file_name="a", actor=CHEN, now=MARCH + DAY
    )
    (day,) = selectors.attestation().days
    assert (day.ledger_fen, day.difference_fen) == (100_000, 0)


def test_the_same_file_again_is_refused_and_a_newer_one_is_what_counts(tenant):
    services.upload_statement(content=GOOD.encode(), file_name="march.csv", actor=CHEN, now=MARCH)
    with pytest.raises(BankStatementKnown):
        services.upload_statement(content=GOOD.encode(), file_name="other.csv", actor=CHEN, now=MARCH)
    services.upload_statement(
        content=statement("2026-03-09,1,1"), file_name="newer.csv", actor=CHEN, now=MARCH + 9 * DAY
    )
    assert [day.on.day for day in selectors.attestation().days] == [9]


def test_nothing_is_attested_before_the_first_statement(tenant):
    shown = Client(headers={"host": "lotus.test"}).get("/api/v1/points/attestation").json()
    assert shown == {"newest": None}


def test_members_see_the_difference_and_nothing_of_what_the_bank_wrote(tenant):
    put_into_reserve(100_000, now=MARCH)
    services.upload_statement(content=GOOD.encode(), file_name="march.csv", actor=CHEN, now=MARCH)
    answer = Client(headers={"host": "lotus.test"}).get("/api/v1/points/attestation")
    newest = answer.json()["newest"]
    assert newest["days"][1] == {
        "on": "2026-03-01",
        "ledger_fen": 100_000,
        "bank_fen": 100_000,
        "difference_fen": 0,
    }
    assert "首笔" not in answer.content.decode()


def test_a_statement_can_not_be_rewritten_by_the_application(tenant):
    services.upload_statement(content=GOOD.encode(), file_name="march.csv", actor=CHEN, now=MARCH)
    for statement_ in (
        "UPDATE points_bank_statement SET closing_fen = 0",
        "DELETE FROM points_bank_statement_line",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement_)


def signed_in(host: str, role: str) -> Client:
    create_operator(
        username=role, password="correct horse battery", role=role, now=clock.now(), actor=Actor.system()
    )
    client = Client(HTTP_HOST=host, HTTP_ACCEPT_LANGUAGE="en")
    client.post(
        "/console/login/", {"username": role, "password": "correct horse battery", "next": "/console/"}
    )
    connection.set_schema("lotus")
    return client


def upload(client: Client, content: bytes):
    answer = client.post(
        "/console/points/bankstatement/add/", {"file": SimpleUploadedFile("march.csv", content)}
    )
    connection.set_schema("lotus")
    return answer


def test_an_owner_uploads_a_statement_and_looks_at_its_days(committed_tenant):
    put_into_reserve(100_000, now=MARCH)
    client = signed_in(committed_tenant.host, "owner")
    refused = upload(client, statement("2026-03-01,1,1", "2026-03-02,1,3"))
    assert "row 3" in refused.content.decode()
    assert not BankStatement.objects.exists()
    assert upload(client, GOOD.encode()).status_code == 302
    row = BankStatement.objects.get()
    assert row.uploaded_by == "owner"
    for address in ("", f"{row.pk}/change/"):
        page = client.get(f"/console/points/bankstatement/{address}").content.decode()
        connection.set_schema("lotus")
        assert "¥1,479.50" in page
        assert "¥479.50" in page, "the bank has more than the books"
    assert "uploaded before" in upload(client, GOOD.encode()).content.decode()


def test_service_staff_uploads_nothing(committed_tenant):
    client = signed_in(committed_tenant.host, "service")
    assert upload(client, GOOD.encode()).status_code == 403
    assert not BankStatement.objects.exists()
