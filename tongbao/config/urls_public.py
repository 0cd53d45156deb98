"""Addresses outside any tenant: health and metrics."""

from tongbao.config.health import health_urls

urlpatterns = [*health_urls]
