"""Awards with their sentences, and what a member's commission amounts to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from django.db.models import QuerySet, Sum

from tongbao.ledger.contracts import member_account
from tongbao.ledger.selectors import balance
from tongbao.money import Language, format_yuan
from tongbao.plans import Award as PlanAward
from tongbao.plans import explain
from tongbao.plans.contracts import AwardKind
from tongbao.rewards.contracts import AwardFacts, AwardState, CommissionSummary
from tongbao.rewards.models import Award, SettledLine, Settlement, Withdrawal
from tongbao.rewards.selectors.plans import plan_of

PAGE = 50


def awards_of_order(*, order_id: int) -> tuple[AwardFacts, ...]:
    """Every award of an order, in the order in which they were booked."""
    return _facts(_with_all().filter(settlement__order_id=order_id).order_by("id"))


def awards_of_member(
    *, member_id: int, state: str | None = None, before_id: int | None = None, limit: int = PAGE
) -> tuple[AwardFacts, ...]:
    """A member's awards, newest first; ``before_id`` asks for the next page."""
    rows = _with_all().filter(beneficiary_id=member_id).order_by("-id")
    if state:
        rows = rows.filter(state=state)
    if before_id:
        rows = rows.filter(id__lt=before_id)
    return _facts(rows[:limit])


def commission_of(*, member_id: int) -> CommissionSummary:
    """What a member was promised, may withdraw, has withdrawn and owes, in fen."""
    cash = balance(account=member_account(member_id, "cash"))
    withdrawn = Withdrawal.objects.filter(member_id=member_id, state="paid").aggregate(
        total=Sum("amount_fen")
    )
    return CommissionSummary(
        pending_fen=balance(account=member_account(member_id, "pending")).posted,
        cash_fen=cash.available,
        held_fen=cash.held,
        withdrawn_fen=int(withdrawn["total"] or 0),
        receivable_fen=-balance(account=member_account(member_id, "receivable")).posted,
    )


def explain_order(*, number: str, language: Language) -> tuple[str, ...]:
    """An order in sentences: what it was settled on, each award and why, what stayed with the platform."""
    settlement = Settlement.objects.filter(number=number).first()
    if settlement is None:
        return (f"订单{number}尚未结算。" if language == "zh" else f"Order {number} is not settled yet.",)
    sentences = []
    for line in SettledLine.objects.filter(settlement=settlement).select_related("plan_version"):
        base = format_yuan(line.base_fen)
        plan = line.plan_version
        if plan is None:
            sentences.append(
                f"第{line.position}行 {line.product_code}:{base}元,不参与分销。"
                if language == "zh"
                else f"Line {line.position} {line.product_code}: {base} yuan, without distribution."
            )
            continue
        sentences.append(
            f"第{line.position}行 {line.product_code}:{base}元,按方案{plan}结算。"
            if language == "zh"
            else f"Line {line.position} {line.product_code}: {base} yuan, settled by plan {plan}."
        )
    for award in awards_of_order(order_id=settlement.order_id):
        sentence = award.sentence_zh if language == "zh" else award.sentence_en
        sentences.append(f"[{award.beneficiary_id}] {sentence}")
    return tuple(sentences)


def plan_award(row: Award) -> PlanAward:
    """The award as the evaluator gave it."""
    return PlanAward(
        beneficiary=row.beneficiary_id,
        seat=row.seat,
        clause=row.clause,
        kind=cast(AwardKind, row.kind),
        rank=row.rank,
        rate_bp=row.rate_bp,
        rate_before_bp=row.rate_before_bp,
        base_fen=row.base_fen,
        amount_fen=row.original_fen,
    )


def sentence_of(row: Award, *, language: Language) -> str:
    """Why this award, in one sentence: the arithmetic it was booked with, and what a refund left of it."""
    version = row.settled_line.plan_version
    if version is None:
        return ""
    said = explain(plan_award(row), plan=plan_of(version), language=language)
    said = f"{said.rstrip('。.')}({version})。" if language == "zh" else f"{said.rstrip('.')} ({version})."
    if row.amount_fen != row.original_fen:
        now = format_yuan(row.amount_fen)
        said += f"退款后为{now}元。" if language == "zh" else f" After refunds it is {now} yuan."
    return said


def _with_all() -> QuerySet[Award]:
    return Award.objects.select_related("settlement", "settled_line__plan_version")


def _facts(rows: Iterable[Award]) -> tuple[AwardFacts, ...]:
    return tuple(
        AwardFacts(
            award_id=row.pk,
            order_id=row.settlement.order_id,
            order_number=row.settlement.number,
            line_position=row.settled_line.position,
            beneficiary_id=row.beneficiary_id,
            seat=row.seat,
            clause=row.clause,
            kind=row.kind,
            rank=row.rank,
            rate_bp=row.rate_bp,
            rate_before_bp=row.rate_before_bp,
            base_fen=row.base_fen,
            original_fen=row.original_fen,
            amount_fen=row.amount_fen,
            state=cast(AwardState, row.state),
            settled_at=row.settlement.settled_at,
            release_at=row.settlement.release_at,
            plan=str(row.settled_line.plan_version),
            sentence_zh=sentence_of(row, language="zh"),
            sentence_en=sentence_of(row, language="en"),
        )
        for row in rows
    )
