"""``tongbao plan replay``: what a plan would have paid on the orders of another shop."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tongbao.config.commands.plan import command

MEMBERS = """member_id,sponsor_id,rank,joined_at,active
1,,cofounder,2025-01-01T00:00:00+08:00,1
2,1,dealer,2025-01-01T00:00:00+08:00,1
3,2,vip,2025-01-01T00:00:00+08:00,1
4,3,member,2025-01-01T00:00:00+08:00,1
5,4,member,2025-01-01T00:00:00+08:00,1
9,,member,2025-01-01T00:00:00+08:00,1
"""
AGENTS = "region_code,member_id\n440000,9\n"
ORDER_HEADER = (
    "order_id,buyer_id,product,base_fen,freight_fen,region_code,paid_at,received_at,refunded_fen,refunded_at\n"
)


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setenv("TONGBAO_LANGUAGE", "en")


class Shop:
    """Another shop's export, and what the replay wrote."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("members.csv", MEMBERS)
        self.write("agents.csv", AGENTS)

    def write(self, name: str, text: str, encoding: str = "utf-8") -> None:
        (self.folder / name).write_bytes(text.encode(encoding))

    def orders(self, *lines: str) -> None:
        self.write("orders.csv", ORDER_HEADER + "".join(f"{line}\n" for line in lines))

    def replay(self, *more: str, plan: str = "gift-pack") -> Result:
        arguments = ["replay", plan]
        for option in ("members", "agents", "orders"):
            arguments += [f"--{option}", str(self.folder / f"{option}.csv")]
        arguments += [
            "--out",
            str(self.folder / "awards.csv"),
            "--statement",
            str(self.folder / "statement.csv"),
        ]
        return CliRunner().invoke(command, [*arguments, *more])

    def awards(self) -> list[str]:
        return (self.folder / "awards.csv").read_text(encoding="utf-8").splitlines()

    def statement(self) -> list[str]:
        return (self.folder / "statement.csv").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def shop(tmp_path) -> Shop:
    return Shop(tmp_path)


def test_an_order_pays_by_clause_and_the_platform_keeps_the_rest(shop):
    shop.orders("A1,4,soap,19800,500,440106,2025-06-01T10:00:00+08:00,2025-06-03T10:00:00+08:00,,")
    result = shop.replay()
    assert result.exit_code == 0, result.stderr
    assert shop.awards() == [
        "order_id,beneficiary_id,clause,rank,rate_bp,fen,status",
        "A1,3,direct,vip,1200,2376,released",
        "A1,,direct,,0,0,released",
        "A1,3,tier,vip,1000,1980,released",
        "A1,2,tier,dealer,1000,1980,released",
        "A1,1,tier,cofounder,1000,1980,released",
        "A1,,tier,,0,0,released",
        "A1,,peer,,500,990,released",
        "A1,9,region,province,800,1584,released",
        "A1,,region,,0,0,released",
    ]
    assert shop.statement() == [
        "member_id,awarded_fen,clawed_back_fen,net_fen",
        "1,1980,0,1980",
        "2,1980,0,1980",
        "3,4356,0,4356",
        "9,1584,0,1584",
    ]


def test_a_pack_promotes_its_buyer_after_the_order_and_not_before(shop):
    shop.orders(
        "A1,4,pack-198,19800,0,,2025-06-01T10:00:00+08:00,,,",
        "A2,5,soap,10000,0,,2025-06-01T11:00:00+08:00,,,",
    )
    assert shop.replay().exit_code == 0
    assert "A2,4,tier,vip,1000,1000,pending" in shop.awards()
    assert not [line for line in shop.awards() if line.startswith("A1,4,")]


def test_five_recruits_promote_the_sponsor_for_the_next_order(shop):
    recruits = "".join(f"{key},3,member,2025-01-01T00:00:00+08:00,1\n" for key in range(11, 16))
    shop.write("members.csv", MEMBERS + recruits)
    shop.orders(
        *(f"P{key},{key},pack-198,19800,0,,2025-06-01T{key}:00:00+08:00,,," for key in range(11, 16)),
        "A9,4,soap,10000,0,,2025-06-02T10:00:00+08:00,,,",
    )
    assert shop.replay().exit_code == 0
    assert "P15,3,tier,vip,1000,1980,pending" in shop.awards()
    assert "A9,3,tier,dealer,2000,2000,pending" in shop.awards()


@pytest.mark.parametrize(
    ("refunded_at", "as_of", "status"),
    [
        ("2025-06-05T10:00:00+08:00", "2025-07-01T00:00:00+08:00", "voided"),
        ("2025-06-20T10:00:00+08:00", "2025-07-01T00:00:00+08:00", "clawed_back"),
        ("2025-06-20T10:00:00+08:00", "2025-06-11T10:00:00+08:00", "released"),
        ("2025-06-20T10:00:00+08:00", "2025-06-11T09:59:59+08:00", "pending"),
    ],
)
def test_the_moment_decides_what_became_of_an_award(shop, refunded_at, as_of, status):
    shop.orders(f"A1,4,soap,19800,0,,2025-06-01T10:00:00+08:00,2025-06-03T10:00:00+08:00,19800,{refunded_at}")
    assert shop.replay("--as-of", as_of).exit_code == 0
    assert f"A1,3,direct,vip,1200,2376,{status}" in shop.awards()
    assert f"A1,,peer,,500,990,{status}" in shop.awards()
    went_back = 4356 if status in ("voided", "clawed_back") else 0
    assert f"3,4356,{went_back},{4356 - went_back}" in shop.statement()


def test_of_a_partial_refund_what_stands_and_what_went_back_are_two_lines(shop):
    shop.orders(
        "A1,4,soap,9999,0,,2025-06-01T10:00:00+08:00,2025-06-03T10:00:00+08:00,3333,2025-06-20T10:00:00+08:00"
    )
    assert shop.replay().exit_code == 0
    assert shop.awards()[1:3] == ["A1,3,direct,vip,1200,799,released", "A1,3,direct,vip,1200,400,clawed_back"]


def test_an_order_after_the_moment_has_not_happened(shop):
    shop.orders("A1,4,soap,19800,0,,2025-06-01T10:00:00+08:00,,,")
    assert shop.replay("--as-of", "2025-05-31T00:00:00+08:00").exit_code == 0
    assert len(shop.awards()) == len(shop.statement()) == 1


def test_a_rank_that_went_back_before_release_is_not_paid(shop):
    """4 buys a pack, recruits 5 who buys, and returns the pack: what 4 earned as a VIP is evaluated anew."""
    shop.orders(
        "A1,4,pack-198,19800,0,,2025-06-01T10:00:00+08:00,,19800,2025-06-04T10:00:00+08:00",
        "A2,5,soap,10000,0,,2025-06-02T10:00:00+08:00,2025-06-03T10:00:00+08:00,,",
    )
    assert shop.replay().exit_code == 0
    assert [line for line in shop.awards() if line.startswith("A2,") and ",tier," in line] == [
        "A2,4,tier,vip,1000,1000,voided",
        "A2,2,tier,dealer,1000,1000,released",
        "A2,1,tier,cofounder,1000,1000,released",
        "A2,3,tier,vip,1000,1000,released",
        "A2,,tier,,0,0,released",
    ]


def test_chinese_headers_yuan_and_gbk_are_understood(shop):
    shop.write(
        "members.csv",
        MEMBERS.replace(
            "member_id,sponsor_id,rank,joined_at,active", "会员编号,推荐人编号,等级,加入时间,状态"
        ),
        "gbk",
    )
    shop.write("agents.csv", AGENTS.replace("region_code,member_id", "地区代码,会员编号"), "gbk")
    shop.write(
        "orders.csv",
        "订单号,买家,商品,实付金额,地区代码,支付时间\nA1,4,肥皂,198.00,440106,2025-06-01T10:00:00+08:00\n",
        "gbk",
    )
    result = shop.replay()
    assert result.exit_code == 0, result.stderr
    assert "A1,3,direct,vip,1200,2376,pending" in shop.awards()


def test_every_line_that_cannot_be_used_is_named_and_nothing_is_written(shop):
    shop.write(
        "members.csv", MEMBERS.replace("1,,cofounder", "1,3,cofounder").replace("9,,member", "9,,king")
    )
    shop.write("agents.csv", AGENTS + "440106,77\n")
    shop.orders(
        "A1,4,soap,-1,0,,2025-06-01T10:00:00+08:00,,,",
        "A2,88,soap,100,0,,2025-06-01T10:00:00+08:00,,,",
        "A3,4,soap,100,0,,yesterday,,,",
    )
    result = shop.replay()
    assert result.exit_code == 2
    places = {":".join(line.split(":")[:2]) for line in result.stderr.splitlines()}
    assert {
        "members.csv:2",
        "members.csv:7",
        "agents.csv:3",
        "orders.csv:2",
        "orders.csv:3",
        "orders.csv:4",
    } <= places
    assert not (shop.folder / "awards.csv").exists()


def test_a_header_or_a_moment_that_makes_no_sense_ends_with_2(shop):
    shop.orders("A1,4,soap,100,0,,2025-06-01T10:00:00+08:00,,,")
    assert "must look like" in shop.replay("--as-of", "soon").stderr
    shop.write("orders.csv", "order_id,buyer_id\nA1,4\n")
    result = shop.replay()
    assert result.exit_code == 2
    assert result.stderr.startswith("orders.csv:1: the header has no product")


def test_it_works_with_no_database_and_without_django(shop):
    shop.orders("A1,4,soap,19800,0,,2025-06-01T10:00:00+08:00,,,")
    files = {name: str(shop.folder / f"{name}.csv") for name in ("members", "orders", "out", "statement")}
    arguments = [
        "replay",
        "gift-pack",
        *(part for name, file in files.items() for part in (f"--{name}", file)),
    ]
    program = (
        "import sys; from tongbao.config.commands.plan import command; "
        f"command({arguments!r}, standalone_mode=False); "
        "assert not {'django', 'psycopg', 'ninja'} & set(sys.modules), 'Django was imported'"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={}, check=False
    )
    assert result.returncode == 0, result.stderr


ORDER = "A1,4,soap,19800,500,440106,2025-06-01T10:00:00+08:00,,,"


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("orders.csv", "", "orders.csv:1: the file is empty; begin it with a header such as order_id,buyer_id"),
        ("members.csv", "", "members.csv:1: the file is empty; begin it with a header such as member_id,joined_at"),
        (
            "orders.csv",
            (ORDER_HEADER + ORDER).replace(",", "\t"),
            "orders.csv:1: the columns aren't separated by commas; save the file as CSV with commas",
        ),
        (
            "orders.csv",
            ORDER_HEADER.replace("freight_fen", "base_fen") + ORDER,
            "orders.csv:1: the header has base_fen twice; keep one of the columns",
        ),
        (
            "orders.csv",
            ORDER_HEADER + ORDER.replace("soap", '"soap') + "\n" + ORDER,
            "orders.csv:2: a quote is never closed, or stands inside a value; close it, or delete it",
        ),
        ("orders.csv", ORDER_HEADER + ORDER.replace("soap", "s" * 200_000), "orders.csv:2: a value is far too long"),
        (
            "orders.csv",
            ORDER_HEADER + ORDER.replace("19800", "9" * 40),
            "orders.csv:2: base_fen is above 1000000000 fen (10000000.00 yuan), the most that one order may come to",
        ),
        (
            "orders.csv",
            ORDER_HEADER + ORDER[:-1] + "20301,2025-06-02T10:00:00+08:00",
            "orders.csv:2: 20301 fen refunded of 20300 fen paid (base and freight); correct the refund, or the amounts",
        ),
        (
            "orders.csv",
            ORDER_HEADER + ORDER.replace(",,,", ",9999-12-31T00:00:00+08:00,,"),
            "orders.csv:2: received_at lies in the year 9999; correct it",
        ),
        (
            "orders.csv",
            ORDER_HEADER + ORDER.replace(",4,", ",77,"),
            "orders.csv:2: buyer 77 is no member of the file; add the member there, or correct buyer_id",
        ),
        ("members.csv", MEMBERS.replace("vip", "VIP会员"), "members.csv:4: There is no rank VIP会员."),
        ("members.csv", MEMBERS.replace("cofounder", "联合创始人"), "dealer, cofounder. Write cofounder."),
        ("members.csv", MEMBERS.replace("4,3", "4" * 65 + ",3").replace("5,4", "5,3"), "it must have 1 to 64"),
    ],
)
def test_a_file_that_can_not_be_used_is_told_once_with_its_cure(shop, file, text, says):
    """Neither those below a bad member nor what they bought are told as mistakes of their own."""
    shop.orders(ORDER.replace(",4,", ",3,"))
    shop.write(file, text)
    result = shop.replay()
    assert result.exit_code == 2, result.exception
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (shop.folder / "awards.csv").exists()
