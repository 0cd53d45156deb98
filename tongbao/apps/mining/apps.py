from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tongbao.apps.mining.contracts import MiningSettings
from tongbao.kit.manifest import AppManifest, Handles, MenuEntry, Runs, StorefrontPage
from tongbao.mall.contracts import OrderClosed, OrderPaid, OrderRefunded
from tongbao.members.contracts import MemberJoined

SYNC = "tongbao.apps.mining.tasks:order_changed"


class MiningConfig(AppConfig):
    name = "tongbao.apps.mining"
    label = "mining"
    verbose_name = _("Mining")
    default_auto_field = "django.db.models.BigAutoField"
    # What was given is never given again.
    protected_tables = {
        "mining_machine": "SELECT, INSERT, UPDATE",
        "mining_output": "SELECT, INSERT",
        "mining_round": "SELECT, INSERT",
        "mining_free_claim": "SELECT, INSERT",
    }
    manifest = AppManifest(
        key="mining",
        title_zh="矿机",
        title_en="Mining",
        needs=("mall", "members", "points"),
        settings=MiningSettings,
        routes="tongbao.apps.mining.api:router",
        handlers=(
            Handles(event=MemberJoined, function="tongbao.apps.mining.tasks:joined"),
            Handles(event=OrderPaid, function=SYNC),
            Handles(event=OrderClosed, function=SYNC),
            Handles(event=OrderRefunded, function=SYNC),
        ),
        # Hourly: a machine gives a day's output when its own day is over, whenever that is.
        schedules=(Runs(name="give", every=timedelta(hours=1), function="tongbao.apps.mining.tasks:give"),),
        permissions=("mining.define", "mining.take_back"),
        menu=(
            MenuEntry(
                title_zh="矿机商品", title_en="Props", icon="memory", url_name="admin:mining_prop_changelist"
            ),
            MenuEntry(
                title_zh="会员矿机",
                title_en="Machines",
                icon="precision_manufacturing",
                url_name="admin:mining_machine_changelist",
            ),
            MenuEntry(
                title_zh="产出批次",
                title_en="Rounds",
                icon="history",
                url_name="admin:mining_round_changelist",
            ),
        ),
        pages=(
            StorefrontPage(path="pages/index", title_zh="矿机", title_en="Mining", icon="toll"),
            StorefrontPage(path="pages/machine", title_zh="产出明细", title_en="Outputs"),
        ),
    )
