-- Why: the same sums as the books have them, kind by kind, by another way: from all transfers, and from the balances
--      that are kept; both without what is not sealed yet.
-- Parameters: horizon: no request written before it is unsealed (0: not known).
-- Plan expected: one pass over ledger_transfer and one over ledger_award with a hash join to the accounts; once a day.
WITH unsealed AS (
    SELECT request.batch, true AS is_request FROM ledger_request AS request
    WHERE request.written_by >= %(horizon)s
      AND NOT EXISTS (SELECT FROM ledger_seal_entry AS entry WHERE entry.batch = request.batch)
    UNION ALL
    SELECT declared.batch, false FROM ledger_award_batch AS declared
    WHERE declared.transaction_id::text::bigint >= %(horizon)s
      AND NOT EXISTS (SELECT FROM ledger_seal_entry AS entry WHERE entry.award_batch = declared.batch)
), operating AS (
    SELECT account.id FROM ledger_account AS account
    WHERE account.owner_kind = 'platform' AND account.kind = 'operating' AND account.detail = ''
      AND account.asset_id = 1
), sides AS (
    SELECT credit AS account_id, amount, batch, true AS is_request FROM ledger_transfer
    UNION ALL
    SELECT debit, -amount, batch, true FROM ledger_transfer
    UNION ALL
    SELECT beneficiary, amount, batch, false FROM ledger_award
    UNION ALL
    -- partitions become files only when they are sealed whole, so any of their batches says so
    SELECT archived.account_id, archived.amount, archive.last_batch, false
    FROM ledger_award_archived AS archived JOIN ledger_award_archive AS archive USING (partition)
    UNION ALL
    SELECT operating.id, -declared.amount, declared.batch, false
    FROM ledger_award_batch AS declared CROSS JOIN operating WHERE declared.state <> 'begun'
), moved AS (
    SELECT account.owner_kind, account.kind, account.asset_id,
           coalesce(sum(sides.amount) FILTER (WHERE unsealed.batch IS NULL), 0)::numeric AS sealed,
           coalesce(sum(sides.amount) FILTER (WHERE unsealed.batch IS NOT NULL), 0)::numeric AS waiting
    FROM sides
    JOIN ledger_account AS account ON account.id = sides.account_id
    LEFT JOIN unsealed USING (batch, is_request)
    GROUP BY account.owner_kind, account.kind, account.asset_id
), kept AS (
    SELECT account.owner_kind, account.kind, account.asset_id, sum(balance.posted)::numeric AS posted
    FROM ledger_balance AS balance JOIN ledger_account AS account ON account.id = balance.account_id
    GROUP BY account.owner_kind, account.kind, account.asset_id
)
SELECT moved.owner_kind, moved.kind, asset.code, moved.sealed, kept.posted - moved.waiting AS kept,
       moved.owner_kind <> 'platform' AND coalesce(known.most, 1) > 0 AS is_owed
FROM moved
JOIN ledger_asset AS asset ON asset.id = moved.asset_id
JOIN ledger_account_kind AS known USING (owner_kind, kind, asset_id)
LEFT JOIN kept USING (owner_kind, kind, asset_id)
ORDER BY 1, 2, 3
