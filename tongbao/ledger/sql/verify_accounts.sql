-- Why: balances, accounts and holds that disagree with the transfers they follow from, the settlement lane's included;
--      and assets whose accounts don't add up to nothing, which is the law of double entry over all tables at once.
-- Parameters: none.
-- Plan expected: one pass over ledger_movement, a hash aggregate by account (on the disk where it is larger than
--                work_mem), hash joins with accounts and balances.
WITH sums AS MATERIALIZED (
    SELECT account_id, sum(amount) AS amount FROM ledger_movement GROUP BY account_id
), held AS (
    SELECT account_id, sum(amount - captured) AS amount FROM ledger_hold WHERE state = 'open' GROUP BY account_id
)
SELECT 'ledger_asset' AS "table", asset.code AS key, 'all accounts together stand at ' || sum(sums.amount) AS says,
       'at 0' AS should
FROM sums
JOIN ledger_account AS account ON account.id = sums.account_id
JOIN ledger_asset AS asset ON asset.id = account.asset_id
GROUP BY asset.code HAVING sum(sums.amount) <> 0
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
