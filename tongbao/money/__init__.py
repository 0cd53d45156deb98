"""Exact amounts: whole numbers of the smallest unit, shares that add up, text in and out without loss."""

from __future__ import annotations

from tongbao.money.amounts import (
    CNY,
    LARGEST_AMOUNT,
    POINT,
    Asset,
    format_amount,
    format_points,
    format_yuan,
    parse_amount,
    parse_points,
    parse_yuan,
)
from tongbao.money.errors import AmountInvalid, Language, RateInvalid, StatedError, WeightsInvalid
from tongbao.money.rates import WHOLE_BP, format_rate, parse_rate
from tongbao.money.shares import allot, floor_share, gap_share

__all__ = [
    "CNY",
    "LARGEST_AMOUNT",
    "POINT",
    "WHOLE_BP",
    "AmountInvalid",
    "Asset",
    "Language",
    "RateInvalid",
    "StatedError",
    "WeightsInvalid",
    "allot",
    "floor_share",
    "format_amount",
    "format_points",
    "format_rate",
    "format_yuan",
    "gap_share",
    "parse_amount",
    "parse_points",
    "parse_rate",
    "parse_yuan",
]
