-- Why: what the entries of the log from one size to another changed in what is owed to members and merchants.
-- Parameters: %(asset)s; %(start)s, %(stop)s: the first entry, and the one after the last.
-- Plan expected: range of ledger_seal_entry by its key, nested into the transfers of each batch; hash aggregate over
--                the owners touched. Accounts that can only be owed *by* someone (most = 0) are no liability.
SELECT account.owner_kind, account.owner_id, account.kind, sum(side.amount)::numeric
FROM ledger_seal_entry AS entry
JOIN ledger_transfer AS transfer ON transfer.batch = entry.batch AND transfer.asset_id = %(asset)s
CROSS JOIN LATERAL (VALUES (transfer.credit, transfer.amount), (transfer.debit, -transfer.amount))
    AS side (account_id, amount)
JOIN ledger_account AS account ON account.id = side.account_id
JOIN ledger_account_kind AS known
    ON known.owner_kind = account.owner_kind AND known.kind = account.kind AND known.asset_id = account.asset_id
WHERE entry.leaf_index >= %(start)s AND entry.leaf_index < %(stop)s
  AND account.owner_kind <> 'platform' AND coalesce(known.most, 1) > 0
GROUP BY account.owner_kind, account.owner_id, account.kind
