from django.db import migrations

from tongbao.kit.migration_sql import RunTenantSQL


class Migration(migrations.Migration):
    """One request with a few lines between known accounts is booked on a straight path."""

    dependencies = [("ledger", "0012_guarded_floor")]
    operations = [
        RunTenantSQL("tongbao.ledger", "authorising.sql"),
        RunTenantSQL("tongbao.ledger", "ownership.sql"),
    ]
