-- Why: what the entries of the log from one size to another changed in what is owed to members and merchants.
-- Parameters: asset; start, stop: the first entry, and the one after the last.
-- Plan expected: range of ledger_seal_entry by its key, nested into the transfers of each batch; hash aggregate over
--                the owners touched. Accounts that can only be owed *by* someone (most = 0) are no liability.
WITH side AS (
    SELECT moved.account_id, moved.amount
    FROM ledger_seal_entry AS entry
    JOIN ledger_transfer AS transfer ON transfer.batch = entry.batch AND transfer.asset_id = %(asset)s
    CROSS JOIN LATERAL (VALUES (transfer.credit, transfer.amount), (transfer.debit, -transfer.amount))
        AS moved (account_id, amount)
    WHERE entry.leaf_index >= %(start)s AND entry.leaf_index < %(stop)s
    UNION ALL
    -- the settlement lane's awards: cash from operating to a pending account
    SELECT award.beneficiary, award.amount
    FROM ledger_seal_entry AS entry JOIN ledger_award AS award ON award.batch = entry.award_batch
    WHERE entry.leaf_index >= %(start)s AND entry.leaf_index < %(stop)s AND %(asset)s = 1
    UNION ALL
    -- partitions that have become files: a proof covers all of one or nothing (the archive sees to that)
    SELECT archived.account_id, archived.amount
    FROM ledger_award_archive AS archive JOIN ledger_award_archived AS archived USING (partition)
    WHERE archive.first_leaf >= %(start)s AND archive.last_leaf < %(stop)s AND %(asset)s = 1
)
SELECT account.owner_kind, account.owner_id, account.kind, sum(side.amount)::numeric
FROM side
JOIN ledger_account AS account ON account.id = side.account_id
JOIN ledger_account_kind AS known
    ON known.owner_kind = account.owner_kind AND known.kind = account.kind AND known.asset_id = account.asset_id
WHERE account.owner_kind <> 'platform' AND coalesce(known.most, 1) > 0
GROUP BY account.owner_kind, account.owner_id, account.kind
