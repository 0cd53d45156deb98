"""Bringing a text to a phone: a port, and the sender that is built in."""

from __future__ import annotations

from datetime import datetime

from tongbao.members.contracts import CodePurpose, SmsSender
from tongbao.members.models import SmsMessage


class OutboxSender:
    """Writes text messages into a table that the console shows: for demos, tests, and before a contract."""

    def send(self, *, phone: str, text: str, purpose: CodePurpose, now: datetime) -> None:
        SmsMessage.objects.create(phone=phone, text=text, purpose=purpose, written_at=now)


_sender: SmsSender = OutboxSender()


def use_sms_sender(sender: SmsSender) -> None:
    """Send through another sender from now on; called by ``config`` alone, at start."""
    global _sender
    _sender = sender


def send_text(*, phone: str, text: str, purpose: CodePurpose, now: datetime) -> None:
    """Send through the sender in use; never call it inside a transaction of one's own."""
    _sender.send(phone=phone, text=text, purpose=purpose, now=now)
