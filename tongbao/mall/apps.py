from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MallConfig(AppConfig):
    name = "tongbao.mall"
    label = "mall"
    verbose_name = _("Mall")
    default_auto_field = "django.db.models.BigAutoField"
    # Logs and the gateway's word are kept as they came: a tenant's role adds to them and reads them.
    # What an order was placed for never changes either; only what came back of it does.
    protected_tables = {
        "mall_transition": "SELECT, INSERT",
        "mall_statement_entry": "SELECT, INSERT",
        "mall_order_line": "SELECT, INSERT, UPDATE (promised_fen, refunded_fen, points_promised_fen, "
        "points_refunded_fen, pieces_back)",
        "mall_claim_line": "SELECT, INSERT",
        "mall_refund_line": "SELECT, INSERT",
        # What a buyer wrote stays as it was written: others answer it or take its words from view.
        "mall_review": "SELECT, INSERT, UPDATE (follow_up, followed_up_at, reply, replied_at, "
        "hidden_reason, hidden_at)",
        "mall_gateway_message": "SELECT, INSERT, UPDATE (outcome)",
        # Every look that was ever saved can be brought back, with its pictures.
        "mall_storefront_version": "SELECT, INSERT",
        "mall_storefront_picture": "SELECT, INSERT",
    }
