from django.db import migrations

from tongbao.kit.migration_sql import RunTenantSQL


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_seals")]
    operations = [
        RunTenantSQL("tongbao.ledger", "lane.sql"),
        RunTenantSQL("tongbao.ledger", "ownership.sql"),
    ]
