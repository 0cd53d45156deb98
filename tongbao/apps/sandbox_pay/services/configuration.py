"""Where the gateway is and what proves us to it, from the environment.

``TONGBAO_SANDBOX_GATEWAY_URL`` is ``http://127.0.0.1:8701`` unless set; in production there is none unless it
is set. ``TONGBAO_SANDBOX_GATEWAY_TOKEN`` is the gateway's admin token; without it, the one that this
installation made up, which ``tongbao gateway`` uses too.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from tongbao.apps.sandbox_pay.contracts import SandboxGatewayMisconfigured
from tongbao.kit import installation

URL_VARIABLE = "TONGBAO_SANDBOX_GATEWAY_URL"
TOKEN_VARIABLE = "TONGBAO_SANDBOX_GATEWAY_TOKEN"  # noqa: S105 - the name of a variable
DEFAULT_URL = "http://127.0.0.1:8701"
SECRET_NAME = "sandbox_gateway_token"  # noqa: S105 - a name again
SHORTEST_TOKEN = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Address and token of the gateway."""

    url: str
    token: str


def configuration() -> Configuration:
    """Read at each use, so that a test may point it elsewhere. Raises SandboxGatewayMisconfigured."""
    url = (os.environ.get(URL_VARIABLE) or DEFAULT_URL).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise SandboxGatewayMisconfigured(
            why_en=f"{URL_VARIABLE} is {url!r}; set it to an address like {DEFAULT_URL}",
            why_zh=f"{URL_VARIABLE} 的值为 {url!r};请设为形如 {DEFAULT_URL} 的地址",
        )
    token = os.environ.get(TOKEN_VARIABLE) or installation.secret(SECRET_NAME)
    if len(token) < SHORTEST_TOKEN:
        raise SandboxGatewayMisconfigured(
            why_en=f"{TOKEN_VARIABLE} has {len(token)} characters; set it to {SHORTEST_TOKEN} or more",
            why_zh=f"{TOKEN_VARIABLE} 只有 {len(token)} 个字符;请设为至少 {SHORTEST_TOKEN} 个",
        )
    return Configuration(url=url, token=token)
