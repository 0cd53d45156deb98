from django.db import migrations

from tongbao.kit.migration_sql import RunTenantSQL


class Migration(migrations.Migration):
    dependencies = [("ledger", "0008_archive")]
    operations = [
        RunTenantSQL("tongbao.ledger", "lane_accounts.sql"),
        RunTenantSQL("tongbao.ledger", "ownership.sql"),
    ]
