"""CSV files of other systems: UTF-8 or GBK, a header line in English or Chinese, lines counted as an editor does."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from tongbao.kit.errors import DomainError
from tongbao.members.contracts import AgentRow, MemberRow

MEMBER_HEADERS = {
    "会员编号": "member_id",
    "推荐人编号": "sponsor_id",
    "等级": "rank",
    "加入时间": "joined_at",
    "状态": "active",
    "手机号": "phone",
    "姓名": "name",
}
AGENT_HEADERS = {"地区代码": "region_code", "会员编号": "member_id"}
YES = {"", "1", "true", "yes", "active", "是", "正常", "有效"}
NO = {"0", "false", "no", "inactive", "否", "停用", "无效"}


class FileUnreadable(DomainError):
    code = "file_unreadable"
    status = 422
    message_en = "{file}:{line}: {why_en}"
    message_zh = "{file}:{line}:{why_zh}"


def read_rows(
    path: Path, *, headers: Mapping[str, str], needed: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str]]]:
    """``(line number, row)`` pairs with English keys.

    Raises FileUnreadable for an empty file, a missing column or one that is there twice, and a quote that is never
    closed.
    """
    names: list[str] = []
    for line, values in _records(path):
        if not names:
            names = [headers.get(name.strip(), name.strip()) for name in values]
            _check_header(path, line, names, needed)
        elif any(value.strip() for value in values):
            yield line, {name: value.strip() for name, value in zip(names, values, strict=False)}
    if not names:
        listed = ",".join(needed)
        raise FileUnreadable(
            file=path.name,
            line=1,
            why_en=f"the file is empty; begin it with a header such as {listed}",
            why_zh=f"文件为空;第一行应为表头,例如{listed}",
        )


def _records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Every record with the line on which it begins. Raises FileUnreadable."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    line = 1
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "limit" in str(error):
                why_en, why_zh = "a value is far too long; shorten it", "某一项过长;请缩短"
            else:
                why_en = "a quote is never closed, or stands inside a value; close it, or delete it"
                why_zh = "引号没有闭合,或出现在值的中间;请补上或删除"
            raise FileUnreadable(file=path.name, line=line, why_en=why_en, why_zh=why_zh) from error
        yield line, values
        line = reader.line_num + 1


def _check_header(path: Path, line: int, names: list[str], needed: tuple[str, ...]) -> None:
    missing = [name for name in needed if name not in names]
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if missing:
        listed = ", ".join(missing)
        why_en, why_zh = f"the header has no {listed}; add the column", f"表头缺少{listed};请补充该列"
        if len(names) == 1 and any(mark in names[0] for mark in ("\t", ";", "\uff0c")):
            why_en = "the columns aren't separated by commas; save the file as CSV with commas"
            why_zh = "各列不是用半角逗号分隔;请另存为逗号分隔的CSV"
        raise FileUnreadable(file=path.name, line=line, why_en=why_en, why_zh=why_zh)
    if twice is not None:
        raise FileUnreadable(
            file=path.name,
            line=line,
            why_en=f"the header has {twice} twice; keep one of the columns",
            why_zh=f"表头中{twice}出现两次;请只保留一列",
        )


def member_rows(path: Path) -> list[MemberRow]:
    """The lines of a members.csv. Raises FileUnreadable for a time or a state that can't be read."""
    rows = []
    for line, row in read_rows(path, headers=MEMBER_HEADERS, needed=("member_id", "joined_at")):
        rows.append(
            MemberRow(
                line=line,
                member_id=row.get("member_id", ""),
                sponsor_id=row.get("sponsor_id", ""),
                rank=row.get("rank", ""),
                joined_at=_time(path, line, row.get("joined_at", "")),
                active=_active(path, line, row.get("active", "")),
                phone=row.get("phone", ""),
                name=row.get("name", ""),
            )
        )
    return rows


def agent_rows(path: Path) -> list[AgentRow]:
    """The lines of an agents.csv."""
    found = read_rows(path, headers=AGENT_HEADERS, needed=("region_code", "member_id"))
    return [
        AgentRow(line=line, region_code=row["region_code"], member_id=row["member_id"]) for line, row in found
    ]


def _text(path: Path) -> str:
    content = path.read_bytes()
    for encoding in ("utf-8-sig", "gbk"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnreadable(
        file=path.name,
        line=1,
        why_en="it is neither UTF-8 nor GBK; save it as UTF-8",
        why_zh="编码既非UTF-8也非GBK;请另存为UTF-8",
    )


def _time(path: Path, line: int, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise FileUnreadable(
            file=path.name,
            line=line,
            why_en=f"joined_at must look like 2026-01-01T12:00:00+08:00, not {text!r}",
            why_zh=f"加入时间的格式应为2026-01-01T12:00:00+08:00,而不是{text!r}",
        )
    return moment


def _active(path: Path, line: int, text: str) -> bool:
    if text.lower() in YES | NO:
        return text.lower() in YES
    raise FileUnreadable(
        file=path.name,
        line=line,
        why_en=f"active must be 1 or 0, not {text!r}",
        why_zh=f"状态应为1或0,而不是{text!r}",
    )
