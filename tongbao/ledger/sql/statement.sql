-- Why: an account's transfers, newest last, each with the balance after it; the settlement lane's awards among them.
--      One order for both: a request by its number; a batch of awards right after the request that was the last one
--      when it was declared. Of a batch, operating sees one line; of a partition that has become a file, an account sees
--      one line, where the partition's first batch stood.
-- Parameters: account, after_batch, after_position, limit. Batches of awards begin at 2^32.
-- Plan expected: index range scans (ledger_transfer_debit, _credit, ledger_award_beneficiary in the partitions not
--                pruned, the keys of ledger_award_archived and ledger_award_batch) from the cursor on, each with the
--                limit; the opening balance is one aggregate over the ranges before it. With 10 M awards of 1 M members and
--                1 M ordinary transfers, from the middle on: 0.8 ms, for an account with 10 845 awards 3.5 ms
--                (planning 1.4 ms); in the partitions
--                  Index Scan using ledger_award_000001_beneficiary_batch_position_idx (never executed: pruned)
--                  Index Scan using ledger_award_000002_beneficiary_batch_position_idx
--                    Index Cond: (beneficiary = $1 AND batch >= $2 AND ROW(batch, position) > ROW($3, $4))
WITH place AS MATERIALIZED (
    SELECT CASE WHEN is_award THEN coalesce((
               SELECT after_request FROM ledger_award_batch WHERE batch <= %(after_batch)s ORDER BY batch DESC LIMIT 1
           ), 0) ELSE %(after_batch)s::bigint END AS request,
           CASE WHEN is_award THEN 2147483647 ELSE %(after_position)s::integer END AS request_position,
           CASE WHEN is_award THEN %(after_batch)s::bigint ELSE coalesce((
               SELECT batch FROM ledger_award_batch WHERE after_request < %(after_batch)s
               ORDER BY after_request DESC, batch DESC LIMIT 1
           ), 0) END AS award,
           CASE WHEN is_award THEN %(after_position)s::integer ELSE 2147483647 END AS award_position
    FROM (SELECT %(after_batch)s::bigint >= 4294967296 AS is_award) AS cursor
), operating AS MATERIALIZED (
    SELECT id FROM ledger_account
    WHERE owner_kind = 'platform' AND owner_id = 0 AND kind = 'operating' AND detail = '' AND asset_id = 1
), opening AS (
    SELECT coalesce(sum(amount), 0) AS amount FROM (
        SELECT -amount AS amount FROM ledger_transfer
        WHERE debit = %(account)s
          AND (batch, position) <= ((SELECT request FROM place), (SELECT request_position FROM place))
        UNION ALL
        SELECT amount FROM ledger_transfer
        WHERE credit = %(account)s
          AND (batch, position) <= ((SELECT request FROM place), (SELECT request_position FROM place))
        UNION ALL
        SELECT amount FROM ledger_award
        WHERE beneficiary = %(account)s AND batch <= (SELECT award FROM place)
          AND (batch, position) <= ((SELECT award FROM place), (SELECT award_position FROM place))
        UNION ALL
        SELECT archived.amount FROM ledger_award_archived AS archived JOIN ledger_award_archive USING (partition)
        WHERE archived.account_id = %(account)s
          AND (first_batch, 0) <= ((SELECT award FROM place), (SELECT award_position FROM place))
        UNION ALL
        SELECT -amount FROM ledger_award_batch
        WHERE %(account)s = (SELECT id FROM operating) AND state <> 'begun'
          AND (batch, 0) <= ((SELECT award FROM place), (SELECT award_position FROM place))
    ) AS before
), page AS (
    (SELECT batch AS request, false AS is_award, batch, position, credit AS counterparty, -amount AS amount, kind,
            subject
     FROM ledger_transfer
     WHERE debit = %(account)s
       AND (batch, position) > ((SELECT request FROM place), (SELECT request_position FROM place))
     ORDER BY batch, position LIMIT %(limit)s)
    UNION ALL
    (SELECT batch, false, batch, position, debit, amount, kind, subject FROM ledger_transfer
     WHERE credit = %(account)s
       AND (batch, position) > ((SELECT request FROM place), (SELECT request_position FROM place))
     ORDER BY batch, position LIMIT %(limit)s)
    UNION ALL
    SELECT declared.after_request, true, award.batch, award.position, (SELECT id FROM operating), award.amount, 'award',
           'order_id:' || award.order_id
    FROM (
        SELECT batch, position, amount, order_id FROM ledger_award
        WHERE beneficiary = %(account)s AND batch >= (SELECT award FROM place)
          AND (batch, position) > ((SELECT award FROM place), (SELECT award_position FROM place))
        ORDER BY batch, position LIMIT %(limit)s
    ) AS award JOIN ledger_award_batch AS declared USING (batch)
    UNION ALL
    (SELECT archive.after_request, true, archive.first_batch, 0, (SELECT id FROM operating), archived.amount,
            'awards_archived', 'partition:' || partition
     FROM ledger_award_archived AS archived JOIN ledger_award_archive AS archive USING (partition)
     WHERE archived.account_id = %(account)s
       AND (archive.first_batch, 0) > ((SELECT award FROM place), (SELECT award_position FROM place))
     ORDER BY archive.first_batch LIMIT %(limit)s)
    UNION ALL
    (SELECT after_request, true, batch, 0, NULL, -amount, 'awards', 'settled:' || first_order || '-' || last_order
     FROM ledger_award_batch
     WHERE %(account)s = (SELECT id FROM operating) AND state <> 'begun' AND amount > 0
       AND (batch, 0) > ((SELECT award FROM place), (SELECT award_position FROM place))
     ORDER BY batch LIMIT %(limit)s)
    ORDER BY request, is_award, batch, position LIMIT %(limit)s
)
SELECT page.batch, page.position, coalesce(request.booked_at, declared.booked_at), other.owner_kind, other.owner_id,
       other.kind, other.detail, page.amount,
       (opening.amount + sum(page.amount)
           OVER (ORDER BY page.request, page.is_award, page.batch, page.position))::bigint AS balance_after,
       page.kind, page.subject
FROM page
CROSS JOIN opening
LEFT JOIN ledger_request AS request ON request.batch = page.batch AND NOT page.is_award
LEFT JOIN ledger_award_batch AS declared ON declared.batch = page.batch AND page.is_award
LEFT JOIN ledger_account AS other ON other.id = page.counterparty
ORDER BY page.request, page.is_award, page.batch, page.position
