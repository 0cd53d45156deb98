-- Why: the same for a database whose transaction numbers come from elsewhere (its first seal, or restored from a
--      backup): all that is committed and has no place yet.
-- Parameters: %(after_xid)s, %(after_batch)s: where the last seal of this catching up stopped; %(limit)s.
-- Plan expected: one pass over ledger_request and an anti-join; it happens once after a restore.
SELECT request.batch, request.written_by, request.key, request.hash, request.outcome,
       coalesce(request.refusal::text, ''), request.hold_id, request.booked_at
FROM ledger_request AS request
WHERE (request.written_by, request.batch) > (%(after_xid)s, %(after_batch)s)
  AND NOT EXISTS (SELECT FROM ledger_seal_entry AS entry WHERE entry.batch = request.batch)
ORDER BY request.written_by, request.batch
LIMIT %(limit)s
