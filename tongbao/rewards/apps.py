from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RewardsConfig(AppConfig):
    name = "tongbao.rewards"
    label = "rewards"
    verbose_name = _("Distribution")
    default_auto_field = "django.db.models.BigAutoField"
    # What was published and what was decided is only ever added to.
    protected_tables = {
        "rewards_plan_version": "SELECT, INSERT",
        "rewards_award_change": "SELECT, INSERT",
    }
