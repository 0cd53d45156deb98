"""Every award recomputed from the stored facts, and held against the rows and the books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Sum

from tongbao.kit.findings import Finding
from tongbao.ledger.contracts import member_account
from tongbao.ledger.selectors import balance
from tongbao.money import floor_share
from tongbao.plans import Sale, check_publishable, evaluate, load_plan
from tongbao.rewards.models import Award, AwardChange, PlanVersion, SettledLine
from tongbao.rewards.policy import chain_from_json
from tongbao.rewards.selectors.plans import plan_of


def verify() -> Iterator[Finding]:
    """Plans, lines, awards and members whose figures don't follow from the facts; nothing when all is right."""
    yield from _plans()
    yield from _lines()
    yield from _changes()
    yield from _pending_of_members()


def _plans() -> Iterator[Finding]:
    for version in PlanVersion.objects.order_by("id"):
        plan = load_plan(version.document)
        if plan.sha256 != version.sha256:
            yield Finding(
                table="rewards_plan_version", key=str(version.pk), says=version.sha256, should=plan.sha256
            )
        proven_bp = check_publishable(plan).worst_case_bp
        if proven_bp != version.worst_case_bp:
            yield Finding(
                table="rewards_plan_version",
                key=str(version.pk),
                says=f"worst case {version.worst_case_bp} bp",
                should=f"worst case {proven_bp} bp",
            )


def _lines() -> Iterator[Finding]:
    lines = SettledLine.objects.select_related("plan_version").prefetch_related("awards").order_by("id")
    for line in lines.iterator(chunk_size=500):
        version = line.plan_version
        stored = {
            (award.clause, award.seat, award.beneficiary_id): award
            for award in line.awards.all()
            if award.amount_fen
        }
        if version is None:
            wanted = {}
        else:
            sale = Sale(base_fen=line.remaining_base_fen)
            awards = evaluate(plan=plan_of(version), chain=chain_from_json(line.chain), sale=sale)
            wanted = {(award.clause, award.seat, int(award.beneficiary)): award for award in awards}
            total = sum(award.amount_fen for award in stored.values())
            most = floor_share(amount=line.remaining_base_fen, rate_bp=version.worst_case_bp)
            if total > most:
                yield Finding(
                    table="rewards_settled_line",
                    key=str(line.pk),
                    says=f"awards of {total} fen",
                    should=f"at most {most} fen, the proven worst case",
                )
        for key in sorted(stored.keys() | wanted.keys()):
            says = stored[key].amount_fen if key in stored else 0
            should = wanted[key].amount_fen if key in wanted else 0
            if says != should:
                yield Finding(
                    table="rewards_award",
                    key=str(stored[key].pk) if key in stored else f"line {line.pk} {key[0]} {key[1]}",
                    says=f"{says} fen",
                    should=f"{should} fen",
                )


def _changes() -> Iterator[Finding]:
    sums = dict(AwardChange.objects.values_list("award_id").annotate(total=Sum("delta_fen")))
    for award_id, amount_fen in Award.objects.order_by("id").values_list("id", "amount_fen").iterator():
        if sums.get(award_id, 0) != amount_fen:
            yield Finding(
                table="rewards_award",
                key=str(award_id),
                says=f"{amount_fen} fen",
                should=f"{sums.get(award_id, 0)} fen by its history",
            )


def _pending_of_members() -> Iterator[Finding]:
    pending: dict[int, int] = defaultdict(int)
    rows = Award.objects.filter(state=Award.State.PENDING).values_list("beneficiary_id", "amount_fen")
    for member_id, amount_fen in rows.iterator():
        pending[member_id] += amount_fen
    members = set(Award.objects.values_list("beneficiary_id", flat=True).distinct())
    for member_id in sorted(members):
        booked = balance(account=member_account(member_id, "pending")).posted
        if booked != pending[member_id]:
            yield Finding(
                table="ledger_account",
                key=f"member {member_id} pending",
                says=f"{booked} fen",
                should=f"{pending[member_id]} fen by the awards",
            )
