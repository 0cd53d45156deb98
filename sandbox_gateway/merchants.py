"""Merchants: who may ask, where they are told, how their clock runs, and what mischief is played on them."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from sandbox_gateway import moments, reading
from sandbox_gateway.errors import Refusal, invalid

MERCHANT_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
KEY = re.compile(r"[\x21-\x7e]{16,200}")
HUNDRED_YEARS_SECONDS = 3_155_760_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mischief:
    """What a real provider does on a bad day. README.md, *Mischief*, says what each switch does."""

    duplicates: int = 0
    delay_ms: int = 0
    drop_first: int = 0
    forge: bool = False
    replay: bool = False
    out_of_order: bool = False
    hold_ms: int = 60_000
    refunds_fail: bool = False

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Mischief:
        """From what an admin call says; switches not named are off."""
        names = {field.name for field in fields(cls)}
        for name in said:
            if name not in names:
                raise invalid(name, "there is no such mischief", "没有此项开关")
        return cls(
            duplicates=reading.whole(said, "duplicates", low=0, high=50, default=0),
            delay_ms=reading.whole(said, "delay_ms", low=0, high=3_600_000, default=0),
            drop_first=reading.whole(said, "drop_first", low=0, high=10, default=0),
            forge=reading.yes_or_no(said, "forge", False),
            replay=reading.yes_or_no(said, "replay", False),
            out_of_order=reading.yes_or_no(said, "out_of_order", False),
            hold_ms=reading.whole(said, "hold_ms", low=0, high=3_600_000, default=60_000),
            refunds_fail=reading.yes_or_no(said, "refunds_fail", False),
        )

    def as_text(self) -> str:
        """As it is stored."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """One merchant account."""

    id: str
    name: str
    name_en: str
    key: str
    hosts: dict[str, str]
    notify_url: str
    clock_offset_seconds: int
    slow_payment_ms: int
    refund_delay_ms: int
    transfer_delay_ms: int
    mischief: Mischief

    def now_ms(self) -> int:
        """The merchant's time."""
        return moments.real_ms() + self.clock_offset_seconds * 1000

    def as_json(self) -> dict[str, Any]:
        """Without the key."""
        said = asdict(self)
        del said["key"]
        said["hosts"] = [f"{host}={to}" if to else host for host, to in self.hosts.items()]
        said["now"] = moments.as_text(self.now_ms())
        return said


def find(db: sqlite3.Connection, merchant_id: str) -> Merchant | None:
    """The merchant of that id."""
    row = db.execute("SELECT * FROM merchant WHERE id = ?", (merchant_id,)).fetchone()
    if row is None:
        return None
    said = dict(row)
    said["hosts"] = json.loads(said["hosts"])
    said["mischief"] = Mischief(**json.loads(said["mischief"]))
    return Merchant(**said)


def get(db: sqlite3.Connection, merchant_id: str) -> Merchant:
    """The merchant of that id, or a Refusal."""
    merchant = find(db, merchant_id)
    if merchant is None:
        raise Refusal(
            404, "unknown_merchant", f"There is no merchant {merchant_id}.", f"没有商户{merchant_id}。"
        )
    return merchant


def save(db: sqlite3.Connection, merchant_id: str, said: Mapping[str, Any]) -> Merchant:
    """Open a merchant's account, or change what is said of it; the rest stays as it was."""
    if not MERCHANT_ID.fullmatch(merchant_id):
        raise invalid("merchant id", "it must be 1 to 64 lower-case letters, digits, - and _", "格式不正确")
    before = find(db, merchant_id)
    key = said.get("key", before.key if before else None)
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise invalid(
            "key", "it must be 16 to 200 printable characters without spaces", "须为16到200个可见字符"
        )
    hosts = reading.registered_hosts(said) if "hosts" in said or not before else before.hosts
    mischief = said.get("mischief", asdict(before.mischief) if before else {})
    if not isinstance(mischief, dict):
        raise invalid("mischief", "it must be an object", "必须是对象")
    name = reading.text(said, "name", longest=80, default=before.name if before else merchant_id)
    values = (
        merchant_id,
        name,
        reading.text(said, "name_en", longest=80, default=before.name_en if before else name),
        key,
        json.dumps(hosts),
        reading.url(said, "notify_url", hosts=hosts, default=before.notify_url if before else ""),
        reading.whole(
            said,
            "clock_offset_seconds",
            low=-HUNDRED_YEARS_SECONDS,
            high=HUNDRED_YEARS_SECONDS,
            default=before.clock_offset_seconds if before else 0,
        ),
        *(
            reading.whole(said, name, low=0, high=3_600_000, default=getattr(before, name, default))
            for name, default in (
                ("slow_payment_ms", 5_000),
                ("refund_delay_ms", 200),
                ("transfer_delay_ms", 200),
            )
        ),
        Mischief.read(mischief).as_text(),
    )
    db.execute(
        """
        INSERT INTO merchant (id, name, name_en, key, hosts, notify_url, clock_offset_seconds,
                              slow_payment_ms, refund_delay_ms, transfer_delay_ms, mischief)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET
            name = excluded.name, name_en = excluded.name_en, key = excluded.key, hosts = excluded.hosts,
            notify_url = excluded.notify_url, clock_offset_seconds = excluded.clock_offset_seconds,
            slow_payment_ms = excluded.slow_payment_ms, refund_delay_ms = excluded.refund_delay_ms,
            transfer_delay_ms = excluded.transfer_delay_ms, mischief = excluded.mischief
        """,
        values,
    )
    return get(db, merchant_id)
