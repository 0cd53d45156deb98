from django.db import migrations

from tongbao.kit.migration_sql import RunTenantSQL


class Migration(migrations.Migration):
    """Of several accounts that stand in the way of a request the first by name is told, in a batch as alone."""

    dependencies = [("ledger", "0010_authorising")]
    operations = [
        RunTenantSQL("tongbao.ledger", "authorising.sql"),
        RunTenantSQL("tongbao.ledger", "ownership.sql"),
    ]
