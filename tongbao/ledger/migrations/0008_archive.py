from django.db import migrations

from tongbao.kit.migration_sql import RunTenantSQL


class Migration(migrations.Migration):
    dependencies = [("ledger", "0007_award_reads")]
    operations = [
        RunTenantSQL("tongbao.ledger", "archive.sql"),
        RunTenantSQL("tongbao.ledger", "ownership.sql"),
    ]
