from django.db import migrations

from tongbao.kit.migration_sql import RunTenantSQL


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_seal_pages")]
    operations = [
        RunTenantSQL("tongbao.ledger", "award_seals.sql"),
        RunTenantSQL("tongbao.ledger", "ownership.sql"),
    ]
