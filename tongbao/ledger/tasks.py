"""What the books do by themselves: seal what was booked, and prove each day what is owed."""

from __future__ import annotations

from datetime import timedelta

from tongbao.kit.jobs import Schedule
from tongbao.ledger.services.liabilities import prove_yesterday
from tongbao.ledger.services.seals import seal_on_schedule

SCHEDULES = (
    Schedule(name="ledger.seal", every=timedelta(minutes=1), function=seal_on_schedule),
    Schedule(name="ledger.liabilities", every=timedelta(hours=1), function=prove_yesterday),
)
