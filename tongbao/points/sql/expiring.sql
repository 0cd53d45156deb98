-- Why: points that have outlived the tenant's time, oldest first: what was credited before a moment less all that ever
--      left the account, as far as it isn't held.
-- Parameters: before, after: members above this number; limit of them; member: one alone, or null.
-- Plan expected: members' points accounts in order of owner, a range of ledger_transfer by credit and by debit for each.
SELECT account.owner_id, least(balance.posted - balance.held, coalesce(came.amount, 0) - coalesce(left_it.amount, 0)) AS units
FROM ledger_account AS account
JOIN ledger_asset AS asset ON asset.id = account.asset_id AND asset.code = 'POINT'
JOIN ledger_balance AS balance ON balance.account_id = account.id
CROSS JOIN LATERAL (
    SELECT sum(transfer.amount) AS amount
    FROM ledger_transfer AS transfer JOIN ledger_request AS request USING (batch)
    WHERE transfer.credit = account.id AND request.booked_at < %(before)s
) AS came
CROSS JOIN LATERAL (
    SELECT sum(transfer.amount) AS amount FROM ledger_transfer AS transfer WHERE transfer.debit = account.id
) AS left_it
WHERE account.owner_kind = 'member' AND account.kind = 'points' AND account.owner_id > %(after)s
  AND (%(member)s::bigint IS NULL OR account.owner_id = %(member)s)
  AND least(balance.posted - balance.held, coalesce(came.amount, 0) - coalesce(left_it.amount, 0)) > 0
ORDER BY account.owner_id
LIMIT %(limit)s
