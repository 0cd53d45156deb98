"""What the market sells, under the names that a plan knows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tongbao.money import floor_share
from tongbao.plans.contracts import Sale
from tongbao.plans.plan import Plan
from tongbao.plans.simulation.drawn import Drawn, Ints, Longs


@dataclass(frozen=True, slots=True, kw_only=True)
class Amounts:
    """The other bases of some orders, in fen; they shrink with what remains of the order, rounded down."""

    freight_fen: Longs
    margin_fen: Longs
    points_fen: Longs


class Products:
    """The market's offers as one plan sees them.

    A plan that gives ranks for products which the market doesn't sell takes the market's packs, cheapest first, for
    the products it names, in their order; packs beyond stand for the last. ``stands_for`` tells which.
    """

    def __init__(self, plan: Plan, drawn: Drawn) -> None:
        self._plan, self._drawn = plan, drawn
        bought = [product for product, _ in plan.promotions.by_purchase]
        sold = [offer.product for offer in drawn.offers]
        self.stands_for: dict[str, str] = {}
        if bought and not set(bought) & set(sold):
            for place, pack in enumerate(drawn.market.packs):
                self.stands_for[pack.product] = bought[min(place, len(bought) - 1)]
        self.names = tuple(self.stands_for.get(product, product) for product in sold)
        market = drawn.market
        prices = [offer.price_fen for offer in drawn.offers]
        self._price_fen = np.array(prices, dtype=np.int64)
        self._margin_fen = np.array([floor_share(amount=fen, rate_bp=market.margin_bp) for fen in prices])
        self._points_fen = np.array([floor_share(amount=fen, rate_bp=market.points_bp) for fen in prices])

    def places(self, named: tuple[str, ...]) -> Ints:
        """For each offer its place among a plan's products, -1 for one that the plan doesn't tell apart."""
        return np.array([named.index(name) if name in named else -1 for name in self.names], dtype=np.int32)

    def granted_heights(self) -> Ints:
        """For each offer the height of the rank that buying it gives, 0 for none."""
        ranks = self._plan.ranks
        given = [self._plan.promotions.rank_for(name) for name in self.names]
        return np.array([ranks.index(rank) if rank is not None else 0 for rank in given], dtype=np.int32)

    def amounts(self, rows: slice, base_fen: Longs) -> Amounts:
        """Freight, margin and point value of some orders with these bases."""
        offer = self._drawn.offer[rows]
        price_fen = self._price_fen[offer]

        def left(whole: npt.NDArray[np.int64]) -> Longs:
            found: Longs = whole * base_fen // price_fen
            return found

        return Amounts(
            freight_fen=left(np.full(len(offer), self._drawn.market.freight_fen, dtype=np.int64)),
            margin_fen=left(self._margin_fen[offer]),
            points_fen=left(self._points_fen[offer]),
        )

    def sale(self, offer: int, base_fen: int) -> Sale:
        """An order of an offer, of which so much remains, as a sale."""
        price_fen = int(self._price_fen[offer])
        return Sale(
            base_fen=base_fen,
            freight_fen=self._drawn.market.freight_fen * base_fen // price_fen,
            margin_fen=int(self._margin_fen[offer]) * base_fen // price_fen,
            points_fen=int(self._points_fen[offer]) * base_fen // price_fen,
            product=self.names[offer],
        )
