"""What every entrance of the API shares: routers, error bodies, languages, request ids."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError

from tongbao.kit.errors import DomainError, Language
from tongbao.money import StatedError

logger = logging.getLogger(__name__)


def router(*, tag: str, auth: Any = None) -> Router:
    """A router whose operations appear under ``tag`` in the browsable documents."""
    return Router(tags=[tag], auth=auth) if auth is not None else Router(tags=[tag])


def reader_language(request: HttpRequest) -> Language:
    """``en`` when the reader asks for it first, otherwise ``zh``."""
    wanted = request.headers.get("Accept-Language", "zh").strip().lower()
    return "en" if wanted.startswith("en") else "zh"


def request_id(request: HttpRequest) -> str:
    """The id under which this request is logged; made here if no middleware has."""
    known = getattr(request, "request_id", None)
    if known is None:
        known = uuid.uuid4().hex
        request.request_id = known  # type: ignore[attr-defined]
    return str(known)


def error_body(request: HttpRequest, *, code: str, message: str, **details: Any) -> dict[str, Any]:
    """The one shape of every refusal: ``{"error": {"code", "message", "request_id"}}``."""
    return {"error": {"code": code, "message": message, "request_id": request_id(request), **details}}


def _say(request: HttpRequest, *, en: str, zh: str) -> str:
    return zh if reader_language(request) == "zh" else en


def install_error_handlers(api: NinjaAPI) -> None:
    """Translate named errors, bad input and the unexpected into the one shape."""

    @api.exception_handler(DomainError)
    def _domain(request: HttpRequest, error: DomainError) -> HttpResponse:
        body = error_body(request, code=error.code, message=error.message(reader_language(request)))
        response = api.create_response(request, body, status=error.status)
        if error.status == 429:
            response["Retry-After"] = str(error.values.get("wait_seconds", 60))
        return response

    @api.exception_handler(StatedError)
    def _stated(request: HttpRequest, error: StatedError) -> HttpResponse:
        body = error_body(request, code=error.code, message=error.message(reader_language(request)))
        return api.create_response(request, body, status=error.status)

    @api.exception_handler(ValidationError)
    def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        fields = [
            {"field": ".".join(str(part) for part in item["loc"][1:]), "why": item["msg"]}
            for item in error.errors
        ]
        first = fields[0] if fields else {"field": "body", "why": "unreadable"}
        message = _say(
            request,
            en=f"{first['field']} can't be accepted: {first['why']}. Correct it and send again.",
            zh=f"{first['field']}无法接受:{first['why']}。请修改后重试。",
        )
        body = error_body(request, code="invalid_input", message=message, fields=fields)
        return api.create_response(request, body, status=422)

    @api.exception_handler(AuthenticationError)
    def _unknown_caller(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        message = _say(
            request,
            en="Sign in first: the token is missing or has ended.",
            zh="请先登录:登录凭证缺失或已失效。",
        )
        body = error_body(request, code="not_signed_in", message=message)
        return api.create_response(request, body, status=401)

    @api.exception_handler(Http404)
    def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
        message = _say(request, en="There is nothing at this address.", zh="此地址没有内容。")
        return api.create_response(
            request, error_body(request, code="not_found", message=message), status=404
        )

    @api.exception_handler(HttpError)
    def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
        code = {400: "bad_request", 403: "not_allowed", 405: "method_not_allowed"}.get(
            error.status_code, "refused"
        )
        return api.create_response(
            request, error_body(request, code=code, message=str(error)), status=error.status_code
        )

    @api.exception_handler(Exception)
    def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
        logger.exception("unexpected error in %s %s", request.method, request.path)
        message = _say(
            request,
            en="Something went wrong on our side; nothing was changed. Tell support the request id.",
            zh="系统出错,未做任何更改。请将请求编号告知客服。",
        )
        return api.create_response(request, error_body(request, code="internal", message=message), status=500)
