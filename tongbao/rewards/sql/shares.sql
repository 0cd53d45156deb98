-- Why: what of each order's money stays with the platform, by clause, as the books have it.
-- Parameters: none.
-- Plan expected: the transfers of the few accounts "unallocated", by their indexes; one hash aggregate.
SELECT sides.subject, account.detail, sum(sides.amount)::bigint
FROM (
    SELECT credit AS account_id, subject, amount FROM ledger_transfer
    UNION ALL
    SELECT debit, subject, -amount FROM ledger_transfer
) AS sides
JOIN ledger_account AS account ON account.id = sides.account_id
WHERE account.owner_kind = 'platform' AND account.kind = 'unallocated'
GROUP BY sides.subject, account.detail
HAVING sum(sides.amount) <> 0
