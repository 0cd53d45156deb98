"""The rows of settled orders: settlements, lines with what they saw, awards with their history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import resources

from django.db import connection

from tongbao.mall.contracts import LineFacts, OrderFacts
from tongbao.plans import Award, Chain, Plan, Remainder
from tongbao.rewards import models
from tongbao.rewards.policy import chain_to_json

ROWS_AT_ONCE = 2_000
_SQL = resources.files("tongbao.rewards").joinpath("sql")
BEGIN_HISTORIES = _SQL.joinpath("begin_histories.sql").read_text(encoding="utf-8")
COPY_AWARDS = (
    "COPY rewards_award (settled_line_id, settlement_id, beneficiary_id, seat, clause, kind, rank, rate_bp,"
    " rate_before_bp, base_fen, original_fen, amount_fen, state, booked_at) FROM STDIN"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line with what it is settled by: nothing for a line without distribution."""

    facts: LineFacts
    version: models.PlanVersion | None = None
    plan: Plan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a line came to: the chain in the plan's ranks, the awards, and what nobody earned."""

    line: Line
    chain: Chain
    awards: tuple[Award, ...] = ()
    rests: tuple[Remainder, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """An order evaluated at its moment."""

    facts: OrderFacts
    outcomes: tuple[Outcome, ...]
    settled_at: datetime

    @property
    def key(self) -> str:
        """The key of its booking."""
        return f"settle:{self.facts.number}"


def keep(orders: Sequence[Settled], *, batch: int) -> None:
    """Write down the orders, their lines with what they saw, their awards, and each award's first line of history.

    ``batch`` is the batch of the books that has the awards. Some statements, however many orders there are: awards are
    copied, their history follows from them.
    """
    settlements = models.Settlement.objects.bulk_create(
        (
            models.Settlement(
                order_id=order.facts.order_id,
                number=order.facts.number,
                buyer_id=order.facts.buyer_id,
                region_code=order.facts.region_code,
                paid_at=order.facts.paid_at or order.settled_at,
                settled_at=order.settled_at,
                award_batch=batch,
            )
            for order in orders
        ),
        batch_size=ROWS_AT_ONCE,
    )
    together = list(zip(settlements, orders, strict=True))
    lines = models.SettledLine.objects.bulk_create(
        (line_row(outcome, settlement) for settlement, order in together for outcome in order.outcomes),
        batch_size=ROWS_AT_ONCE,
    )
    outcomes = [(order, outcome) for order in orders for outcome in order.outcomes]
    paid = [
        (line, award, order.settled_at)
        for line, (order, outcome) in zip(lines, outcomes, strict=True)
        for award in outcome.awards
    ]
    if paid:
        _copy_awards(paid)
        _begin_histories(settlements[0].pk, settlements[-1].pk, paid, key=key_of_awards(batch))


def key_of_awards(batch: int) -> str:
    """How a line of an award's history names the batch of the books that booked it."""
    return f"awards:{batch}"


def _copy_awards(paid: Sequence[tuple[models.SettledLine, Award, datetime]]) -> None:
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(COPY_AWARDS) as copy:
        for line, award, booked_at in paid:
            copy.write_row(
                (
                    line.pk,
                    line.settlement_id,
                    award.beneficiary,
                    award.seat,
                    award.clause,
                    award.kind,
                    award.rank,
                    award.rate_bp,
                    award.rate_before_bp,
                    award.base_fen,
                    award.amount_fen,
                    award.amount_fen,
                    models.Award.State.PENDING.value,
                    booked_at,
                )
            )


def _begin_histories(
    first: int, last: int, paid: Sequence[tuple[models.SettledLine, Award, datetime]], *, key: str
) -> None:
    """The first line of every award's history: what it was booked with. A cut by a limit stands there alone."""
    cut = [(line.pk, award) for line, award, _ in paid if award.cut_fen]
    with connection.cursor() as cursor:
        cursor.execute(
            BEGIN_HISTORIES,
            {
                "first": first,
                "last": last,
                "key": key,
                "lines": [line_id for line_id, _ in cut],
                "clauses": [award.clause for _, award in cut],
                "seats": [award.seat for _, award in cut],
                "people": [award.beneficiary for _, award in cut],
                "cuts": [award.cut_fen for _, award in cut],
            },
        )


def line_row(outcome: Outcome, settlement: models.Settlement) -> models.SettledLine:
    """The row of an evaluated line, not saved yet."""
    facts = outcome.line.facts
    return models.SettledLine(
        settlement=settlement,
        line_id=facts.line_id,
        position=facts.position,
        product_code=facts.product_code,
        is_pack=facts.is_pack,
        plan_version=outcome.line.version,
        chain=chain_to_json(outcome.chain),
        base_fen=facts.base_fen,
        remaining_base_fen=facts.base_fen,
    )


def award_row(
    settled_line: models.SettledLine, award: Award, *, settlement_id: int, booked_at: datetime
) -> models.Award:
    """The row of an evaluated award, not saved yet."""
    return models.Award(
        settled_line=settled_line,
        settlement_id=settlement_id,
        beneficiary_id=int(award.beneficiary),
        seat=award.seat,
        clause=award.clause,
        kind=award.kind,
        rank=award.rank,
        rate_bp=award.rate_bp,
        rate_before_bp=award.rate_before_bp,
        base_fen=award.base_fen,
        original_fen=award.amount_fen,
        amount_fen=award.amount_fen,
        booked_at=booked_at,
    )


def change_row(
    row: models.Award,
    *,
    kind: str,
    delta_fen: int,
    award: Award | None,
    base_fen: int,
    key: str,
    at: datetime,
) -> models.AwardChange:
    """An award's next line of history, with the arithmetic that holds from there; not saved yet."""
    return models.AwardChange(
        award=row,
        kind=kind,
        delta_fen=delta_fen,
        amount_fen=row.amount_fen,
        rank=award.rank if award else "",
        rate_bp=award.rate_bp if award else 0,
        rate_before_bp=award.rate_before_bp if award else 0,
        base_fen=base_fen,
        cut_fen=award.cut_fen if award else 0,
        request_key=key,
        at=at,
    )
