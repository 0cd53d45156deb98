-- Why: an account's transfers, newest last, each with the balance after it.
-- Parameters: %(account)s, %(after_batch)s, %(after_position)s, %(limit)s.
-- Plan expected: two index range scans (ledger_transfer_debit, ledger_transfer_credit) from the cursor on, merged;
--                the opening balance is one aggregate over the ranges before it.
WITH opening AS (
    SELECT coalesce(sum(amount), 0) AS amount FROM (
        SELECT -amount AS amount FROM ledger_transfer
        WHERE debit = %(account)s AND (batch, position) <= (%(after_batch)s, %(after_position)s)
        UNION ALL
        SELECT amount FROM ledger_transfer
        WHERE credit = %(account)s AND (batch, position) <= (%(after_batch)s, %(after_position)s)
    ) AS before
), page AS (
    (SELECT batch, position, credit AS counterparty, -amount AS amount, kind, subject FROM ledger_transfer
     WHERE debit = %(account)s AND (batch, position) > (%(after_batch)s, %(after_position)s)
     ORDER BY batch, position LIMIT %(limit)s)
    UNION ALL
    (SELECT batch, position, debit, amount, kind, subject FROM ledger_transfer
     WHERE credit = %(account)s AND (batch, position) > (%(after_batch)s, %(after_position)s)
     ORDER BY batch, position LIMIT %(limit)s)
    ORDER BY batch, position LIMIT %(limit)s
)
SELECT page.batch, page.position, request.booked_at, other.owner_kind, other.owner_id, other.kind, other.detail,
       page.amount,
       (opening.amount + sum(page.amount) OVER (ORDER BY page.batch, page.position))::bigint AS balance_after,
       page.kind, page.subject
FROM page
CROSS JOIN opening
JOIN ledger_request AS request ON request.batch = page.batch
JOIN ledger_account AS other ON other.id = page.counterparty
ORDER BY page.batch, page.position
