"""What an issuance plan is refused for. Amounts in the values are texts for readers; ``batch`` counts from 1."""

from __future__ import annotations

from tongbao.money import StatedError, format_points


def points_text(units: int) -> str:
    """Points with thousands apart.

    >>> points_text(310_000_000_000)
    '31,000,000'
    """
    whole, point, fraction = format_points(units).partition(".")
    return f"{int(whole):,}{point}{fraction}"


class IssuanceAbovePool(StatedError):
    """Batches that take more out of a pool than it has."""

    code = "issuance_above_pool"
    status = 422
    message_en = (
        "Pool {title_en} holds {cap} points and {planned} are planned: {over} too many, from batch {batch} on. "
        "Plan fewer points or fewer seats, or take them out of another pool."
    )
    message_zh = (
        "积分池“{title_zh}”上限为{cap},而计划发行{planned},超出{over}(自第{batch}批起)。"
        "请减少积分或名额,或改从其他积分池发行。"
    )


class IssuanceAboveCap(StatedError):
    """Batches that issue more than there will ever be."""

    code = "issuance_above_cap"
    status = 422
    message_en = (
        "There will never be more than {cap} points and {planned} are planned: {over} too many, from batch {batch} on. "
        "Plan fewer points."
    )
    message_zh = "积分总量永不超过{cap},而计划发行{planned},超出{over}(自第{batch}批起)。请减少发行。"


class BurnedTooMuch(StatedError):
    """Points that are burned and don't exist."""

    code = "issuance_burned_too_much"
    status = 422
    message_en = "{burned} points can't be burned {when_en}: {there} circulate by then. Burn fewer."
    message_zh = "{when_zh}无法销毁{burned}积分:届时流通的只有{there}。请减少销毁。"


class IssuancePoolUnknown(StatedError):
    """A batch that issues out of a pool that isn't there."""

    code = "issuance_pool_unknown"
    status = 422
    message_en = "Batch {batch} issues out of pool {pool!r}, which isn't there. Pools: {known}."
    message_zh = "第{batch}批从不存在的积分池{pool!r}发行。可用:{known}。"


class UnknownIssuancePreset(StatedError):
    code = "unknown_issuance_preset"
    status = 404
    message_en = "There is no issuance plan {name!r}. Write one of {known}, or name a file."
    message_zh = "没有发行计划{name!r}。可用:{known};也可以填写文件名。"
