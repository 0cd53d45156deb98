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
        "ledger_seal": "SELECT",
        "ledger_seal_entry": "SELECT",
        "ledger_seal_node": "SELECT",
        "ledger_liability": "SELECT",
        "ledger_liability_block": "SELECT",
        "ledger_settler": "SELECT",
        "ledger_award_batch": "SELECT",
        "ledger_award": "SELECT",
        "ledger_award_archive": "SELECT",
        "ledger_award_archived": "SELECT",
        "ledger_movement": "SELECT",
    }
    # Awards are copied in by the settler, straight into a partition, and by nobody else.
    protected_partitions = {"ledger_award": {"tenant": "SELECT", "settler": "SELECT, INSERT"}}
