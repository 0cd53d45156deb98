"""What the app says no with, and the names it is known by."""

from __future__ import annotations

from tongbao.kit.errors import DomainError

CODE = "sandbox"
"""The gateway's code: part of the notification's address and detail of the ledger account ``gateway``."""


class SandboxGatewayMisconfigured(DomainError):
    code = "sandbox_gateway_misconfigured"
    status = 503
    message_en = "The sandbox gateway can't be used: {why_en}."
    message_zh = "沙箱支付网关无法使用:{why_zh}。"


class SandboxGatewayAdminRefused(DomainError):
    code = "sandbox_gateway_admin_refused"
    status = 502
    message_en = "The sandbox gateway refused an admin call: {reason}. Check TONGBAO_SANDBOX_GATEWAY_TOKEN."
    message_zh = "沙箱支付网关拒绝了管理请求:{reason}。请检查 TONGBAO_SANDBOX_GATEWAY_TOKEN。"
