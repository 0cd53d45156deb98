-- Why: what each member has pending of some orders.
-- Parameters: settlements.
-- Plan expected: rewards_award by rewards_award_pending, one hash aggregate.
SELECT beneficiary_id, sum(amount_fen) FROM rewards_award
WHERE settlement_id = ANY(%(settlements)s) AND state = 'pending'
GROUP BY beneficiary_id
ORDER BY beneficiary_id
