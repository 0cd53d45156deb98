from importlib import resources

from django.db import connection, migrations
from django_tenants.utils import get_public_schema_name


def install(_apps, editor):
    if connection.schema_name != get_public_schema_name():
        return
    text = resources.files("tongbao.tenancy.registry").joinpath("sql", "wake.sql").read_text(encoding="utf-8")
    editor.execute(text.replace("{prefix}", connection.settings_dict["ROLE_PREFIX"]), params=None)


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]
    operations = [migrations.RunPython(install, migrations.RunPython.noop)]
