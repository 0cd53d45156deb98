"""Points that pay for orders (积分抵扣): held, spent, then burned when returns are over, or given back.

Where they stand in the ledger: a hold on the member's ``points`` until the order is paid, then the member's
``points_spent``, then ``burned``; a refund before that moves them back to ``points``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from django.core import signing
from django.db import connection
from django.db.models import F

from tongbao.kit.transactions import transaction
from tongbao.ledger.contracts import POINT, Transfer, member_account, platform_account
from tongbao.ledger.services import capture_hold, place_hold, void_hold
from tongbao.points.contracts import (
    UNITS_PER_POINT,
    PointsPriceChanged,
    PointsSettings,
    PointsShort,
    SpendingQuote,
    SpendingTooLarge,
)
from tongbao.points.models import DayPrice, Spending
from tongbao.points.policy.prices import returned_share
from tongbao.points.policy.redemption import reserve_pays
from tongbao.points.selectors.prices import economy
from tongbao.points.selectors.spending import quote_spending
from tongbao.points.services.booking import book, take_economy_lock, transfer
from tongbao.tenancy.selectors import current_schema, tenant_settings

QUOTE_HOLDS = timedelta(minutes=1)
SALT = "points.quote"
TAKE = resources.files("tongbao.points").joinpath("sql", "take_spending.sql").read_text(encoding="utf-8")


def sign_quote(*, quote: SpendingQuote, member_id: int, now: datetime) -> str:
    """A quote as a text that the member hands back within a minute; it holds whatever the price does meanwhile."""
    facts = {
        "for": [current_schema(), member_id, quote.amount_fen, quote.goods_fen],
        "on": quote.on.isoformat(),
        "units": quote.units,
        "price": [quote.price.numerator, quote.price.denominator * UNITS_PER_POINT],
        "above": quote.above_floor_fen,
        "share": tenant_settings(PointsSettings).reserve_share_bp,
        "until": int((now + QUOTE_HOLDS).timestamp()),
    }
    return signing.dumps(facts, salt=SALT)


def take_spending(
    *,
    subject: str,
    member_id: int,
    amount_fen: int,
    goods_fen: int,
    signed_quote: str,
    now: datetime,
) -> int:
    """Hold the points that pay ``amount_fen`` of an order's goods; returns how many units. In the order's transaction.

    The quote that the member was shown holds for its minute; after that they are shown another. What its price gives
    away above the floor comes out of its day's budget. Two queries; locks the member's balance and that day's row.
    Raises PointsPriceChanged where there is no such quote or the budget is gone, SpendingTooLarge, PointsShort.

    >>> take_spending(subject="order:1", member_id=7, amount_fen=2_000, goods_fen=10_000,
    ...               signed_quote=quote, now=now)                                 # doctest: +SKIP
    400000
    """
    facts = _read_quote(signed_quote, member_id, amount_fen, goods_fen, now)
    if facts is None:
        again = quote_spending(amount_fen=amount_fen, goods_fen=goods_fen)
        raise PointsPriceChanged(amount_fen=amount_fen, units=again.units)
    with transaction():
        receipt = place_hold(
            key=f"points:spend:{subject}",
            account=member_account(member_id, "points"),
            amount=facts["units"],
            purpose=subject,
            now=now,
            asset=POINT,
        )
        if receipt.refusal is not None:
            raise PointsShort(asked=facts["units"], available=receipt.refusal.available)
        row = {
            "subject": subject,
            "member": member_id,
            "on": facts["on"],
            "price_fen": facts["price"][0],
            "price_units": facts["price"][1],
            "units": facts["units"],
            "amount_fen": amount_fen,
            "above_fen": facts["above"],
            "hold": receipt.hold_id,
            "share_bp": facts["share"],
            "now": now,
        }
        with connection.cursor() as cursor:
            cursor.execute(TAKE, row)
            if cursor.fetchone() is None:
                # The day's budget went to somebody else meanwhile, so it is the floor from here.
                again = quote_spending(amount_fen=amount_fen, goods_fen=goods_fen)
                raise PointsPriceChanged(amount_fen=amount_fen, units=again.units)
    return int(facts["units"])


def _read_quote(
    signed: str, member_id: int, amount_fen: int, goods_fen: int, now: datetime
) -> dict[str, Any] | None:
    """What a quote said, if it is ours, this member's, for this amount of such goods, and not older than a minute."""
    try:
        facts: dict[str, Any] = signing.loads(signed, salt=SALT)
    except signing.BadSignature:
        return None
    asked = [current_schema(), member_id, amount_fen, goods_fen]
    return facts if facts["for"] == asked and now.timestamp() <= facts["until"] else None


def confirm_spending(*, subject: str, now: datetime) -> None:
    """The order is paid: what was held is spent, and may only go back with the goods. Once."""
    with transaction():
        row = _locked(subject, Spending.State.HELD)
        if row is None:
            return
        spent = transfer(
            debit=member_account(row.member_id, "points"),
            credit=member_account(row.member_id, "points_spent"),
            amount=row.units,
            kind="points_spent",
            subject=subject,
            asset=POINT,
        )
        assert row.hold_id is not None
        capture_hold(
            key=f"points:spent:{subject}", hold_id=row.hold_id, transfers=spent, is_final=True, now=now
        ).require()
        row.state = Spending.State.PAID
        row.save(update_fields=["state"])


def let_go_spending(*, subject: str, now: datetime) -> None:
    """The order was never paid: its points are free again, and its day's budget has them back. Once."""
    with transaction():
        row = _locked(subject, Spending.State.HELD)
        if row is None:
            return
        assert row.hold_id is not None
        void_hold(key=f"points:let_go:{subject}", hold_id=row.hold_id, now=now).require()
        if row.above_floor_fen:
            DayPrice.objects.filter(on=row.on).update(given_fen=F("given_fen") - row.above_floor_fen)
        row.state, row.ended_at = Spending.State.LET_GO, now
        row.save(update_fields=["state", "ended_at"])


def give_back_spending(*, subject: str, amount_fen: int, key: str, now: datetime) -> int:
    """Goods worth ``amount_fen`` of what points paid went back: points while they are not burned, cash after that.

    Points go back pro rata, and all of them with the last fen; cash comes from the operating account, at the order's
    own price, onto the member's ``cash``. Returns the units that went back (0 where it was cash). Once for a ``key``.
    Raises SpendingTooLarge where more would go back than was paid.
    """
    with transaction():
        row = _locked(subject, Spending.State.PAID, Spending.State.BURNED)
        left_fen = 0 if row is None else row.amount_fen - row.returned_fen - row.refunded_cash_fen
        if row is None or not 0 < amount_fen <= left_fen:
            raise SpendingTooLarge(most_fen=left_fen, asked_fen=amount_fen)
        if row.state == Spending.State.BURNED:
            cash = transfer(
                debit=platform_account("operating"),
                credit=member_account(row.member_id, "cash"),
                amount=amount_fen,
                kind="points_refunded_in_cash",
                subject=f"points_refund:{key}",
            )
            book(key=f"points:refund:{key}", transfers=cash, now=now)
            row.refunded_cash_fen += amount_fen
            row.save(update_fields=["refunded_cash_fen"])
            return 0
        units = returned_share(
            whole=row.units,
            returned_before=row.returned_units,
            part=amount_fen,
            of=row.amount_fen,
            part_before=row.returned_fen,
        )
        back = transfer(
            debit=member_account(row.member_id, "points_spent"),
            credit=member_account(row.member_id, "points"),
            amount=units,
            kind="points_given_back",
            subject=subject,
            asset=POINT,
        )
        book(key=f"points:refund:{key}", transfers=back, now=now)
        row.returned_units, row.returned_fen = row.returned_units + units, row.returned_fen + amount_fen
        if row.returned_fen == row.amount_fen:
            row.state, row.ended_at = Spending.State.RETURNED, now
        row.save(update_fields=["returned_units", "returned_fen", "state", "ended_at"])
        return units


def burn_spent(*, subjects: Sequence[str], now: datetime) -> int:
    """Returns of these orders are over: their points are burned, and the reserve pays its share. Returns the units.

    One request to the books for all of them, at the floor of one moment. Subjects without points cost one query. Where
    the reserve pays, the economy's lock is taken first; then the rows in order of id.
    """
    with transaction():
        waiting = Spending.objects.filter(subject__in=list(subjects), state=Spending.State.PAID)
        if not waiting.exists():
            return 0
        take_economy_lock()
        rows = list(waiting.select_for_update().order_by("id"))
        if not rows:
            return 0
        reserve_fen, supply = economy()
        transfers: list[Transfer] = []
        for row in rows:
            left = row.units - row.returned_units
            row.reserve_paid_fen = reserve_pays(
                units=left, reserve_fen=reserve_fen, supply=supply, share_bp=row.reserve_share_bp
            )
            transfers += _burning(row, left)
            row.state, row.ended_at = Spending.State.BURNED, now
        book(key=f"points:burn:{rows[0].subject}", transfers=tuple(transfers), now=now)
        Spending.objects.bulk_update(rows, ["reserve_paid_fen", "state", "ended_at"], batch_size=1_000)
        return sum(row.units - row.returned_units for row in rows)


def _burning(row: Spending, units: int) -> tuple[Transfer, ...]:
    burned = transfer(
        debit=member_account(row.member_id, "points_spent"),
        credit=platform_account("burned"),
        amount=units,
        kind="points_burned",
        subject=row.subject,
        asset=POINT,
    )
    return burned + transfer(
        debit=platform_account("reserve"),
        credit=platform_account("operating"),
        amount=row.reserve_paid_fen,
        kind="reserve_pays_for_burned",
        subject=row.subject,
    )


def _locked(subject: str, *states: Spending.State) -> Spending | None:
    return Spending.objects.select_for_update().filter(subject=subject, state__in=states).first()
