"""The pure rules: costs of a withdrawal, chains that are kept, differences that add up, settings that make sense."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongbao.kit.errors import InvalidInput
from tongbao.plans import AgentSeat, Chain, Sale, SponsorSeat, evaluate, preset
from tongbao.rewards.contracts import AmountTooSmall, NothingLeftAfterCosts, RewardsSettings
from tongbao.rewards.policy import (
    AwardNow,
    chain_from_json,
    chain_to_json,
    changes_to,
    promotes,
    quote_withdrawal,
    seen_by_plan,
    with_ranks_held,
    withdrawal_number,
)

PLAN = preset("gift-pack")
RANKS = st.sampled_from(PLAN.ranks)
CHAINS = st.builds(
    lambda ranks, levels: Chain(
        buyer_key=0,
        sponsors=tuple(SponsorSeat(key, rank, active) for key, (rank, active) in enumerate(ranks, start=1)),
        agents=tuple(AgentSeat(level, 100 + place, True) for place, level in enumerate(levels)),
    ),
    st.lists(st.tuples(RANKS, st.booleans()), max_size=6),
    st.lists(st.sampled_from(["county", "city", "province"]), unique=True),
)
TAX = ((80_000, 2_000), (400_000, 3_000))


@pytest.mark.parametrize(
    ("amount_fen", "fee_fen", "tax_fen"),
    [
        (1_000, 0, 0),
        (80_000, 0, 0),
        (80_001, 0, 0),
        (80_005, 0, 1),
        (400_000, 0, 64_000),
        (500_000, 0, 94_000),
    ],
)
def test_each_part_of_a_withdrawal_is_taxed_at_the_rate_of_its_step(amount_fen, fee_fen, tax_fen):
    quote = quote_withdrawal(amount_fen=amount_fen, settings=RewardsSettings(tax_brackets=TAX))
    assert (quote.fee_fen, quote.tax_fen, quote.payout_fen) == (fee_fen, tax_fen, amount_fen - tax_fen)


def test_a_withdrawal_that_costs_all_of_itself_is_refused():
    settings = RewardsSettings(withdrawal_fee_fen=1_000)
    with pytest.raises(NothingLeftAfterCosts, match=r"10\.00 yuan"):
        quote_withdrawal(amount_fen=1_000, settings=settings)
    assert quote_withdrawal(amount_fen=1_001, settings=settings).payout_fen == 1
    with pytest.raises(AmountTooSmall):
        quote_withdrawal(amount_fen=999, settings=settings)


@given(amount_fen=st.integers(1_000, 10**9), fee_bp=st.integers(0, 9_000), rate_bp=st.integers(0, 900))
def test_fee_tax_and_payout_add_up(amount_fen, fee_bp, rate_bp):
    settings = RewardsSettings(withdrawal_fee_bp=fee_bp, tax_brackets=((0, rate_bp),))
    quote = quote_withdrawal(amount_fen=amount_fen, settings=settings)
    assert quote.fee_fen + quote.tax_fen + quote.payout_fen == amount_fen
    assert min(quote.fee_fen, quote.tax_fen) >= 0 < quote.payout_fen


@pytest.mark.parametrize(
    "values",
    [
        {"release_days": -1},
        {"release_days": 1.5},
        {"promotion_cash_bp": 10_001},
        {"withdrawal_least_fen": 0},
        {"withdrawal_fee_bp": True},
        {"withdrawal_daily_limit_fen": "1"},
        {"tax_brackets": ((100, 200), (100, 300))},
        {"tax_brackets": ((100, 10_001),)},
        {"tax_brackets": ((-1, 100),)},
        {"tax_brackets": ((0, 0.5),)},
        {"tax_brackets": ((0,),)},
        {"tax_brackets": ("ab",)},
        {"tax_brackets": 7},
        {"payout_gateway": None},
    ],
)
def test_settings_that_make_no_sense_are_refused(values):
    with pytest.raises(InvalidInput):
        RewardsSettings(**values)


@given(chain=CHAINS)
def test_a_kept_chain_is_the_chain_that_was_seen(chain):
    assert chain_from_json(chain_to_json(chain)) == chain
    assert seen_by_plan(chain, ladder=PLAN.ranks) == chain


@given(chain=CHAINS, held=st.dictionaries(st.integers(1, 6), RANKS))
def test_ranks_are_only_ever_lowered_and_only_of_those_asked_about(chain, held):
    ladder = PLAN.ranks
    lowered = with_ranks_held(chain, held=held, ladder=ladder)
    for before, after in zip(chain.sponsors, lowered.sponsors, strict=True):
        expected = min(before.rank, held.get(before.member_key, before.rank), key=ladder.index)
        assert (after.rank, after.member_key, after.active) == (expected, before.member_key, before.active)


@given(chain=CHAINS, before_fen=st.integers(0, 10**7), after_fen=st.integers(0, 10**7))
def test_the_changes_turn_what_stands_into_what_should(chain, before_fen, after_fen):
    before = evaluate(plan=PLAN, chain=chain, sale=Sale(base_fen=before_fen))
    after = evaluate(plan=PLAN, chain=chain, sale=Sale(base_fen=after_fen))
    standing = [
        AwardNow(
            award_id=place,
            clause=award.clause,
            seat=award.seat,
            beneficiary=int(award.beneficiary),
            amount_fen=award.amount_fen,
        )
        for place, award in enumerate(before)
    ]
    changes = changes_to(standing=standing, wanted=after)
    assert all(change.delta_fen for change in changes)
    moved = sum(change.delta_fen for change in changes)
    assert moved == sum(award.amount_fen for award in after) - sum(award.amount_fen for award in before)
    if before_fen == after_fen:
        assert changes == ()


@given(base_fen=st.integers(0, 10**9), list_fen=st.integers(1, 10**9), least_bp=st.integers(0, 10_000))
def test_a_pack_promotes_exactly_from_its_least_share_on(base_fen, list_fen, least_bp):
    needed_fen = -(-list_fen * least_bp // 10_000)
    assert promotes(base_fen=base_fen, list_fen=list_fen, promotion_cash_bp=least_bp) == (
        base_fen >= needed_fen
    )


def test_a_withdrawals_number_is_its_own_in_every_mall():
    numbers = {
        withdrawal_number(tenant=tenant, member_id=member, client_key=key)
        for tenant in ("lotus", "orchid")
        for member in (1, 2)
        for key in ("a", "b")
    }
    assert len(numbers) == 8
    assert {len(number) for number in numbers} == {21}
