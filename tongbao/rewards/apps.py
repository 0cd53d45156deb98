from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RewardsConfig(AppConfig):
    name = "tongbao.rewards"
    label = "rewards"
    verbose_name = _("Distribution")
    default_auto_field = "django.db.models.BigAutoField"
    # What was published, settled and decided is only ever added to; of a row's state only these columns change.
    protected_tables = {
        "rewards_plan_version": "SELECT, INSERT",
        "rewards_plan_sign_off": "SELECT, INSERT",
        "rewards_plan_draft_text": "SELECT, INSERT",
        "rewards_plan_draft": (
            "SELECT, INSERT, UPDATE (key, title, document, revision, published_revision, updated_at, updated_by,"
            " discarded_at)"
        ),
        "rewards_award_change": "SELECT, INSERT",
        "rewards_account_closing": "SELECT, INSERT",
        "rewards_refund_applied": "SELECT, INSERT",
        "rewards_settlement": "SELECT, INSERT, UPDATE (release_at, released_at, has_waiting, bookings)",
        "rewards_settled_line": "SELECT, INSERT, UPDATE (remaining_base_fen, chain_now)",
        "rewards_award": "SELECT, INSERT, UPDATE (amount_fen, state)",
        "rewards_income_disclosure": "SELECT, INSERT",
        "rewards_income_row": "SELECT, INSERT",
        "rewards_withdrawal": (
            "SELECT, INSERT, UPDATE (state, amount_fen, fee_fen, tax_fen, payout_fen, taken_back_fen, gateway,"
            " decided_at, decided_by, ended_at, next_ask_at, tries, reason)"
        ),
    }
