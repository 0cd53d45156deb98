-- Why: requests that have no place in the log yet and can get one: those that a transaction wrote which came before
--      every transaction still running. In order of transaction, so that the order does not depend on when one looks.
-- Parameters: %(horizon)s: where the last seal stopped; %(before)s: the oldest transaction running now; %(limit)s.
-- Plan expected: bitmap scan of ledger_request_written_by (or of the table while it is small), sorted; the
--                look-up of entries is by its unique key.
SELECT request.batch, request.written_by, request.key, request.hash, request.outcome,
       coalesce(request.refusal::text, ''), request.hold_id, request.booked_at
FROM ledger_request AS request
WHERE request.written_by >= %(horizon)s AND request.written_by < %(before)s
  AND NOT EXISTS (SELECT FROM ledger_seal_entry AS entry WHERE entry.batch = request.batch)
ORDER BY request.written_by, request.batch
LIMIT %(limit)s
