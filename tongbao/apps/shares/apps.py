from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tongbao.apps.shares.contracts import SharesSettings
from tongbao.kit.manifest import AppManifest, MenuEntry, StorefrontPage


class SharesConfig(AppConfig):
    name = "tongbao.apps.shares"
    label = "shares"
    verbose_name = _("Shares")
    default_auto_field = "django.db.models.BigAutoField"
    # What stands in the register stays as it was written.
    protected_tables = {
        "shares_issue": "SELECT, UPDATE",
        "shares_exchange": "SELECT, INSERT, UPDATE",
        "shares_certificate": "SELECT, INSERT",
        "shares_dividend": "SELECT, INSERT, UPDATE",
        "shares_dividend_part": "SELECT, INSERT, UPDATE (paid_at)",
    }
    manifest = AppManifest(
        key="shares",
        title_zh="股权",
        title_en="Shares",
        needs=("members", "points"),
        settings=SharesSettings,
        routes="tongbao.apps.shares.api:router",
        permissions=("shares.decide", "shares.set_cap", "shares.dividend"),
        menu=(
            MenuEntry(
                title_zh="股权兑换申请",
                title_en="Exchanges into shares",
                icon="approval",
                url_name="admin:shares_exchange_changelist",
            ),
            MenuEntry(
                title_zh="股权登记册",
                title_en="Register of shares",
                icon="menu_book",
                url_name="admin:shares_certificate_changelist",
            ),
            MenuEntry(
                title_zh="股权上限",
                title_en="Issue of shares",
                icon="vertical_align_top",
                url_name="admin:shares_issue_changelist",
            ),
            MenuEntry(
                title_zh="分红",
                title_en="Dividends",
                icon="payments",
                url_name="admin:shares_dividend_changelist",
            ),
        ),
        pages=(
            StorefrontPage(path="pages/index", title_zh="股权", title_en="Shares", icon="article"),
            StorefrontPage(path="pages/check", title_zh="核验股权证", title_en="Check a certificate"),
        ),
    )
