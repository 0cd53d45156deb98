from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "tongbao.ledger"
    label = "ledger"
    verbose_name = _("Ledger")
    default_auto_field = "django.db.models.BigAutoField"
    protected_tables = {
        "ledger_asset": "SELECT",
        "ledger_account_kind": "SELECT",
        "ledger_account": "SELECT",
        "ledger_balance": "SELECT",
        "ledger_request": "SELECT",
        "ledger_transfer": "SELECT",
        "ledger_hold": "SELECT",
    }
