"""WeChat's servers: who stands behind a code that a mini-program got from ``wx.login``.

One request, ``GET /sns/jscode2session``, as WeChat documents it. The session key that comes back is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from tongbao.members.contracts import WeChatNotThere, WeChatRefused

TIMEOUT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class MiniProgram:
    """A mall's mini-program, as WeChat registered it."""

    app_id: str
    secret: str

    def __repr__(self) -> str:
        return f"MiniProgram({self.app_id!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeChatServers:
    """The port ``WeChat`` of members, over HTTP."""

    programs: Mapping[str, MiniProgram]
    url: str

    def knows(self, *, schema_name: str) -> bool:
        """Whether the mall has a mini-program there."""
        return schema_name in self.programs

    def open_id(self, *, schema_name: str, js_code: str) -> str:
        """The person's number in the mall's mini-program. Raises WeChatRefused, WeChatNotThere."""
        program = self.programs[schema_name]
        asked = {
            "appid": program.app_id,
            "secret": program.secret,
            "js_code": js_code,
            "grant_type": "authorization_code",
        }
        try:
            answer = httpx.get(f"{self.url}/sns/jscode2session", params=asked, timeout=TIMEOUT_SECONDS)
            answer.raise_for_status()
            said = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            # Not ``from``: the address of the failed request holds the secret.
            raise WeChatNotThere() from (None if isinstance(error, httpx.HTTPError) else error)
        if not isinstance(said, dict) or said.get("errcode") or not isinstance(said.get("openid"), str):
            raise WeChatRefused(why=str(said.get("errcode", "?") if isinstance(said, dict) else "?"))
        return str(said["openid"])
