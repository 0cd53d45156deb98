-- Why: the same for a database whose transaction numbers come from elsewhere (its first seal, or restored from a
--      backup): all that is committed and has no place yet.
-- Parameters: after_xid, after_batch: where the last seal of this catching up stopped; limit.
-- Plan expected: one pass over each table of batches and an anti-join; it happens once after a restore.
SELECT * FROM (
    SELECT request.written_by, request.batch, true AS is_request, request.key, request.hash, request.outcome,
           coalesce(request.refusal::text, '') AS refusal, request.hold_id, request.booked_at,
           NULL::bigint[] AS awards
    FROM ledger_request AS request
    WHERE NOT EXISTS (SELECT FROM ledger_seal_entry AS entry WHERE entry.batch = request.batch)
    UNION ALL
    SELECT declared.transaction_id::text::bigint, declared.batch, false, '', NULL, declared.state, '', NULL,
           declared.booked_at,
           ARRAY[declared.epoch, declared.first_order, declared.last_order, declared.orders, declared.awards,
                 declared.amount]
    FROM ledger_award_batch AS declared
    WHERE NOT EXISTS (SELECT FROM ledger_seal_entry AS entry WHERE entry.award_batch = declared.batch)
) AS waiting
WHERE (written_by, batch) > (%(after_xid)s, %(after_batch)s)
ORDER BY written_by, batch
LIMIT %(limit)s
