"""What needs not be kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from tongbao.apps.member_tasks.models import Claim

KEPT = timedelta(days=60)


def forget_daily_claims(*, now: datetime) -> int:
    """Delete the claims of days long past: nobody can earn on them again. Those of tasks done once stay."""
    days = Claim.objects.filter(claimed_at__lt=now - KEPT, task__regex=r":\d{4}-\d{2}-\d{2}$")
    return days.delete()[0]
