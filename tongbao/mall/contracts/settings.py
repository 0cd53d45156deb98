"""What a tenant may set about its mall."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import ClassVar

from tongbao.kit.errors import InvalidInput
from tongbao.mall.contracts.limits import MAX_ORDER_FEN
from tongbao.tenancy.contracts import TenantSettings


@dataclass(frozen=True, kw_only=True)
class MallSettings(TenantSettings):
    """What a tenant may set about its mall."""

    key: ClassVar[str] = "mall"

    payment_minutes: int = field(default=30, metadata={"min": 1, "max": 1440})
    """An unpaid order times out after so many minutes."""
    automatic_receipt_days: int = field(default=10, metadata={"min": 1, "max": 90})
    """A shipped order counts as received after so many days."""
    return_window_days: int = field(default=7, metadata={"min": 0, "max": 90})
    """For so many days after receipt a buyer may claim; then the order closes."""
    freight_fen: int = field(default=0, metadata={"min": 0, "max": 1_000_000})
    """Flat freight of an order with goods, for products that name no freight template."""
    free_freight_above_fen: int = field(default=0, metadata={"min": 0, "max": MAX_ORDER_FEN})
    """Goods worth this much or more ship free; 0 means never by value alone."""
    send_back_days: int = field(default=7, metadata={"min": 1, "max": 90})
    """An approved return is withdrawn if the buyer has not posted the goods after so many days."""
    review_days: int = field(default=90, metadata={"min": 1, "max": 365})
    """For so many days after receipt a buyer may review a line, and for as many after that add to it."""
    return_path: str = "/?order={number}"
    """Where the cashier sends the buyer back to, on the shop's own host; ``{number}`` is the order's."""
    payment_gateways: tuple[str, ...] = ()
    """Codes of the gateways offered, first is the default; empty means all that are installed."""

    def __post_init__(self) -> None:
        for entry in fields(self):
            if "min" not in entry.metadata:
                continue
            low, high = entry.metadata["min"], entry.metadata["max"]
            value = getattr(self, entry.name)
            # bool is an int to Python, and True minutes is not a time.
            if type(value) is not int or not low <= value <= high:
                raise InvalidInput(
                    field=entry.name,
                    why_en=f"it must be a whole number from {low} to {high}",
                    why_zh=f"必须是{low}到{high}之间的整数",
                )
        codes = self.payment_gateways
        if not isinstance(codes, tuple) or not all(isinstance(code, str) for code in codes):
            raise InvalidInput(
                field="payment_gateways", why_en="it must list gateway codes", why_zh="必须是支付渠道代码列表"
            )
        path = self.return_path
        is_own_path = isinstance(path, str) and path.startswith("/") and not path.startswith("//")
        if not is_own_path or "{number}" not in path:
            raise InvalidInput(
                field="return_path",
                why_en="it must be a path of this shop, begin with one / and contain {number}",
                why_zh="必须是本店路径,以单个 / 开头并包含 {number}",
            )
