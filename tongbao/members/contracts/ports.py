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


class WeChat(Protocol):
    """Asks WeChat who stands behind a code of ``wx.login`` (微信登录). Called outside any transaction."""

    def knows(self, *, schema_name: str) -> bool:
        """Whether the mall has a mini-program there."""
        ...

    def open_id(self, *, schema_name: str, js_code: str) -> str:
        """The person's number in the mall's mini-program. Raises WeChatRefused, WeChatNotThere."""
        ...
