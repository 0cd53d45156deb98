"""What ``plan replay`` says a history pays is what the running system pays, award for award."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from tongbao.config.replay.files import History
from tongbao.config.replay.orders import Replay
from tongbao.config.taking_over import TakeOver, take_over
from tongbao.kit import clock
from tongbao.members.models import Member
from tongbao.plans import preset
from tongbao.rewards.models import Award
from tongbao.rewards.services import release_due

START = datetime.fromisoformat("2025-06-01T09:00:00+08:00")
RECEIVED = datetime.fromisoformat("2025-09-01T09:00:00+08:00")
REGIONS = ("440106", "440103", "440300", "110105", "")
MEMBER_HEADER = "member_id,sponsor_id,rank,joined_at,active"
ORDER_HEADER = (
    "order_id,buyer_id,product,base_fen,freight_fen,region_code,paid_at,received_at,refunded_fen,refunded_at"
)
PRODUCTS = ("pack-198", "pack-398", "pack-999", "soap", "tea")


def a_history(seed: int, folder: Path) -> dict[str, Path]:
    """Forty members, 120 orders, two in seven refunded in part or in full before anything is released."""
    draw = Random(seed)
    members = [MEMBER_HEADER]
    for key in range(1, 41):
        sponsor = "" if key == 1 else str(draw.randint(max(1, key - 12), key - 1))
        rank = draw.choices(("member", "vip", "dealer", "cofounder"), (8, 3, 2, 1))[0]
        members.append(f"{key},{sponsor},{rank},2025-01-01T00:00:00+08:00,{draw.choices((1, 0), (9, 1))[0]}")
    agents = ["region_code,member_id", "440106,3", "440100,4", "440000,5", "440300,6", "110000,7"]
    orders = [
        "order_id,buyer_id,product,base_fen,freight_fen,region_code,paid_at,received_at,refunded_fen,refunded_at"
    ]
    for number in range(120):
        paid_at = START + timedelta(minutes=37 * number)
        base_fen = draw.choice((19_800, 39_800, 99_900, 9_999, draw.randint(1, 50_000)))
        refunded_fen = draw.choice((0, 0, 0, 0, 0, base_fen, draw.randint(1, base_fen)))
        refunded = (paid_at + timedelta(hours=draw.randint(1, 90))).isoformat() if refunded_fen else ""
        orders.append(
            f"A{number},{draw.randint(2, 40)},{draw.choice(PRODUCTS)},{base_fen},0,{draw.choice(REGIONS)},"
            f"{paid_at.isoformat()},{RECEIVED.isoformat()},{refunded_fen or ''},{refunded}"
        )
    return {
        "members": _write(folder, "members", members),
        "agents": _write(folder, "agents", agents),
        "orders": _write(folder, "orders", orders),
    }


def _write(folder: Path, name: str, lines: list[str]) -> Path:
    file = folder / f"{name}.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def replayed(files: dict[str, Path]) -> Counter[tuple[str, str, str, str]]:
    """What the replay says that everybody keeps in the end."""
    plan = preset("gift-pack")
    history = History(plan=plan, members=files["members"], agents=files["agents"], orders=files["orders"])
    assert not history.problems
    replay = Replay(plan=plan, people=history.people)
    replay.play(history.orders)
    return Counter(
        {
            (row.order_id, row.beneficiary, row.clause, row.rank): row.fen
            for row in replay.awards()
            if row.beneficiary and row.status == "released"
        }
    )


def paid_by_the_system(files: dict[str, Path]) -> Counter[tuple[str, str, str, str]]:
    """What the running system pays after it took the same files over and released everything."""
    report = take_over(
        wanted=TakeOver(
            members=files["members"],
            agents=files["agents"],
            balances=None,
            orders=files["orders"],
            plan_key="gift-pack",
            agents_from=date(2025, 1, 1),
            leave_out_bad_lines=False,
            dry_run=False,
        ),
        say=lambda text: None,
    )
    assert not report.problems
    release_due(now=clock.now())
    keys = dict(Member.objects.values_list("pk", "external_number"))
    return Counter(
        {
            (award.settlement.number, keys[award.beneficiary_id], award.clause, award.rank): award.amount_fen
            for award in Award.objects.select_related("settlement")
            if award.amount_fen
        }
    )


def test_every_award_of_a_history_is_the_same(tenant, tmp_path):
    files = a_history(1, tmp_path)
    paid = paid_by_the_system(files)
    assert len(paid) > 200
    assert replayed(files) == paid


def test_a_rank_bought_and_returned_before_the_files_were_taken_over_is_not_paid(tenant, tmp_path):
    """Wang (2) buys the large pack, Li (3) below buys soap, Wang returns the pack and buys it again."""
    bought = "pack-999,99900,0,,2025-06-0{day}T09:00:00+08:00,2025-09-01T09:00:00+08:00"
    files = {
        "members": _write(
            tmp_path,
            "members",
            [MEMBER_HEADER, *(f"{key},{key - 1 or ''},,2025-01-01T00:00:00+08:00,1" for key in (1, 2, 3))],
        ),
        "agents": _write(tmp_path, "agents", ["region_code,member_id"]),
        "orders": _write(
            tmp_path,
            "orders",
            [
                ORDER_HEADER,
                # settled in one go with the others, so that theirs reach beyond the refund's moment
                *(
                    f"Z{n},1,soap,100,0,,2025-05-0{n}T09:00:00+08:00,2025-09-01T09:00:00+08:00,,"
                    for n in (1, 2, 3)
                ),
                f"A1,2,{bought.format(day=1)},99900,2025-06-04T09:00:00+08:00",
                "A2,3,soap,10000,0,,2025-06-02T09:00:00+08:00,2025-09-01T09:00:00+08:00,,",
                f"A3,2,{bought.format(day=3)},,",
            ],
        ),
    }
    paid = paid_by_the_system(files)
    assert paid == {("A2", "2", "direct", "cofounder"): 1_200, ("A3", "1", "direct", "member"): 11_988}
    assert replayed(files) == paid
