-- Why: grants and contributions whose rows disagree with what the books moved for them.
-- Parameters: none.
-- Plan expected: one pass over the transfers of the accounts concerned, hash aggregates by subject.
WITH pool AS (
    SELECT id, detail FROM ledger_account WHERE owner_kind = 'platform' AND kind = 'pool'
), pending AS (
    SELECT id FROM ledger_account WHERE owner_kind = 'member' AND kind = 'points_pending'
), reserve AS (
    SELECT id, kind FROM ledger_account
    WHERE owner_kind = 'platform' AND kind IN ('reserve', 'reserve_pending')
), out_of_pool AS (
    SELECT subject, detail, sum(amount) AS amount FROM (
        SELECT transfer.subject, pool.detail, transfer.amount
        FROM ledger_transfer AS transfer JOIN pool ON pool.id = transfer.debit
        UNION ALL
        SELECT transfer.subject, pool.detail, -transfer.amount
        FROM ledger_transfer AS transfer JOIN pool ON pool.id = transfer.credit
        WHERE transfer.kind <> 'pool_opened'
    ) AS sides GROUP BY subject, detail
), waiting AS (
    SELECT subject, sum(amount) AS amount FROM (
        SELECT subject, amount FROM ledger_transfer WHERE credit IN (SELECT id FROM pending)
        UNION ALL
        SELECT subject, -amount FROM ledger_transfer WHERE debit IN (SELECT id FROM pending)
    ) AS sides GROUP BY subject
), set_aside AS (
    SELECT subject, kind, sum(amount) AS amount FROM (
        SELECT transfer.subject, reserve.kind, transfer.amount
        FROM ledger_transfer AS transfer JOIN reserve ON reserve.id = transfer.credit
        UNION ALL
        SELECT transfer.subject, reserve.kind, -transfer.amount
        FROM ledger_transfer AS transfer JOIN reserve ON reserve.id = transfer.debit
    ) AS sides GROUP BY subject, kind
)
SELECT 'points_grant' AS "table", coalesce(given.subject, moved.subject) AS key,
       coalesce(given.amount + given.owed, 0) || ' out of pool ' || coalesce(given.pool_id, moved.detail) AS says,
       coalesce(moved.amount, 0)::text AS should
FROM points_grant AS given
FULL JOIN out_of_pool AS moved ON moved.subject = given.subject AND moved.detail = given.pool_id
WHERE coalesce(given.amount + given.owed, 0) <> coalesce(moved.amount, 0)
UNION ALL
SELECT 'points_grant', coalesce(given.subject, moved.subject),
       coalesce(given.state, 'no grant') || ', worth ' || coalesce(given.amount, 0),
       coalesce(moved.amount, 0) || ' pending'
FROM points_grant AS given FULL JOIN waiting AS moved USING (subject)
WHERE CASE WHEN given.state = 'pending' THEN given.amount ELSE 0 END <> coalesce(moved.amount, 0)
UNION ALL
SELECT 'points_contribution', coalesce(given.subject, moved.subject),
       coalesce(given.state, 'no contribution') || ', worth ' || coalesce(given.amount_fen, 0) || ' fen',
       coalesce(moved.amount, 0) || ' fen pending'
FROM points_contribution AS given
FULL JOIN (SELECT subject, amount FROM set_aside WHERE kind = 'reserve_pending') AS moved USING (subject)
WHERE CASE WHEN given.state = 'pending' THEN given.amount_fen ELSE 0 END <> coalesce(moved.amount, 0)
UNION ALL
SELECT 'points_contribution', given.subject, given.state || ', worth ' || given.amount_fen || ' fen',
       coalesce(moved.amount, 0) || ' fen in the reserve'
FROM points_contribution AS given
LEFT JOIN (SELECT subject, amount FROM set_aside WHERE kind = 'reserve') AS moved USING (subject)
WHERE CASE WHEN given.state = 'confirmed' THEN given.amount_fen ELSE 0 END <> coalesce(moved.amount, 0)
ORDER BY 1, 2
