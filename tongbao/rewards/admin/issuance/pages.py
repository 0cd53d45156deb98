"""The planner's page, what its script asks while somebody types, and the downloads."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from tongbao.kit import clock
from tongbao.kit.admin import ConsolePage, console_language, site
from tongbao.kit.errors import DomainError, InvalidInput
from tongbao.mall.admin.base import actor_of
from tongbao.money import StatedError
from tongbao.plans.issuance import IssuancePlan, issuance_preset, issuance_preset_names, load_issuance
from tongbao.plans.issuance.tables import as_csv, as_json
from tongbao.rewards.admin.base import reader
from tongbao.rewards.admin.studio import endpoints
from tongbao.rewards.policy.issuance import look_at_issuance
from tongbao.rewards.selectors import issuance_so_far
from tongbao.rewards.services import note_download, sound_text
from tongbao.tenancy.contracts import FINANCE, OWNER

FIRST = "brief"
TODAY = "from-today"


class IssuancePlanner(ConsolePage):
    """For owner and finance. Nothing typed here is kept or changes anything; a download is audited."""

    key = "issuance_planner"
    view_roles = (OWNER, FINANCE)

    def get_urls(self) -> list[URLPattern]:
        return [
            self.at("issuance/", self.planner, self.key),
            self.at("issuance/look/", self.look, f"{self.key}_look"),
            self.at("issuance/download/", self.download, f"{self.key}_download"),
        ]

    def planner(self, request: HttpRequest) -> HttpResponse:
        """The form, with every plan that it can begin from."""
        language = reader()
        plans = [issuance_so_far(), *(issuance_preset(name) for name in issuance_preset_names())]
        context = {
            **site.each_context(request),
            "title": _("Issuance planner"),
            "is_fullwidth": "1",
            "starts": [{"name": plan.key, "title": plan.title(language)} for plan in plans],
            "told": {
                "plans": {plan.key: plan.as_document() for plan in plans},
                "first": FIRST,
                "look": reverse(f"admin:{self.key}_look"),
                "language": language,
            },
            "words": {name: str(word) for name, word in WORDS.items()},
        }
        return TemplateResponse(request, "rewards/issuance/planner.html", context)

    def look(self, request: HttpRequest) -> HttpResponse:
        """What a text says, as JSON."""
        return endpoints.answered(request, _look)

    def download(self, request: HttpRequest) -> HttpResponse:
        """The table of the text that was sent, as a file."""
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "POST"})
        language = console_language(request)
        try:
            document = sound_text(request.POST.get("document", ""))
            plan = load_issuance(document)
            text, kind = _written(plan, request)
        except (DomainError, StatedError) as refusal:
            told = refusal.message(language)
            return HttpResponse(told, status=refusal.status, content_type="text/plain; charset=utf-8")
        note_download(
            plan=plan.key,
            sha256=hashlib.sha256(document.encode()).hexdigest(),
            form="csv" if kind == "text/csv" else "json",
            actor=actor_of(request),
            now=clock.now(),
        )
        ending = kind.removeprefix("text/").removeprefix("application/")
        return HttpResponse(
            text,
            content_type=f"{kind}; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="issuance-{plan.key}.{ending}"'},
        )


def _look(request: HttpRequest, told: endpoints.Told) -> dict[str, Any]:
    document = told.get("document")
    if not isinstance(document, str):
        raise InvalidInput(field="document", why_en="send the text", why_zh="请发送文本")
    return look_at_issuance(document=sound_text(document), language=console_language(request))


def _written(plan: IssuancePlan, request: HttpRequest) -> tuple[str, str]:
    """The table and its media type. A mark at the beginning tells spreadsheets that the CSV is UTF-8."""
    language = console_language(request)
    form = request.POST.get("form", "")
    if form == "csv":
        return "\ufeff" + as_csv(plan, language=language), "text/csv"
    if form == "json":
        return json.dumps(as_json(plan, language=language), ensure_ascii=False, indent=1), "application/json"
    raise InvalidInput(field="form", why_en="it must be csv or json", why_zh="必须是csv或json")


# What the script says; it gets it with the page, in the reader's language.
WORDS = {
    "batch": _("Batch"),
    "title": _("title"),
    "sales": _("sales, yuan"),
    "reserve": _("to the reserve"),
    "issues": _("points issued"),
    "burned": _("burned meanwhile"),
    "pool": _("pool"),
    "noPool": _("no pool"),
    "rule": _("rule"),
    "per_yuan": _("points for each yuan"),
    "points": _("points in all"),
    "seats": _("seats"),
    "each": _("points for each seat"),
    "addIssue": _("+ points"),
    "removeIssue": _("Remove these points"),
    "removeBatch": _("Remove the batch"),
    "newBatch": _("New batch"),
    "line": _("line {n}"),
    "lost": _("No answer. Are you still signed in? Your batches are still here."),
    "refused": _("Refused"),
    "sound": _("Everything fits its pool and the cap."),
    "poolCap": _("cap"),
    "poolGone": _("issued before"),
    "poolPlanned": _("planned"),
    "poolLeft": _("left"),
    "pools": _("Pools"),
    "said": _("What each batch does to those who came earlier"),
    "exact": _("exactly, in fen for one point"),
    "caption": _(
        "Values of a point are rounded down to a millionth of a yuan; the downloads have the exact ratios."
    ),
}

site.add_page(IssuancePlanner())
