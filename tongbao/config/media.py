"""Uploaded files. Each tenant's lie in a folder of its own, and its addresses lead into no other."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.static import serve

from tongbao.tenancy.selectors import current_schema


def media(request: HttpRequest, schema_name: str, path: str) -> HttpResponseBase:
    """A file of this tenant; for everybody else's, and for what is nowhere, a 404."""
    if schema_name != current_schema():
        raise Http404
    return serve(request, path, document_root=str(Path(settings.MEDIA_ROOT) / schema_name))
