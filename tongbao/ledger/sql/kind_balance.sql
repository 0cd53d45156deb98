-- Why: the sum over all accounts of one kind.
-- Parameters: owner_kind, kind, asset.
-- Plan expected: for kinds of few accounts their index ranges, else one pass over ledger_transfer. Awards are not gone
--                through: all of them go to pending accounts, so what the batches declared is their sum, less what
--                pending accounts of other owners have (by their index, one range for each of them).
WITH numbers AS (
    SELECT account.id FROM ledger_account AS account JOIN ledger_asset AS asset ON asset.id = account.asset_id
    WHERE account.owner_kind = %(owner_kind)s AND account.kind = %(kind)s AND asset.code = %(asset)s
), declared AS (
    SELECT coalesce(sum(amount), 0) AS amount FROM ledger_award_batch WHERE state <> 'begun'
), others AS (
    SELECT id FROM ledger_account
    WHERE kind = 'pending' AND asset_id = 1 AND owner_kind NOT IN ('platform', %(owner_kind)s)
)
SELECT (
    coalesce((SELECT sum(amount) FROM ledger_transfer WHERE credit IN (SELECT id FROM numbers)), 0)
    - coalesce((SELECT sum(amount) FROM ledger_transfer WHERE debit IN (SELECT id FROM numbers)), 0)
    + CASE WHEN %(asset)s <> 'CNY' OR NOT EXISTS (SELECT FROM numbers) THEN 0
        WHEN %(owner_kind)s = 'platform' AND %(kind)s = 'operating' THEN -(SELECT amount FROM declared)
        WHEN %(owner_kind)s <> 'platform' AND %(kind)s = 'pending' THEN (SELECT amount FROM declared)
            - coalesce((SELECT sum(amount) FROM ledger_award WHERE beneficiary IN (SELECT id FROM others)), 0)
            - coalesce((SELECT sum(amount) FROM ledger_award_archived WHERE account_id IN (SELECT id FROM others)), 0)
        ELSE 0 END
)::bigint
