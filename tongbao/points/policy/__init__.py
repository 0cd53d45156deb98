"""The rules of points as pure functions. Source: business rules §4."""

from tongbao.points.policy.supply import floor_covers, points_for, price_of_one_point, supply_of

__all__ = ["floor_covers", "points_for", "price_of_one_point", "supply_of"]
