"""What this package asks of the outside world."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from tongbao.members.contracts.words import CodePurpose


class SmsSender(Protocol):
    """Brings a text to a phone. Called outside any transaction; may raise, then the member asks again."""

    def send(self, *, phone: str, text: str, purpose: CodePurpose, now: datetime) -> None:
        """Send ``text`` to the mainland number ``phone`` (11 digits)."""
        ...
