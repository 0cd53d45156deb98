"""Connects the gateway to the mall's port."""

from __future__ import annotations

import os

from django.conf import settings

from tongbao.apps.sandbox_pay.services.configuration import URL_VARIABLE
from tongbao.apps.sandbox_pay.services.gateway import SandboxGateway
from tongbao.mall.services import gateways


def connect() -> None:
    """Install the gateway. In production only where its address is set: play money buys nothing by accident."""
    if os.environ.get(URL_VARIABLE) or not settings.ENVIRONMENT.is_production:
        gateways.register(SandboxGateway())
