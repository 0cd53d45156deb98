"""Who asks: a bearer token for apps and mini-programs, a cookie with CSRF protection for H5."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token, rotate_token
from ninja.security import HttpBearer
from ninja.utils import check_csrf

from tongbao.kit import clock
from tongbao.members.contracts import CsrfRefused, MemberIdentity, SignedIn
from tongbao.members.services import authenticate

SESSION_COOKIE = "tongbao_session"
LONGEST_TOKEN = 200


class MemberAuth(HttpBearer):
    """Puts the member into ``request.auth`` as a ``MemberIdentity``.

    A browser sends the cookie by itself, also for a foreign page; so what changes something must come with the
    CSRF token that only our own page can read. A bearer token needs none.
    """

    def __call__(self, request: HttpRequest) -> MemberIdentity | None:
        header = request.headers.get("Authorization", "")
        if header:
            scheme, _, token = header.partition(" ")
            return self.authenticate(request, token.strip()) if scheme.lower() == "bearer" else None
        identity = self.authenticate(request, request.COOKIES.get(SESSION_COOKIE, ""))
        if identity is not None and check_csrf(request) is not None:
            raise CsrfRefused()
        return identity

    def authenticate(self, request: HttpRequest, token: str) -> MemberIdentity | None:
        """The member whose token this is, None for nobody's."""
        if not token or len(token) > LONGEST_TOKEN or not token.isascii():
            return None
        return authenticate(token=token, now=clock.now())


def identity_of(request: HttpRequest) -> MemberIdentity:
    """The member who asks; only below ``MemberAuth``."""
    identity: MemberIdentity = request.auth  # type: ignore[attr-defined]
    return identity


def set_session_cookie(request: HttpRequest, response: HttpResponse, signed_in: SignedIn) -> str:
    """Keep the session in the browser, out of reach of scripts, and return a fresh CSRF token."""
    response.set_cookie(
        SESSION_COOKIE,
        signed_in.token,
        expires=signed_in.expires_at,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    rotate_token(request)
    return get_token(request)


def clear_session_cookie(response: HttpResponse) -> None:
    """Forget the session in the browser."""
    response.delete_cookie(SESSION_COOKIE, samesite="Lax")
