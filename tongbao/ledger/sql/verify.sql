-- Why: every row of the books that disagrees with the rows it follows from. No row answered: the books are right.
-- Parameters: none.
-- Plan expected: one pass over ledger_transfer in order of its key, hash aggregates by account; run it on a replica
--                or at night when the books are large.
WITH sides AS (
    SELECT debit AS account_id, -amount AS amount, asset_id FROM ledger_transfer
    UNION ALL
    SELECT credit, amount, asset_id FROM ledger_transfer
), sums AS (
    SELECT account_id, sum(amount) AS amount FROM sides GROUP BY account_id
), held AS (
    SELECT account_id, sum(amount - captured) AS amount FROM ledger_hold WHERE state = 'open' GROUP BY account_id
), booked AS (
    SELECT batch, count(*) AS lines, max(position) AS last_position,
           sha256(convert_to(string_agg(ledger_line(debit, credit, asset_id, amount, kind, subject), E'\n'
                                        ORDER BY position), 'UTF8')) AS hash
    FROM ledger_transfer GROUP BY batch
)
-- a transfer that was changed, added or removed no longer gives its request's hash
SELECT 'ledger_transfer' AS "table", 'batch ' || request.batch AS key,
       'transfers with hash ' || coalesce(encode(booked.hash, 'hex'), 'of nothing') AS says,
       'the transfers of request ' || request.key || ' with hash ' || encode(request.hash, 'hex') AS should
FROM ledger_request AS request LEFT JOIN booked USING (batch)
WHERE request.outcome = 'posted'
  AND (request.hold_id IS NULL OR booked.batch IS NOT NULL)
  AND coalesce(booked.hash, sha256('')) <> request.hash
UNION ALL
SELECT 'ledger_transfer', 'batch ' || booked.batch, booked.lines || ' transfers of a refused request', 'none'
FROM booked JOIN ledger_request AS request USING (batch) WHERE request.outcome = 'refused'
UNION ALL
SELECT 'ledger_transfer', 'batch ' || batch, lines || ' transfers, last position ' || last_position,
       'positions without a gap'
FROM booked WHERE last_position <> lines - 1
UNION ALL
SELECT 'ledger_transfer', transfer.batch || '/' || transfer.position,
       'asset ' || transfer.asset_id || ' between accounts of assets ' || debited.asset_id || ' and ' ||
       credited.asset_id, 'one asset'
FROM ledger_transfer AS transfer
JOIN ledger_account AS debited ON debited.id = transfer.debit
JOIN ledger_account AS credited ON credited.id = transfer.credit
WHERE transfer.asset_id <> debited.asset_id OR transfer.asset_id <> credited.asset_id
UNION ALL
SELECT 'ledger_balance', balance.account_id::text, 'posted ' || balance.posted,
       'posted ' || coalesce(sums.amount, 0)
FROM ledger_balance AS balance LEFT JOIN sums USING (account_id)
WHERE balance.posted <> coalesce(sums.amount, 0)
UNION ALL
SELECT 'ledger_balance', balance.account_id::text, 'held ' || balance.held, 'held ' || coalesce(held.amount, 0)
FROM ledger_balance AS balance LEFT JOIN held USING (account_id)
WHERE balance.held <> coalesce(held.amount, 0)
UNION ALL
SELECT 'ledger_balance', balance.account_id::text,
       'bounds ' || coalesce(balance.least::text, 'none') || ' to ' || coalesce(balance.most::text, 'none'),
       'bounds ' || coalesce(known.least::text, 'none') || ' to ' || coalesce(known.most::text, 'none')
FROM ledger_balance AS balance
JOIN ledger_account AS account ON account.id = balance.account_id
JOIN ledger_account_kind AS known USING (owner_kind, kind, asset_id)
WHERE (balance.least, balance.most) IS DISTINCT FROM (known.least, known.most)
UNION ALL
SELECT 'ledger_account', account.id::text, 'no balance row', 'a balance row'
FROM ledger_account AS account
JOIN ledger_account_kind AS known USING (owner_kind, kind, asset_id)
LEFT JOIN ledger_balance AS balance ON balance.account_id = account.id
WHERE known.has_balance AND balance.account_id IS NULL
UNION ALL
-- derived accounts of members can't be overdrawn either: what is pending was promised before it was taken
SELECT 'ledger_account', account.id::text, account.kind || ' of ' || account.owner_kind || ' ' || account.owner_id
       || ' stands at ' || sums.amount, 'nothing below 0'
FROM ledger_account AS account JOIN sums ON sums.account_id = account.id
WHERE account.owner_kind <> 'platform' AND account.kind IN ('pending', 'points_pending') AND sums.amount < 0
UNION ALL
SELECT 'ledger_hold', hold.id::text, 'captured ' || hold.captured, 'captured ' || coalesce(spent.amount, 0)
FROM ledger_hold AS hold
LEFT JOIN (
    SELECT request.hold_id, sum(transfer.amount) AS amount
    FROM ledger_request AS request
    JOIN ledger_hold AS target ON target.id = request.hold_id
    JOIN ledger_transfer AS transfer ON transfer.batch = request.batch AND transfer.debit = target.account_id
    GROUP BY request.hold_id
) AS spent ON spent.hold_id = hold.id
WHERE hold.captured <> coalesce(spent.amount, 0)
