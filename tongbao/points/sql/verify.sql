-- Why: grants, contributions, rights cards, payments with points and redemptions whose rows disagree with what the books
--      moved for them.
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
        WHERE transfer.kind NOT IN ('card_made', 'pool_retired')
        UNION ALL
        SELECT transfer.subject, pool.detail, -transfer.amount
        FROM ledger_transfer AS transfer JOIN pool ON pool.id = transfer.credit
        WHERE transfer.kind NOT IN ('pool_opened', 'card_revoked')
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
        WHERE transfer.kind <> 'reserve_pays_for_burned'
    ) AS sides GROUP BY subject, kind
), vesting AS (
    SELECT subject, sum(amount) AS amount FROM (
        SELECT transfer.subject, transfer.amount
        FROM ledger_transfer AS transfer JOIN ledger_account AS account ON account.id = transfer.credit
        WHERE account.kind = 'points_vesting'
        UNION ALL
        SELECT transfer.subject, -transfer.amount
        FROM ledger_transfer AS transfer JOIN ledger_account AS account ON account.id = transfer.debit
        WHERE account.kind = 'points_vesting'
    ) AS sides GROUP BY subject
), to_vest AS (
    SELECT 'card:' || card.number AS subject, sum(part.amount) AS amount
    FROM points_rights_card AS card JOIN points_card_part AS part ON part.card_id = card.id
    WHERE part.released_at IS NULL AND card.state <> 'revoked' GROUP BY card.number
), spent AS (
    SELECT subject, sum(amount) AS amount FROM (
        SELECT transfer.subject, transfer.amount
        FROM ledger_transfer AS transfer JOIN ledger_account AS account ON account.id = transfer.credit
        WHERE account.kind = 'points_spent'
        UNION ALL
        SELECT transfer.subject, -transfer.amount
        FROM ledger_transfer AS transfer JOIN ledger_account AS account ON account.id = transfer.debit
        WHERE account.kind = 'points_spent'
    ) AS sides GROUP BY subject
), burned AS (
    SELECT transfer.subject, sum(transfer.amount) AS amount
    FROM ledger_transfer AS transfer JOIN ledger_account AS account ON account.id = transfer.credit
    WHERE account.owner_kind = 'platform' AND account.kind = 'burned' GROUP BY transfer.subject
), paid_out AS (
    SELECT transfer.subject, sum(transfer.amount) AS amount
    FROM ledger_transfer AS transfer JOIN reserve ON reserve.id = transfer.debit AND reserve.kind = 'reserve'
    GROUP BY transfer.subject
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
UNION ALL
SELECT 'points_rights_card', coalesce(to_vest.subject, vesting.subject),
       coalesce(to_vest.amount, 0) || ' to be released', coalesce(vesting.amount, 0) || ' vesting'
FROM to_vest FULL JOIN vesting USING (subject)
WHERE coalesce(to_vest.amount, 0) <> coalesce(vesting.amount, 0)
UNION ALL
SELECT 'points_spending', coalesce(paid.subject, spent.subject),
       coalesce(paid.state, 'no payment') || ', ' || coalesce(paid.units - paid.returned_units, 0) || ' spent',
       coalesce(spent.amount, 0) || ' on points_spent'
FROM points_spending AS paid FULL JOIN spent USING (subject)
WHERE CASE WHEN paid.state = 'paid' THEN paid.units - paid.returned_units ELSE 0 END <> coalesce(spent.amount, 0)
UNION ALL
SELECT 'points_spending', paid.subject,
       paid.state || ', ' || paid.units - paid.returned_units || ' for ' || paid.reserve_paid_fen || ' fen of the reserve',
       coalesce(burned.amount, 0) || ' burned for ' || coalesce(paid_out.amount, 0)
FROM points_spending AS paid LEFT JOIN burned USING (subject) LEFT JOIN paid_out USING (subject)
WHERE (CASE WHEN paid.state = 'burned' THEN paid.units - paid.returned_units ELSE 0 END, paid.reserve_paid_fen)
      <> (coalesce(burned.amount, 0), coalesce(paid_out.amount, 0))
UNION ALL
SELECT 'points_redemption', redeemed.number,
       redeemed.burned_units || ' redeemed for ' || redeemed.payout_fen || ' fen',
       coalesce(burned.amount, 0) || ' burned for ' || coalesce(paid_out.amount, 0)
FROM points_redemption AS redeemed
LEFT JOIN burned ON burned.subject = 'redemption:' || redeemed.number
LEFT JOIN paid_out ON paid_out.subject = 'redemption:' || redeemed.number
WHERE (redeemed.burned_units, redeemed.payout_fen) <> (coalesce(burned.amount, 0), coalesce(paid_out.amount, 0))
ORDER BY 1, 2
