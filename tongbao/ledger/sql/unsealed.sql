-- Why: batches that have no place in the log yet and can get one: those that a transaction wrote which came before
--      every transaction still running. In order of transaction, so that the order does not depend on when one looks.
-- Parameters: horizon: where the last seal stopped; before: the oldest transaction running now; limit.
-- Plan expected: bitmap scans of the two block-range indexes (or of the tables while they are small), sorted; the
--                look-up of entries is by its unique keys.
SELECT * FROM (
    SELECT request.written_by, request.batch, true AS is_request, request.key, request.hash, request.outcome,
           coalesce(request.refusal::text, '') AS refusal, request.hold_id, request.booked_at,
           NULL::bigint[] AS awards
    FROM ledger_request AS request
    WHERE request.written_by >= %(horizon)s AND request.written_by < %(before)s
      AND NOT EXISTS (SELECT FROM ledger_seal_entry AS entry WHERE entry.batch = request.batch)
    UNION ALL
    SELECT declared.transaction_id::text::bigint, declared.batch, false, '', NULL, declared.state, '', NULL,
           declared.booked_at,
           ARRAY[declared.epoch, declared.first_order, declared.last_order, declared.orders, declared.awards,
                 declared.amount]
    FROM ledger_award_batch AS declared
    WHERE declared.transaction_id::text::bigint >= %(horizon)s
      AND declared.transaction_id::text::bigint < %(before)s
      AND NOT EXISTS (SELECT FROM ledger_seal_entry AS entry WHERE entry.award_batch = declared.batch)
) AS waiting
ORDER BY written_by, batch
LIMIT %(limit)s
