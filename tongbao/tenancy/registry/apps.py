from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "tongbao.tenancy.registry"
    label = "registry"
    verbose_name = _("Tenants")
    default_auto_field = "django.db.models.BigAutoField"
