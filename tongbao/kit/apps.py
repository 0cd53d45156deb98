from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KitConfig(AppConfig):
    name = "tongbao.kit"
    label = "kit"
    verbose_name = _("Platform")
    default_auto_field = "django.db.models.BigAutoField"
