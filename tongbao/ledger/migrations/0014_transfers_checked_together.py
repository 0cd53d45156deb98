from django.db import migrations

from tongbao.kit.migration_sql import RunTenantSQL


class Migration(migrations.Migration):
    """What transfers name is looked up for a whole statement, and no row is locked for it."""

    dependencies = [("ledger", "0013_straight_path")]
    operations = [
        RunTenantSQL("tongbao.ledger", "transfer_check.sql"),
        RunTenantSQL("tongbao.ledger", "ownership.sql"),
    ]
