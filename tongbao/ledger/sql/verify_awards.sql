-- Why: awards of the settlement lane that are not what their batch declared, one by one where the row can be known.
-- Parameters: first, last: a range of batches, both included.
-- Plan expected: one pass over that range of each partition (in the order they were written), a hash aggregate by batch,
--                a hash join with the pending accounts; the caller goes range by range. Partitions that have become
--                files are checked from the files.
WITH found AS MATERIALIZED (
    SELECT batch, count(*) AS awards, sum(amount) AS amount, min(position) AS first_position,
           max(position) AS last_position
    FROM ledger_award WHERE batch BETWEEN %(first)s AND %(last)s GROUP BY batch
), declared AS MATERIALIZED (
    SELECT batch, awards, amount, state FROM ledger_award_batch AS declared
    WHERE batch BETWEEN %(first)s AND %(last)s
      AND NOT EXISTS (SELECT FROM ledger_award_archive AS archive WHERE archive.partition = declared.batch >> 32)
)
SELECT 'ledger_award' AS "table", 'batch ' || batch AS key,
       coalesce(found.awards, 0) || ' awards of ' || coalesce(found.amount, 0) || ' fen' AS says,
       CASE WHEN declared.batch IS NULL THEN 'none: nobody declared them'
            ELSE declared.awards || ' awards of ' || declared.amount || ' fen, as declared' END AS should
FROM declared FULL JOIN found USING (batch)
WHERE (coalesce(found.awards, 0), coalesce(found.amount, 0)) IS DISTINCT FROM (declared.awards, declared.amount::numeric)
UNION ALL
SELECT 'ledger_award', 'batch ' || batch, 'positions ' || first_position || ' to ' || last_position,
       'positions 0 to ' || awards - 1
FROM found WHERE first_position <> 0 OR last_position <> awards - 1
UNION ALL
SELECT 'ledger_award_batch', 'batch ' || batch, state, 'finished' FROM declared WHERE state <> 'finished'
UNION ALL
SELECT 'ledger_award', award.batch || '/' || award.position,
       'account ' || award.beneficiary || coalesce(', ' || other.owner_kind || ' ' || other.kind, ', unknown'),
       'a pending account of a member or merchant'
FROM ledger_award AS award
LEFT JOIN ledger_account AS account
    ON account.id = award.beneficiary AND account.kind = 'pending' AND account.owner_kind <> 'platform'
    AND account.asset_id = 1
LEFT JOIN ledger_account AS other ON other.id = award.beneficiary AND account.id IS NULL
WHERE award.batch BETWEEN %(first)s AND %(last)s AND account.id IS NULL
