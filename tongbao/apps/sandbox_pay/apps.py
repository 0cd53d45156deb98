from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tongbao.kit.manifest import AppManifest


class SandboxPayConfig(AppConfig):
    name = "tongbao.apps.sandbox_pay"
    label = "sandbox_pay"
    verbose_name = _("Sandbox payment")
    manifest = AppManifest(
        key="sandbox_pay",
        title_zh="沙箱支付",
        title_en="Sandbox payment",
        needs=("mall",),
    )
