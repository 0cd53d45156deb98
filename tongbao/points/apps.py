from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PointsConfig(AppConfig):
    name = "tongbao.points"
    label = "points"
    verbose_name = _("Points")
    default_auto_field = "django.db.models.BigAutoField"
    # A pool's cap and what a grant or a contribution is for are written once; what becomes of them may change.
    protected_tables = {
        "points_pool": "SELECT, INSERT",
        "points_grant": "SELECT, INSERT, UPDATE (granted, amount, owed, state, changes, ended_at)",
        "points_contribution": "SELECT, INSERT, UPDATE (amount_fen, state, changes, ended_at)",
        "points_day_price": "SELECT, INSERT, UPDATE (given_fen)",
        "points_price_order": "SELECT, INSERT",
        "points_reserve_deposit": "SELECT, INSERT",
        "points_equity_pledge": "SELECT, INSERT",
        "points_bank_statement": "SELECT, INSERT",
        "points_bank_statement_line": "SELECT, INSERT",
        "points_market_order": 'SELECT, INSERT, UPDATE ("left", state, sequence, ended_sequence, ended_at)',
        "points_market_trade": "SELECT, INSERT",
        "points_card_part": "SELECT, INSERT, UPDATE (released_at)",
    }
