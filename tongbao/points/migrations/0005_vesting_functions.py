from django.db import migrations

from tongbao.kit.migration_sql import RunTenantSQL


class Migration(migrations.Migration):
    """Parts of rights cards are released without leaving the database."""

    dependencies = [("points", "0004_market")]
    operations = [RunTenantSQL("tongbao.points", "vesting_functions.sql")]
