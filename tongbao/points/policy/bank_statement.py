"""A bank's statement of the reserve's account (对账单), read from CSV: every row checked, or refused by its number."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Never

from tongbao.money import AmountInvalid, parse_yuan
from tongbao.points.contracts import BankStatementInvalid

MOST_BYTES: Final = 2_000_000
MOST_ROWS: Final = 20_000
LONGEST_REFERENCE: Final = 200
COLUMNS: Final = {
    "on": ("date", "日期", "交易日期"),
    "amount": ("amount", "金额", "交易金额"),
    "balance": ("balance", "余额", "账户余额"),
    "reference": ("reference", "摘要", "附言"),
}
DATE: Final = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRow:
    """One booking of the bank, and the balance after it. An amount below zero left the account."""

    row: int
    on: date
    amount_fen: int
    balance_fen: int
    reference: str


def read_statement(content: bytes) -> tuple[StatementRow, ...]:
    """The rows of a statement, UTF-8 or GB 18030, oldest first. Raises BankStatementInvalid with the row's number.

    Needs the columns date, amount and balance (日期、金额、余额), in any order; a reference (摘要) is kept if there is
    one. Each balance must be the one before it plus the row's amount, so a row that is missing or changed shows.

    >>> read_statement("日期,金额,余额\\n2026-03-01,100.00,100.00\\n2026-03-02,-1.5,98.50".encode())[1].balance_fen
    9850
    """
    if len(content) > MOST_BYTES:
        _refuse(0, f"more than {MOST_BYTES:,} bytes", f"超过{MOST_BYTES:,}字节")
    reader = csv.reader(io.StringIO(_decoded(content), newline=""))
    try:
        places = _places(next(reader, []))
        rows: list[StatementRow] = []
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            rows.append(_row(cells, places, reader.line_num))
            if len(rows) > MOST_ROWS:
                _refuse(reader.line_num, f"more than {MOST_ROWS:,} rows", f"超过{MOST_ROWS:,}行")
            if len(rows) > 1:
                _check_next(rows[-2], rows[-1])
    except csv.Error as error:
        _refuse(reader.line_num, f"no CSV: {error}", f"不是CSV格式:{error}")
    if not rows:
        _refuse(0, "there is no row", "没有任何记录")
    return tuple(rows)


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    return _refuse(0, "it is neither UTF-8 nor GB 18030", "既不是UTF-8也不是GB 18030编码")


def _places(head: list[str]) -> dict[str, int]:
    names = [cell.strip().lower() for cell in head]
    places = {
        column: names.index(known[0])
        for column, titles in COLUMNS.items()
        if (known := [name for name in names if name in titles])
    }
    missing = [COLUMNS[column][1] for column in ("on", "amount", "balance") if column not in places]
    if missing:
        _refuse(1, f"the column is missing: {', '.join(missing)}", f"缺少列:{'、'.join(missing)}")
    return places


def _row(cells: list[str], places: dict[str, int], number: int) -> StatementRow:
    def cell(column: str) -> str:
        place = places.get(column)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    return StatementRow(
        row=number,
        on=_date(cell("on"), number),
        amount_fen=_fen(cell("amount"), number),
        balance_fen=_fen(cell("balance"), number),
        reference=cell("reference")[:LONGEST_REFERENCE],
    )


def _date(text: str, number: int) -> date:
    found = DATE.fullmatch(text)
    try:
        return date(*(int(part) for part in found.groups())) if found else _refuse_date(text, number)
    except ValueError:
        return _refuse_date(text, number)


def _refuse_date(text: str, number: int) -> date:
    return _refuse(number, f"{text!r} is no date such as 2026-03-01", f"{text!r}不是日期,应如2026-03-01")


def _fen(text: str, number: int) -> int:
    bare = text.replace(",", "").replace("¥", "").strip()
    sign = -1 if bare.startswith("-") else 1
    try:
        return sign * parse_yuan(bare.removeprefix("-").removeprefix("+"))
    except AmountInvalid:
        return _refuse(number, f"{text!r} is no amount in yuan", f"{text!r}不是金额(元)")


def _check_next(before: StatementRow, row: StatementRow) -> None:
    if row.on < before.on:
        _refuse(row.row, "it is older than the row before it", "日期早于上一行")
    if before.balance_fen + row.amount_fen != row.balance_fen:
        _refuse(
            row.row,
            "its balance isn't the one before it plus its amount; a row may be missing",
            "余额不等于上一行余额加本行金额,可能缺行",
        )


def _refuse(row: int, why_en: str, why_zh: str) -> Never:
    raise BankStatementInvalid(row=row, why_en=why_en, why_zh=why_zh)


def closing_balances(rows: tuple[StatementRow, ...]) -> dict[date, int]:
    """The balance at the end of each day that has a booking.

    >>> closing_balances(read_statement(b"date,amount,balance\\n2026-03-01,1,1\\n2026-03-01,2,3"))
    {datetime.date(2026, 3, 1): 300}
    """
    return {row.on: row.balance_fen for row in rows}
