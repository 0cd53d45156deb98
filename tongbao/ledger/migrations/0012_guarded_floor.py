from django.db import migrations

from tongbao.kit.migration_sql import RunTenantSQL


class Migration(migrations.Migration):
    """A posting that would lower the floor of the point's price is refused; a part of a hold can be let go."""

    dependencies = [("ledger", "0011_refusals_by_name")]
    operations = [
        RunTenantSQL("tongbao.ledger", "guard.sql"),
        RunTenantSQL("tongbao.ledger", "authorising.sql"),
        RunTenantSQL("tongbao.ledger", "ownership.sql"),
    ]
