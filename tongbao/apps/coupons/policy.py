"""The rules of coupons, without a database: what one takes off an order, line by line, to the fen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from tongbao.apps.coupons.contracts import (
    MOST_COUPONS,
    MOST_DAYS,
    MOST_FOR_A_MEMBER,
    MOST_TITLE,
    CouponBelowLeast,
    CouponExpired,
    CouponNotForThese,
    CouponNotYet,
    CouponTakesNothing,
    CouponTermsInvalid,
    Issue,
    Terms,
)
from tongbao.mall.contracts import MAX_ORDER_FEN, ReducibleLine
from tongbao.mall.policy.numbers import BEIJING
from tongbao.money import floor_share, format_yuan

WHOLE_BP = 10_000


def by_largest_remainder(*, amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """``amount`` in parts by ``weights``: floored, what is left to the largest remainders, of equal ones to the first.

    The parts add up to ``amount``; none is above its weight while the amount isn't above their sum.

    >>> by_largest_remainder(amount=10_000, weights=(19_899, 10_099))
    (6633, 3367)
    >>> by_largest_remainder(amount=100, weights=(1, 1, 1))
    (34, 33, 33)
    """
    total = sum(weights)
    parts = [amount * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: (-(amount * weights[at] % total), at))
    for at in by_remainder[: amount - sum(parts)]:
        parts[at] += 1
    return tuple(parts)


def reduction_by_line(
    *, terms: Terms, lines: Sequence[ReducibleLine], categories: Collection[int] = ()
) -> tuple[int, ...]:
    """What a coupon takes off each line, in fen; lines outside its scope give nothing.

    ``categories`` are the ids of its categories with all below them. Every line keeps at least 1 fen: what a line can
    give is its cost less 1 fen, and by that the lines share, by largest remainder.
    Raises CouponNotForThese, CouponBelowLeast, CouponTakesNothing.

    >>> tea = ReducibleLine(product_code="tea", category_id=None, kind="goods", cost_fen=9_900)
    >>> reduction_by_line(terms=Terms(kind="amount_off", amount_fen=1_000, least_fen=9_900), lines=[tea])
    (1000,)
    """
    counted = [_counts(terms, line, categories) for line in lines]
    goods_fen = sum(line.cost_fen for line, counts in zip(lines, counted, strict=True) if counts)
    if not any(counted):
        raise CouponNotForThese()
    if goods_fen < terms.least_fen:
        raise CouponBelowLeast(
            short_yuan=format_yuan(terms.least_fen - goods_fen), least_yuan=format_yuan(terms.least_fen)
        )
    can_give = [line.cost_fen - 1 if counts else 0 for line, counts in zip(lines, counted, strict=True)]
    wanted_fen = (
        terms.amount_fen
        if terms.kind == "amount_off"
        else min(floor_share(amount=goods_fen, rate_bp=terms.rate_bp), terms.cap_fen)
    )
    taken_fen = min(wanted_fen, sum(can_give))
    if taken_fen < 1:
        raise CouponTakesNothing()
    return by_largest_remainder(amount=taken_fen, weights=can_give)


def check_time(*, valid_from: datetime, valid_until: datetime, now: datetime) -> None:
    """Refuse a coupon before its time and from its end on. Raises CouponNotYet, CouponExpired."""
    if now < valid_from:
        raise CouponNotYet(valid_from=_said(valid_from))
    if now >= valid_until:
        raise CouponExpired(valid_until=_said(valid_until))


def check_terms(*, title_zh: str, title_en: str, terms: Terms, issue: Issue) -> None:
    """Refuse terms that promise nothing, contradict themselves, or have no end. Raises CouponTermsInvalid."""
    for is_wrong, why_en, why_zh in _complaints(title_zh, title_en, terms, issue):
        if is_wrong:
            raise CouponTermsInvalid(why_en=why_en, why_zh=why_zh)


def _complaints(title_zh: str, title_en: str, terms: Terms, issue: Issue) -> list[tuple[bool, str, str]]:
    fixed = issue.valid_from is not None and issue.valid_until is not None
    return [
        (
            not all(1 <= len(title) <= MOST_TITLE for title in (title_zh, title_en)),
            f"it needs a title of 1 to {MOST_TITLE} characters in both languages",
            f"中英文名称各需1至{MOST_TITLE}字",
        ),
        (
            terms.kind == "amount_off" and not 1 <= terms.amount_fen <= MAX_ORDER_FEN,
            "it takes at least 1 fen off",
            "减免金额至少1分",
        ),
        (
            terms.kind == "rate_off" and not 1 <= terms.rate_bp < WHOLE_BP,
            "a rate is above 0 and below 100 %",
            "折扣比例应大于0且小于100%",
        ),
        (
            terms.kind == "rate_off" and not 1 <= terms.cap_fen <= MAX_ORDER_FEN,
            "a rate needs the most that it takes off",
            "折扣券须填写最高减免金额",
        ),
        (not 0 <= terms.least_fen <= MAX_ORDER_FEN, "its minimum is out of bounds", "使用门槛超出范围"),
        (
            (terms.scope_kind == "all") == bool(terms.scope),
            "name the categories or the products that it is for, and none for all goods",
            "请指定适用的分类或商品;全场通用则不填",
        ),
        (
            terms.scope_kind == "categories" and not all(code.isdecimal() for code in terms.scope),
            "a category is named by its number",
            "分类须以编号填写",
        ),
        (
            not 1 <= issue.per_member <= MOST_FOR_A_MEMBER or not 1 <= issue.total <= MOST_COUPONS,
            f"1 to {MOST_COUPONS} coupons, 1 to {MOST_FOR_A_MEMBER} for a member",
            f"发放总量1至{MOST_COUPONS}张,每人1至{MOST_FOR_A_MEMBER}张",
        ),
        (issue.claim_from >= issue.claim_until, "claiming ends before it begins", "领取结束时间早于开始时间"),
        (
            fixed == (issue.valid_days is not None),
            "it is valid either between two dates or for some days after the claim",
            "有效期须为固定日期或领取后若干天,二选一",
        ),
        (
            issue.valid_days is not None and not 1 <= issue.valid_days <= MOST_DAYS,
            f"it is valid for 1 to {MOST_DAYS} days",
            f"有效天数为1至{MOST_DAYS}天",
        ),
        (
            issue.valid_from is not None
            and issue.valid_until is not None
            and (issue.valid_from >= issue.valid_until or issue.valid_until <= issue.claim_from),
            "its validity ends before it begins, or before anybody can claim it",
            "有效期结束早于开始或早于领取开始",
        ),
    ]


def _said(at: datetime) -> str:
    """A moment as the shop's pages show it, in Beijing's time."""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def _counts(terms: Terms, line: ReducibleLine, categories: Collection[int]) -> bool:
    if line.kind == "gift_pack" and not terms.allows_packs:
        return False
    if terms.scope_kind == "categories":
        return line.category_id in categories
    return terms.scope_kind == "all" or line.product_code in terms.scope
