"""Orders played again in time: paid, refunded, released."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from tongbao.config.replay.people import People
from tongbao.mall.policy.order_rows import OrderRow
from tongbao.money import WHOLE_BP
from tongbao.plans import Award, Chain, Plan, Sale, evaluate, most_of_clause, remainders
from tongbao.rewards.policy import AwardNow, changes_to, with_ranks_held

RELEASE_AFTER: Final = timedelta(days=8)

Status = Literal["pending", "released", "voided", "clawed_back"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidRow:
    """A line of awards.csv. ``beneficiary`` "" is the platform."""

    order_id: str
    beneficiary: str
    clause: str
    rank: str
    rate_bp: int
    fen: int
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """A line of statement.csv: what was awarded at all, what of it went back, what is left."""

    member: str
    awarded_fen: int
    clawed_back_fen: int

    @property
    def net_fen(self) -> int:
        return self.awarded_fen - self.clawed_back_fen


@dataclass(slots=True)
class _Fen:
    """Where the fen of one share are now. Every fen has one status."""

    stands: int = 0
    voided: int = 0
    clawed_back: int = 0

    def change(self, delta_fen: int, *, released: bool) -> None:
        self.stands += delta_fen
        if delta_fen < 0 and released:
            self.clawed_back -= delta_fen
        elif delta_fen < 0:
            self.voided -= delta_fen

    def by_status(self, *, released: bool) -> tuple[tuple[Status, int], ...]:
        """The statuses that have fen."""
        standing: Status = "released" if released else "pending"
        found: tuple[tuple[Status, int], ...] = (
            (standing, self.stands),
            ("voided", self.voided),
            ("clawed_back", self.clawed_back),
        )
        return tuple((status, fen) for status, fen in found if fen)


@dataclass(slots=True)
class _Played:
    """An order that was paid: its awards, and what of each clause stays with the platform."""

    row: OrderRow
    moment: int
    chain: Chain
    base_fen: int
    awards: list[tuple[Award, _Fen]] = field(default_factory=list)
    kept: dict[str, _Fen] = field(default_factory=dict)
    kept_bp: dict[str, int] = field(default_factory=dict)
    released: bool = False


class Replay:
    """One plan over one history."""

    def __init__(self, *, plan: Plan, people: People) -> None:
        self._plan = plan
        self._people = people
        self._played: dict[str, _Played] = {}
        self._moment = 0

    def play(self, orders: Iterable[OrderRow], *, as_of: datetime | None = None) -> None:
        """Payments, refunds and releases in order of time, ties in order of line; nothing later than ``as_of``.

        On a tie of one order: payment, refund, release. Without ``as_of`` everything that was received is
        released in the end.
        """
        happenings = []
        for row in orders:
            happenings.append((row.paid_at, row.line, 0, row))
            if row.refunded_at is not None:
                happenings.append((row.refunded_at, row.line, 1, row))
            if row.received_at is not None:
                happenings.append((row.received_at + RELEASE_AFTER, row.line, 2, row))
        steps = (self._pay, self._refund, self._release)
        for at, _, step, row in sorted(happenings, key=lambda happening: happening[:3]):
            if as_of is None or at <= as_of:
                self._moment += 1
                steps[step](row)

    def _pay(self, row: OrderRow) -> None:
        chain = self._people.chain(buyer=row.buyer_id, region_code=row.region_code)
        played = _Played(row=row, moment=self._moment, chain=chain, base_fen=row.base_fen)
        self._played[row.order_id] = played
        self._bring_up_to_date(played)
        rank = self._plan.promotions.rank_for(row.product)
        if rank is not None:
            self._people.promote(buyer=row.buyer_id, rank=rank, order_id=row.order_id, moment=self._moment)

    def _refund(self, row: OrderRow) -> None:
        played = self._played[row.order_id]
        # goods before freight, as with orders that are taken over
        played.base_fen -= min(row.refunded_fen, row.base_fen)
        self._bring_up_to_date(played)
        if played.base_fen == 0:
            self._people.take_back(buyer=row.buyer_id, order_id=row.order_id, moment=self._moment)

    def _release(self, row: OrderRow) -> None:
        played = self._played[row.order_id]
        held = self._people.really_held(played.chain, before=played.moment)
        played.chain = with_ranks_held(played.chain, held=held, ladder=self._plan.ranks)
        self._bring_up_to_date(played)
        played.released = True

    def _bring_up_to_date(self, played: _Played) -> None:
        """The plan on what remains, and the difference to what stands."""
        sale = self._sale(played)
        standing = [
            AwardNow(
                award_id=place,
                clause=award.clause,
                seat=award.seat,
                beneficiary=int(award.beneficiary),
                amount_fen=fen.stands,
            )
            for place, (award, fen) in enumerate(played.awards)
        ]
        wanted = evaluate(plan=self._plan, chain=played.chain, sale=sale)
        for change in changes_to(standing=standing, wanted=wanted):
            if change.award_id is not None:
                played.awards[change.award_id][1].change(change.delta_fen, released=played.released)
            elif change.award is not None:
                played.awards.append((change.award, _Fen(stands=change.delta_fen)))
        for rest in remainders(plan=self._plan, sale=sale, awards=wanted):
            kept = played.kept.setdefault(rest.clause, _Fen())
            kept.change(rest.amount_fen - kept.stands, released=played.released)
            if played.base_fen or rest.clause not in played.kept_bp:
                paid_bp = sum(award.rate_bp for award in wanted if award.clause == rest.clause)
                most_bp = most_of_clause(
                    plan=self._plan, clause_id=rest.clause, sale=replace(sale, base_fen=WHOLE_BP)
                )
                played.kept_bp[rest.clause] = max(0, (most_bp or 0) - paid_bp)

    def _sale(self, played: _Played) -> Sale:
        """What remains of an order. Freight goes back with the last of the goods."""
        return Sale(
            played.base_fen,
            freight_fen=played.row.freight_fen if played.base_fen else 0,
            product=played.row.product,
        )

    def awards(self) -> Iterator[PaidRow]:
        """The lines of awards.csv: orders as the file has them, in each the clauses, the platform's share last.

        Of a share that was refunded in part, what stands and what went back are two lines.
        """
        for played in sorted(self._played.values(), key=lambda known: known.row.line):
            for clause in self._plan.clauses:
                for award, fen in played.awards:
                    if award.clause == clause.id:
                        yield from self._lines(played, award, fen)
                yield from self._platform_lines(played, clause.id)

    def _lines(self, played: _Played, award: Award, fen: _Fen) -> Iterator[PaidRow]:
        for status, amount_fen in fen.by_status(released=played.released):
            yield PaidRow(
                order_id=played.row.order_id,
                beneficiary=self._people.key(int(award.beneficiary)),
                clause=award.clause,
                rank=award.rank,
                rate_bp=award.rate_bp,
                fen=amount_fen,
                status=status,
            )

    def _platform_lines(self, played: _Played, clause_id: str) -> Iterator[PaidRow]:
        """One line for each clause, also of nothing."""
        nothing: tuple[tuple[Status, int], ...] = (("released" if played.released else "pending", 0),)
        for status, amount_fen in played.kept[clause_id].by_status(released=played.released) or nothing:
            yield PaidRow(
                order_id=played.row.order_id,
                beneficiary="",
                clause=clause_id,
                rank="",
                rate_bp=played.kept_bp[clause_id],
                fen=amount_fen,
                status=status,
            )

    def statement(self) -> Iterator[StatementRow]:
        """The lines of statement.csv: everyone who was awarded anything, by member."""
        awarded: dict[str, int] = {}
        back: dict[str, int] = {}
        for played in self._played.values():
            for award, fen in played.awards:
                member, went_back = self._people.key(int(award.beneficiary)), fen.voided + fen.clawed_back
                awarded[member] = awarded.get(member, 0) + fen.stands + went_back
                back[member] = back.get(member, 0) + went_back
        for member in sorted(awarded, key=by_number):
            yield StatementRow(member=member, awarded_fen=awarded[member], clawed_back_fen=back[member])


def by_number(key: str) -> tuple[int, int, str]:
    """Order of members: numbers as numbers, before anything else as text."""
    return (0, int(key), key) if key.isascii() and key.isdigit() else (1, 0, key)
