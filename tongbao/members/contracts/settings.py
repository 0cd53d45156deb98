"""What a tenant may set about its members."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import ClassVar

from tongbao.kit.errors import InvalidInput
from tongbao.tenancy.contracts import TenantSettings

MOST_FEE_FEN = 100_000_000_00


@dataclass(frozen=True, kw_only=True)
class MembersSettings(TenantSettings):
    """What a tenant may set about its members. Fees in fen, times in the unit that ends their name."""

    key: ClassVar[str] = "members"

    entry_rank: str = "member"
    """The rank of whoever has no other; the lowest of the tenant's ladder."""
    code_minutes: int = field(default=5, metadata={"min": 1, "max": 30})
    """A code from an SMS works for so many minutes."""
    code_tries: int = field(default=5, metadata={"min": 1, "max": 10})
    """A code can be tried so often."""
    session_days: int = field(default=30, metadata={"min": 1, "max": 365})
    """A sign-in lasts so many days."""
    password_sign_in_is_on: bool = False
    """Whether members may set a password and sign in with it; a code by SMS always works."""
    invitation_path: str = "/?invite={code}"
    """Where an invitation link leads on the shop's own host; ``{code}`` stands for the invitation code."""
    county_agent_fee_fen: int = field(default=20_000_00, metadata={"min": 0, "max": MOST_FEE_FEN})
    city_agent_fee_fen: int = field(default=50_000_00, metadata={"min": 0, "max": MOST_FEE_FEN})
    province_agent_fee_fen: int = field(default=100_000_00, metadata={"min": 0, "max": MOST_FEE_FEN})
    """What an agency costs unless the operator writes another fee."""
    county_agent_seats: int = field(default=300, metadata={"min": 0, "max": 4000})
    city_agent_seats: int = field(default=100, metadata={"min": 0, "max": 4000})
    province_agent_seats: int = field(default=20, metadata={"min": 0, "max": 4000})
    """So many agents of a level may hold a seat on the same day."""

    def __post_init__(self) -> None:
        for entry in fields(self):
            value = getattr(self, entry.name)
            if "min" in entry.metadata:
                low, high = entry.metadata["min"], entry.metadata["max"]
                # bool is an int to Python, and True days is not a time.
                if type(value) is not int or not low <= value <= high:
                    raise InvalidInput(
                        field=entry.name,
                        why_en=f"it must be a whole number from {low} to {high}",
                        why_zh=f"必须是{low}到{high}之间的整数",
                    )
        if type(self.password_sign_in_is_on) is not bool:
            raise InvalidInput(
                field="password_sign_in_is_on", why_en="it must be true or false", why_zh="必须为是或否"
            )
        path = self.invitation_path
        is_own_path = isinstance(path, str) and path.startswith("/") and not path.startswith("//")
        if not is_own_path or "{code}" not in path:
            raise InvalidInput(
                field="invitation_path",
                why_en="it must be a path of this shop, begin with one / and contain {code}",
                why_zh="必须是本店路径,以单个 / 开头并包含 {code}",
            )
        if not isinstance(self.entry_rank, str) or not self.entry_rank:
            raise InvalidInput(field="entry_rank", why_en="it must name a rank", why_zh="必须是一个等级代码")
