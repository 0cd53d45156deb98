"""A replay of plans that keep books: a month's dividend, a jar that breaks, a refund, and limits by month."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from tongbao.config.commands.plan import command
from tongbao.plans import preset_text

MEMBERS = """member_id,sponsor_id,rank,joined_at,active
1,,,2026-01-01T00:00:00+08:00,yes
2,1,,2026-01-02T00:00:00+08:00,yes
3,1,,2026-01-03T00:00:00+08:00,yes
4,1,,2026-01-04T00:00:00+08:00,yes
"""
HEADER = "order_id,buyer_id,product,base_fen,freight_fen,region_code,paid_at,received_at,refunded_fen,refunded_at\n"


def replay(tmp_path: Path, plan: str, orders: str, *more: str) -> tuple[list[list[str]], list[list[str]]]:
    (tmp_path / "members.csv").write_text(MEMBERS, encoding="utf-8")
    (tmp_path / "orders.csv").write_text(HEADER + orders, encoding="utf-8")
    out, statement = tmp_path / "awards.csv", tmp_path / "statement.csv"
    files = ["--members", tmp_path / "members.csv", "--orders", tmp_path / "orders.csv"]
    files += ["--out", out, "--statement", statement]
    result = CliRunner().invoke(command, ["replay", plan, *map(str, files), *more])
    assert result.exit_code == 0, result.stderr
    return tuple(list(csv.reader(path.open(encoding="utf-8")))[1:] for path in (out, statement))


def test_a_month_s_fund_is_shared_out_among_those_who_were_shareholders(tmp_path):
    """Two shareholders; January's orders come to 20 060.00 yuan, of which 5 % is 1 003.00."""
    awards, statement = replay(
        tmp_path,
        "shareholder-dividend",
        "a,1,pack-9980,998000,0,,2026-01-05T10:00:00+08:00,2026-01-06T10:00:00+08:00,0,\n"
        "b,2,pack-9980,998000,0,,2026-01-20T10:00:00+08:00,2026-01-21T10:00:00+08:00,0,\n"
        "c,3,soap,10000,0,,2026-01-31T23:59:00+08:00,2026-02-02T10:00:00+08:00,0,\n"
        "d,3,soap,20000,0,,2026-02-01T00:00:00+08:00,2026-02-02T10:00:00+08:00,0,\n",
    )
    assert awards == [
        ["2026-01", "1", "dividend", "", "0", "50150", "released"],
        ["2026-01", "2", "dividend", "", "0", "50150", "released"],
        ["2026-02", "1", "dividend", "", "0", "500", "released"],
        ["2026-02", "2", "dividend", "", "0", "500", "released"],
    ]
    assert statement == [["1", "50650", "0", "50650"], ["2", "50650", "0", "50650"]]


def test_as_of_a_day_only_the_months_that_ended_are_there(tmp_path):
    orders = (
        "a,1,pack-9980,998000,0,,2026-01-05T10:00:00+08:00,2026-01-06T10:00:00+08:00,0,\n"
        "d,3,soap,20000,0,,2026-02-01T00:00:00+08:00,2026-02-02T10:00:00+08:00,0,\n"
    )
    awards, _ = replay(tmp_path, "shareholder-dividend", orders, "--as-of", "2026-02-05T00:00:00+08:00")
    assert awards == [["2026-01", "1", "dividend", "", "0", "49900", "pending"]]


def test_the_third_recruit_breaks_the_jar_and_a_return_takes_its_part_back(tmp_path):
    """Member 1 bought for 100 yuan; three recruits' orders of 100 yuan put 33.34 aside each: all of it comes back.

    Member 3 returns theirs after the money was drawn: 33.33 of the hundred is owed.
    """
    awards, statement = replay(
        tmp_path,
        "return-on-three",
        "own,1,soap,10000,0,,2026-01-05T10:00:00+08:00,2026-01-06T10:00:00+08:00,0,\n"
        "x,2,soap,10000,0,,2026-01-06T10:00:00+08:00,2026-01-07T10:00:00+08:00,0,\n"
        "y,3,soap,10000,0,,2026-01-07T10:00:00+08:00,2026-01-08T10:00:00+08:00,10000,2026-03-01T10:00:00+08:00\n"
        "z,4,soap,10000,0,,2026-01-08T10:00:00+08:00,2026-01-09T10:00:00+08:00,0,\n",
    )
    (standing, gone) = awards
    assert standing[:3] == ["z", "1", "third"]
    assert gone[:3] == ["z", "1", "third"]
    assert (standing[6], gone[6]) == ("released", "clawed_back")
    assert int(standing[5]) + int(gone[5]) == 10_000
    assert int(gone[5]) in (3_332, 3_333, 3_334)
    assert statement == [["1", "10000", gone[5], standing[5]]]


def test_a_limit_by_month_cuts_the_month_and_not_the_next(tmp_path):
    plan = tmp_path / "limited.yaml"
    text = preset_text("gift-pack").replace(
        "    rate: 12%\n", "    rate: 12%\n    bound: {person: 30.00, period: month}\n"
    )
    plan.write_text(text, encoding="utf-8")
    awards, _ = replay(
        tmp_path,
        str(plan),
        "a,2,soap,19800,0,,2026-01-05T10:00:00+08:00,2026-01-06T10:00:00+08:00,0,\n"
        "b,3,soap,19800,0,,2026-01-06T10:00:00+08:00,2026-01-07T10:00:00+08:00,0,\n"
        "c,4,soap,19800,0,,2026-02-01T10:00:00+08:00,2026-02-02T10:00:00+08:00,0,\n",
    )
    assert [(row[0], row[5]) for row in awards if row[2] == "direct"] == [
        ("a", "2376"),
        ("b", "624"),
        ("c", "2376"),
    ]


def test_a_replay_is_repeatable_to_the_byte(tmp_path):
    orders = "a,1,pack-9980,998000,0,,2026-01-05T10:00:00+08:00,2026-01-06T10:00:00+08:00,0,\n"
    first = replay(tmp_path, "shareholder-dividend", orders)
    assert replay(tmp_path, "shareholder-dividend", orders) == first


@pytest.mark.parametrize(
    "name", ["binary", "forced-matrix", "linkage", "queue-refund", "green-points", "seven-group"]
)
def test_every_kept_preset_replays_an_export(tmp_path, name):
    _, statement = replay(
        tmp_path,
        name,
        "".join(
            f"{number},{number % 4 + 1},pack-198,19800,0,,2026-01-{number + 5:02}T10:00:00+08:00,"
            f"2026-01-{number + 6:02}T10:00:00+08:00,0,\n"
            for number in range(20)
        ),
    )
    assert all(int(row[1]) - int(row[2]) == int(row[3]) >= 0 for row in statement)
