from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenancyConfig(AppConfig):
    name = "tongbao.tenancy"
    label = "tenancy"
    verbose_name = _("Settings and audit")
    default_auto_field = "django.db.models.BigAutoField"
    # What a tenant's role may do here; everything not named is open to it.
    protected_tables = {"tenancy_audit_entry": "SELECT, INSERT"}
