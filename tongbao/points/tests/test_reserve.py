"""The reserve: ten per cent of turnover, pending with the order, inside when returns are over."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tongbao.kit.errors import InvalidInput
from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import platform_account
from tongbao.points import selectors, services
from tongbao.points.contracts import GIFT_PACKS, PointsSettings
from tongbao.points.models import Contribution
from tongbao.points.tests.people import NINE_DAYS_LATER, NOON, join, points

OPERATING, PENDING, RESERVE = (platform_account(kind) for kind in ("operating", "reserve_pending", "reserve"))


def standing() -> tuple[int, int]:
    """Pending and inside, in fen."""
    return books.balance(account=PENDING).posted, books.balance(account=RESERVE).posted


def contribute(base_fen: int, *, order: int = 1) -> int:
    return services.contribute(subject=f"order:{order}", base_fen=base_fen, now=NOON)


def test_ten_per_cent_of_a_sale_waits_with_the_order(tenant):
    assert contribute(19_800) == 1_980
    assert contribute(19_800) == 1_980
    assert standing() == (1_980, 0)
    assert books.balance(account=OPERATING).posted == -1_980


def test_it_enters_the_reserve_once_when_returns_are_over(tenant):
    contribute(19_800)
    assert services.confirm_contribution(subject="order:1", now=NINE_DAYS_LATER) == 1_980
    assert services.confirm_contribution(subject="order:1", now=NINE_DAYS_LATER) == 0
    assert standing() == (0, 1_980)


def test_a_share_of_less_than_a_fen_is_none(tenant):
    assert contribute(9) == 0
    assert services.confirm_contribution(subject="order:1", now=NOON) == 0
    assert standing() == (0, 0)


def test_a_refund_before_that_gives_its_share_back(tenant):
    contribute(9_999)
    assert services.reduce_contribution(subject="order:1", to_base_fen=6_666, now=NOON) == 999 - 666
    assert services.reduce_contribution(subject="order:1", to_base_fen=3_333, now=NOON) == 666 - 333
    assert services.void_contribution(subject="order:1", now=NOON) == 333
    assert services.void_contribution(subject="order:1", now=NOON) == 0
    assert services.confirm_contribution(subject="order:1", now=NOON) == 0
    assert standing() == (0, 0)
    assert books.balance(account=OPERATING).posted == 0
    assert not list(selectors.verify())


def test_a_refund_after_that_is_borne_by_the_platform(tenant):
    contribute(19_800)
    services.confirm_contribution(subject="order:1", now=NINE_DAYS_LATER)
    assert services.void_contribution(subject="order:1", now=NINE_DAYS_LATER) == 0
    assert standing() == (0, 1_980)


def test_issuing_dilutes_nobody(tenant):
    """points.yaml: 100 packs of 398 yuan on a reserve of two million yuan."""
    contribute(2_000_000_000, order=0)
    services.confirm_contribution(subject="order:0", now=NOON)
    assert selectors.supply().floor == Fraction(200_000_000, 150_000_000)
    for order in range(1, 101):
        services.grant_for_purchase(
            pool=GIFT_PACKS, member_id=join(), paid_fen=39_800, subject=f"order:{order}", now=NOON
        )
        assert contribute(39_800, order=order) == 3_980
        services.mint(subject=f"order:{order}", now=NINE_DAYS_LATER)
        services.confirm_contribution(subject=f"order:{order}", now=NINE_DAYS_LATER)
    economy = selectors.supply()
    assert economy.circulating == points(39_800)
    assert economy.floor == Fraction(200_398_000, 150_000_000)
    assert economy.ceiling == Fraction(200_398_000, 39_800)
    assert not list(selectors.verify())


def test_a_contribution_that_was_tampered_with_is_found(tenant):
    contribute(19_800)
    contribute(39_800, order=2)
    services.confirm_contribution(subject="order:2", now=NINE_DAYS_LATER)
    assert not list(selectors.verify())
    Contribution.objects.filter(subject="order:1").update(amount_fen=1_979)
    Contribution.objects.filter(subject="order:2").update(amount_fen=3_979)
    assert [(finding.table, finding.key) for finding in selectors.verify()] == [
        ("points_contribution", "order:1"),
        ("points_contribution", "order:2"),
    ]


@pytest.mark.parametrize(
    "values", [{"reserve_rate_bp": 10_001}, {"reserve_rate_bp": 0.1}, {"units_per_fen": -1}]
)
def test_settings_that_make_no_sense_are_refused(values):
    with pytest.raises(InvalidInput):
        PointsSettings(**values)
