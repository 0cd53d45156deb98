-- Why: what of some orders' money stays with the platform, by clause, as the books have it.
-- Parameters: subjects: the orders, as subjects of transfers.
-- Plan expected: ranges of ledger_transfer_subject, accounts by their key; one small hash aggregate.
SELECT sides.subject, account.detail, sum(sides.amount)::bigint
FROM (
    SELECT credit AS account_id, subject, amount FROM ledger_transfer WHERE subject = ANY(%(subjects)s)
    UNION ALL
    SELECT debit, subject, -amount FROM ledger_transfer WHERE subject = ANY(%(subjects)s)
) AS sides
JOIN ledger_account AS account ON account.id = sides.account_id
WHERE account.owner_kind = 'platform' AND account.kind = 'unallocated'
GROUP BY sides.subject, account.detail
HAVING sum(sides.amount) <> 0
