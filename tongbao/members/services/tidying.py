"""Forgetting what is no longer needed."""

from __future__ import annotations

from datetime import datetime, timedelta

from tongbao.members.models import MemberSession, Message, PhoneCode, SmsMessage

KEEP_CODES = timedelta(days=7)
KEEP_MESSAGES = timedelta(days=30)
KEEP_READ_MESSAGES = timedelta(days=400)
KEEP_ENDED_SESSIONS = timedelta(days=90)


def tidy(now: datetime) -> None:
    """Delete old codes, text messages, messages read long ago and long-ended sessions. Safe to repeat at any time."""
    PhoneCode.objects.filter(expires_at__lt=now - KEEP_CODES).delete()
    SmsMessage.objects.filter(written_at__lt=now - KEEP_MESSAGES).delete()
    Message.objects.filter(read_at__lt=now - KEEP_READ_MESSAGES).delete()
    MemberSession.objects.filter(expires_at__lt=now - KEEP_ENDED_SESSIONS).delete()
