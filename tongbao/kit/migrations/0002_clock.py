from tongbao.kit.migration_sql import RunTenantSQL
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kit", "0001_initial")]
    operations = [RunTenantSQL("tongbao.kit", "clock.sql")]
