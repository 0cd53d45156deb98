-- Why: what the reserve held at the end of each of some days: what it holds now less all that moved since.
-- Parameters: ends: the first moments after the days, in order.
-- Plan expected: the reserve's balance row; ranges of ledger_transfer by its debit and by its credit.
WITH reserve AS (
    SELECT account.id, balance.posted
    FROM ledger_account AS account JOIN ledger_balance AS balance ON balance.account_id = account.id
    WHERE account.owner_kind = 'platform' AND account.kind = 'reserve'
), moved AS (
    SELECT request.booked_at, transfer.amount
    FROM reserve JOIN ledger_transfer AS transfer ON transfer.credit = reserve.id
    JOIN ledger_request AS request USING (batch) WHERE request.booked_at >= (SELECT min(moment) FROM unnest(%(ends)s::timestamptz[]) AS moment)
    UNION ALL
    SELECT request.booked_at, -transfer.amount
    FROM reserve JOIN ledger_transfer AS transfer ON transfer.debit = reserve.id
    JOIN ledger_request AS request USING (batch) WHERE request.booked_at >= (SELECT min(moment) FROM unnest(%(ends)s::timestamptz[]) AS moment)
)
SELECT coalesce((SELECT posted FROM reserve), 0)
       - coalesce((SELECT sum(amount) FROM moved WHERE booked_at >= day.ends_at), 0)
FROM unnest(%(ends)s::timestamptz[]) WITH ORDINALITY AS day (ends_at, place) ORDER BY day.place
