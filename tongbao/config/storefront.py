"""The storefront's pages (店面) at the root of every tenant's host: one file that shows whichever page is asked for.

``make storefront`` builds them once (Node); the files with hashes in their names are served by WhiteNoise, compressed
beforehand. Without a build the address says how to make it instead of a bare 404.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.utils.cache import patch_vary_headers
from django.utils.html import json_script
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from tongbao.kit import clock
from tongbao.mall.selectors.storefront import current_look, storefront
from tongbao.mall.services.storefront import storefront_apps

NOT_BUILT = """<!doctype html><meta charset="utf-8"><title>Tongbao 通宝</title>
<p>店面尚未构建:请运行 <code>make storefront</code>,然后重新启动。</p>
<p>The storefront has not been built: run <code>make storefront</code> and start again.</p>
"""
# Everything comes from this host. Vue writes styles into elements; pictures are drawn from text in the page's own code.
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
)

# Installed on a telephone, the mall has its own name and colour; the pictures are the build's.
ICONS = (
    {"src": "/icon-192.png", "sizes": "192x192", "type": "image/png", "purpose": "any maskable"},
    {"src": "/icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
    {"src": "/icon.svg", "sizes": "any", "type": "image/svg+xml"},
)
BACKGROUND = "#f4f4f2"
SHORT = 12
MANIFEST_KEPT_SECONDS = 300

# The look goes along in the page, as data that no browser runs: a slow line is spared one way and back.
LOOK_ID = "tongbao-shop"


@lru_cache(maxsize=1)
def shell(*, folder: Path, changed_at: float) -> str:
    """The page's text as it was built. Read once for each build: ``changed_at`` tells builds apart."""
    return (folder / "index.html").read_text(encoding="utf-8")


@require_safe
@ensure_csrf_cookie
def page(request: HttpRequest) -> HttpResponse:
    """The storefront; which page it shows is decided in the browser. Never kept: it names the newest build's files."""
    folder = Path(settings.STOREFRONT_DIR)
    index = folder / "index.html"
    if not index.exists():
        return HttpResponse(NOT_BUILT, status=503)
    now = clock.now()
    look = storefront(look=current_look().look, apps=storefront_apps(), now=now) | {"now": now.isoformat()}
    text = shell(folder=folder, changed_at=index.stat().st_mtime)
    response = HttpResponse(text.replace("</head>", f"{json_script(look, LOOK_ID)}</head>", 1))
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = POLICY
    return response


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What a telephone asks before it installs the mall: its name in the reader's language, and its colour."""
    look = storefront(look=current_look().look, apps=(), now=clock.now())
    is_english = getattr(request, "LANGUAGE_CODE", "zh-hans").startswith("en")
    name = look["name_en"] if is_english else look["name"]
    told = {
        "id": "/",
        "name": name,
        "short_name": name if len(name) <= SHORT else name[: SHORT - 1] + "…",
        "lang": "en" if is_english else "zh-Hans",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": BACKGROUND,
        "theme_color": look["colour"],
        "icons": ICONS,
    }
    response = HttpResponse(
        json.dumps(told, ensure_ascii=False), content_type="application/manifest+json; charset=utf-8"
    )
    response.headers["Cache-Control"] = f"public, max-age={MANIFEST_KEPT_SECONDS}"
    patch_vary_headers(response, ["Host", "Accept-Language", "Cookie"])
    return response


storefront_urls = [
    path("", page),
    path("manifest.webmanifest", manifest),
    re_path(r"^(?:pages|apps)/", page),
]
