"""The figures of a simulation as data: fen, people, days, and shares in basis points, all whole."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Decile:
    """A tenth of the people, from the least net result to the best; means, rounded down."""

    people: int
    income_fen: int
    cost_fen: int
    net_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Those who joined in one month (30 days, from 1). ``recruits_to_break_even`` is the least number of recruits
    of their own from which half of those who have so many don't lose; None if no number does."""

    month: int
    people: int
    losing_bp: int
    recruits_to_break_even: int | None
    with_so_many_bp: int
    mean_net_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A tenth of the members in the order of joining: recruits each, and what the closed form expects, in 1/10 000."""

    recruits: int
    expected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Where the money went. ``paid_in − refunded = awarded + unearned + platform``, exactly."""

    paid_in_fen: int
    refunded_fen: int
    awarded_fen: int
    taken_back_fen: int
    unearned_fen: int
    platform_fen: int

    @property
    def net_sales_fen(self) -> int:
        return self.paid_in_fen - self.refunded_fen

    @property
    def difference_fen(self) -> int:
        """Nought."""
        return self.net_sales_fen - self.awarded_fen - self.unearned_fen - self.platform_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """One number for each day."""

    joined: list[int]
    members: list[int]
    paid_in_fen: list[int]
    refunded_fen: list[int]
    awarded_fen: list[int]
    taken_back_fen: list[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything that the report tells of one plan. ``people`` are members who aren't fake accounts."""

    plan: str
    route: str
    bounded: bool
    bound_bp: int | None
    """The proven worst case; None if the plan isn't bounded, or not only by what was paid."""
    budget_bp: int
    members: int
    people: int
    sybils: int
    customers: int
    orders: int
    retail_bp: int
    money: Money
    payout_bp: int
    nothing_bp: int
    losing_bp: int
    earned_back_bp: int
    median_income_fen: int
    median_net_fen: int
    median_cost_fen: int
    up_to_7000_yuan_bp: int
    lower_earners_mean_fen: int
    """The mean of the lower 88.8 % of those who earn anything."""
    mean_income_fen: int
    mean_earner_fen: int
    top_hundredth_bp: int
    gini_bp: int
    deciles: list[Decile]
    cohorts: list[Cohort]
    lorenz_bp: list[int]
    spread: dict[str, int]
    by_depth: dict[int, int]
    by_clause: dict[str, int]
    deepest_level: int
    expected_height: int
    """``e × ln N − 3/2 × ln ln N``: about how deep a uniform random recursive tree of so many members is."""
    third_level_bp: int
    """Members in structures of three levels or more."""
    leaves_bp: int
    one_or_more_until_percent: int
    bands: list[Band]
    saturation_day: int | None
    busiest_day: int
    by_day: Days
    ranks: dict[str, int]
    stands_for: dict[str, str]

    def as_json(self) -> dict[str, object]:
        return asdict(self)
