"""Points in the console: pools and grants, prices and reserve, payments and redemptions, rights cards, the market."""

from tongbao.points.admin import attesting, cards, market, pools, prices, rules, spending

__all__ = ["attesting", "cards", "market", "pools", "prices", "rules", "spending"]
