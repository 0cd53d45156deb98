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
    """``(line number, row)`` pairs with English keys. Raises FileUnreadable for a missing column."""
    reader = csv.reader(io.StringIO(_text(path), newline=""))
    names: list[str] = []
    line = 1
    for values in reader:
        if not names:
            names = [headers.get(name.strip(), name.strip()) for name in values]
            missing = [name for name in needed if name not in names]
            if missing:
                listed = ", ".join(missing)
                raise FileUnreadable(
                    file=path.name,
                    line=1,
                    why_en=f"the header has no {listed}; add the column",
                    why_zh=f"表头缺少{listed};请补充该列",
                )
        elif any(value.strip() for value in values):
            yield line, {name: value.strip() for name, value in zip(names, values, strict=False)}
        line = reader.line_num + 1


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
    return [AgentRow(line=line, region_code=row["region_code"], member_id=row["member_id"]) for line, row in found]


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
