"""The scenarios: what people and markets do to an economy, drawn from a seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from random import Random
from typing import Final

from tongbao.plans.issuance.words import shown
from tongbao.points.contracts import MarketPriceInvalid, PointsSettings
from tongbao.points.contracts.pools import POOLS, TOTAL_CAP_POINTS, UNITS_PER_POINT
from tongbao.points.policy.market import check_price
from tongbao.points.policy.redemption import payout_of
from tongbao.points.policy.stress.economy import Broken, Day, Economy, points_written

RUNS_PERCENT: Final = (1, 5, 10, 25, 50, 75, 100)
MONTH_DAYS: Final = 30
LONGEST_QUEUE_DAYS: Final = 3_650
CHECK_IN_UNITS: Final = 7 * UNITS_PER_POINT
"""The most that a check-in gives in a day: from the seventh day of a streak on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where a stress begins: a mall's own state, or a new mall with the brief's pools and pledge.

    ``fixed_budget``: the operator gives the whole daily budget away whatever the mall earns. ``tasks_monthly_units``:
    what the tasks' pool may give in a month; None for its even pace over ``tasks_months``, 0 for no limit.
    """

    settings: PointsSettings = field(default_factory=PointsSettings)
    seed: int = 7
    days: int = 180
    holders: int = 500
    daily_sales_fen: int = 10_000_000
    margin_bp: int = 3_000
    reserve_fen: int = 0
    pledge_fen: int = 2_000_000_000
    cap: int = TOTAL_CAP_POINTS * UNITS_PER_POINT
    burned: int = 0
    pools: tuple[tuple[str, int], ...] = tuple(
        (kind.code, kind.cap_points * UNITS_PER_POINT) for kind in POOLS
    )
    circulating: int = 0
    operating_fen: int = 0
    own_price: Fraction | None = None
    fixed_budget: bool = False
    sybils: int = 20_000
    tasks_months: int = 36
    tasks_monthly_units: int | None = None

    def economy(self) -> Economy:
        """The economy on its first day; what circulates already is spread evenly over the holders."""
        each, rest = divmod(self.circulating, self.holders)
        return Economy(
            settings=replace(self.settings, redemption_is_on=True, market_is_on=True),
            cap=self.cap,
            pools=dict(self.pools),
            reserve_fen=self.reserve_fen,
            pledge_fen=self.pledge_fen,
            held=[each + (number < rest) for number in range(self.holders)],
            burned=self.burned,
            operating_fen=self.operating_fen,
            own_price=self.own_price,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a scenario. ``facts``: pairs of words (Chinese, English) and a value."""

    key: str
    title_zh: str
    title_en: str
    days: Sequence[Day]
    lowest_coverage_bp: int | None
    broken: Broken | None
    facts: tuple[tuple[str, str, str], ...]

    @property
    def is_sound(self) -> bool:
        """Whether every promise held, or broke by a switch alone."""
        return self.broken is None or self.broken.is_expected


def stress(start: Start, *, report: Callable[[str], None] = lambda _title: None) -> Iterator[Outcome]:
    """Every scenario from the same start, each with a random source of its own; ``report`` hears what begins.

    >>> [outcome.is_sound for outcome in stress(Start(days=5, holders=10))].count(False)
    0
    """
    for key, title_zh, title_en, play in SCENARIOS:
        report(title_en)
        economy = start.economy()
        facts = play(start, economy, Random(f"{start.seed}:{key}"))  # noqa: S311 - a simulation, no secret
        covered = [day.coverage_bp for day in economy.days if day.coverage_bp is not None]
        yield Outcome(
            key=key,
            title_zh=title_zh,
            title_en=title_en,
            days=tuple(economy.days),
            lowest_coverage_bp=min(covered, default=None),
            broken=economy.broken[0] if economy.broken else None,
            facts=facts,
        )


Facts = tuple[tuple[str, str, str], ...]


def _fen(price: Fraction) -> str:
    return shown(price, decimals=6)


def _trade_day(
    start: Start, economy: Economy, random: Random, *, sales: bool = True, spends: int = 5
) -> None:
    """A usual day: packs are sold, some people pay with points."""
    left_fen = start.daily_sales_fen if sales else 0
    while left_fen > 0:
        paid_fen = min(left_fen, random.choice((19_800, 39_800, 99_800, 398_000)))
        economy.sell(random.randrange(start.holders), paid_fen, margin_bp=start.margin_bp)
        left_fen -= paid_fen
    for _ in range(spends):
        bears = None if start.fixed_budget else max(0, economy.operating_fen)
        economy.spend(random.randrange(start.holders), random.randint(1, 50_000), bears_at_most_fen=bears)


def _grow(start: Start, economy: Economy, random: Random, *, days: int | None = None) -> None:
    for _ in range(start.days if days is None else days):
        _trade_day(start, economy, random)
        economy.end_day()


def _run(percent: int) -> Callable[[Start, Economy, Random], Facts]:
    """So many holders want everything back on one day, and wait in the queue if there is one."""

    def play(start: Start, economy: Economy, random: Random) -> Facts:
        _grow(start, economy, random)
        runners = random.sample(range(start.holders), max(1, start.holders * percent // 100))
        wanted = sum(economy.held[holder] for holder in runners)
        paid_fen, days = 0, 0
        while days < LONGEST_QUEUE_DAYS:
            asked = {holder: economy.held[holder] for holder in runners if economy.held[holder]}
            paid = economy.redeem_together(asked)
            economy.end_day()
            if not paid:
                break
            paid_fen, days = paid_fen + sum(paid.values()), days + 1
        left = [economy.held[holder] for holder in runners]
        largest_fen = payout_of(
            units=max(left),
            reserve_fen=economy.reserve_fen,
            supply=economy.supply,
            fee_bp=economy.settings.redemption_fee_bp,
        )
        return (
            ("要求兑现积分", "points asked for", points_written(wanted)),
            ("已付(分)", "paid, in fen", f"{paid_fen:,}"),
            ("天数", "days until all were paid", f"{days}"),
            ("未付积分(万分之一,每人不值一分)", "left unpaid, in 1/10 000 point", f"{sum(left)}"),
            ("未付最大一份价值(分)", "worth of the largest part unpaid, in fen", f"{largest_fen}"),
            ("流通积分(万分之一)", "circulating, in 1/10 000 point", f"{economy.circulating}"),
            ("储备余额(分)", "reserve left, in fen", f"{economy.reserve_fen:,}"),
        )

    return play


def _sales_stop(start: Start, economy: Economy, random: Random) -> Facts:
    """Half of the days there are sales, then none; every day some redeem all they have and some buy goods."""
    _grow(start, economy, random, days=start.days // 2)
    floor_before = economy.floor
    for _ in range(start.days - start.days // 2):
        _trade_day(start, economy, random, sales=False, spends=20)
        leaving = random.sample(range(start.holders), max(1, start.holders // 100))
        economy.redeem_together({holder: economy.held[holder] for holder in leaving if economy.held[holder]})
        economy.end_day()
    return (
        ("停售时底价(分)", "floor when sales stopped, in fen", f"{_fen(floor_before)}"),
        ("最后底价(分)", "floor at the end, in fen", f"{_fen(economy.floor)}"),
        ("储备余额(分)", "reserve left, in fen", f"{economy.reserve_fen:,}"),
    )


def _wash_trading(start: Start, economy: Economy, random: Random) -> Facts:
    """Two who belong together sell to each other, each time as much dearer as the mall allows."""
    _grow(start, economy, random, days=start.days // 2)
    jump_bp = economy.settings.market_jump_bp or 10_000
    price_fen, floor, price = 1_000, economy.floor, economy.price
    first, burned = price_fen, economy.burned
    for day in range(start.days - start.days // 2):
        dearer = price_fen + price_fen * jump_bp // 10_000
        # Where the market takes no dearer order, they go on at the price they reached.
        with suppress(MarketPriceInvalid):
            price_fen = check_price(price_fen=dearer, reference_fen=price_fen, jump_bp=jump_bp)
        economy.trade(day % 2, 1 - day % 2, economy.held[day % 2])
        economy.end_day()
    return (
        ("市场价(分/手)", "price on the market, fen a lot", f"{first:,} → {price_fen:,}"),
        ("当日价(分)", "price of the day, in fen", f"{_fen(price)} → {_fen(economy.price)}"),
        ("底价(分)", "floor, in fen", f"{_fen(floor)} → {_fen(economy.floor)}"),
        ("手续费销毁积分", "points burned as fees", points_written(economy.burned - burned)),
    )


def _sybil_check_ins(start: Start, economy: Economy, random: Random) -> Facts:
    """A crowd of false members checks in every day, as much as the tasks' pool gives in a month."""
    pool = economy.pools["tasks"]
    monthly = pool // start.tasks_months if start.tasks_monthly_units is None else start.tasks_monthly_units
    given, dry_on = 0, None
    for day in range(start.tasks_months * MONTH_DAYS):
        if day % MONTH_DAYS == 0:
            given = 0
        wanted = start.sybils * CHECK_IN_UNITS
        wanted = min(wanted, monthly - given) if monthly else wanted
        given += economy.give(random.randrange(start.holders), wanted, pool="tasks")
        if day % MONTH_DAYS == MONTH_DAYS - 1:
            economy.end_day()
        if not economy.pools["tasks"] and dry_on is None:
            dry_on = day
            if day < (start.tasks_months - 1) * MONTH_DAYS:
                economy.breaks("tasks", f"{day // MONTH_DAYS + 1} / {start.tasks_months}")
    return (
        ("每月上限积分", "points a month at most", points_written(monthly) if monthly else "∞"),
        (
            "发完于第几月",
            "month in which the pool ended",
            "-" if dry_on is None else str(dry_on // MONTH_DAYS + 1),
        ),
        ("发出积分", "points given", points_written(pool - economy.pools["tasks"])),
    )


def _pledge_worth_nothing(start: Start, economy: Economy, random: Random) -> Facts:
    """On one day the pledged equity turns out to be worth nothing; afterwards everybody leaves."""
    _grow(start, economy, random, days=start.days // 2)
    before, reserve_fen, floor = economy.price, economy.reserve_fen, economy.floor
    economy.pledge_fen = 0
    after = economy.price
    _grow(start, economy, random, days=start.days - start.days // 2)
    held = sum(economy.held)
    paid = economy.redeem_together({holder: units for holder, units in enumerate(economy.held) if units})
    economy.end_day()
    return (
        ("当日价(分)", "price of the day, in fen", f"{_fen(before)} → {_fen(after)}"),
        ("当时底价(分)", "floor on that day, in fen", f"{_fen(floor)}"),
        ("当时储备(分)", "reserve on that day, in fen", f"{reserve_fen:,}"),
        ("全部兑现积分", "points redeemed at the end", points_written(held)),
        ("已付(分)", "paid, in fen", f"{sum(paid.values()):,}"),
    )


def _giveaway(start: Start, economy: Economy, random: Random) -> Facts:
    """The operator sets a price far above the floor, and people use up its budget every day."""
    economy.own_price = start.own_price or Fraction(50)
    for _ in range(start.days):
        _trade_day(start, economy, random, spends=200)
        economy.end_day()
    return (
        ("自定价(分)", "the operator's price, in fen", f"{_fen(economy.own_price)}"),
        ("每日预算(分)", "daily budget, in fen", f"{economy.settings.daily_budget_fen:,}"),
        ("经营结余(分)", "what the mall has left, in fen", f"{economy.operating_fen:,}"),
    )


SCENARIOS: Final[tuple[tuple[str, str, str, Callable[[Start, Economy, Random], Facts]], ...]] = (
    *(
        (f"run_{percent}", f"{percent}%持有人同日挤兑", f"a run by {percent} % of the holders", _run(percent))
        for percent in RUNS_PERCENT
    ),
    ("sales_stop", "销售停止", "sales stop", _sales_stop),
    ("wash_trading", "对敲交易", "wash trading", _wash_trading),
    ("sybil_check_ins", "虚假账号签到", "sybil check-ins", _sybil_check_ins),
    ("pledge_worth_nothing", "质押股权归零", "the equity pledge is worth nothing", _pledge_worth_nothing),
    ("giveaway", "高价抵扣", "a price far above the floor", _giveaway),
)
