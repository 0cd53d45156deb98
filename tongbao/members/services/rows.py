"""Rows that several use cases lock or write."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import connection

from tongbao.members.contracts import MemberUnknown
from tongbao.members.models import Member
from tongbao.members.policy.people import INVITE_ALPHABET, INVITE_LENGTH


def lock_member(*, member_id: int) -> Member:
    """The member's row, locked until the transaction ends. Raises MemberUnknown.

    The lock leaves the key alone, so rows that point to the member can still be written by others.
    """
    row = Member.objects.select_for_update(no_key=True).filter(pk=member_id).first()
    if row is None:
        raise MemberUnknown(key=member_id)
    return row


def lock_tree() -> None:
    """Take the tenant's turn for changing sponsors, until the transaction ends; before any member's row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT members_lock_tree()")


def new_member_ids(*, count: int) -> list[int]:
    """Ids for new members, so that numbers can be written with them in one statement."""
    statement = "SELECT nextval(pg_get_serial_sequence('members_member', 'id')) FROM generate_series(1, %s)"
    with connection.cursor() as cursor:
        cursor.execute(statement, [count])
        return [row[0] for row in cursor.fetchall()]


def new_invite_code() -> str:
    """A random invitation code. Of 31^8 the same is hardly drawn twice; a constraint would refuse it."""
    return "".join(secrets.choice(INVITE_ALPHABET) for _ in range(INVITE_LENGTH))


def sqlstate_of(error: Exception) -> str:
    """PostgreSQL's code of a database error, "" if it came from elsewhere."""
    cause: Any = error.__cause__
    return str(getattr(cause, "sqlstate", "") or "")


def constraint_of(error: Exception) -> str:
    """The name of the constraint that a write ran into, "" if there was none."""
    cause: Any = error.__cause__
    diagnosis = getattr(cause, "diag", None)
    return str(getattr(diagnosis, "constraint_name", "") or "")
