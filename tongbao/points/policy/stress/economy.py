"""A point economy in memory: every operation by the rules of ``points.policy``, every promise looked at after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from tongbao.money import WHOLE_BP
from tongbao.points.contracts import AskTooSmall, PointsAmountInvalid, PointsSettings
from tongbao.points.contracts.pools import UNITS_PER_POINT
from tongbao.points.policy.market import offer_of
from tongbao.points.policy.prices import Terms, default_price, fen_for, spending_terms
from tongbao.points.policy.redemption import payout_of, reserve_pays, share_out
from tongbao.points.policy.supply import floor_covers, points_for, price_of_one_point, supply_of


@dataclass(frozen=True, slots=True)
class Promise:
    """What members are told, in both languages. ``switch``: the setting that may break it; "" for none."""

    key: str
    zh: str
    en: str
    switch: str = ""


PROMISES: Final = {
    promise.key: promise
    for promise in (
        Promise("cap", "积分总量不超过上限", "no more points than the cap"),
        Promise("pool", "每个积分池不超过其上限", "no pool gives more than it has"),
        Promise("floor", "底价永不下降", "the floor never falls"),
        Promise("covered", "流通中的积分都能按底价兑现", "everyone in circulation can be paid the floor"),
        Promise("formula", "兑现按公示的公式支付", "a redemption pays the published formula"),
        Promise("reserve", "储备金不会为负", "the reserve is never overdrawn"),
        Promise(
            "goods",
            "积分按当日价抵扣商品,平台负担得起",
            "points pay for goods at the price of the day, and the mall can bear it",
            switch="daily_budget_fen",
        ),
        Promise(
            "tasks",
            "任务积分池撑满约定的月数",
            "the pool of tasks lasts the months that it was made for",
            switch="tasks_monthly_units",
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A promise that didn't hold: on which day, and the switch that an operator had set against advice."""

    promise: Promise
    day: int
    figures: str

    @property
    def is_expected(self) -> bool:
        """Whether it breaks only because of a switch."""
        return bool(self.promise.switch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Where the economy stands at the end of a day. Coverage: reserve / (floor × circulating), in basis points."""

    day: int
    reserve_fen: int
    supply: int
    circulating: int
    operating_fen: int
    price: Fraction
    floor: Fraction
    coverage_bp: int | None


@dataclass(slots=True, kw_only=True)
class Economy:
    """The whole state, in fen and 1/10 000 points. ``held``: what each holder has."""

    settings: PointsSettings
    cap: int
    pools: dict[str, int]
    reserve_fen: int
    pledge_fen: int
    held: list[int]
    burned: int = 0
    operating_fen: int = 0
    own_price: Fraction | None = None
    given_fen: int = 0
    kept_fees: int = 0
    day: int = 0
    days: list[Day] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    _before: tuple[int, int] = (0, 0)

    def __post_init__(self) -> None:
        self._before = (self.reserve_fen, self.supply)
        self._look()

    @property
    def supply(self) -> int:
        """Every point that exists or may still be issued."""
        return supply_of(cap=self.cap, burned=self.burned)

    @property
    def circulating(self) -> int:
        """What is minted and not burned: what members hold, and what the mall kept of the market's fees."""
        return sum(self.held) + self.kept_fees

    @property
    def floor(self) -> Fraction:
        """Fen for a point, exactly; 0 once no point is left."""
        return price_of_one_point(reserve_fen=self.reserve_fen, units=self.supply) or Fraction(0)

    @property
    def price(self) -> Fraction:
        """The price of the day: the operator's own, else (reserve + pledge) / supply; never below the floor."""
        default = default_price(reserve_fen=self.reserve_fen, pledge_fen=self.pledge_fen, supply=self.supply)
        return max(self.own_price or default or Fraction(0), self.floor)

    def sell(self, holder: int, paid_fen: int, *, margin_bp: int) -> None:
        """A pack is sold and its return window closes: points out of their pool, a share into the reserve."""
        granted = min(
            points_for(base_fen=paid_fen, units_per_fen=self.settings.units_per_fen), self.pools["gift_packs"]
        )
        share_fen = paid_fen * self.settings.reserve_rate_bp // WHOLE_BP
        self.pools["gift_packs"] -= granted
        self.held[holder] += granted
        self.reserve_fen += share_fen
        self.operating_fen += paid_fen * margin_bp // WHOLE_BP - share_fen
        self._look()

    def spend(self, holder: int, amount_fen: int, *, bears_at_most_fen: int | None) -> None:
        """Points pay for goods at the price of the day as far as its budget goes, and are burned.

        ``bears_at_most_fen``: an operator who follows advice gives away no more than this in a day; None for one who
        gives away the whole budget of the settings.
        """
        budget_fen = self.settings.daily_budget_fen
        if bears_at_most_fen is not None:
            budget_fen = min(budget_fen, bears_at_most_fen)
        terms = self._terms(holder, amount_fen, max(0, budget_fen - self.given_fen))
        if terms is None:
            return
        paid_fen = reserve_pays(
            units=terms.units,
            reserve_fen=self.reserve_fen,
            supply=self.supply,
            share_bp=self.settings.reserve_share_bp,
        )
        self.held[holder] -= terms.units
        self.burned += terms.units
        self.reserve_fen -= paid_fen
        self.given_fen += terms.above_floor_fen
        # The goods cost the mall what is given away above the floor; their floor value is what points are there for.
        self.operating_fen += paid_fen - terms.above_floor_fen
        if self.operating_fen < 0:
            self._break("goods", f"{self.operating_fen}")
        self._look()

    def _terms(self, holder: int, amount_fen: int, budget_left_fen: int) -> Terms | None:
        """What a holder pays for an amount, or for as much of it as their points pay."""
        held, floor = self.held[holder], self.floor
        # At the price of the day first; where the budget doesn't reach, the floor counts and points pay less.
        for price in (self.price, floor):
            payable_fen = min(amount_fen, fen_for(units=held, price=price))
            if floor <= 0 or payable_fen <= 0:
                return None
            terms = spending_terms(
                amount_fen=payable_fen, published=self.price, floor=floor, budget_left_fen=budget_left_fen
            )
            if terms.units <= held:
                return terms
        return None

    def redeem_together(self, asked: dict[int, int]) -> dict[int, int]:
        """A day's redemptions, as the cut-off carries them out; what each was paid."""
        if not asked:
            return {}
        reserve_fen, supply = self.reserve_fen, self.supply
        fee_bp = self.settings.redemption_fee_bp
        units_of = share_out(
            asked={str(holder): units for holder, units in asked.items()},
            limit_fen=self.settings.redemption_daily_fen,
            reserve_fen=reserve_fen,
            supply=supply,
            fee_bp=fee_bp,
        )
        paid = {}
        for holder in asked:
            units = units_of[str(holder)]
            payout_fen = payout_of(units=units, reserve_fen=reserve_fen, supply=supply, fee_bp=fee_bp)
            if not payout_fen:
                continue
            published = Fraction(units * reserve_fen * (WHOLE_BP - fee_bp), supply * WHOLE_BP)
            if not published - 1 < payout_fen <= published:
                self._break("formula", f"{payout_fen} / {published}")
            self.held[holder] -= units
            self.burned += units
            self.reserve_fen -= payout_fen
            paid[holder] = payout_fen
        self._look()
        return paid

    def trade(self, seller: int, buyer: int, units: int) -> int:
        """Points change hands on the market, in whole lots; the fee is burned, or kept by the mall; lots traded."""
        lot_units = self.settings.market_lot_units
        try:
            offer = offer_of(
                units=min(units, self.held[seller]), lot_units=lot_units, fee_bp=self.settings.market_fee_bp
            )
        except (AskTooSmall, PointsAmountInvalid):
            return 0
        self.held[seller] -= offer.escrow(lot_units=lot_units)
        self.held[buyer] += offer.lots * lot_units
        if self.settings.market_burns_fee:
            self.burned += offer.fee_units
        else:
            self.kept_fees += offer.fee_units
        self._look()
        return offer.lots

    def give(self, holder: int, units: int, *, pool: str) -> int:
        """Points out of a pool, as far as it reaches; how many."""
        granted = min(units, self.pools[pool])
        self.pools[pool] -= granted
        self.held[holder] += granted
        self._look()
        return granted

    def end_day(self) -> None:
        """The cut-off: what was given away today is forgotten, and the day is written down."""
        circulating, supply, floor = self.circulating, self.supply, self.floor
        self.days.append(
            Day(
                day=self.day,
                reserve_fen=self.reserve_fen,
                supply=supply,
                circulating=circulating,
                operating_fen=self.operating_fen,
                price=self.price,
                floor=floor,
                coverage_bp=supply * WHOLE_BP // circulating if circulating else None,
            )
        )
        self.day += 1
        self.given_fen = 0

    def breaks(self, key: str, figures: str) -> None:
        """A promise that only a scenario can look at didn't hold."""
        self._break(key, figures)

    def _look(self) -> None:
        reserve_before, supply_before = self._before
        supply = self.supply
        circulating = self.circulating
        if self.reserve_fen < 0:
            self._break("reserve", f"{self.reserve_fen}")
        if min(self.pools.values()) < 0:
            self._break("pool", f"{min(self.pools.values())}")
        if circulating + sum(self.pools.values()) + self.burned > self.cap:
            self._break("cap", f"{circulating} + {sum(self.pools.values())} + {self.burned} > {self.cap}")
        if supply > 0 and self.reserve_fen * supply_before < reserve_before * supply:
            self._break("floor", f"{reserve_before}/{supply_before} → {self.reserve_fen}/{supply}")
        if not floor_covers(reserve_fen=self.reserve_fen, supply=supply, circulating=circulating):
            self._break("covered", f"{circulating} > {supply}")
        self._before = (self.reserve_fen, supply)

    def _break(self, key: str, figures: str) -> None:
        if all(known.promise.key != key for known in self.broken):
            self.broken.append(Broken(promise=PROMISES[key], day=self.day, figures=figures))


def points_written(units: int) -> str:
    """Whole points with separators, for people.

    >>> points_written(12_345_678)
    '1,234'
    """
    return f"{units // UNITS_PER_POINT:,}"
