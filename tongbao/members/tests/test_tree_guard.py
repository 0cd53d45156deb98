"""No circle of sponsors can be made, whoever writes."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

INSERT = """
INSERT INTO members_member (id, number, name, invite_code, sponsor_id, sponsor_fixed_at, rank, status,
    identity_status, language, joined_at)
VALUES (%s, 'M' || %s, '', 'CODE' || %s, %s, now(), 'member', 'active', 'none', 'zh-hans', now())
"""


def insert(member_id: int, sponsor_id: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [member_id, member_id, member_id, sponsor_id])


def move(member_id: int, sponsor_id: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE members_member SET sponsor_id = %s WHERE id = %s", [sponsor_id, member_id])


def sqlstate(error: pytest.ExceptionInfo[DatabaseError]) -> str:
    return error.value.__cause__.sqlstate


def test_a_member_can_not_come_below_their_own_recruit(tenant):
    insert(1, None)
    insert(2, 1)
    insert(3, 2)
    with pytest.raises(DatabaseError) as refused:
        move(1, 3)
    assert sqlstate(refused) == "TB110"


def test_a_member_can_not_sponsor_themselves(tenant):
    insert(1, None)
    with pytest.raises(DatabaseError):
        move(1, 1)


def test_two_new_members_in_one_statement_can_not_name_each_other(tenant):
    row = "(%s, %s, '', %s, %s, now(), 'member', 'active', 'none', 'zh-hans', now())"
    statement = INSERT[: INSERT.index("VALUES")] + f"VALUES {row}, {row}"
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [1, "M1", "CODE1", 2, 2, "M2", "CODE2", 1])
    assert sqlstate(refused) == "23503"
