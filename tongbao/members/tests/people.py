"""The people of the tests, and fixed moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tongbao.members import services
from tongbao.members.contracts import MemberRow
from tongbao.plans import RecruitRule
from tongbao.tenancy.contracts import Actor

NOON = datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
LADDER = ("member", "vip", "dealer", "cofounder")
RULES = (
    RecruitRule(from_rank="vip", recruits=5, recruit_rank="vip", to_rank="dealer"),
    RecruitRule(from_rank="dealer", recruits=5, recruit_rank="dealer", to_rank="cofounder"),
)
CHEN = Actor.system("Chen, an operator")


def join(sponsor_id: int | None = None, *, phone: str | None = None, name: str = "") -> int:
    """Somebody signs up under a sponsor."""
    return services.register(phone=phone, sponsor_id=sponsor_id, name=name, now=NOON)


def buy(member_id: int, rank: str, *, line: int, now: datetime = NOON) -> None:
    """A pack is settled: the rank it gives, then what it brings to those above."""
    services.promote_by_purchase(
        member_id=member_id, rank=rank, source=f"order_line:{line}", ladder=LADDER, now=now
    )
    services.promote_by_recruits(member_id=member_id, rules=RULES, ladder=LADDER, now=now)


def refund(line: int, *, now: datetime = LATER) -> None:
    services.take_back_rank(source=f"order_line:{line}", rules=RULES, ladder=LADDER, now=now)


def row(line: int, key: str, sponsor: str = "", rank: str = "member", **more: object) -> MemberRow:
    return MemberRow(line=line, member_id=key, sponsor_id=sponsor, rank=rank, joined_at=NOON, **more)
