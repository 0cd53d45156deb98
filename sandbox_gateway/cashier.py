"""The cashier (收银台): the page where a customer pays, and what its buttons do.

The address holds a secret of 24 random bytes; whoever has it may pay, as with a real provider. A button counts
only if it was pressed on a page that we gave to the same browser: its form carries a token that is bound to
the browser's cookie and to this payment.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import re
import secrets
import sqlite3
from html import escape
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from string import Template
from urllib.parse import parse_qs, urlsplit

from sandbox_gateway import moments, movements
from sandbox_gateway.merchants import Merchant
from sandbox_gateway.signing import matches
from sandbox_gateway.store import Store
from sandbox_gateway.web import HTML, Request, Response, as_json
from sandbox_gateway.words import Language, word

HERE = Path(__file__).parent
PAGE = Template((HERE / "templates" / "page.html").read_text(encoding="utf-8"))
STATIC = {
    "cashier.css": "text/css; charset=utf-8",
    "cashier.js": "text/javascript; charset=utf-8",
    "coin.svg": "image/svg+xml",
}
COOKIE = "sandbox_cashier"
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
COOKIE_VALUE = re.compile(r"[A-Za-z0-9_-]{32}")
SECURITY_HEADERS = (
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
        " form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    # The shop does not learn the cashier's address; our own forms still say where they come from.
    ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)
ICONS = {
    "succeeded": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "failed": '<path d="m7 7 10 10M17 7 7 17"/>',
    "closed": '<path d="M6 12h12"/>',
    "processing": '<path d="M12 3a9 9 0 1 1-8.5 6"/>',
    "slow": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.5l3.5 2"/>',
    "chevron": '<path d="m9 5 7 7-7 7"/>',
}


class Cashier:
    """The pages under ``/cashier`` and ``/static``."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._form_key = store.secret("cashier-form").encode()

    def static(self, name: str) -> Response | None:
        """A file of the page's own."""
        if name not in STATIC:
            return None
        headers = (("Cache-Control", "max-age=300"), ("X-Content-Type-Options", "nosniff"))
        body = (HERE / "static" / name).read_bytes()
        return Response(body=body, content_type=STATIC[name], headers=headers)

    def answer(self, request: Request) -> Response | None:
        """A page, or what a button does."""
        segments = request.segments
        if len(segments) > 1 and not TOKEN.fullmatch(segments[1]):
            return _notice("unknown", _language(request), status=404)
        match request.method, *segments:
            case "GET" | "HEAD", "cashier", token:
                return self._show(request, token)
            case "GET", "cashier", token, "state":
                with self._store.transaction() as db:
                    found = movements.payment_by_token(db, token)
                return as_json({"state": found[1]["state"]}) if found else None
            case "POST", "cashier", token, ("pay" | "pay-slowly" | "fail" | "cancel") as action:
                return self._act(request, token, action)
        return None

    def _show(self, request: Request, token: str) -> Response:
        language = _language(request)
        with self._store.transaction() as db:
            found = movements.payment_by_token(db, token)
        if found is None:
            return _notice("unknown", language, status=404)
        browser = _browser(request)
        cookie = browser or secrets.token_urlsafe(24)
        merchant, payment = found
        content = (
            _open_page(merchant, payment, language, self._form_token(cookie, token))
            if payment["state"] == "open"
            else _result_page(merchant, payment, language)
        )
        cookies = (
            () if browser else (("Set-Cookie", f"{COOKIE}={cookie}; Path=/cashier; HttpOnly; SameSite=Lax"),)
        )
        return _page(content, language, state=payment["state"], path=f"/cashier/{token}", headers=cookies)

    def _act(self, request: Request, token: str, action: str) -> Response:
        language = _language(request)
        form = parse_qs(request.body.decode("utf-8", "replace"), max_num_fields=10)
        expected = self._form_token(_browser(request) or secrets.token_urlsafe(24), token)
        if _comes_from_elsewhere(request) or not matches(
            expected=expected, given=form.get("form_token", [""])[-1]
        ):
            return _notice("refused", language, status=403, back=f"/cashier/{token}?lang={language}")
        with self._store.transaction() as db:
            found = movements.payment_by_token(db, token)
            if found is None:
                return _notice("unknown", language, status=404)
            _press(db, *found, action)
        where = f"/cashier/{token}?lang={language}"
        return Response(status=303, content_type=HTML, headers=(("Location", where), *SECURITY_HEADERS))

    def _form_token(self, cookie: str, token: str) -> str:
        return hmac.new(self._form_key, f"{cookie}\n{token}".encode(), hashlib.sha256).hexdigest()


def _press(db: sqlite3.Connection, merchant: Merchant, payment: sqlite3.Row, action: str) -> None:
    """Only an open payment answers to a button; the page then shows how it stands."""
    if payment["state"] != "open":
        return
    if action == "pay-slowly":
        movements.pay_slowly(db, merchant, payment)
    else:
        state = {"pay": "succeeded", "fail": "failed", "cancel": "closed"}[action]
        movements.finish_payment(db, merchant, payment, state)


def _browser(request: Request) -> str:
    """The cookie by which we know the browser again; empty if there is none of ours."""
    try:
        cookies = SimpleCookie(request.header("cookie"))
    except CookieError:
        return ""
    value = cookies[COOKIE].value if COOKIE in cookies else ""
    return value if COOKIE_VALUE.fullmatch(value) else ""


def _comes_from_elsewhere(request: Request) -> bool:
    """Whether the browser itself says that another site's page pressed the button."""
    site = request.header("sec-fetch-site")
    if site:
        return site != "same-origin"
    origin = request.header("origin")
    return bool(origin) and urlsplit(origin).netloc.lower() != request.header("host").lower()


def _language(request: Request) -> Language:
    """What the link says; else what the browser asks for; Chinese if neither names one of ours."""
    said = request.parameter("lang")
    if said in ("zh", "en"):
        return "zh" if said == "zh" else "en"
    for part in request.header("accept-language").lower().split(","):
        name = part.partition(";")[0].strip()
        if name.startswith("zh"):
            return "zh"
        if name.startswith("en"):
            return "en"
    return "zh"


# --- Drawing --------------------------------------------------------------------------------------------------


def yuan(amount_fen: int) -> str:
    """An amount as people write it.

    >>> yuan(1_234_567)
    '12,345.67'
    """
    return f"{amount_fen // 100:,}.{amount_fen % 100:02d}"


def _icon(name: str, more: str = "") -> str:
    return (
        f'<svg {more} viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.2"'
        f' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{ICONS[name]}</svg>'
    )


def _amount(amount_fen: int) -> str:
    written = yuan(amount_fen)
    size = "" if len(written) < 10 else " long" if len(written) < 14 else " longest"
    return f'<p class="amount{size}" data-testid="amount"><span class="sign">¥</span>{written}</p>'


def _merchant_name(merchant: Merchant, language: Language) -> str:
    return merchant.name if language == "zh" else merchant.name_en


def _facts(pairs: list[tuple[str, str, str]], language: Language) -> str:
    rows = "".join(
        f'<div><dt>{word(name, language)}</dt><dd data-testid="{testid}">{escape(value)}</dd></div>'
        for name, testid, value in pairs
    )
    return f'<dl class="facts">{rows}</dl>'


def _button(action: str, language: Language, form_token: str, inside: str, css: str, testid: str) -> str:
    return (
        f'<form method="post" action="{action}?lang={language}">'
        f'<input type="hidden" name="form_token" value="{form_token}">'
        f'<button class="{css}" type="submit" data-testid="{testid}">{inside}</button></form>'
    )


def _option(name: str, icon: str, tint: str, hint: str, language: Language) -> str:
    chevron = _icon("chevron", 'class="chevron"')
    return (
        f'<span class="dot {tint}">{_icon(icon)}</span><strong>{word(name, language)}</strong>'
        f"<small>{hint}</small>{chevron}"
    )


def _open_page(merchant: Merchant, payment: sqlite3.Row, language: Language, form_token: str) -> str:
    name = _merchant_name(merchant, language)
    path = f"/cashier/{payment['token']}"
    left = max(0, math.ceil((payment["expires_ms"] - merchant.now_ms()) / 1000))
    clock = (f"{left // 3600}:" if left >= 3600 else "") + f"{left // 60 % 60:02d}:{left % 60:02d}"
    seconds = max(1, round(merchant.slow_payment_ms / 1000))
    slowly_hint = word("pay_slowly_hint", language).format(seconds=seconds)
    facts = [("order", "subject", payment["subject"]), ("number", "number", payment["number"])]
    options = (
        ("pay-slowly", "pay_slowly", "slow", "slow", slowly_hint),
        ("fail", "fail", "failed", "bad", word("fail_hint", language)),
        ("cancel", "cancel", "closed", "shut", word("cancel_hint", language)),
    )
    others = "".join(
        _button(
            f"{path}/{action}",
            language,
            form_token,
            _option(label, icon, tint, hint, language),
            "option",
            action,
        )
        for action, label, icon, tint, hint in options
    )
    pay = f"{word('pay', language)} ¥{yuan(payment['amount_fen'])}"
    return f"""
<section class="who">
  <div class="avatar" aria-hidden="true">{escape(name[:1].upper())}</div>
  <h1 class="merchant" data-testid="merchant">{escape(name)}</h1>
  {_amount(payment["amount_fen"])}
  <p class="countdown" data-testid="countdown" data-seconds-left="{left}" role="timer">
    {word("time_left", language)} <b>{clock}</b></p>
</section>
{_facts(facts, language)}
<section class="actions">{_button(f"{path}/pay", language, form_token, pay, "button", "pay")}</section>
<section class="others"><h2>{word("try", language)}</h2>{others}</section>"""


def _result_page(merchant: Merchant, payment: sqlite3.Row, language: Language) -> str:
    state = payment["state"]
    facts = [
        ("order", "subject", payment["subject"]),
        ("number", "number", payment["number"]),
        ("reference", "reference", payment["reference"]),
    ]
    if payment["finished_ms"] is not None:
        moment = moments.as_text(payment["finished_ms"])[:19].replace("T", " ")
        facts.append(("time", "time", moment))
    if payment["refunded_fen"]:
        facts.append(("refunded", "refunded", f"¥{yuan(payment['refunded_fen'])}"))
    return f"""
<section class="result {state}" aria-live="polite">
  <div class="badge">{_icon(state)}</div>
  <h1 data-testid="result">{word(state, language)}</h1>
  <p class="note">{word(f"{state}_note", language)}</p>
  {_amount(payment["amount_fen"])}
  <p class="merchant" data-testid="merchant">{escape(_merchant_name(merchant, language))}</p>
</section>
{_facts(facts, language)}
<section class="actions">{_way_back(payment, language)}</section>"""


def _way_back(payment: sqlite3.Row, language: Language) -> str:
    if not payment["return_url"]:
        return ""
    quiet = "" if payment["state"] == "succeeded" else " quiet"
    link = escape(payment["return_url"])
    return f'<a class="button{quiet}" href="{link}" data-testid="return">{word("back", language)}</a>'


def _notice(name: str, language: Language, *, status: int, back: str = "") -> Response:
    link = (
        f'<section class="actions"><a class="button quiet" href="{back}" data-testid="return">'
        f"{word('to_cashier', language)}</a></section>"
        if back
        else '<section class="actions"></section>'
    )
    content = f"""
<section class="result failed"><div class="badge">{_icon("failed")}</div>
  <h1 data-testid="result">{word(name, language)}</h1>
  <p class="note">{word(f"{name}_note", language)}</p></section>{link}"""
    return _page(content, language, state=name, path="", status=status)


def _page(
    content: str,
    language: Language,
    *,
    state: str,
    path: str,
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = (),
) -> Response:
    other = "en" if language == "zh" else "zh"
    link = (
        f'<a class="language" href="{escape(path)}?lang={other}" lang="{other}" hreflang="{other}"'
        f' data-testid="language">{word("other_language", language)}</a>'
        if path
        else ""
    )
    html = PAGE.substitute(
        lang="zh-Hans" if language == "zh" else "en",
        title=f"{word('title', language)} · {word('brand', language)}",
        brand=word("brand", language),
        test_mode=word("test_mode", language),
        test_tag=word("test_tag", language),
        language_link=link,
        state=state,
        # For browsers without scripts; with them the page follows faster by itself.
        refresh='<noscript><meta http-equiv="refresh" content="2"></noscript>'
        if state == "processing"
        else "",
        content=content,
    )
    return Response(
        status=status, body=html.encode(), content_type=HTML, headers=(*headers, *SECURITY_HEADERS)
    )
