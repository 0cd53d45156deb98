"""A tenant's addresses."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.static import serve

from tongbao.config.api import api
from tongbao.config.health import health_urls
from tongbao.kit.admin import site

urlpatterns = [
    path("api/v1/", api.urls),
    path("console/", site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    re_path(r"^media/(?P<path>.+)$", serve, {"document_root": settings.MEDIA_ROOT}),
    *health_urls,
]
