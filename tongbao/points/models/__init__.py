"""What points keep beside the books: grants, prices, spendings, redemptions, rights cards."""

from tongbao.points.models.cards import CardPart, RightsCard
from tongbao.points.models.grants import Contribution, Grant, Pool
from tongbao.points.models.market import MarketAlert, MarketOrder, MarketTape, MarketTrade
from tongbao.points.models.prices import (
    BankStatement,
    BankStatementLine,
    DayPrice,
    EquityPledge,
    PriceOrder,
    ReserveDeposit,
)
from tongbao.points.models.spending import Redemption, Spending

__all__ = [
    "BankStatement",
    "BankStatementLine",
    "CardPart",
    "Contribution",
    "DayPrice",
    "EquityPledge",
    "Grant",
    "MarketAlert",
    "MarketOrder",
    "MarketTape",
    "MarketTrade",
    "Pool",
    "PriceOrder",
    "Redemption",
    "ReserveDeposit",
    "RightsCard",
    "Spending",
]
