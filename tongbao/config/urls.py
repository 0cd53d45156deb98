"""A tenant's addresses."""

from django.urls import include, path

from tongbao.config.api import api
from tongbao.config.health import health_urls
from tongbao.config.media import media
from tongbao.config.storefront import storefront_urls
from tongbao.kit.admin import site
from tongbao.ledger.api import seal_urls
from tongbao.rewards.api.disclosure import disclosure_urls

urlpatterns = [
    path("api/v1/", api.urls),
    path("console/", site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("media/<slug:schema_name>/<path:path>", media),
    *disclosure_urls,
    *seal_urls,
    *health_urls,
    *storefront_urls,
]
