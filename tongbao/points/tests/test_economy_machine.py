"""All operations of the point economy in any order: the floor never falls, and everyone in circulation can be paid.

The market is among them. On a real database, through the services. The mall is kept small, so that pools run dry,
prices are odd and the last point of all is reached often.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tongbao.kit.errors import DomainError
from tongbao.ledger import selectors as books
from tongbao.ledger.contracts import FloorWouldFall
from tongbao.points import selectors, services
from tongbao.points.contracts import POOLS
from tongbao.points.tests.people import (
    NOON,
    OPERATOR,
    cash_of,
    join,
    put_into_reserve,
    retire_all_but,
    set_up,
    with_points,
)

MEMBERS = 4
members = st.integers(0, MEMBERS - 1)
pools = st.sampled_from([kind.code for kind in POOLS])
units = st.integers(1, 40_000)
fen = st.integers(1, 5_000)
which = st.integers(0, 30)


class Economy(RuleBasedStateMachine):
    """Things happen in any order; after each, floor, supply and reserve are looked at, and at the end the books."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now: datetime = NOON
        self.number = 0
        self.pending: list[str] = []
        self.bought: list[str] = []
        self.offered: list[tuple[int, int]] = []
        self.cards: list[str] = []
        self.floor = Fraction(0)
        self.refusals = 0

    def teardown(self) -> None:
        try:
            assert not list(selectors.verify())
            assert not list(books.verify())
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)
        super().teardown()

    @initialize(
        holdings=st.lists(st.integers(0, 30_000), min_size=MEMBERS, max_size=MEMBERS),
        more_supply=st.integers(0, 100_000),
        reserve_fen=st.integers(0, 3_000),
        share_bp=st.sampled_from((0, 3_333, 10_000)),
        fee_bp=st.sampled_from((0, 1, 1_000, 10_000)),
        limit_fen=st.sampled_from((0, 50)),
        market_fee_bp=st.sampled_from((0, 1_000, 9_000)),
        burns_fee=st.booleans(),
    )
    def begin(
        self,
        holdings: list[int],
        more_supply: int,
        reserve_fen: int,
        share_bp: int,
        fee_bp: int,
        limit_fen: int,
        market_fee_bp: int,
        burns_fee: bool,
    ) -> None:
        self.members = [with_points(held) if held else join() for held in holdings]
        retire_all_but(sum(holdings) + more_supply)
        if reserve_fen:
            put_into_reserve(reserve_fen)
        set_up(
            redemption_is_on=True,
            redemption_fee_bp=fee_bp,
            redemption_daily_fen=limit_fen,
            reserve_share_bp=share_bp,
            daily_budget_fen=500,
            cards_are_transferable=True,
            expiry_days=40,
            market_is_on=True,
            market_lot_units=100,
            market_fee_bp=market_fee_bp,
            market_burns_fee=burns_fee,
            market_jump_bp=0,
        )
        services.state_pledge(
            amount_fen=10_000,
            document="pledge.pdf",
            document_hash="0" * 64,
            actor=OPERATOR,
            reason="opening",
            now=self.now,
        )
        services.publish_price(now=self.now)

    def _key(self) -> str:
        self.number += 1
        return f"order:{self.number}"

    def _try(self, function, **arguments):
        """Do it, or see that a refusal has changed nothing."""
        before = selectors.supply()
        try:
            with transaction.atomic():
                return function(**arguments, now=self.now)
        except FloorWouldFall:
            # The last line of defence: no service may ever get so far.
            raise
        except DomainError:
            self.refusals += 1
            assert selectors.supply() == before
            return None

    @rule(who=members, pool=pools, amount=units, base_fen=fen)
    def buy(self, who: int, pool: str, amount: int, base_fen: int) -> None:
        """Points and the reserve's share, both pending."""
        key = self._key()
        asked = {"pool": pool, "member_id": self.members[who], "amount": amount, "subject": key}
        self._try(services.grant_pending, **asked)
        self._try(services.contribute, subject=key, base_fen=base_fen)
        self.pending.append(key)

    @rule(number=which)
    def returns_are_over(self, number: int) -> None:
        if self.pending:
            key = self.pending[number % len(self.pending)]
            self._try(services.mint, subject=key)
            self._try(services.confirm_contribution, subject=key)
            self._try(services.burn_spent, subjects=[key])

    @rule(number=which, left=st.integers(0, 40_000), base_fen=st.integers(0, 5_000))
    def refund(self, number: int, left: int, base_fen: int) -> None:
        """Before or after the window."""
        if self.pending:
            key = self.pending[number % len(self.pending)]
            self._try(services.reduce_grant, subject=key, to_amount=left)
            self._try(services.reduce_contribution, subject=key, to_base_fen=base_fen)

    @rule(who=members, amount_fen=fen)
    def spend(self, who: int, amount_fen: int) -> None:
        key = self._key()
        try:
            quote = selectors.quote_spending(amount_fen=amount_fen, goods_fen=amount_fen)
        except DomainError:
            return
        taken = self._try(
            services.take_spending,
            subject=key,
            member_id=self.members[who],
            amount_fen=amount_fen,
            goods_fen=amount_fen,
            signed_quote=services.sign_quote(quote=quote, member_id=self.members[who], now=self.now),
        )
        if taken:
            self.bought.append(key)

    @rule(number=which, step=st.sampled_from(("confirm", "let_go", "burn", "give_back")), amount_fen=fen)
    def go_on_with_an_order(self, number: int, step: str, amount_fen: int) -> None:
        if not self.bought:
            return
        key = self.bought[number % len(self.bought)]
        if step == "confirm":
            self._try(services.confirm_spending, subject=key)
        elif step == "let_go":
            self._try(services.let_go_spending, subject=key)
        elif step == "burn":
            self._try(services.burn_spent, subjects=self.bought)
        else:
            self._try(services.give_back_spending, subject=key, amount_fen=amount_fen, key=self._key())

    @rule(who=members, amount=st.none() | units)
    def redeem(self, who: int, amount: int | None) -> None:
        """Some points, or all that they have."""
        member_id = self.members[who]
        amount = selectors.member_points(member_id=member_id).available if amount is None else amount
        before = cash_of(member_id)
        done = self._try(services.redeem, member_id=member_id, units=amount, client_key=self._key())
        if done is not None:
            assert cash_of(member_id) == before + done.payout_fen

    @rule(days=st.integers(0, 50))
    def time_goes_by(self, days: int) -> None:
        self.now = min(self.now + timedelta(days=days), NOON + timedelta(days=250))
        self._try(services.publish_price)
        self._try(services.carry_out_redemptions)
        self._try(services.release_due_parts)
        self._try(services.expire_points)
        self._try(services.mint_vested)
        self._try(services.expire_orders)

    @rule(who=members, pool=pools, total=units, parts=st.integers(1, 5))
    def give_a_card(self, who: int, pool: str, total: int, parts: int) -> None:
        made = self._try(
            services.make_card,
            pool=pool,
            member_id=self.members[who],
            total=total,
            parts=parts,
            begins_on=self.now.date(),
            subject=self._key(),
        )

        if made:
            self.cards.append(made)

    @rule(number=which, who=members, to=members, takes_back=st.booleans())
    def hand_a_card_on_or_take_it_back(self, number: int, who: int, to: int, takes_back: bool) -> None:
        if not self.cards:
            return
        card = self.cards[number % len(self.cards)]
        if takes_back:
            self._try(services.revoke_card, number=card, actor=OPERATOR, reason="left")
        else:
            giver, taker = self.members[who], self.members[to]
            self._try(services.transfer_card, number=card, from_member_id=giver, to_member_id=taker)

    @rule(who=members, amount_fen=fen)
    def pay_in(self, who: int, amount_fen: int) -> None:
        self._try(
            services.record_paid_in,
            key=self._key(),
            member_id=self.members[who],
            amount_fen=amount_fen,
            reference="bank slip",
            actor=OPERATOR,
        )

    @rule(who=members, amount=units, price_fen=st.integers(1, 9))
    def ask(self, who: int, amount: int, price_fen: int) -> None:
        asked = {"member_id": self.members[who], "units": amount, "price_fen": price_fen}
        self._offer(self._try(services.enter_ask, **asked, client_key=self._key()), who)

    @rule(who=members, lots=st.integers(1, 300), price_fen=st.integers(1, 9))
    def bid(self, who: int, lots: int, price_fen: int) -> None:
        asked = {"member_id": self.members[who], "lots": lots, "price_fen": price_fen}
        self._offer(self._try(services.enter_bid, **asked, client_key=self._key()), who)

    def _offer(self, entered, who: int) -> None:
        if entered is not None:
            self.offered.append((entered.order_id, self.members[who]))

    @rule(number=which)
    def cancel(self, number: int) -> None:
        if self.offered:
            order_id, member_id = self.offered[number % len(self.offered)]
            self._try(services.cancel_order, order_id=order_id, member_id=member_id)

    @rule(pool=pools, amount=units)
    def retire(self, pool: str, amount: int) -> None:
        self._try(
            services.retire, pool=pool, amount=amount, key=self._key(), actor=OPERATOR, reason="smaller"
        )

    @rule(amount_fen=fen)
    def deposit(self, amount_fen: int) -> None:
        self._try(
            services.deposit_to_reserve,
            key=self._key(),
            amount_fen=amount_fen,
            document="slip.pdf",
            document_hash="0" * 64,
            actor=OPERATOR,
            reason="more",
        )

    @invariant()
    def the_floor_never_falls_and_everyone_can_be_paid(self) -> None:
        economy = selectors.supply()
        assert economy.reserve_fen >= 0
        assert 0 <= economy.circulating <= economy.supply
        if economy.floor is not None:
            assert economy.floor >= self.floor
            assert economy.floor * economy.circulating <= economy.reserve_fen * 10_000
            self.floor = economy.floor

    @invariant()
    def no_pool_has_given_more_than_its_cap(self) -> None:
        for facts in selectors.pools():
            assert facts.left >= 0
            assert facts.minted + facts.pending + facts.vesting + facts.retired + facts.left == facts.cap


def test_no_sequence_of_operations_lowers_the_floor(tenant):
    run_state_machine_as_test(
        Economy,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
