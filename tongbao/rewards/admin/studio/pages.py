"""The studio's pages: where a plan begins, the editor, and what the law looks at besides the plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, console_language, site
from tongbao.kit.errors import DomainError
from tongbao.mall.admin.base import actor_of
from tongbao.money import StatedError, format_rate
from tongbao.plans import Plan, UnknownPreset, preset, preset_names, preset_text, prove
from tongbao.plans.lint import JURISDICTIONS
from tongbao.rewards.admin.base import reader
from tongbao.rewards.admin.studio import endpoints, publishing
from tongbao.rewards.contracts import DraftFacts, DraftUnknown, RewardsSettings
from tongbao.rewards.models import PlanDraft, PlanVersion
from tongbao.rewards.policy import hindrances
from tongbao.rewards.selectors import draft, draft_texts, drafts, plan_of
from tongbao.rewards.services import discard_draft, start_draft
from tongbao.tenancy.contracts import FINANCE, OWNER
from tongbao.tenancy.selectors import tenant_settings
from tongbao.tenancy.services import change_settings

HOME = "admin:rewards_plandraft_changelist"
BLANK = """\
plan: my-plan
title: {zh: 新方案, en: New plan}
rule:
  zh: 买家的直接推荐人得实付金额的5%。
  en: The buyer's nearest sponsor earns 5% of what was paid.
budget: 5%

ranks: # lowest first
  - {key: member, zh: 会员, en: Member}

clauses:
  - id: direct
    kind: direct
    rate: 5%
"""


class LawForm(forms.Form):
    """Where the mall does business, and how it works besides its plans."""

    jurisdiction = forms.ChoiceField(
        label=_("jurisdiction"),
        choices=[(code, code) for code in JURISDICTIONS],
        widget=UnfoldAdminSelectWidget,
    )
    practice = forms.CharField(
        label=_("practice"),
        required=False,
        max_length=20_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 5, "spellcheck": "false"}),
    )


class PlanDraftAdmin(ConsoleAdmin):
    """The plan studio. Owner and finance write drafts; only the owner publishes them."""

    view_roles = (OWNER, FINANCE)
    act_roles = (OWNER, FINANCE)

    def get_urls(self) -> list[URLPattern]:
        def at(route: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
            def guarded(request: HttpRequest, **more: Any) -> HttpResponse:
                if not self.may_act(request):
                    raise PermissionDenied
                return view(request, **more)

            return path(route, self.admin_site.admin_view(guarded), name=f"rewards_plandraft_{name}")

        def asked(answer: endpoints.Answer) -> Callable[..., HttpResponse]:
            return lambda request, **more: endpoints.answered(request, answer, **more)

        return [
            at("start/", self.start, "start"),
            at("law/", self.law, "law"),
            at("check/", asked(endpoints.check), "check"),
            at("what-if/", asked(endpoints.try_out), "what_if"),
            at("<int:draft_id>/save/", asked(endpoints.save), "save"),
            at("<int:draft_id>/restore/", asked(endpoints.restore), "restore"),
            at("<int:draft_id>/discard/", self.discard, "discard"),
            at("<int:draft_id>/publish/", self.publish, "publish"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Drafts, and everything that a new one can begin from."""
        if not self.may_view(request):
            raise PermissionDenied
        language = reader()
        settings = tenant_settings(RewardsSettings)
        found = drafts()
        latest = {row.key: row for row in PlanVersion.objects.order_by("key", "version")}
        context = {
            "drafts": [one for one in found if not one.is_discarded],
            "discarded": [one for one in found if one.is_discarded],
            "versions": [
                {"start": f"version:{row.pk}", "version": row.version, **_card(plan_of(row), settings)}
                for row in latest.values()
            ],
            "presets": [
                {"start": f"preset:{name}", **_card(preset(name), settings)} for name in preset_names()
            ],
            "law": LawForm(initial={"jurisdiction": settings.jurisdiction, "practice": settings.practice}),
            "may_publish": publishing.may_publish(request),
            "language": language,
        }
        return self._page(request, "home", _("Plan studio"), context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The editor with all that it watches."""
        if not self.may_view(request):
            raise PermissionDenied
        found = _draft_or_404(object_id)
        addresses = {
            "check": reverse("admin:rewards_plandraft_check"),
            "whatIf": reverse("admin:rewards_plandraft_what_if"),
            "save": reverse("admin:rewards_plandraft_save", args=[found.draft_id]),
            "restore": reverse("admin:rewards_plandraft_restore", args=[found.draft_id]),
        }
        publish = reverse("admin:rewards_plandraft_publish", args=[found.draft_id])
        context = {
            "draft": found,
            "texts": draft_texts(draft_id=found.draft_id),
            "jurisdictions": JURISDICTIONS,
            "jurisdiction": tenant_settings(RewardsSettings).jurisdiction,
            "may_publish": publishing.may_publish(request),
            "publish": f"{publish}?revision={found.revision}",
            "addresses": addresses,
            "words": {key: str(value) for key, value in WORDS.items()},
        }
        return self._page(request, "editor", found.title, context)

    def start(self, request: HttpRequest) -> HttpResponse:
        """Begin a draft from a preset, from a published version, or from next to nothing."""
        if request.method != "POST":
            return HttpResponseRedirect(reverse(HOME))
        begun_from = request.POST.get("from", "")
        kind, _colon, name = begun_from.partition(":")
        try:
            if kind == "preset":
                document, title = preset_text(name), preset(name).title(reader())
            elif kind == "version" and name.isdigit():
                row = PlanVersion.objects.filter(pk=int(name)).first()
                if row is None:
                    raise Http404
                document, title = row.document, plan_of(row).title(reader())
                begun_from = f"version:{row.key}/{row.version}"
            else:
                document, title, begun_from = BLANK, str(_("New plan")), ""
        except UnknownPreset as error:
            raise Http404 from error
        number = start_draft(
            title=title, document=document, base=begun_from, actor=actor_of(request), now=clock.now()
        )
        return HttpResponseRedirect(reverse("admin:rewards_plandraft_change", args=[number]))

    def discard(self, request: HttpRequest, draft_id: int) -> HttpResponse:
        """Put a draft away."""
        revision = request.POST.get("revision", "")
        if request.method == "POST" and revision.isdigit():
            self._said(
                request,
                lambda: discard_draft(
                    draft_id=draft_id, revision=int(revision), actor=actor_of(request), now=clock.now()
                ),
            )
        return HttpResponseRedirect(reverse(HOME))

    def law(self, request: HttpRequest) -> HttpResponse:
        """Change where the mall does business and how it works; the owner's decision, and audited."""
        if not publishing.may_publish(request):
            raise PermissionDenied
        form = LawForm(request.POST)
        if request.method == "POST" and form.is_valid():
            values = dict(form.cleaned_data)
            values["practice"] = values["practice"].replace("\r\n", "\n").strip()
            self._said(
                request,
                lambda: change_settings(
                    settings_class=RewardsSettings, values=values, actor=actor_of(request), now=clock.now()
                ),
            )
        return HttpResponseRedirect(reverse(HOME))

    def publish(self, request: HttpRequest, draft_id: int) -> HttpResponse:
        """The dry run, and publishing itself."""
        found = _draft_or_404(draft_id)
        answer = publishing.publish(request, found)
        if isinstance(answer, HttpResponse):
            return answer
        return self._page(request, "publish", _("Publish a plan"), answer)

    def _said(self, request: HttpRequest, step: Callable[[], object]) -> None:
        """Take a step and tell the operator how it went."""
        try:
            step()
        except (DomainError, StatedError) as refusal:
            messages.error(request, refusal.message(console_language(request)))
        else:
            messages.success(request, _("Done."))

    def _page(self, request: HttpRequest, name: str, title: Any, context: dict[str, Any]) -> TemplateResponse:
        return TemplateResponse(
            request,
            f"rewards/studio/{name}.html",
            {**self.admin_site.each_context(request), "title": title, "is_fullwidth": "1", **context},
        )


def _card(plan: Plan, settings: RewardsSettings) -> dict[str, Any]:
    """What a card of the gallery says of a plan."""
    language = reader()
    proof = prove(plan)
    return {
        "key": plan.key,
        "title": plan.title(language),
        "rule": plan.rule_zh if language == "zh" else plan.rule_en,
        "bounded": proof.bounded,
        "worst": format_rate(proof.worst_case_bp),
        "budget": format_rate(proof.budget_bp),
        "runs": not hindrances(plan=plan, release_days=settings.release_days),
    }


def _draft_or_404(number: str | int) -> DraftFacts:
    try:
        return draft(draft_id=int(number))
    except (DraftUnknown, ValueError) as error:
        raise Http404 from error


# What the scripts say; they get it with the page, in the reader's language.
WORDS = {
    "saved": _("Saved as revision"),
    "unsaved": _("Not saved yet"),
    "checking": _("Looking …"),
    "lost": _("No answer. Are you still signed in? Your text is still here."),
    "problems": _("To correct"),
    "worst": _("Worst case"),
    "budget": _("Budget"),
    "line": _("line {n}"),
    "pool": _("puts aside of every order"),
    "first": _("No version of this plan is published yet."),
    "alike": _("It pays and promotes exactly as the published version."),
    "difference": _("Compared with version"),
    "clean": _("The lint finds nothing in this jurisdiction."),
    "cure": _("Cure"),
    "source": _("Source"),
    "unverified": _("unverified"),
    "publishable": _("Can be published"),
    "needs_sign_off": _("Can be published with the owner's written sign-off"),
    "not_runnable": _("Can be simulated; orders can't be settled by it yet"),
    "over_budget": _("Can pay above its budget: not published"),
    "unbounded": _("Can't be bounded: not published"),
    "invalid": _("No plan yet"),
    "agents": _("Agents of the region"),
    "absent": _("nobody"),
    "inactive": _("inactive"),
    "total": _("Paid out"),
    "bound": _("At most"),
    "platform": _("Stays with the platform"),
    "rests": _("of it shares that nobody earned"),
    "aside": _("Put aside"),
    "raise": _("click or Enter: next rank; arrow down: rank before; a: active; Delete: remove"),
    "remove": _("remove"),
    "switch": _("active or not"),
    "recruits": _("recruits"),
    "own_fen": _("own volume in yuan"),
    "team_fen": _("team volume in yuan"),
    "sponsor": _("sponsor"),
    "noProduct": _("any other product"),
    "orderOf": _("of an order of"),
}

site.register(PlanDraft, PlanDraftAdmin)
