from django.db import migrations

from tongbao.kit.migration_sql import RunTenantSQL


class Migration(migrations.Migration):
    """The matcher stands in the database: an order is entered and matched in one statement."""

    dependencies = [("points", "0007_vesting_grants"), ("ledger", "0013_straight_path")]
    operations = [
        RunTenantSQL("tongbao.points", "market_functions.sql"),
        RunTenantSQL("tongbao.points", "market_matching.sql"),
    ]
