"""The network: one pool of connections for each process, with timeouts, and answers that are believed only signed."""

from __future__ import annotations

import json
import logging
import os
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx
from django.utils.translation import get_language

from tongbao.apps.sandbox_pay.contracts import CODE, SandboxGatewayAdminRefused
from tongbao.apps.sandbox_pay.policy import answer_is_signed, merchant_key, request_headers
from tongbao.apps.sandbox_pay.services.configuration import configuration
from tongbao.mall.contracts import GatewayRefused, GatewayUnavailable

logger = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(5.0, connect=2.0, pool=5.0)
LIMITS = httpx.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=10.0)
LONGEST_ADMIN_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A tenant's merchant account: its id is the tenant's schema name."""

    merchant_id: str
    key: str


def account(merchant_id: str) -> Account:
    """The account of a tenant, with its derived key."""
    key = merchant_key(secret=configuration().token, merchant_id=merchant_id)
    return Account(merchant_id=merchant_id, key=key)


def ask(account: Account, method: str, target: str, said: dict[str, Any] | None = None) -> Any | None:
    """A signed call; what a signed answer says, or None for a signed "no such number".

    Raises GatewayRefused for a signed no, GatewayUnavailable for everything else: an answer without a right
    signature may be anybody's, and it must neither move money back nor forward.
    """
    body = b"" if said is None else json.dumps(said, ensure_ascii=False).encode()
    nonce = secrets.token_hex(16)
    headers = request_headers(
        key=account.key,
        merchant_id=account.merchant_id,
        method=method,
        target=target,
        body=body,
        timestamp=int(time.time()),
        nonce=nonce,
    )
    try:
        response = _client(os.getpid()).request(
            method, f"{configuration().url}{target}", content=body, headers=headers
        )
    except httpx.HTTPError as error:
        logger.warning("the sandbox gateway does not answer: %s", type(error).__name__)
        raise GatewayUnavailable(gateway=CODE) from error
    signed = answer_is_signed(
        key=account.key,
        nonce=nonce,
        status=response.status_code,
        headers=response.headers,
        body=response.content,
    )
    if not signed or response.status_code >= 500:
        logger.error(
            "the sandbox gateway answered merchant %s with %s, %s: %s",
            account.merchant_id,
            response.status_code,
            "signed" if signed else "not signed",
            response.text[:300],
        )
        raise GatewayUnavailable(gateway=CODE)
    answer = _json(response)
    if response.status_code == 404 and answer.get("code") == "unknown_number":
        return None
    if response.status_code >= 400:
        chinese = (get_language() or "zh").startswith("zh")
        raise GatewayRefused(gateway=CODE, reason=answer.get("message_zh" if chinese else "message", ""))
    return answer


def ask_as_admin(method: str, target: str, said: dict[str, Any] | None = None) -> Any:
    """An admin call. Raises SandboxGatewayAdminRefused, GatewayUnavailable."""
    known = configuration()
    try:
        response = _client(os.getpid()).request(
            method,
            f"{known.url}{target}",
            content=b"" if said is None else json.dumps(said, ensure_ascii=False).encode(),
            headers={"Authorization": f"Bearer {known.token}"},
            timeout=LONGEST_ADMIN_SECONDS,
        )
    except httpx.HTTPError as error:
        raise GatewayUnavailable(gateway=CODE) from error
    answer = _json(response)
    if response.status_code >= 500:
        raise GatewayUnavailable(gateway=CODE)
    if response.status_code >= 400:
        raise SandboxGatewayAdminRefused(reason=answer.get("message", str(response.status_code)))
    return answer


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError as error:
        raise GatewayUnavailable(gateway=CODE) from error
    if not isinstance(answer, dict):
        raise GatewayUnavailable(gateway=CODE)
    return answer


@lru_cache(maxsize=1)
def _client(process: int) -> httpx.Client:
    """The process's client: a forked process must not share its parent's connections."""
    # No proxy from the environment, no redirects: the gateway is where it was said to be.
    return httpx.Client(timeout=TIMEOUT, limits=LIMITS, trust_env=False, follow_redirects=False)
