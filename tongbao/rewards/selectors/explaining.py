"""Why an award has its amount, in one sentence; an order in sentences."""

from __future__ import annotations

from collections import defaultdict
from typing import cast

from tongbao.members.selectors import members
from tongbao.money import Language, format_yuan
from tongbao.plans import Award as PlanAward
from tongbao.plans import Sale, explain, remainders
from tongbao.plans.contracts import AwardKind
from tongbao.rewards.contracts import state_title
from tongbao.rewards.models import Award, AwardChange, PlanVersion, SettledLine, Settlement
from tongbao.rewards.selectors.plans import plan_of

Kind = AwardChange.Kind
SINCE = {
    Kind.REFUNDED: ("退款后按剩余金额重新计算", "recomputed on what a refund left"),
    Kind.RANK_TAKEN_BACK: (
        "所用等级随退货收回,已重新计算",
        "recomputed because a rank it used went back with a refund",
    ),
}
ENDED = {
    Kind.REFUNDED: ("订单退款后已全部收回", "all of it was taken back after a refund"),
    Kind.RANK_TAKEN_BACK: (
        "所用等级随退货收回,该奖励已取消",
        "it was cancelled because a rank it used went back with a refund",
    ),
}


def sentence_of(row: Award, *, language: Language) -> str:
    """Why this award has this amount: the arithmetic that holds, the plan version, and what changed it since.

    Reads ``row.changes`` and ``row.settled_line.plan_version``; prefetch them for a list.
    """
    version = row.settled_line.plan_version
    if version is None:
        return ""
    history = [change for change in row.changes.all() if change.kind != Kind.RELEASED]
    first, last = history[0], history[-1]
    holds = last if last.amount_fen else first
    said = explain(_award_as_of(row, holds), plan=plan_of(version), language=language)
    if language == "zh":
        said = f"{said.rstrip('。')}({version})"
        if not last.amount_fen:
            return f"{said};{ENDED[Kind(last.kind)][0]}。"
        return (
            f"{said}。" if last is first else f"{said};最初为{_yuan(first)}元,{SINCE[Kind(last.kind)][0]}。"
        )
    said = f"{said.rstrip('.')} ({version})"
    if not last.amount_fen:
        return f"{said}; {ENDED[Kind(last.kind)][1]}."
    return (
        f"{said}."
        if last is first
        else f"{said}; at first it was {_yuan(first)} yuan, {SINCE[Kind(last.kind)][1]}."
    )


def explain_award(*, award_id: int, language: Language) -> str:
    """The sentence of one award; empty for an award that there is not."""
    row = Award.objects.select_related("settled_line__plan_version").filter(pk=award_id).first()
    return sentence_of(row, language=language) if row is not None else ""


def explain_order(*, number: str, language: Language) -> tuple[str, ...]:
    """An order in sentences: what each line was settled on, each award and why, what stayed with the platform."""
    zh = language == "zh"
    settlement = Settlement.objects.filter(number=number).first()
    if settlement is None:
        return (f"订单{number}尚未结算。" if zh else f"Order {number} is not settled yet.",)
    awards: dict[int, list[Award]] = defaultdict(list)
    rows = Award.objects.filter(settlement=settlement).select_related("settled_line__plan_version")
    for row in rows.prefetch_related("changes").order_by("id"):
        awards[row.settled_line_id].append(row)
    people = members(member_ids={row.beneficiary_id for found in awards.values() for row in found})
    sentences = []
    for line in SettledLine.objects.filter(settlement=settlement).select_related("plan_version"):
        sentences.append(_line_sentence(line, language))
        for row in awards[line.pk]:
            state = state_title(row.state, language=language)
            person = people[row.beneficiary_id]
            who = f"{person.number} {person.name}".strip()
            sentences.append(f"  {who} [{state}] {sentence_of(row, language=language)}")
        if line.plan_version is not None:
            sentences.append(f"  {_rest_sentence(line, line.plan_version, awards[line.pk], language)}")
    return tuple(sentences)


def _award_as_of(row: Award, change: AwardChange) -> PlanAward:
    """The award with the arithmetic of one line of its history, as the evaluator gave it then."""
    return PlanAward(
        beneficiary=row.beneficiary_id,
        seat=row.seat,
        clause=row.clause,
        kind=cast(AwardKind, row.kind),
        rank=change.rank,
        rate_bp=change.rate_bp,
        rate_before_bp=change.rate_before_bp,
        base_fen=change.base_fen,
        amount_fen=change.amount_fen,
        cut_fen=change.cut_fen,
    )


def _line_sentence(line: SettledLine, language: Language) -> str:
    zh, base, version = language == "zh", format_yuan(line.base_fen), line.plan_version
    if version is None:
        return (
            f"第{line.position}行 {line.product_code}:{base}元,不参与分销。"
            if zh
            else f"Line {line.position} {line.product_code}: {base} yuan, without distribution."
        )
    said = (
        f"第{line.position}行 {line.product_code}:{base}元,按方案{version}结算"
        if zh
        else f"Line {line.position} {line.product_code}: {base} yuan, settled by plan {version}"
    )
    if line.remaining_base_fen != line.base_fen:
        left = format_yuan(line.remaining_base_fen)
        said += f",退款后剩余{left}元" if zh else f", {left} yuan left after refunds"
    return said + ("。" if zh else ".")


def _rest_sentence(line: SettledLine, version: PlanVersion, awards: list[Award], language: Language) -> str:
    plan = plan_of(version)
    awarded: dict[str, int] = defaultdict(int)
    for row in awards:
        awarded[row.clause] += row.amount_fen
    shares = [
        f"{rest.clause} {format_yuan(rest.amount_fen - awarded[rest.clause])}"
        for rest in remainders(
            plan=plan, sale=Sale(base_fen=line.remaining_base_fen, product=line.product_code), awards=()
        )
        if rest.amount_fen != awarded[rest.clause]
    ]
    if not shares:
        return "所有份额均已有人获得。" if language == "zh" else "Somebody earned every share."
    listed = ("、" if language == "zh" else ", ").join(shares)
    return (
        f"无人获得的份额留在平台(元):{listed}。"
        if language == "zh"
        else f"Nobody earned, stays with the platform (yuan): {listed}."
    )


def _yuan(change: AwardChange) -> str:
    return format_yuan(change.amount_fen)
