"""The first mall's coupons: one of each kind, to be claimed in the coupon centre."""

from __future__ import annotations

from datetime import datetime, timedelta

from tongbao.apps.coupons import services
from tongbao.apps.coupons.contracts import Issue, Terms
from tongbao.apps.coupons.selectors import number_of_kinds
from tongbao.config.demo.stage import OPERATOR
from tongbao.kit.transactions import transaction
from tongbao.tenancy.services.changes import switch_app

YEAR = timedelta(days=365)
KINDS = (
    ("满99减10", "10 off 99", Terms(kind="amount_off", amount_fen=1_000, least_fen=9_900)),
    ("九折券", "10 % off", Terms(kind="rate_off", rate_bp=1_000, cap_fen=5_000, least_fen=5_000)),
)


def offer_lotus(*, now: datetime) -> None:
    """Switch coupons on and set two kinds, all or nothing; a mall that has some is left as it is."""
    with transaction():
        if number_of_kinds():
            return
        switch_app(app_key="coupons", is_on=True, actor=OPERATOR, now=now)
        issue = Issue(total=10_000, per_member=3, claim_from=now, claim_until=now + 10 * YEAR, valid_days=365)
        for title_zh, title_en, terms in KINDS:
            services.set_coupon(
                title_zh=title_zh, title_en=title_en, terms=terms, issue=issue, actor=OPERATOR, now=now
            )
