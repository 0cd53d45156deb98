from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MallConfig(AppConfig):
    name = "tongbao.mall"
    label = "mall"
    verbose_name = _("Mall")
    default_auto_field = "django.db.models.BigAutoField"
    # Logs and the gateway's word are kept as they came: a tenant's role adds to them and reads them.
    protected_tables = {
        "mall_transition": "SELECT, INSERT",
        "mall_statement_entry": "SELECT, INSERT",
    }
