from django.db import migrations

from tongbao.kit.migration_sql import RunTenantSQL


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_models")]
    operations = [
        RunTenantSQL("tongbao.ledger", "seals.sql"),
        RunTenantSQL("tongbao.ledger", "ownership.sql"),
    ]
