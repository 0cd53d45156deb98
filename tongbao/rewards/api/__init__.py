"""What rewards offer: awards with their reasons, commission, withdrawals; for all, plans in force and incomes."""

from tongbao.kit.api import router as new_router
from tongbao.rewards.api.awards import router as awards_router
from tongbao.rewards.api.closing import router as closing_router
from tongbao.rewards.api.gifts import router as gifts_router
from tongbao.rewards.api.income import router as income_router
from tongbao.rewards.api.plans import router as plans_router
from tongbao.rewards.api.withdrawals import router as withdrawals_router

router = new_router(tag="rewards")
for part in (
    plans_router,
    income_router,
    gifts_router,
    awards_router,
    withdrawals_router,
    closing_router,
):
    router.add_router("", part)

__all__ = ["router"]
