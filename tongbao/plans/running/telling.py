"""Payments told to those who got them."""

from __future__ import annotations

from tongbao.money import Language
from tongbao.plans.clauses.base import yuan
from tongbao.plans.clauses.kept import Kept, Payment
from tongbao.plans.clauses.kept.base import taken_back
from tongbao.plans.evaluating import explain
from tongbao.plans.plan import Plan


def explain_payment(payment: Payment, *, plan: Plan, language: Language) -> str:
    """Why this payment has this amount, or why it was taken back, in one or two sentences."""
    clause = plan.clause(payment.clause)
    if isinstance(clause, Kept):
        return clause.reason(payment, names=plan.names, language=language)
    if payment.status != "due":
        return taken_back(payment, language)
    if payment.award is None:
        amount = yuan(payment.amount_fen, language)
        if language == "zh":
            return f"此前超出每人上限而留待下期的奖金,本期发放{amount}。"
        return f"{amount} that your limit of an earlier period deferred."
    told = explain(payment.award, plan=plan, language=language)
    if payment.parts == 1:
        return told
    amount = yuan(payment.amount_fen, language)
    if language == "zh":
        return f"{told}分{payment.parts}期发放,本期为第{payment.part}期,{amount}。"
    return f"{told} This is part {payment.part} of {payment.parts}: {amount}."
