-- Why: settlements, awards and withdrawals whose rows disagree with the orders they come from or with what the
--      books moved for them.
-- Parameters: none.
-- Plan expected: one pass over the cash transfers with an order's or a transfer's subject, and one over the awards in
--                batches, hash aggregates by order; one over the movements of the pending accounts of members who have
--                awards here. What lies in archived partitions is taken from the awards' own first amounts: the files are
--                held against their seals, and every member's sum against their pending account.
WITH cash AS (
    SELECT id FROM ledger_asset WHERE code = 'CNY'
), sides AS (
    SELECT account.owner_id AS member_id, side.subject, side.amount
    FROM (
        SELECT credit AS account_id, subject, amount FROM ledger_transfer WHERE asset_id = (SELECT id FROM cash)
        UNION ALL
        SELECT debit, subject, -amount FROM ledger_transfer WHERE asset_id = (SELECT id FROM cash)
    ) AS side
    JOIN ledger_account AS account ON account.id = side.account_id
    WHERE account.owner_kind = 'member' AND account.kind IN ('pending', 'cash', 'receivable')
      AND side.subject LIKE 'order:%'
    UNION ALL
    SELECT account.owner_id, coalesce('order:' || settlement.number, 'order_id:' || award.order_id), award.amount
    FROM ledger_award AS award
    JOIN ledger_account AS account ON account.id = award.beneficiary
    LEFT JOIN rewards_settlement AS settlement
        ON settlement.order_id = award.order_id AND settlement.award_batch = award.batch
    UNION ALL
    SELECT award.beneficiary_id, 'order:' || settlement.number, award.original_fen
    FROM ledger_award_archive AS archive
    JOIN rewards_settlement AS settlement ON settlement.award_batch BETWEEN archive.first_batch AND archive.last_batch
    JOIN rewards_award AS award ON award.settlement_id = settlement.id AND award.booked_at = settlement.settled_at
), moved AS (
    SELECT member_id, subject, sum(amount) AS amount FROM sides GROUP BY member_id, subject
), awarded AS (
    SELECT award.beneficiary_id AS member_id, 'order:' || settlement.number AS subject, sum(award.amount_fen) AS amount
    FROM rewards_award AS award JOIN rewards_settlement AS settlement ON settlement.id = award.settlement_id
    GROUP BY award.beneficiary_id, settlement.number
), paid_out AS (
    SELECT transfer.subject, account.kind, sum(transfer.amount) AS amount
    FROM ledger_transfer AS transfer JOIN ledger_account AS account ON account.id = transfer.credit
    WHERE transfer.subject LIKE 'transfer:%' GROUP BY transfer.subject, account.kind
), refunds AS (
    SELECT order_id, count(*) AS finished FROM mall_refund
    WHERE state = 'succeeded' AND cause IN ('claim', 'imported') GROUP BY order_id
), changed AS (
    SELECT award_id, sum(delta_fen) AS amount FROM rewards_award_change GROUP BY award_id
), promised AS (
    SELECT beneficiary_id AS member_id, coalesce(sum(amount_fen) FILTER (WHERE state = 'pending'), 0) AS amount
    FROM rewards_award GROUP BY beneficiary_id
), pending AS (
    SELECT account.owner_id AS member_id, sum(movement.amount) AS amount
    FROM ledger_account AS account JOIN ledger_movement AS movement ON movement.account_id = account.id
    WHERE account.owner_kind = 'member' AND account.kind = 'pending' AND account.asset_id = (SELECT id FROM cash)
      AND account.owner_id IN (SELECT member_id FROM promised)
    GROUP BY account.owner_id
), applied AS (
    SELECT settlement_id, count(*) AS booked FROM rewards_refund_applied GROUP BY settlement_id
)
SELECT 'rewards_award' AS "table",
       'member ' || coalesce(awarded.member_id, moved.member_id) || ' '
           || coalesce(awarded.subject, moved.subject) AS key,
       coalesce(awarded.amount, 0) || ' fen' AS says,
       coalesce(moved.amount, 0) || ' fen in the books' AS should
FROM awarded FULL JOIN moved USING (member_id, subject)
WHERE coalesce(awarded.amount, 0) <> coalesce(moved.amount, 0)
UNION ALL
SELECT 'rewards_award', award.id::text, award.amount_fen || ' fen',
       coalesce(changed.amount, 0) || ' fen by its history'
FROM rewards_award AS award LEFT JOIN changed ON changed.award_id = award.id
WHERE award.amount_fen <> coalesce(changed.amount, 0)
UNION ALL
SELECT 'ledger_account', 'member ' || promised.member_id || ' pending', coalesce(pending.amount, 0) || ' fen',
       promised.amount || ' fen by the awards'
FROM promised LEFT JOIN pending USING (member_id)
WHERE coalesce(pending.amount, 0) <> promised.amount
UNION ALL
SELECT 'rewards_settlement', settlement.id::text,
       concat_ws(' ', settlement.number, 'buyer', settlement.buyer_id, settlement.region_code, settlement.paid_at),
       concat_ws(' ', "order".number, 'buyer', "order".buyer_id, "order".region_code, "order".paid_at)
FROM rewards_settlement AS settlement JOIN mall_order AS "order" ON "order".id = settlement.order_id
WHERE (settlement.number, settlement.buyer_id, settlement.region_code, settlement.paid_at)
    IS DISTINCT FROM ("order".number, "order".buyer_id, "order".region_code, "order".paid_at)
UNION ALL
SELECT 'rewards_settled_line', settled.id::text,
       settled.base_fen || ' fen paid, ' || settled.remaining_base_fen || ' left',
       line.base_fen || ' fen paid, ' || (line.base_fen - line.refunded_fen) || ' left'
FROM rewards_settled_line AS settled
JOIN mall_order_line AS line ON line.id = settled.line_id
LEFT JOIN refunds ON refunds.order_id = line.order_id
LEFT JOIN applied ON applied.settlement_id = settled.settlement_id
WHERE settled.base_fen <> line.base_fen
   OR (settled.remaining_base_fen <> line.base_fen - line.refunded_fen
       AND coalesce(refunds.finished, 0) = coalesce(applied.booked, 0))
UNION ALL
SELECT 'rewards_withdrawal', withdrawal.number,
       withdrawal.state || ', ' || withdrawal.amount_fen || ' fen',
       'hold ' || hold.state || ', ' || (hold.amount - hold.captured) || ' fen left'
FROM rewards_withdrawal AS withdrawal JOIN ledger_hold AS hold ON hold.id = withdrawal.hold_id
WHERE NOT CASE
    WHEN withdrawal.state IN ('requested', 'approved', 'sending')
        THEN hold.state = 'open' AND hold.amount - hold.captured = withdrawal.amount_fen
    WHEN withdrawal.state = 'paid'
        THEN hold.state = 'captured' AND hold.captured = withdrawal.amount_fen + withdrawal.taken_back_fen
    WHEN withdrawal.state = 'failed' THEN hold.state = 'voided'
    ELSE hold.state IN ('voided', 'captured')
END
UNION ALL
SELECT 'rewards_withdrawal', withdrawal.number,
       concat_ws(' ', withdrawal.state, withdrawal.payout_fen, withdrawal.fee_fen, withdrawal.tax_fen),
       concat_ws(' ', coalesce(sum(paid_out.amount) FILTER (WHERE paid_out.kind = 'gateway'), 0),
           coalesce(sum(paid_out.amount) FILTER (WHERE paid_out.kind = 'withdrawal_fees'), 0),
           coalesce(sum(paid_out.amount) FILTER (WHERE paid_out.kind = 'tax_payable'), 0), 'in the books')
FROM rewards_withdrawal AS withdrawal
LEFT JOIN paid_out ON paid_out.subject = 'transfer:' || withdrawal.number
GROUP BY withdrawal.id
HAVING (coalesce(sum(paid_out.amount) FILTER (WHERE paid_out.kind = 'gateway'), 0),
        coalesce(sum(paid_out.amount) FILTER (WHERE paid_out.kind = 'withdrawal_fees'), 0),
        coalesce(sum(paid_out.amount) FILTER (WHERE paid_out.kind = 'tax_payable'), 0))
    IS DISTINCT FROM CASE WHEN withdrawal.state = 'paid'
        THEN (withdrawal.payout_fen::numeric, withdrawal.fee_fen::numeric, withdrawal.tax_fen::numeric)
        ELSE (0::numeric, 0::numeric, 0::numeric) END
ORDER BY 1, 2
