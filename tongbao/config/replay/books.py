"""Orders played again through a plan that keeps books: funds, queues, boards, placement trees, limits by period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from tongbao.config.replay.orders import RELEASE_AFTER, PaidRow, StatementRow, Status, by_number
from tongbao.mall.policy.order_rows import OrderRow
from tongbao.members.contracts import AgentRow, MemberRow
from tongbao.members.policy.divisions import seats_of
from tongbao.plans import AgentSeat, Plan, Walk
from tongbao.plans.clauses.kept import Payment
from tongbao.plans.running import Run, RunOrder
from tongbao.plans.running.contracts import Closing

# Days, weeks and months are those of the mall.
MALL_ZONE = ZoneInfo("Asia/Shanghai")
CLOSINGS: tuple[Closing, ...] = ("day", "week", "month")


def needs_books(plan: Plan) -> bool:
    """Whether what an order pays depends on more than the order, the people above and their ranks."""
    return bool(plan.kept or plan.promotions.by_volume) or any(_keeps_books(walk) for walk in plan.walks)


def _keeps_books(walk: Walk) -> bool:
    return (
        walk.graph in ("placement", "introducers")
        or walk.bound.person_period != "order"
        or walk.when.parts > 1
        or any(name != "recruits" for name, _ in walk.thresholds())
    )


@dataclass(frozen=True, slots=True)
class _Happening:
    at: datetime
    line: int
    step: int
    row: OrderRow | MemberRow


class BookReplay:
    """One plan with its books over one history.

    Members join when the file says, or before their first order or recruit if that was earlier. Periods close at
    midnight in the mall's time zone; draws take a seed made of the plan and the period, so that a replay is
    repeatable, and are no draw that was ever held.
    """

    def __init__(self, *, plan: Plan, members: Iterable[MemberRow], agents: Iterable[AgentRow]) -> None:
        self._plan = plan
        self._members = tuple(members)
        self._active = {row.member_id: row.active for row in self._members}
        self._agents = {row.region_code: row.member_id for row in agents}
        self._run = Run(plan, release_days=RELEASE_AFTER.days)
        self._labels: dict[str, str] = {}
        self._end: datetime | None = None

    def play(self, orders: Iterable[OrderRow], *, as_of: datetime | None = None) -> None:
        """Everything in order of time, ties in order of line; nothing later than ``as_of``.

        Without ``as_of`` every period that saw anything is closed and everything received is released.
        """
        rows = tuple(orders)
        happenings = sorted(
            self._happenings(rows), key=lambda one: (one.at, one.step > 0, one.line, one.step)
        )
        if as_of is not None:
            happenings = [happening for happening in happenings if happening.at <= as_of]
        today = _day(happenings[0].at) if happenings else None
        for happening in happenings:
            while today is not None and today < _day(happening.at):
                today = self._end_day(today)
            self._happen(happening)
        if today is not None:
            last = _day(as_of) if as_of is not None else _end_of_month(_day(happenings[-1].at))
            while today < last:
                today = self._end_day(today)
        self._end = as_of

    def _happenings(self, orders: tuple[OrderRow, ...]) -> Iterator[_Happening]:
        joined = self._joined(orders)
        for line, member in enumerate(self._members):
            if member.member_id in joined:
                yield _Happening(joined[member.member_id], line, 0, member)
        for row in orders:
            yield _Happening(row.paid_at, row.line, 1, row)
            if row.refunded_at is not None:
                yield _Happening(row.refunded_at, row.line, 2, row)
            if row.received_at is not None:
                yield _Happening(row.received_at, row.line, 3, row)

    def _joined(self, orders: tuple[OrderRow, ...]) -> dict[str, datetime]:
        """When each member was there at the latest: sponsors before their recruits, buyers before their orders."""
        if not orders:
            return {}
        found = {row.member_id: row.joined_at for row in self._members}
        for row in orders:
            found[row.buyer_id] = min(found[row.buyer_id], row.paid_at)
        for member in reversed(self._members):
            if member.sponsor_id:
                found[member.sponsor_id] = min(found[member.sponsor_id], found[member.member_id])
        return found

    def _happen(self, happening: _Happening) -> None:
        row = happening.row
        if isinstance(row, MemberRow):
            self._run.join(
                row.member_id,
                at=happening.at,
                sponsor=row.sponsor_id or None,
                rank=row.rank or None,
                active=row.active,
            )
        elif happening.step == 1:
            self._run.paid(self._order(row))
        elif happening.step == 2 and (amount_fen := min(row.refunded_fen, row.base_fen)):
            self._run.refunded(row.order_id, amount_fen=amount_fen, at=happening.at)
        elif happening.step == 3:
            self._run.received(row.order_id, at=happening.at)

    def _order(self, row: OrderRow) -> RunOrder:
        return RunOrder(
            key=row.order_id,
            buyer=row.buyer_id,
            base_fen=row.base_fen,
            freight_fen=row.freight_fen,
            product=row.product,
            at=row.paid_at,
            agents=tuple(
                AgentSeat(level, member, self._active[member])
                for level, code in seats_of(row.region_code)
                if (member := self._agents.get(code, ""))
            ),
        )

    def _end_day(self, today: date) -> date:
        """Close what ends with a day; the day after it."""
        tomorrow = today + timedelta(days=1)
        at = datetime.combine(tomorrow, datetime.min.time(), tzinfo=MALL_ZONE)
        week = today.isocalendar()
        ends = {
            "day": (True, today.isoformat()),
            "week": (tomorrow.weekday() == 0, f"{week.year}-W{week.week:02}"),
            "month": (tomorrow.day == 1, f"{today:%Y-%m}"),
        }
        for period in CLOSINGS:
            closes, label = ends[period]
            if closes:
                seed = sha256(f"replay:{self._plan.sha256}:{label}".encode()).digest()
                for payment in self._run.close(period, at=at, seed=seed):
                    if payment.period is not None:
                        self._labels[payment.period] = label
        return tomorrow

    def awards(self) -> Iterator[PaidRow]:
        """The lines of awards.csv: orders as they were paid, then periods as they closed, each by clause.

        A payment at the close of a period has the period in the place of the order. What stays in a fund is
        nobody's line.
        """
        place = {clause.id: number for number, clause in enumerate(self._plan.clauses)}
        back: dict[int, list[Payment]] = {}
        for payment in self._run.payments:
            if payment.takes_back is not None:
                back.setdefault(payment.takes_back, []).append(payment)
        first: dict[str, int] = {}
        for payment in self._run.payments:
            first.setdefault(self._subject(payment), payment.number)
        due = [payment for payment in self._run.payments if payment.status == "due"]
        for payment in sorted(
            due,
            key=lambda one: (
                one.period is not None,
                first[self._subject(one)],
                place[one.clause],
                one.number,
            ),
        ):
            yield from self._lines(payment, back.get(payment.number, []))

    def _subject(self, payment: Payment) -> str:
        if payment.period is not None:
            return self._labels[payment.period]
        return payment.order or ""

    def _lines(self, payment: Payment, back: list[Payment]) -> Iterator[PaidRow]:
        voided = sum(one.amount_fen for one in back if one.status == "void")
        clawed_back = sum(one.amount_fen for one in back if one.status == "receivable")
        parts: tuple[tuple[Status, int], ...] = (
            (self._standing(payment), payment.amount_fen - voided - clawed_back),
            ("voided", voided),
            ("clawed_back", clawed_back),
        )
        for status, fen in parts:
            if fen:
                yield PaidRow(
                    order_id=self._subject(payment),
                    beneficiary=str(payment.beneficiary),
                    clause=payment.clause,
                    rank=payment.award.rank if payment.award else "",
                    rate_bp=payment.award.rate_bp if payment.award else payment.reckoning.rate_bp,
                    fen=fen,
                    status=status,
                )

    def _standing(self, payment: Payment) -> Status:
        if payment.due_at is None:
            return "pending"
        return "released" if self._end is None or payment.due_at <= self._end else "pending"

    def statement(self) -> Iterator[StatementRow]:
        """The lines of statement.csv: everyone who was awarded anything, by member."""
        awarded: dict[str, int] = {}
        back: dict[str, int] = {}
        for payment in self._run.payments:
            if payment.beneficiary is None:
                continue
            sums = awarded if payment.status == "due" else back
            sums[str(payment.beneficiary)] = sums.get(str(payment.beneficiary), 0) + payment.amount_fen
        for member in sorted(awarded, key=by_number):
            yield StatementRow(
                member=member, awarded_fen=awarded[member], clawed_back_fen=back.get(member, 0)
            )


def _day(at: datetime) -> date:
    return at.astimezone(MALL_ZONE).date()


def _end_of_month(day: date) -> date:
    """The first day after a day's month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
