from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tongbao.kit.manifest import AppManifest, MenuEntry, StorefrontPage


class CouponsConfig(AppConfig):
    name = "tongbao.apps.coupons"
    label = "coupons"
    verbose_name = _("Coupons")
    default_auto_field = "django.db.models.BigAutoField"
    # What was promised with a coupon stays as it was when it was claimed.
    protected_tables = {
        "coupons_template": "SELECT, INSERT, UPDATE (claimed, stopped_at)",
        "coupons_coupon": "SELECT, INSERT, UPDATE (is_used)",
        "coupons_use": "SELECT, INSERT, UPDATE (let_go_at)",
    }
    manifest = AppManifest(
        key="coupons",
        title_zh="优惠券",
        title_en="Coupons",
        needs=("mall", "members"),
        routes="tongbao.apps.coupons.api:router",
        price_reduction="tongbao.apps.coupons.services:CouponReduction",
        permissions=("coupons.define", "coupons.give"),
        menu=(
            MenuEntry(
                title_zh="优惠券",
                title_en="Coupons",
                icon="confirmation_number",
                url_name="admin:coupons_template_changelist",
            ),
            MenuEntry(
                title_zh="已领优惠券",
                title_en="Claimed coupons",
                icon="local_activity",
                url_name="admin:coupons_coupon_changelist",
            ),
        ),
        pages=(
            StorefrontPage(path="pages/index", title_zh="领券中心", title_en="Coupons", icon="local_offer"),
            StorefrontPage(path="pages/mine", title_zh="我的优惠券", title_en="My coupons"),
        ),
    )
