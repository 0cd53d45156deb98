"""What every entrance of the API shares: routers, error bodies, languages, request ids."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable
from typing import Annotated, Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser
from pydantic import AfterValidator, ValidationInfo

from tongbao.kit.errors import DomainError, Language
from tongbao.kit.writing import traditional, wants_traditional
from tongbao.money import StatedError

logger = logging.getLogger(__name__)

API_PATH = "/api/"

# What is said where no package had a say: code, English, Chinese.
SAID: dict[int, tuple[str, str, str]] = {
    400: (
        "bad_request",
        "The request can't be read. Send a JSON object, as the documents of this address show it.",
        "请求无法读取。请按接口文档发送JSON对象。",
    ),
    401: (
        "not_signed_in",
        "Sign in first: the token is missing or has ended.",
        "请先登录:登录凭证缺失或已失效。",
    ),
    403: (
        "not_allowed",
        "This is not allowed. Sign in with an account that may.",
        "没有权限。请使用有权限的账户。",
    ),
    404: (
        "not_found",
        "There is nothing at this address. Look it up in the API's documents.",
        "此地址没有内容。请查阅接口文档。",
    ),
    405: (
        "method_not_allowed",
        "This address does not take this method. Look it up in the API's documents.",
        "此地址不支持该请求方法。请查阅接口文档。",
    ),
    500: (
        "internal",
        "Something went wrong on our side; nothing was changed. Tell support the request id.",
        "系统出错,未做任何更改。请将请求编号告知客服。",
    ),
    413: ("too_large", "The request is too large. Send less.", "请求内容过大。请减少内容后重试。"),
}


class ObjectParser(Parser):
    """Bodies are JSON objects and nothing else: an array would be read as an object without fields."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        said = json.loads(request.body, parse_constant=_no_number)
        if not isinstance(said, dict):
            raise ValueError("not an object")
        return said


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


class JsonErrorsMiddleware:
    """Below ``/api/`` every refusal has the one shape, also those that Django or the router make by themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        if not request.path.startswith(API_PATH) or is_json or response.status_code not in SAID:
            return response
        code, en, zh = SAID[response.status_code]
        answer = JsonResponse(
            error_body(request, code=code, message=_say(request, en=en, zh=zh)), status=response.status_code
        )
        if "Allow" in response.headers:
            answer.headers["Allow"] = response.headers["Allow"]
        return answer


def router(*, tag: str, auth: Any = None) -> Router:
    """A router whose operations appear under ``tag`` in the browsable documents."""
    return Router(tags=[tag], auth=auth) if auth is not None else Router(tags=[tag])


def reader_language(request: HttpRequest) -> Language:
    """``en`` when the reader asks for it first, otherwise ``zh``."""
    wanted = request.headers.get("Accept-Language", "zh").strip().lower()
    return "en" if wanted.startswith("en") else "zh"


def in_readers_writing(request: HttpRequest, text: str) -> str:
    """What the mall says in Chinese, in traditional characters for who asks for ``zh-Hant`` (zh-TW, zh-HK)."""
    return traditional(text) if wants_traditional(request.headers.get("Accept-Language", "")) else text


def _said_to(text: str, info: ValidationInfo) -> str:
    request = (info.context or {}).get("request")
    return text if request is None else in_readers_writing(request, text)


# What the mall itself says (说明) is told in the reader's characters; never for what people typed.
Said = Annotated[str, AfterValidator(_said_to)]


def request_id(request: HttpRequest) -> str:
    """The id under which this request is logged; made here if no middleware has."""
    known = getattr(request, "request_id", None)
    if known is None:
        known = uuid.uuid4().hex
        request.request_id = known  # type: ignore[attr-defined]
    return str(known)


def error_body(request: HttpRequest, *, code: str, message: str, **details: Any) -> dict[str, Any]:
    """The one shape of every refusal: ``{"error": {"code", "message", "request_id"}}``."""
    told = in_readers_writing(request, message)
    return {"error": {"code": code, "message": told, "request_id": request_id(request), **details}}


def _say(request: HttpRequest, *, en: str, zh: str) -> str:
    return zh if reader_language(request) == "zh" else en


def install_error_handlers(api: NinjaAPI) -> None:
    """Translate named errors, bad input and the unexpected into the one shape."""

    @api.exception_handler(DomainError)
    def _domain(request: HttpRequest, error: DomainError) -> HttpResponse:
        if error.status >= 500:
            # Not the asker's fault: the database's own words are for whoever looks after it.
            logger.error("refused with %s", error.code, exc_info=error)
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
        return _standard(request, 401)

    @api.exception_handler(Http404)
    def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
        return _standard(request, 404)

    @api.exception_handler(RequestDataTooBig)
    def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        return _standard(request, 413)

    @api.exception_handler(HttpError)
    def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
        if error.status_code in SAID:
            return _standard(request, error.status_code)
        body = error_body(request, code="refused", message=str(error))
        return api.create_response(request, body, status=error.status_code)

    def _standard(request: HttpRequest, status: int) -> HttpResponse:
        code, en, zh = SAID[status]
        body = error_body(request, code=code, message=_say(request, en=en, zh=zh))
        return api.create_response(request, body, status=status)

    @api.exception_handler(Exception)
    def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
        logger.exception("unexpected error in %s %s", request.method, request.path)
        return _standard(request, 500)
