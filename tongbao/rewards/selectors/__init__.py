"""Reads of rewards."""

from tongbao.rewards.selectors.awards import (
    awards_of_member,
    awards_of_order,
    commission_of,
    money_statement,
    region_awards_of,
    region_awards_worth,
)
from tongbao.rewards.selectors.closing import closing_facts
from tongbao.rewards.selectors.disclosure import (
    DisclosedPlan,
    DisclosedVersion,
    disclosed_document,
    disclosed_plans,
    disclosure_tag,
)
from tongbao.rewards.selectors.drafts import draft, draft_texts, drafts, running_plan
from tongbao.rewards.selectors.explaining import explain_award, explain_order
from tongbao.rewards.selectors.gifts import gifts_of
from tongbao.rewards.selectors.income import disclosed_income
from tongbao.rewards.selectors.issuance import issuance_so_far
from tongbao.rewards.selectors.plans import disclosed_plan, facts_of, plan_in_force, plan_of, plans_in_force
from tongbao.rewards.selectors.settlements import last_settled_at, release_backlog, unsettled_orders
from tongbao.rewards.selectors.verification import verify
from tongbao.rewards.selectors.withdrawals import (
    quote,
    withdrawal,
    withdrawals_of,
    withdrawals_waiting,
)

__all__ = [
    "DisclosedPlan",
    "DisclosedVersion",
    "awards_of_member",
    "awards_of_order",
    "closing_facts",
    "commission_of",
    "disclosed_document",
    "disclosed_income",
    "disclosed_plan",
    "disclosed_plans",
    "disclosure_tag",
    "draft",
    "draft_texts",
    "drafts",
    "explain_award",
    "explain_order",
    "facts_of",
    "gifts_of",
    "issuance_so_far",
    "last_settled_at",
    "money_statement",
    "plan_in_force",
    "plan_of",
    "plans_in_force",
    "quote",
    "region_awards_of",
    "region_awards_worth",
    "release_backlog",
    "running_plan",
    "unsettled_orders",
    "verify",
    "withdrawal",
    "withdrawals_of",
    "withdrawals_waiting",
]
