-- Why: every pending award of some orders is released, and its history says so.
-- Parameters: settlements, key: the booking, now.
-- Plan expected: rewards_award by rewards_award_pending; the history written in order of the awards.
WITH released AS (
    UPDATE rewards_award SET state = 'released'
    WHERE settlement_id = ANY(%(settlements)s) AND state = 'pending'
    RETURNING id, amount_fen, base_fen
)
INSERT INTO rewards_award_change (award_id, kind, delta_fen, amount_fen, rank, rate_bp, rate_before_bp, base_fen, cut_fen,
                                  request_key, at)
SELECT id, 'released', 0, amount_fen, '', 0, 0, base_fen, 0, %(key)s, %(now)s FROM released ORDER BY id
