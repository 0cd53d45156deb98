"""The public disclosure page: plans in plain words, their proven worst case, who signed for them. No login."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from tongbao.kit import clock
from tongbao.kit.errors import Language, NotFound
from tongbao.plans.lint import statement
from tongbao.rewards.api.drawing import income_to_show
from tongbao.rewards.api.income import method_of_income
from tongbao.rewards.contracts import RewardsSettings
from tongbao.rewards.selectors import disclosed_document, disclosed_income, disclosed_plans, disclosure_tag
from tongbao.tenancy.selectors import tenant_settings

# Long enough to bear a crowd, short enough that a plan's beginning is not missed by more than this.
KEPT_SECONDS = 60
# The page is text and one stylesheet of ours; nothing on it runs.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"


@require_safe
def disclosure(request: HttpRequest) -> HttpResponse:
    """Every plan with its versions. ``?lang=zh`` or ``?lang=en`` chooses the language, else the browser's."""
    language = _language(request)
    now = clock.now()
    income = disclosed_income()
    counted = income.as_of.isoformat() if income else ""
    tag = quote_etag(f"{disclosure_tag(at=now)}-{counted}-{language}")
    unchanged = get_conditional_response(request, etag=tag)
    if unchanged is not None:
        return _dressed(unchanged, tag)
    with translation.override("en" if language == "en" else "zh-hans"):
        response = render(
            request,
            "rewards/disclosure.html",
            {
                "income": income and income_to_show(income, language=language),
                "method": method_of_income(language=language),
                "plans": disclosed_plans(at=now, language=language),
                "language": language,
                "statement": statement(language),
                "jurisdiction": tenant_settings(RewardsSettings).jurisdiction,
            },
        )
    return _dressed(response, tag)


@require_safe
def document(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """A version's document as it was published: its SHA-256 is the one that the page shows."""
    try:
        facts = disclosed_document(key=key, version=version)
    except NotFound as error:
        raise Http404 from error
    response = HttpResponse(facts.document.encode(), content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{facts.key}-v{facts.version}.yaml"'
    # A version never changes.
    response.headers["Cache-Control"] = "public, max-age=86400, immutable"
    return response


def _language(request: HttpRequest) -> Language:
    wanted = request.GET.get("lang", "")
    if wanted in ("zh", "en"):
        return "en" if wanted == "en" else "zh"
    return "en" if getattr(request, "LANGUAGE_CODE", "zh-hans").startswith("en") else "zh"


def _dressed(response: Any, tag: str) -> HttpResponse:
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response.headers["Content-Security-Policy"] = POLICY
    patch_vary_headers(response, ["Host", "Accept-Language", "Cookie"])
    found: HttpResponse = response
    return found


disclosure_urls = [
    path("disclosure/", disclosure, name="disclosure"),
    path("disclosure/<slug:key>/v<int:version>.yaml", document, name="disclosed_document"),
]
