-- Why: transfers that are not those of their request: one that was changed, added or removed no longer gives its hash.
-- Parameters: first, last: a range of batches, both included.
-- Plan expected: one range of the keys of ledger_transfer and ledger_request, grouped in their order, hash joins with
--                the accounts; the caller goes range by range.
WITH booked AS MATERIALIZED (
    SELECT batch, count(*) AS lines, min(position) AS first_position, max(position) AS last_position,
           sha256(convert_to(string_agg(ledger_line(debit, credit, asset_id, amount, kind, subject), E'\n'
                                        ORDER BY position), 'UTF8')) AS hash
    FROM ledger_transfer WHERE batch BETWEEN %(first)s AND %(last)s GROUP BY batch
), request AS MATERIALIZED (
    SELECT batch, key, hash, outcome, hold_id FROM ledger_request WHERE batch BETWEEN %(first)s AND %(last)s
)
SELECT 'ledger_transfer' AS "table", 'batch ' || request.batch AS key,
       'transfers with hash ' || coalesce(encode(booked.hash, 'hex'), 'of nothing') AS says,
       'the transfers of request ' || request.key || ' with hash ' || encode(request.hash, 'hex') AS should
FROM request LEFT JOIN booked USING (batch)
WHERE request.outcome = 'posted'
  AND (request.hold_id IS NULL OR booked.batch IS NOT NULL)
  AND coalesce(booked.hash, sha256('')) <> request.hash
UNION ALL
SELECT 'ledger_transfer', 'batch ' || booked.batch, booked.lines || ' transfers of a refused request', 'none'
FROM booked JOIN request USING (batch) WHERE request.outcome = 'refused'
UNION ALL
SELECT 'ledger_transfer', 'batch ' || booked.batch, booked.lines || ' transfers of no request', 'none'
FROM booked LEFT JOIN request USING (batch) WHERE request.batch IS NULL
UNION ALL
SELECT 'ledger_transfer', 'batch ' || batch,
       lines || ' transfers, positions ' || first_position || ' to ' || last_position, 'positions from 0 without a gap'
FROM booked WHERE last_position <> lines - 1 OR first_position <> 0
UNION ALL
SELECT 'ledger_transfer', transfer.batch || '/' || transfer.position,
       'asset ' || transfer.asset_id || ' between accounts of assets ' || coalesce(debited.asset_id::text, 'unknown')
       || ' and ' || coalesce(credited.asset_id::text, 'unknown'), 'one asset'
FROM ledger_transfer AS transfer
LEFT JOIN ledger_account AS debited ON debited.id = transfer.debit
LEFT JOIN ledger_account AS credited ON credited.id = transfer.credit
WHERE transfer.batch BETWEEN %(first)s AND %(last)s
  AND (transfer.asset_id IS DISTINCT FROM debited.asset_id OR transfer.asset_id IS DISTINCT FROM credited.asset_id)
