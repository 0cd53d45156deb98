from django.db import migrations

from tongbao.kit.migration_sql import RunTenantSQL


class Migration(migrations.Migration):
    dependencies = [("members", "0002_tree_and_agents")]
    operations = [RunTenantSQL("tongbao.members", "changes.sql")]
