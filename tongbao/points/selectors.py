"""Reads of points."""

from __future__ import annotations

from collections.abc import Iterator

from tongbao.kit.findings import Finding
from tongbao.ledger.contracts import POINT, platform_account
from tongbao.ledger.selectors import balance, balance_for_all
from tongbao.points.contracts import PoolFacts, Supply
from tongbao.points.models import Grant, Pool
from tongbao.points.policy import price_of_one_point


def pools() -> tuple[PoolFacts, ...]:
    """The pools with what is left in each, in the order of opening."""
    found = []
    for pool in Pool.objects.order_by("opened_at", "code"):
        left = balance(account=platform_account("pool", pool.code), asset=POINT).available
        found.append(PoolFacts(code=pool.code, cap=pool.cap, granted=pool.cap - left, left=left))
    return tuple(found)


def left_in(*, pool: str) -> int:
    """What may still be granted out of a pool."""
    return balance(account=platform_account("pool", pool), asset=POINT).available


def supply() -> Supply:
    """Supply, circulation, reserve, and the exact floor and ceiling of a point's price (business rules §4)."""
    cap = sum(Pool.objects.values_list("cap", flat=True))
    burned = balance(account=platform_account("burned"), asset=POINT).posted
    circulating = balance_for_all(owner_kind="member", kind="points", asset=POINT)
    reserve_fen = balance(account=platform_account("reserve")).posted
    return Supply(
        supply=cap - burned,
        circulating=circulating,
        pending=balance_for_all(owner_kind="member", kind="points_pending", asset=POINT),
        burned=burned,
        reserve_fen=reserve_fen,
        reserve_pending_fen=balance(account=platform_account("reserve_pending")).posted,
        floor=price_of_one_point(reserve_fen=reserve_fen, units=cap - burned),
        ceiling=price_of_one_point(reserve_fen=reserve_fen, units=circulating),
    )


def grant_states(*, subjects: list[str]) -> dict[str, str]:
    """The state of the grants of some subjects."""
    return dict(Grant.objects.filter(subject__in=subjects).values_list("subject", "state"))


def verify() -> Iterator[Finding]:
    """Pools whose cap is not what was issued to them, and a floor that promises more than the reserve holds."""
    for pool in Pool.objects.all():
        granted = balance(account=platform_account("pool", pool.code), asset=POINT).posted
        if not 0 <= granted <= pool.cap:
            yield Finding(
                table="points_pool",
                key=pool.code,
                says=f"{granted} left of a cap of {pool.cap}",
                should=f"between 0 and {pool.cap}",
            )
    issued = -balance(account=platform_account("issuance"), asset=POINT).posted
    caps = sum(Pool.objects.values_list("cap", flat=True))
    if issued != caps:
        yield Finding(table="points_pool", key="all", says=f"caps of {caps}", should=f"{issued} as issued")
    economy = supply()
    if economy.floor is not None and economy.floor * economy.circulating > economy.reserve_fen * 10_000:
        yield Finding(
            table="ledger_account",
            key="reserve",
            says=f"reserve of {economy.reserve_fen} fen",
            should="at least floor × circulating",
        )
