"""One device, one phone, one person: each has the reward of a task once.

- A *device* is the key that the pages make once and keep on the device; it comes with the request. Where a member
  has just signed up no page has spoken yet: then it is what the session told, the device's own name together
  with its network address.
- A *phone* is the number that the account is known by. Accounts that share one can't exist at the same time; the
  claim also finds a number that was given up and used again.
- An *identity* is the card of a verified real name.

Only keyed hashes are kept, never what they were made of.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError
from django.utils.crypto import salted_hmac

from tongbao.apps.member_tasks.contracts import RewardUsedElsewhere
from tongbao.apps.member_tasks.models import Claim
from tongbao.apps.member_tasks.policy import in_order
from tongbao.kit.transactions import transaction
from tongbao.members.models import IdentitySubmission
from tongbao.members.selectors import phone_of, sessions_of

WORDS = {"device": "设备", "phone": "手机号", "identity": "身份"}


def hashed(*, kind: str, value: str) -> str:
    """What is kept of a device, a phone or an identity; "" of nothing."""
    if not value:
        return ""
    return salted_hmac(f"tongbao.apps.member_tasks.{kind}", value, algorithm="sha256").hexdigest()


def device_of_session(*, member_id: int, now: datetime) -> str:
    """The device on which a member signed in last, as its session tells; "" where none does."""
    newest = next(iter(sessions_of(member_id=member_id, now=now)), None)
    if newest is None or not newest.device or not newest.address:
        return ""
    return hashed(kind="device", value=f"{newest.device}\n{newest.address}")


def claim(*, task: str, member_id: int, device_hash: str, now: datetime) -> None:
    """Keep that this member's device, phone and identity have had the reward. Joins the caller's transaction.

    Raises RewardUsedElsewhere; what of it was kept goes with the transaction. The database decides between two
    at once. A member's own earlier claim of the same task doesn't stand in their way: their check-in, their
    completed task does.
    """
    card = (
        IdentitySubmission.objects.filter(member_id=member_id, state=IdentitySubmission.State.VERIFIED)
        .order_by("-id")
        .values_list("card_hash", flat=True)
        .first()
    )
    tokens = [
        ("device", device_hash),
        ("phone", hashed(kind="phone", value=phone_of(member_id=member_id))),
        ("identity", hashed(kind="identity", value=card or "")),
    ]
    for kind, token in in_order([(kind, token) for kind, token in tokens if token]):
        try:
            with transaction():
                Claim.objects.create(
                    task=task, kind=kind, token_hash=token, member_id=member_id, claimed_at=now
                )
        except IntegrityError as error:
            others = Claim.objects.filter(task=task, kind=kind, token_hash=token).exclude(member_id=member_id)
            if others.exists():
                raise RewardUsedElsewhere(what=kind, what_zh=WORDS[kind]) from error
