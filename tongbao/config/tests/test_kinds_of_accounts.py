"""A mall of an earlier version, whose reserve and burned points kept no balance, gets them when it is migrated."""

from __future__ import annotations

from django.db import connection

from tongbao.config.provisioning import as_migrator
from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import ACCOUNT_KINDS
from tongbao.ledger.models import BalanceRow
from tongbao.ledger.services import declare_account_kinds
from tongbao.points import selectors, services
from tongbao.points.tests.people import NOON, points, put_into_reserve, set_up, with_points
from tongbao.tenancy.contexts import tenant_context

AS_BEFORE = (
    "UPDATE lotus.ledger_account_kind SET has_balance = false, least = NULL, most = NULL, guarded = false"
    " WHERE owner_kind = 'platform' AND kind IN ('reserve', 'issuance', 'burned', 'retired')",
    "DELETE FROM lotus.ledger_balance WHERE guarded",
)


def test_accounts_that_come_to_keep_a_balance_begin_with_what_their_transfers_add_up_to(committed_tenant):
    set_up(redemption_is_on=True)
    put_into_reserve(150_000_000)
    wang = with_points(points(100))
    services.redeem(member_id=wang, units=points(10), client_key="r-1", now=NOON)
    before = selectors.supply()
    with committed_tenant.connect_as_superuser() as admin:
        for statement in AS_BEFORE:
            admin.execute(statement)
    for _ in range(2):
        with as_migrator(committed_tenant.access), tenant_context("lotus"):
            declare_account_kinds(ACCOUNT_KINDS)
    connection.set_schema("lotus")
    assert selectors.economy() == (before.reserve_fen, before.supply)
    assert BalanceRow.objects.filter(account__kind="reserve").get().posted == 149_999_990
    assert services.redeem(member_id=wang, units=points(10), client_key="r-2", now=NOON).payout_fen == 10
    assert not list(books.verify())
    assert not list(selectors.verify())
