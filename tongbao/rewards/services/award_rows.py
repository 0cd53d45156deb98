"""Evaluated awards as the rows that the settlement lane copies into the books."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from tongbao.ledger.services.lane import AwardRows, pending_accounts
from tongbao.rewards.services.evaluated import LineAwards

FARTHEST = np.iinfo(np.int16).max


def award_rows(parts: Sequence[LineAwards], *, now: datetime) -> AwardRows:
    """The awards of a batch as rows of the books; pending accounts that are missing are opened."""
    beneficiaries = np.concatenate([part.beneficiaries for part in parts] or [np.zeros(0, dtype=np.int64)])
    people, which = np.unique(beneficiaries, return_inverse=True)
    accounts = pending_accounts(member_ids=people, now=now) if len(people) else people
    return AwardRows(
        order_id=_joined([part.order_ids for part in parts], np.int64),
        beneficiary=accounts[which],
        amount=_joined([part.awards.amount_fen for part in parts], np.int64),
        clause=_joined([part.awards.clause for part in parts], np.int16),
        seat=_joined([_seats(part) for part in parts], np.int16),
        rank=_joined([part.awards.rank for part in parts], np.int16),
        rate_bp=_joined([part.awards.rate_bp for part in parts], np.int16),
        rate_before_bp=_joined([part.awards.rate_before_bp for part in parts], np.int16),
        line=_joined([part.positions for part in parts], np.int16),
    )


def _seats(part: LineAwards) -> np.ndarray:
    """The distance from the buyer, at most what the column holds; below zero the level of a regional agent."""
    distance = np.minimum(part.awards.distance, FARTHEST)
    return np.where(part.regional, -distance, distance)


def _joined(columns: Sequence[np.ndarray], kind: type[np.generic]) -> np.ndarray:
    return np.concatenate([column.astype(kind) for column in columns] or [np.zeros(0, dtype=kind)])
