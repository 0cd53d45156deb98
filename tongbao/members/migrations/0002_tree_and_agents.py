from django.db import migrations

from tongbao.kit.migration_sql import RunTenantSQL


class Migration(migrations.Migration):
    dependencies = [("members", "0001_initial")]
    operations = [
        RunTenantSQL("tongbao.members", "tree.sql"),
        RunTenantSQL("tongbao.members", "agents.sql"),
    ]
