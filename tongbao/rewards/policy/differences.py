"""From the awards that stand to the awards that should: what to take back, what to add."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tongbao.plans import Award


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardNow:
    """An award as it stands in the books: its row, whom it is for, and what it is worth now."""

    award_id: int
    clause: str
    seat: str
    beneficiary: int
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """``delta_fen`` for a standing award (``award_id``), or a new award that did not exist before.

    ``award`` is the arithmetic that holds from now on; None when nothing is left.
    """

    award_id: int | None
    award: Award | None
    beneficiary: int
    delta_fen: int


def changes_to(*, standing: Sequence[AwardNow], wanted: Sequence[Award]) -> tuple[Change, ...]:
    """What turns the standing awards into the wanted ones; awards that stay as they are don't appear.

    An award is the same if clause, seat and person are the same. A part may rise by a fen on a smaller base.

    >>> now = AwardNow(award_id=1, clause="direct", seat="sponsor 1", beneficiary=7, amount_fen=2376)
    >>> changes_to(standing=[now], wanted=[])
    (Change(award_id=1, award=None, beneficiary=7, delta_fen=-2376),)
    """
    left = {(award.clause, award.seat, int(award.beneficiary)): award for award in wanted}
    changes = []
    for award in standing:
        target = left.pop((award.clause, award.seat, award.beneficiary), None)
        delta_fen = (target.amount_fen if target else 0) - award.amount_fen
        if delta_fen:
            changes.append(
                Change(
                    award_id=award.award_id, award=target, beneficiary=award.beneficiary, delta_fen=delta_fen
                )
            )
    changes.extend(
        Change(award_id=None, award=award, beneficiary=int(award.beneficiary), delta_fen=award.amount_fen)
        for award in left.values()
    )
    return tuple(changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClawBack:
    """Where a claw-back is taken from, in fen: the unsent withdrawals, by number, the cash, the rest is owed."""

    from_withdrawals_fen: tuple[tuple[str, int], ...]
    from_cash_fen: int
    owed_fen: int


def claw_back(*, amount_fen: int, unsent_fen: Mapping[str, int], available_fen: int) -> ClawBack:
    """Split a claw-back: withdrawals that are not sent yet first, in the order given, then cash, then a debt.

    Never a negative balance, never forgotten. Source: business rules §3.

    >>> claw_back(amount_fen=2_376, unsent_fen={"W1": 2_000}, available_fen=300)
    ClawBack(from_withdrawals_fen=(('W1', 2000),), from_cash_fen=300, owed_fen=76)
    """
    left_fen = amount_fen
    from_withdrawals = []
    for number, held_fen in unsent_fen.items():
        taken_fen = min(left_fen, held_fen)
        if taken_fen:
            from_withdrawals.append((number, taken_fen))
            left_fen -= taken_fen
    from_cash_fen = max(0, min(left_fen, available_fen))
    return ClawBack(
        from_withdrawals_fen=tuple(from_withdrawals),
        from_cash_fen=from_cash_fen,
        owed_fen=left_fen - from_cash_fen,
    )
