"""Pools, grants and the whole economy, read from the books."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib import resources

from django.db import connection
from django.db.models import F, Q, Sum

from tongbao.kit.findings import Finding
from tongbao.ledger.contracts import POINT, StatementLine, member_account, platform_account
from tongbao.ledger.selectors import balance, balance_for_all, kept_by_owners, statement, transfers_between
from tongbao.points.contracts import POOLS, GrantFacts, MemberPoints, PoolFacts, PoolKind, PoolUnknown, Supply
from tongbao.points.models import CardPart, Grant, Pool, RightsCard
from tongbao.points.policy import floor_covers, price_of_one_point, supply_of
from tongbao.points.selectors.market import verify_market

VERIFY = resources.files("tongbao.points").joinpath("sql", "verify.sql").read_text(encoding="utf-8")


def pools() -> tuple[PoolFacts, ...]:
    """The pools with what is left, pending and minted in each, in the order of the rules."""
    caps = dict(Pool.objects.values_list("code", "cap"))
    named = [kind.code for kind in POOLS if kind.code in caps]
    others = sorted(set(caps) - set(named))
    return tuple(_pool_facts(code, caps[code]) for code in (*named, *others))


def require_pool(*, pool: str) -> PoolFacts:
    """One pool. Raises PoolUnknown."""
    cap = Pool.objects.filter(code=pool).values_list("cap", flat=True).first()
    if cap is None:
        raise PoolUnknown(pool=pool, known=", ".join(kind.code for kind in POOLS))
    return _pool_facts(pool, cap)


def _pool_facts(code: str, cap: int) -> PoolFacts:
    unnamed = PoolKind(code=code, cap_points=0, title_zh=code, title_en=code)
    kind = next((known for known in POOLS if known.code == code), unnamed)
    pending = Q(state=Grant.State.PENDING)
    # what is owed was minted, and is still somewhere in circulation
    sums = Grant.objects.filter(pool_id=code).aggregate(
        pending=Sum("amount", filter=pending), minted=Sum(F("amount") + F("owed"), filter=~pending)
    )
    cards = CardPart.objects.filter(card__pool_id=code).aggregate(
        vesting=Sum("amount", filter=Q(released_at=None) & ~Q(card__state=RightsCard.State.REVOKED)),
        vested=Sum("amount", filter=Q(released_at__isnull=False)),
    )
    return PoolFacts(
        code=code,
        title_zh=kind.title_zh,
        title_en=kind.title_en,
        cap=cap,
        left=left_in(pool=code),
        pending=int(sums["pending"] or 0),
        vesting=int(cards["vesting"] or 0),
        minted=int(sums["minted"] or 0) + int(cards["vested"] or 0),
        retired=retired_of(pool=code),
    )


def retired_of(*, pool: str) -> int:
    """What was given up of a pool for ever."""
    return transfers_between(
        debit=platform_account("pool", pool), credit=platform_account("retired"), asset=POINT
    )


def left_in(*, pool: str) -> int:
    """What may still be granted out of a pool: what the storefront says beforehand."""
    return balance(account=platform_account("pool", pool), asset=POINT).available


def member_points(*, member_id: int) -> MemberPoints:
    """What a member can spend, what waits for its return window, and what they still have to give back."""
    kept = balance(account=member_account(member_id, "points"), asset=POINT)
    pending = balance(account=member_account(member_id, "points_pending"), asset=POINT)
    owed = Grant.objects.filter(member_id=member_id, owed__gt=0).aggregate(total=Sum("owed"))["total"]
    vesting = balance(account=member_account(member_id, "points_vesting"), asset=POINT)
    spent = balance(account=member_account(member_id, "points_spent"), asset=POINT)
    return MemberPoints(
        available=kept.available,
        held=kept.held,
        pending=pending.posted,
        vesting=vesting.posted,
        spent=spent.posted,
        owed=int(owed or 0),
    )


def member_statement(
    *, member_id: int, after: tuple[int, int] = (0, -1), limit: int = 100
) -> tuple[StatementLine, ...]:
    """The transfers of a member's spendable points after a cursor, with running balances."""
    return statement(account=member_account(member_id, "points"), asset=POINT, after=after, limit=limit)


def member_grants(
    *, member_id: int, before: datetime | None = None, limit: int = 50
) -> tuple[GrantFacts, ...]:
    """A member's grants, newest first."""
    rows = Grant.objects.filter(member_id=member_id)
    if before is not None:
        rows = rows.filter(granted_at__lt=before)
    return tuple(_facts(row) for row in rows.order_by("-granted_at", "-id")[:limit])


def grant(*, subject: str) -> GrantFacts | None:
    """The grant for a subject, if there is one."""
    row = Grant.objects.filter(subject=subject).first()
    return _facts(row) if row is not None else None


def grant_states(*, subjects: list[str]) -> dict[str, str]:
    """The state of the grants of some subjects."""
    return dict(Grant.objects.filter(subject__in=subjects).values_list("subject", "state"))


def vesting_ends(*, subjects: Sequence[str]) -> dict[str, datetime]:
    """When the points of some subjects can be spent, of those that vest (归属)."""
    rows = Grant.objects.filter(subject__in=list(subjects), vests_at__isnull=False)
    return {subject: at for subject, at in rows.values_list("subject", "vests_at") if at is not None}


def _facts(row: Grant) -> GrantFacts:
    return GrantFacts(
        subject=row.subject,
        pool=row.pool_id,
        member_id=row.member_id,
        asked=row.asked,
        granted=row.granted,
        amount=row.amount,
        owed=row.owed,
        state=row.state,
        granted_at=row.granted_at,
        ended_at=row.ended_at,
        vests_at=row.vests_at,
    )


def supply() -> Supply:
    """Supply, circulation, reserve, and the exact floor and ceiling of a point's price (business rules §4).

    Circulating is all that members and merchants have that was minted: to spend, spent with its returns still open, or
    offered on the market.
    """
    burned = balance(account=platform_account("burned"), asset=POINT).posted
    retired = balance(account=platform_account("retired"), asset=POINT).posted
    circulating = kept_by_owners(asset=POINT)
    reserve_fen = balance(account=platform_account("reserve")).posted
    total = supply_of(cap=_total_cap(), burned=burned, retired=retired)
    return Supply(
        supply=total,
        circulating=circulating,
        pending=balance_for_all(owner_kind="member", kind="points_pending", asset=POINT),
        vesting=balance_for_all(owner_kind="member", kind="points_vesting", asset=POINT),
        burned=burned,
        retired=retired,
        reserve_fen=reserve_fen,
        reserve_pending_fen=balance(account=platform_account("reserve_pending")).posted,
        floor=price_of_one_point(reserve_fen=reserve_fen, units=total),
        ceiling=price_of_one_point(reserve_fen=reserve_fen, units=circulating),
    )


def _total_cap() -> int:
    return int(Pool.objects.aggregate(total=Sum("cap"))["total"] or 0)


def verify() -> Iterator[Finding]:
    """Every pool, grant and contribution that disagrees with the books, a floor that isn't covered, a wrong trade."""
    for facts in pools():
        if not 0 <= facts.left <= facts.cap or facts.pending + facts.vesting + facts.minted != facts.granted:
            yield Finding(
                table="points_pool",
                key=facts.code,
                says=f"cap {facts.cap}, left {facts.left}, retired {facts.retired}, pending {facts.pending}, "
                f"vesting {facts.vesting}, minted {facts.minted}",
                should="pending, vesting and minted together are the cap less what is left and what was retired",
            )
    issued, cap = -balance(account=platform_account("issuance"), asset=POINT).posted, _total_cap()
    if issued != cap:
        yield Finding(table="points_pool", key="all", says=f"caps of {cap}", should=f"{issued} as issued")
    economy = supply()
    if not floor_covers(
        reserve_fen=economy.reserve_fen, supply=economy.supply, circulating=economy.circulating
    ):
        yield Finding(
            table="ledger_account",
            key="reserve",
            says=f"{economy.circulating} in circulation, supply {economy.supply}",
            should="the floor times what circulates is at most the reserve",
        )
    with connection.cursor() as cursor:
        cursor.execute(VERIFY)
        for table, key, says, should in cursor.fetchall():
            yield Finding(table=table, key=key, says=says, should=should)
    yield from verify_market()
