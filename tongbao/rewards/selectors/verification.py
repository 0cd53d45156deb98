"""Every plan, award, share and withdrawal recomputed from the stored facts, and held against rows and books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from importlib import resources
from typing import Any

from django.db import connection

from tongbao.kit import progress
from tongbao.kit.findings import Finding
from tongbao.kit.transactions import transaction
from tongbao.money import StatedError, floor_share
from tongbao.plans import (
    Sale,
    check_publishable,
    evaluate,
    load_plan,
    remainders,
)
from tongbao.rewards.models import Award, PlanVersion, SettledLine
from tongbao.rewards.policy import chain_from_json
from tongbao.rewards.selectors.plans import plan_of, sign_off_of
from tongbao.tenancy.selectors import audited

_SQL = resources.files("tongbao.rewards").joinpath("sql")
VERIFY = _SQL.joinpath("verify.sql").read_text(encoding="utf-8")
SHARES = _SQL.joinpath("shares.sql").read_text(encoding="utf-8")
STRAY_SHARES = _SQL.joinpath("stray_shares.sql").read_text(encoding="utf-8")
LINES_AT_ONCE = 500
Key = tuple[str, str, int]
Shares = dict[tuple[str, str], int]


def verify() -> Iterator[Finding]:
    """Plans, lines, awards, shares, withdrawals that don't follow from the facts; nothing when all is right.

    Holds, of the invariants of the business rules §6, number 6 (an order's awards are at most the plan's proven
    worst case) and what of 1 to 4 concerns awards. Streams: memory holds some hundred lines, however many there are.
    """
    unreadable: set[int] = set()
    yield from _plans(unreadable)
    yield from _sign_offs()
    yield from _lines(unreadable)
    for table, key, says, should in _streamed(VERIFY):
        yield Finding(table=table, key=key, says=says, should=should)


def _plans(unreadable: set[int]) -> Iterator[Finding]:
    for version in PlanVersion.objects.order_by("id"):
        key = str(version.pk)
        try:
            plan = load_plan(version.document)
            proven_bp = check_publishable(plan).worst_case_bp
        except StatedError as refusal:
            unreadable.add(version.pk)
            yield Finding(
                table="rewards_plan_version", key=key, says=str(refusal)[:200], should="a publishable plan"
            )
            continue
        for says, should in (
            (version.sha256, plan.sha256),
            (f"plan {version.key}", f"plan {plan.key}"),
            (f"worst case {version.worst_case_bp} bp", f"worst case {proven_bp} bp"),
            (f"budget {version.budget_bp} bp", f"budget {plan.budget_bp} bp"),
        ):
            if says != should:
                unreadable.add(version.pk)
                yield Finding(table="rewards_plan_version", key=key, says=says, should=should)


def _sign_offs() -> Iterator[Finding]:
    """Who signed for a version, and in which words, stands in the audit log too."""
    published = {
        (subject, detail.get("version")): detail.get("sign_off")
        for subject, detail in audited(action="plan.publish")
    }
    for version in PlanVersion.objects.select_related("sign_off").order_by("id"):
        told = published.get((f"plan:{version.key}", version.version))
        signed = sign_off_of(version)
        says = signed and {
            "name": signed.name,
            "statement": signed.statement,
            "jurisdiction": signed.jurisdiction,
            "findings": list(signed.finding_ids),
        }
        key = f"{version.key} v{version.version}"
        if says != told:
            yield Finding(table="rewards_plan_sign_off", key=key, says=str(says), should=str(told))
        if signed is not None and signed.sha256 != version.sha256:
            yield Finding(table="rewards_plan_sign_off", key=key, says=signed.sha256, should=version.sha256)


def _lines(unreadable: set[int]) -> Iterator[Finding]:
    """Line by line; the shares of an order are compared when all its lines were met."""
    related = ("plan_version", "settlement")
    lines = SettledLine.objects.select_related(*related).prefetch_related("awards")
    total = SettledLine.objects.count()
    shares: Shares = defaultdict(int)
    order = 0
    for done, line in enumerate(lines.order_by("settlement_id", "id").iterator(chunk_size=LINES_AT_ONCE)):
        if line.settlement_id != order and len(shares) >= LINES_AT_ONCE:
            yield from _shares(shares)
            shares.clear()
            progress.tell("settled lines", done=done, total=total)
        order = line.settlement_id
        if unreadable:
            if line.plan_version_id not in unreadable:
                yield from _line(line)
            continue
        yield from _line(line)
        # every order, even if nothing of it is anybody's: nothing may be booked for it then
        shares[f"order:{line.settlement.number}", ""] += 0
        for clause, amount_fen in _shares_of(line).items():
            shares[f"order:{line.settlement.number}", clause] += amount_fen
    yield from _shares(shares)
    progress.tell("settled lines", done=total, total=total)
    if not unreadable:
        for subject, clause, amount in _streamed(STRAY_SHARES):
            yield _share(subject, clause, int(amount), 0)


def _shares_of(line: SettledLine) -> dict[str, int]:
    """What of each clause's maximum nobody has, by the awards as they stand."""
    if line.plan_version is None:
        return {}
    rests = remainders(
        plan=plan_of(line.plan_version),
        sale=Sale(base_fen=line.remaining_base_fen, product=line.product_code),
        awards=(),
    )
    left = {rest.clause: rest.amount_fen for rest in rests}
    for award in line.awards.all():
        left[award.clause] = left.get(award.clause, 0) - award.amount_fen
    return left


def _shares(wanted: Shares) -> Iterator[Finding]:
    subjects = sorted({subject for subject, _clause in wanted})
    with connection.cursor() as cursor:
        cursor.execute(SHARES, {"subjects": subjects})
        booked = {(subject, clause): int(amount) for subject, clause, amount in cursor.fetchall()}
    for key in sorted(booked.keys() | {key for key, amount_fen in wanted.items() if amount_fen}):
        says, should = booked.get(key, 0), wanted.get(key, 0)
        if says != should:
            yield _share(key[0], key[1], says, should)


def _share(subject: str, clause: str, says: int, should: int) -> Finding:
    return Finding(
        table="ledger_account",
        key=f"unallocated {clause} {subject}",
        says=f"{says} fen",
        should=f"{should} fen, the clause's maximum less its awards",
    )


def _line(line: SettledLine) -> Iterator[Finding]:
    version = line.plan_version
    awards = list(line.awards.all())
    stored = {_key(award): award for award in awards if award.amount_fen}
    wanted: dict[Key, int] = {}
    if version is not None:
        plan = plan_of(version)
        seen, counts = chain_from_json(line.chain), chain_from_json(line.chain_now or line.chain)
        for award in evaluate(
            plan=plan, chain=counts, sale=Sale(base_fen=line.remaining_base_fen, product=line.product_code)
        ):
            wanted[award.clause, award.seat, int(award.beneficiary)] = award.amount_fen
        at_first = {
            (award.clause, award.seat, int(award.beneficiary)): award.amount_fen
            for award in evaluate(
                plan=plan, chain=seen, sale=Sale(base_fen=line.base_fen, product=line.product_code)
            )
        }
        for award_row in awards:
            first_fen = at_first.get(_key(award_row))
            if award_row.base_fen == line.base_fen and first_fen not in (None, award_row.original_fen):
                yield Finding(
                    table="rewards_award",
                    key=str(award_row.pk),
                    says=f"{award_row.original_fen} fen at first",
                    should=f"{first_fen} fen at first",
                )
        total = sum(award_row.amount_fen for award_row in stored.values())
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
        should = wanted.get(key, 0)
        if says != should:
            yield Finding(
                table="rewards_award",
                key=str(stored[key].pk) if key in stored else f"line {line.pk} {key[0]} {key[1]}",
                says=f"{says} fen",
                should=f"{should} fen",
            )


def _key(award: Award) -> Key:
    return award.clause, award.seat, award.beneficiary_id


def _streamed(query: str) -> Iterator[tuple[Any, ...]]:
    """What a query names, through a cursor on the server."""
    with transaction(), connection.chunked_cursor() as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(LINES_AT_ONCE):
            yield from rows
