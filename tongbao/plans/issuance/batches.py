"""The issuance planner (发行推演): batches of sales, what each puts into the reserve and issues, and what that does.

The columns are the brief's: sales, fund, points issued, their ratio, the *small value* (小值, nothing redeemed) and the
*large value* (大值, everything issued earlier redeemed and burned). Beside them stand our own floor (底价) and ceiling
(天花板价). Whole fen and 1/10 000 points; ratios are exact. Only two things are rounded, both down: a batch's fund to
the fen, and what a rate for each yuan issues to 1/10 000 point. Source: business rules §4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from tongbao.money import CNY, POINT, floor_share
from tongbao.plans.issuance.contracts import (
    BurnedTooMuch,
    IssuanceAboveCap,
    IssuanceAbovePool,
    IssuancePoolUnknown,
    points_text,
)

UNITS_PER_POINT: Final = POINT.units
FEN_PER_YUAN: Final = CNY.units


@dataclass(frozen=True, slots=True, kw_only=True)
class PerYuan:
    """So many points for each yuan of the batch's sales, rounded down to 1/10 000 point.

    >>> PerYuan(pool="packs", units_per_yuan=10_000).units(sales_fen=39_800) // UNITS_PER_POINT
    398
    """

    pool: str
    units_per_yuan: int

    def units(self, *, sales_fen: int) -> int:
        return sales_fen * self.units_per_yuan // FEN_PER_YUAN


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedPoints:
    """A fixed number of points, whatever is sold."""

    pool: str
    amount: int

    def units(self, *, sales_fen: int) -> int:
        return self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Seats:
    """The same number of points for each of some seats: the rights cards (权益卡) of regional agents.

    >>> Seats(pool="agents", seats=300, units_each=50_000 * UNITS_PER_POINT).units(sales_fen=0) // UNITS_PER_POINT
    15000000
    """

    pool: str
    seats: int
    units_each: int

    def units(self, *, sales_fen: int) -> int:
        return self.seats * self.units_each


Issue = PerYuan | FixedPoints | Seats
NO_POOL: Final = ""
"""An issue out of no pool: only the cap bounds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPlan:
    """One batch (批次): what it sells, the share that goes to the reserve, what it issues, what is burned meanwhile.

    ``burned`` points were spent on goods and the reserve paid nothing for them, which is how the brief would have it.
    """

    title_zh: str
    title_en: str
    sales_fen: int
    rate_bp: int
    issues: tuple[Issue, ...] = ()
    burned: int = 0

    @property
    def fund_fen(self) -> int:
        """What the sales put into the reserve, rounded down to the fen."""
        return floor_share(amount=self.sales_fen, rate_bp=self.rate_bp)

    @property
    def issued(self) -> int:
        return sum(issue.units(sales_fen=self.sales_fen) for issue in self.issues)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPool:
    """A pool with its cap, and what it had issued and retired (注销) before the first batch."""

    key: str
    title_zh: str
    title_en: str
    cap: int
    issued: int = 0
    retired: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What there is before the first batch, beside what the pools issued: cash in the reserve, points burned."""

    reserve_fen: int = 0
    burned: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The economy at one moment, and its two prices in fen for one point; None where there is no point to price."""

    reserve_fen: int
    issued: int
    burned: int
    supply: int

    @property
    def circulating(self) -> int:
        return self.issued - self.burned

    @property
    def floor(self) -> Fraction | None:
        """Reserve / supply."""
        return fen_per_point(self.reserve_fen, self.supply)

    @property
    def ceiling(self) -> Fraction | None:
        """Reserve / circulating: worth of a point if no more were ever issued."""
        return fen_per_point(self.reserve_fen, self.circulating)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRow:
    """One line of the table. Cumulative figures include what there was before the first batch."""

    number: int
    batch: BatchPlan
    cumulative_sales_fen: int
    before: Standing
    after: Standing

    @property
    def sales_fen(self) -> int:
        return self.batch.sales_fen

    @property
    def fund_fen(self) -> int:
        return self.after.reserve_fen - self.before.reserve_fen

    @property
    def cumulative_fund_fen(self) -> int:
        return self.after.reserve_fen

    @property
    def issued(self) -> int:
        return self.after.issued - self.before.issued

    @property
    def cumulative_issued(self) -> int:
        return self.after.issued

    @property
    def ratio(self) -> Fraction | None:
        """Points for one yuan of sales (配比), exactly."""
        if self.sales_fen == 0:
            return None
        return Fraction(self.issued * FEN_PER_YUAN, self.sales_fen * UNITS_PER_POINT)

    @property
    def small(self) -> Fraction | None:
        """The brief's small value (小值, 不兑换), F / I: fen for one point if nobody ever redeemed.

        Our ceiling, unless points were burned: then the ceiling is higher.
        """
        return fen_per_point(self.cumulative_fund_fen, self.cumulative_issued)

    @property
    def large(self) -> Fraction | None:
        """The brief's large value (大值, 全部兑换), F / i: everything earlier gone, and nothing paid for it."""
        return fen_per_point(self.cumulative_fund_fen, self.issued)

    @property
    def floor(self) -> Fraction | None:
        return self.after.floor

    @property
    def ceiling(self) -> Fraction | None:
        return self.after.ceiling


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolRow:
    """What a plan takes out of one pool."""

    pool: PlannedPool
    planned: int

    @property
    def left(self) -> int:
        return self.pool.cap - self.pool.issued - self.pool.retired - self.planned


def fen_per_point(amount_fen: int, units: int) -> Fraction | None:
    """Fen for one whole point, exactly; None where there is no point.

    >>> fen_per_point(398_000_000, 39_800_000 * UNITS_PER_POINT)
    Fraction(10, 1)
    """
    return Fraction(amount_fen * UNITS_PER_POINT, units) if units > 0 else None


def issuance_table(
    batches: Sequence[BatchPlan], *, cap: int, pools: Sequence[PlannedPool], opening: Opening | None = None
) -> tuple[BatchRow, ...]:
    """The table, a row for each batch in order.

    Raises IssuancePoolUnknown; IssuanceAbovePool, IssuanceAboveCap, BurnedTooMuch, each for the first batch that
    goes too far; a pool is told before the cap.

    >>> packs = PlannedPool(key="packs", title_zh="大礼包", title_en="Packs", cap=40_000_000 * UNITS_PER_POINT)
    >>> sold = BatchPlan(title_zh="首批", title_en="First", sales_fen=3_980_000_000, rate_bp=1_000,
    ...                  issues=(PerYuan(pool="packs", units_per_yuan=UNITS_PER_POINT),))
    >>> row, = issuance_table([sold], cap=150_000_000 * UNITS_PER_POINT, pools=[packs])
    >>> row.fund_fen, row.ratio, row.small, row.large, row.floor
    (398000000, Fraction(1, 1), Fraction(10, 1), Fraction(10, 1), Fraction(199, 75))
    """
    opening = opening or Opening()
    retired = sum(pool.retired for pool in pools)
    _check_pools(batches, pools)
    _check_cap(batches, cap, pools)
    standing = Standing(
        reserve_fen=opening.reserve_fen,
        issued=sum(pool.issued for pool in pools),
        burned=opening.burned,
        supply=cap - opening.burned - retired,
    )
    _check_burned(0, opening.burned, standing.issued)
    rows: list[BatchRow] = []
    sales_fen = 0
    for number, batch in enumerate(batches, start=1):
        sales_fen += batch.sales_fen
        issued = standing.issued + batch.issued
        _check_burned(number, batch.burned, issued - standing.burned)
        after = Standing(
            reserve_fen=standing.reserve_fen + batch.fund_fen,
            issued=issued,
            burned=standing.burned + batch.burned,
            supply=standing.supply - batch.burned,
        )
        rows.append(
            BatchRow(number=number, batch=batch, cumulative_sales_fen=sales_fen, before=standing, after=after)
        )
        standing = after
    return tuple(rows)


def pool_rows(batches: Sequence[BatchPlan], *, pools: Sequence[PlannedPool]) -> tuple[PoolRow, ...]:
    """What the batches take out of each pool, in the order of the pools; also where it is too much."""
    planned: dict[str, int] = {}
    for batch in batches:
        for issue in batch.issues:
            planned[issue.pool] = planned.get(issue.pool, 0) + issue.units(sales_fen=batch.sales_fen)
    return tuple(PoolRow(pool=pool, planned=planned.get(pool.key, 0)) for pool in pools)


def _check_pools(batches: Sequence[BatchPlan], pools: Sequence[PlannedPool]) -> None:
    known = {NO_POOL, *(pool.key for pool in pools)}
    for number, batch in enumerate(batches, start=1):
        for issue in batch.issues:
            if issue.pool not in known:
                raise IssuancePoolUnknown(
                    batch=number, pool=issue.pool, known=", ".join(pool.key for pool in pools)
                )
    for row in pool_rows(batches, pools=pools):
        if row.left >= 0:
            continue
        pool = row.pool
        room = pool.cap - pool.issued - pool.retired
        number = 0
        while room >= 0:
            batch = batches[number]
            room -= sum(
                issue.units(sales_fen=batch.sales_fen) for issue in batch.issues if issue.pool == pool.key
            )
            number += 1
        raise IssuanceAbovePool(
            pool=pool.key,
            title_zh=pool.title_zh,
            title_en=pool.title_en,
            cap=points_text(pool.cap),
            planned=points_text(pool.cap - row.left),
            over=points_text(-row.left),
            batch=number,
        )


def _check_cap(batches: Sequence[BatchPlan], cap: int, pools: Sequence[PlannedPool]) -> None:
    gone = sum(pool.issued + pool.retired for pool in pools)
    total = gone + sum(batch.issued for batch in batches)
    if total <= cap:
        return
    number, so_far = 0, gone
    while so_far <= cap:
        so_far += batches[number].issued
        number += 1
    raise IssuanceAboveCap(
        cap=points_text(cap), planned=points_text(total), over=points_text(total - cap), batch=number
    )


def _check_burned(number: int, burned: int, there: int) -> None:
    if burned > there:
        raise BurnedTooMuch(
            batch=number,
            when_en=f"in batch {number}" if number else "before the first batch",
            when_zh=f"第{number}批" if number else "首批之前",
            burned=points_text(burned),
            there=points_text(there),
        )
