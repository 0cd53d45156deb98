from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConfigConfig(AppConfig):
    name = "tongbao.config"
    label = "config"
    verbose_name = _("Tongbao")

    def ready(self) -> None:
        from tongbao.config import wiring

        wiring.wire()
