"""The storefront (店面装修): name, logo, colour, and a composer of the home page with a live preview."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from tongbao.kit import clock
from tongbao.kit.admin import ConsoleAdmin, console_language, site
from tongbao.kit.errors import DomainError, InvalidInput
from tongbao.kit.ratelimit import check_rate
from tongbao.mall.admin.base import actor_of, yuan
from tongbao.mall.contracts import (
    ICONS,
    MAX_BANNER_PICTURES,
    MAX_BLOCKS,
    MAX_GRID_ITEMS,
    MAX_PRODUCTS,
    MAX_TEXT,
    MAX_TITLE,
    MAX_TITLE_EN,
    PAGES,
    Look,
)
from tongbao.mall.models import Product, StorefrontVersion
from tongbao.mall.policy.paragraphs import paragraphs
from tongbao.mall.policy.pictures import MAX_BYTES
from tongbao.mall.policy.storefront import look_document
from tongbao.mall.selectors.catalogue import CategoryNode, categories, picture_url
from tongbao.mall.selectors.storefront import current_look, listed, storefront, storefront_versions
from tongbao.mall.services.pictures import add_storefront_picture
from tongbao.mall.services.storefront import (
    checked_look,
    restore_storefront,
    save_storefront,
    storefront_apps,
)
from tongbao.tenancy.contracts import OWNER, SERVICE
from tongbao.tenancy.selectors import current_tenant

HOME = "admin:mall_storefrontversion_changelist"
ASKED_AT_MOST = 240
ASKED_WITHIN = timedelta(minutes=1)
MOST_BYTES = 512 * 1024
PRODUCTS_OFFERED = 200


class StorefrontAdmin(ConsoleAdmin):
    """The composer. Every save is a version and an audit entry; any version can be brought back."""

    view_roles = (OWNER, SERVICE)
    act_roles = (OWNER, SERVICE)

    def get_urls(self) -> list[URLPattern]:
        def at(route: str, view: Callable[..., HttpResponse]) -> URLPattern:
            def guarded(request: HttpRequest) -> HttpResponse:
                if not self.may_act(request):
                    raise PermissionDenied
                if request.method != "POST":
                    return HttpResponse(status=405, headers={"Allow": "POST"})
                return view(request)

            return path(f"{route}/", self.admin_site.admin_view(guarded), name=f"mall_storefront_{route}")

        return [
            at("preview", _preview),
            at("save", _save),
            at("upload", _upload),
            at("restore", _restore),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The composer on the look that customers see."""
        if not self.may_view(request):
            raise PermissionDenied
        seen = current_look()
        versions = storefront_versions()
        tenant = current_tenant()
        context = {
            "saved": seen,
            "may_act": self.may_act(request),
            "look": look_document(seen.look),
            "versions": versions,
            "addresses": {
                name: reverse(f"admin:mall_storefront_{name}") for name in ("preview", "save", "upload")
            },
            "options": _options(seen.look, tenant.title),
            "words": {key: str(value) for key, value in WORDS.items()},
            "products": Product.objects.filter(is_on_sale=True).values("code", "title")[:PRODUCTS_OFFERED],
            "language": console_language(request),
        }
        return TemplateResponse(
            request,
            "mall/storefront/composer.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Storefront"),
                "is_fullwidth": "1",
                **context,
            },
        )


def _answered(request: HttpRequest, answer: Callable[[], dict[str, Any]]) -> HttpResponse:
    """What a script of the composer gets; a refusal has the place that it is about."""
    try:
        check_rate(
            what="storefront-composer",
            key=str(request.user.pk),
            limit=ASKED_AT_MOST,
            window=ASKED_WITHIN,
            now=clock.now(),
        )
        return JsonResponse(answer())
    except DomainError as refusal:
        return JsonResponse({"problem": _problem(request, refusal)}, status=refusal.status)


def _preview(request: HttpRequest) -> HttpResponse:
    """The home page as a customer would see it; a look that can't be saved is an answer too."""

    def answer() -> dict[str, Any]:
        told = _told(request)
        try:
            look = checked_look(document=told.get("look"))
        except DomainError as refusal:
            return {"problem": _problem(request, refusal)}
        english = told.get("language") == "en"
        view = _in_language(storefront(look=look, apps=storefront_apps(), now=clock.now()), english=english)
        return {
            "html": render_to_string("mall/storefront/preview.html", view, request=request),
            "colour": look.colour,
        }

    return _answered(request, answer)


def _save(request: HttpRequest) -> HttpResponse:
    """Save the look as the next version."""

    def answer() -> dict[str, Any]:
        told = _told(request)
        number = save_storefront(
            document=told.get("look"),
            based_on=_number(told.get("based_on")),
            actor=actor_of(request),
            now=clock.now(),
        )
        messages.success(request, _("Saved. Customers see it within a minute."))
        return {"version": number}

    return _answered(request, answer)


def _upload(request: HttpRequest) -> HttpResponse:
    """Keep a picture that a look may then name."""

    def answer() -> dict[str, Any]:
        upload: Any = request.FILES.get("picture")
        # One byte more than is taken says that it is too large; the rest is never read.
        content = upload.read(MAX_BYTES + 1) if upload is not None else b""
        file = add_storefront_picture(content=content, actor=actor_of(request), now=clock.now())
        return {"file": file, "url": picture_url(file)}

    return _answered(request, answer)


def _restore(request: HttpRequest) -> HttpResponse:
    """Bring back an earlier version, and tell the operator how it went."""
    try:
        restore_storefront(
            number=_number(request.POST.get("number")),
            based_on=_number(request.POST.get("based_on")),
            actor=actor_of(request),
            now=clock.now(),
        )
    except DomainError as refusal:
        messages.error(request, refusal.message(console_language(request)))
    else:
        messages.success(request, _("Saved. Customers see it within a minute."))
    return HttpResponseRedirect(reverse(HOME))


def _told(request: HttpRequest) -> Mapping[str, Any]:
    """The body as an object. Raises InvalidInput."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    try:
        if not length.isdigit() or int(length) > MOST_BYTES:
            raise ValueError("too large")
        told = json.loads(request.body)
        if not isinstance(told, Mapping):
            raise ValueError("no object")
    except (ValueError, RecursionError) as error:
        raise InvalidInput(field="body", why_en="send a JSON object", why_zh="请发送JSON对象") from error
    return told


def _number(said: object) -> int:
    """A version's number. Raises InvalidInput."""
    text = str(said) if type(said) is int else said
    if not isinstance(text, str) or not text.isascii() or not text.isdigit() or len(text) > 9:
        raise InvalidInput(field="number", why_en="name a version", why_zh="请指定版本")
    return int(text)


def _problem(request: HttpRequest, refusal: DomainError) -> dict[str, Any]:
    return {
        "code": refusal.code,
        "message": refusal.message(console_language(request)),
        "place": refusal.values.get("place", ""),
        "darker": refusal.values.get("darker", ""),
    }


def _options(look: Look, tenant_title: str) -> dict[str, Any]:
    """What the composer offers to choose from, and its limits."""
    return {
        "pages": [[path, str(PAGE_WORDS[path])] for path in PAGES],
        "icons": list(ICONS),
        "categories": list(_flat(categories(), "")),
        "urls": {file: picture_url(file) for _place, file in look.files()},
        "tenantTitle": tenant_title,
        "maxBlocks": MAX_BLOCKS,
        "maxPictures": MAX_BANNER_PICTURES,
        "maxItems": MAX_GRID_ITEMS,
        "maxProducts": MAX_PRODUCTS,
        "maxTitle": MAX_TITLE,
        "maxTitleEn": MAX_TITLE_EN,
        "maxText": MAX_TEXT,
    }


def _flat(nodes: tuple[CategoryNode, ...], above: str) -> Iterable[list[Any]]:
    for node in nodes:
        title = f"{above} / {node.title}" if above else node.title
        yield [node.category_id, title]
        yield from _flat(node.children, title)


def _in_language(told: dict[str, Any], *, english: bool) -> dict[str, Any]:
    """The storefront's document with the reader's words, and with what its lists would show."""

    def said(row: Mapping[str, Any], name: str) -> str:
        return str(row[f"{name}_en"] if english else row[name])

    blocks = []
    for block in told["blocks"]:
        shown: dict[str, Any] = {"kind": block["kind"]}
        if block["kind"] == "banner":
            shown["pictures"] = [
                {"url": row["url"], "title": said(row, "title")} for row in block["pictures"]
            ]
        elif block["kind"] == "grid":
            entries = block.get("items", told["apps"])
            shown["items"] = [{"icon": row["icon"], "title": said(row, "title")} for row in entries]
        elif block["kind"] == "products":
            rows = listed(source=block["source"], category_id=block["category_id"], limit=block["limit"])
            shown["title"] = said(block, "title")
            shown["products"] = [
                {
                    "title": row.title,
                    "price": yuan(row.from_price_fen),
                    "url": row.pictures[0].url if row.pictures else "",
                }
                for row in rows
            ]
        else:
            shown["title"] = said(block, "title")
            shown["paragraphs"] = paragraphs(said(block, "text"))
        blocks.append(shown)
    return {"name": said(told, "name"), "logo_url": told["logo_url"], "blocks": blocks}


PAGE_WORDS = {
    "/pages/wallet/index": _("Wallet"),
    "/pages/team/index": _("My team"),
    "/pages/promotion/index": _("Promotion"),
    "/pages/trust/index": _("Proofs and trust"),
    "/pages/orders/index": _("My orders"),
    "/pages/category/index": _("All categories"),
}

# What the scripts say; they get it with the page, in the reader's language.
WORDS = {
    "banner": _("Banner"),
    "grid": _("Grid"),
    "products": _("Product list"),
    "text": _("Text"),
    "up": _("Move up"),
    "down": _("Move down"),
    "remove": _("Remove"),
    "moved": _("{kind} is now number {n}"),
    "removed": _("{kind} removed"),
    "added": _("{kind} added as number {n}"),
    "drag": _("Drag to another place"),
    "unsaved": _("Not saved yet"),
    "lost": _("No answer. Are you still signed in? What you wrote is still here."),
    "title": _("heading"),
    "titleEn": _("heading in English"),
    "bodyText": _("paragraphs"),
    "bodyTextEn": _("paragraphs in English"),
    "newText": _("Write here what customers should know."),
    "textHelp": _(
        "One paragraph a line. **bold**; [words](product:code), [words](category:3) or [words](/pages/wallet/index)."
    ),
    "noPictures": _("Without pictures it shows the name of the mall on its colour."),
    "addPicture": _("Add a picture"),
    "uploading": _("Uploading …"),
    "picture": _("Picture"),
    "entry": _("Entry"),
    "addEntry": _("Add an entry"),
    "shows": _("shows"),
    "ownEntries": _("entries of your own"),
    "apps": _("the business apps that are on"),
    "icon": _("icon"),
    "source": _("shows"),
    "packs": _("gift packs"),
    "goods": _("goods"),
    "category": _("a category"),
    "limit": _("at most"),
    "target": _("leads to"),
    "nowhere": _("nowhere"),
    "product": _("a product"),
    "code": _("product code"),
    "page": _("a page"),
    "use": _("Use {colour}"),
}

site.register(StorefrontVersion, StorefrontAdmin)
