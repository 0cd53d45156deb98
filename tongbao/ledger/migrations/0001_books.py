from django.db import migrations

from tongbao.kit.migration_sql import RunTenantSQL


class Migration(migrations.Migration):
    initial = True
    dependencies = [("kit", "0002_clock")]
    operations = [
        RunTenantSQL("tongbao.ledger", "tables.sql"),
        RunTenantSQL("tongbao.ledger", "functions.sql"),
        RunTenantSQL("tongbao.ledger", "ownership.sql"),
    ]
