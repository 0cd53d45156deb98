from django.db import migrations

from tongbao.kit.migration_sql import RunTenantSQL


class Migration(migrations.Migration):
    dependencies = [("ledger", "0009_lane_accounts")]
    operations = [
        RunTenantSQL("tongbao.ledger", "authorising.sql"),
        RunTenantSQL("tongbao.ledger", "ownership.sql"),
    ]
