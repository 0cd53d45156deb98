"""A stand-in for WeChat's server, in a process of its own: ``python -m tests.stand_ins.wechat PORT APP SECRET``.

It answers ``GET /sns/jscode2session`` as WeChat documents it: a code works once, for its own app; ``slow`` and
``broken`` are codes that find the server in trouble.
"""

from __future__ import annotations

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class Handler(BaseHTTPRequestHandler):
    """One request of a mall's server."""

    app, secret = "", ""
    used: set[str] = set()

    def do_GET(self) -> None:
        """``openid`` for a good code, else ``errcode`` with status 200, as WeChat does."""
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        code = asked.get("js_code", "")
        if code == "broken":
            self.send_error(502)
            return
        if code == "slow":
            time.sleep(30)
        self._say(self._answer(parts.path, asked, code))

    def _answer(self, path: str, asked: dict[str, str], code: str) -> dict[str, object]:
        if path != "/sns/jscode2session" or asked.get("grant_type") != "authorization_code":
            return {"errcode": 40002, "errmsg": "invalid grant_type"}
        if (asked.get("appid"), asked.get("secret")) != (self.app, self.secret):
            return {"errcode": 40125, "errmsg": "invalid appsecret"}
        if not code.startswith("code-of-") or code in self.used:
            return {"errcode": 40029, "errmsg": "invalid code"}
        self.used.add(code)
        person = code.removeprefix("code-of-").split("-")[0]
        return {"openid": f"o-{person}", "session_key": "not kept", "unionid": ""}

    def _say(self, said: dict[str, object]) -> None:
        body = json.dumps(said).encode()
        self.send_response(200)
        # WeChat sends its JSON as plain text.
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Requests hold a secret: nothing is written down."""


if __name__ == "__main__":
    port, Handler.app, Handler.secret = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()
