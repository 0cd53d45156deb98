"""Rows of an ``orders.csv`` into typed facts, or into problems that name the line. No row is guessed at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tongbao.mall.contracts import MAX_ORDER_FEN

HEADERS = {
    "订单号": "order_id",
    "买家": "buyer_id",
    "商品": "product",
    "实付金额_fen": "base_fen",
    "运费_fen": "freight_fen",
    "地区代码": "region_code",
    "支付时间": "paid_at",
    "收货时间": "received_at",
    "退款金额_fen": "refunded_fen",
    "退款时间": "refunded_at",
    # Without the suffix an amount is in yuan with two decimals.
    "实付金额": "base",
    "运费": "freight",
    "退款金额": "refunded",
}
REGION = re.compile(r"[1-9][0-9]{5}")
FEN = re.compile(r"[0-9]{1,10}")
YUAN = re.compile(r"([0-9]{1,8})\.([0-9]{2})")
TOO_LARGE_FEN = re.compile(r"[0-9]{11,}", re.ASCII)
TOO_LARGE_YUAN = re.compile(r"[0-9]{9,}\.[0-9]{2}", re.ASCII)
EARLIEST_YEAR, LATEST_YEAR = 1990, 2999
TEXT_LIMIT = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """One historical order with one line, as another system knew it."""

    line: int
    order_id: str
    buyer_id: str
    product: str
    base_fen: int
    freight_fen: int
    region_code: str
    paid_at: datetime
    received_at: datetime | None
    refunded_fen: int
    refunded_at: datetime | None

    @property
    def total_fen(self) -> int:
        """What was paid, freight included."""
        return self.base_fen + self.freight_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """Why a line can't be taken, in both languages."""

    line: int
    why_en: str
    why_zh: str


class _Unreadable(Exception):
    def __init__(self, why_en: str, why_zh: str) -> None:
        self.why_en, self.why_zh = why_en, why_zh
        super().__init__(why_en)


def read_order_rows(
    rows: Iterable[tuple[int, Mapping[str, str | None]]],
) -> tuple[tuple[OrderRow, ...], tuple[RowProblem, ...]]:
    """Read ``(line number, row)`` pairs; every line ends up either as a row or as a problem.

    >>> row = {"order_id": "A1", "buyer_id": "7", "product": "pack-198", "base_fen": "19800",
    ...        "freight_fen": "0", "region_code": "440106", "paid_at": "2026-01-01T12:00:00+08:00",
    ...        "received_at": "", "refunded_fen": "", "refunded_at": ""}
    >>> read_order_rows([(2, row)])[0][0].base_fen
    19800
    """
    taken: list[OrderRow] = []
    problems: list[RowProblem] = []
    first_line: dict[str, int] = {}
    for line, raw in rows:
        try:
            row = _read(line, {HEADERS.get(key or "", key or ""): value for key, value in raw.items()})
            if row.order_id in first_line:
                raise _Unreadable(
                    f"order {row.order_id} is already on line {first_line[row.order_id]}",
                    f"订单{row.order_id}已在第{first_line[row.order_id]}行出现",
                )
        except _Unreadable as problem:
            problems.append(RowProblem(line=line, why_en=problem.why_en, why_zh=problem.why_zh))
            continue
        first_line[row.order_id] = line
        taken.append(row)
    return tuple(taken), tuple(problems)


def _read(line: int, row: Mapping[str, str | None]) -> OrderRow:
    region_code = _text(row, "region_code", needed=False)
    if region_code and not REGION.fullmatch(region_code):
        raise _Unreadable(
            f"region_code {region_code} is not a six-digit code", f"地区代码{region_code}不是六位代码"
        )
    base_fen = _amount(row, "base")
    freight_fen = _amount(row, "freight", needed=False)
    refunded_fen = _amount(row, "refunded", needed=False)
    refunded_at = _time(row, "refunded_at")
    paid_at = _time(row, "paid_at")
    received_at = _time(row, "received_at")
    if paid_at is None:
        raise _Unreadable("paid_at is empty; only paid orders are imported", "支付时间为空,只导入已支付订单")
    if base_fen + freight_fen == 0:
        raise _Unreadable("nothing was paid for this order", "该订单实付金额为零")
    if base_fen + freight_fen > MAX_ORDER_FEN:
        raise _Unreadable(*_too_much("base_fen with freight_fen"))
    if refunded_fen > base_fen + freight_fen:
        raise _Unreadable(
            f"{refunded_fen} fen refunded of {base_fen + freight_fen} fen paid (base and freight); "
            "correct the refund, or the amounts paid",
            f"退款{refunded_fen}分超过实付{base_fen + freight_fen}分(含运费);请更正退款金额或实付金额",
        )
    if bool(refunded_fen) != (refunded_at is not None):
        raise _Unreadable("refunded_fen and refunded_at come together", "退款金额与退款时间必须同时填写")
    for name, later in (("received_at", received_at), ("refunded_at", refunded_at)):
        if later is not None and later < paid_at:
            raise _Unreadable(f"{name} is before paid_at", f"{name}早于支付时间")
    return OrderRow(
        line=line,
        order_id=_text(row, "order_id"),
        buyer_id=_text(row, "buyer_id"),
        product=_text(row, "product"),
        base_fen=base_fen,
        freight_fen=freight_fen,
        region_code=region_code,
        paid_at=paid_at,
        received_at=received_at,
        refunded_fen=refunded_fen,
        refunded_at=refunded_at,
    )


def _text(row: Mapping[str, str | None], name: str, *, needed: bool = True) -> str:
    value = (row.get(name) or "").strip()
    if needed and not value:
        raise _Unreadable(f"{name} is empty", f"{name}为空")
    if len(value) > TEXT_LIMIT:
        raise _Unreadable(f"{name} is longer than {TEXT_LIMIT} characters", f"{name}超过{TEXT_LIMIT}个字符")
    return value


def _amount(row: Mapping[str, str | None], stem: str, *, needed: bool = True) -> int:
    fen = (row.get(f"{stem}_fen") or "").strip()
    yuan = (row.get(stem) or "").strip()
    if fen and FEN.fullmatch(fen):
        return int(fen)
    if TOO_LARGE_FEN.fullmatch(fen) or (not fen and TOO_LARGE_YUAN.fullmatch(yuan)):
        raise _Unreadable(*_too_much(f"{stem}_fen" if fen else stem))
    if not fen and (parts := YUAN.fullmatch(yuan)):
        return int(parts[1]) * 100 + int(parts[2])
    if not fen and not yuan and not needed:
        return 0
    raise _Unreadable(
        f"{stem}_fen must be a whole number of fen, not {(fen or yuan)!r}",
        f"{stem}_fen必须是整数(单位:分),而不是{(fen or yuan)!r}",
    )


def _too_much(name: str) -> tuple[str, str]:
    most = f"{MAX_ORDER_FEN // 100}.00"
    return (
        f"{name} is above {MAX_ORDER_FEN} fen ({most} yuan), the most that one order may come to; "
        "correct the number, or split the order",
        f"{name}超过单笔订单上限{MAX_ORDER_FEN}分({most}元);请更正数字,或拆分订单",
    )


def _time(row: Mapping[str, str | None], name: str) -> datetime | None:
    text = (row.get(name) or "").strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _Unreadable(
            f"{name} must look like 2026-01-01T12:00:00+08:00, not {text!r}",
            f"{name}的格式应为2026-01-01T12:00:00+08:00,而不是{text!r}",
        )
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise _Unreadable(
            f"{name} lies in the year {moment.year}; correct it to one from {EARLIEST_YEAR} to {LATEST_YEAR}",
            f"{name}的年份为{moment.year};请更正为{EARLIEST_YEAR}到{LATEST_YEAR}之间",
        )
    return moment
