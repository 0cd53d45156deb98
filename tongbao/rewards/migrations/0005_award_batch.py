from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rewards", "0004_cut_by_a_limit")]
    operations = [
        migrations.AddField(
            model_name="settlement",
            name="award_batch",
            field=models.BigIntegerField(null=True, verbose_name="batch of awards"),
        ),
        # Who settles is kept apart by a lock that is listed, so that one who stands still can be found.
        migrations.DeleteModel(name="SettlementLock"),
    ]
