from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "tongbao.members"
    label = "members"
    verbose_name = _("Members")
    default_auto_field = "django.db.models.BigAutoField"
    # Nobody is ever deleted, and facts about ranks, agents and identities only gain an end.
    protected_tables = {
        "members_member": "SELECT, INSERT, UPDATE",
        "members_rank_grant": "SELECT, INSERT, UPDATE",
        "members_rank_witness": "SELECT, INSERT",
        "members_regional_agent": "SELECT, INSERT, UPDATE",
        "members_identity_submission": "SELECT, INSERT, UPDATE",
        "members_sponsor_change": "SELECT, INSERT",
    }
