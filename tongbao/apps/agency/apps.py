from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tongbao.apps.agency.contracts import AgencySettings
from tongbao.kit.manifest import AppManifest, Handles, MenuEntry, StorefrontPage
from tongbao.mall.contracts import OrderPaid, OrderRefunded

FOLLOW = "tongbao.apps.agency.tasks:order_changed"


class AgencyConfig(AppConfig):
    name = "tongbao.apps.agency"
    label = "agency"
    verbose_name = _("Regional agencies")
    default_auto_field = "django.db.models.BigAutoField"
    # What somebody applied for and what became of it stays on record.
    protected_tables = {"agency_application": "SELECT, INSERT, UPDATE"}
    manifest = AppManifest(
        key="agency",
        title_zh="区域代理",
        title_en="Regional agency",
        needs=("mall", "members", "points", "rewards"),
        settings=AgencySettings,
        routes="tongbao.apps.agency.api:router",
        handlers=(
            Handles(event=OrderPaid, function=FOLLOW),
            Handles(event=OrderRefunded, function=FOLLOW),
        ),
        permissions=("agency.approve", "agency.refuse", "agency.set_terms"),
        menu=(
            MenuEntry(
                title_zh="代理申请",
                title_en="Applications",
                icon="how_to_reg",
                url_name="admin:agency_application_changelist",
            ),
            MenuEntry(
                title_zh="名额与费用",
                title_en="Seats and fees",
                icon="chair",
                url_name="admin:agency_seats",
            ),
        ),
        pages=(
            StorefrontPage(path="pages/index", title_zh="区域代理", title_en="Regional agency", icon="group"),
            StorefrontPage(path="pages/workbench", title_zh="代理工作台", title_en="Agent's workbench"),
        ),
    )
