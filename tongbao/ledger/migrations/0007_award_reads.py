from django.db import migrations, models

from tongbao.kit.migration_sql import RunTenantSQL


class Migration(migrations.Migration):
    dependencies = [("ledger", "0006_award_seals")]
    operations = [
        RunTenantSQL("tongbao.ledger", "award_reads.sql"),
        RunTenantSQL("tongbao.ledger", "ownership.sql"),
        migrations.CreateModel(
            name="AwardBatchRow",
            fields=[
                ("batch", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="batch")),
                ("epoch", models.BigIntegerField(verbose_name="epoch")),
                ("first_order", models.BigIntegerField(verbose_name="first order")),
                ("last_order", models.BigIntegerField(verbose_name="last order")),
                ("orders", models.IntegerField(verbose_name="orders")),
                ("awards", models.IntegerField(verbose_name="awards")),
                ("amount", models.BigIntegerField(verbose_name="amount")),
                ("state", models.TextField(verbose_name="state")),
                ("booked_at", models.DateTimeField(verbose_name="booked at")),
            ],
            options={
                "verbose_name": "batch of awards",
                "verbose_name_plural": "batches of awards",
                "db_table": "ledger_award_batch",
                "managed": False,
            },
        ),
    ]
