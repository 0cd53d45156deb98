-- Why: batches of awards that settle an order twice, and a cursor that doesn't stand where the last batch left it.
-- Parameters: none.
-- Plan expected: one pass over ledger_award_batch in order of its key.
WITH declared AS (
    SELECT batch, first_order, last_order, lag(last_order) OVER (ORDER BY batch) AS before FROM ledger_award_batch
)
SELECT 'ledger_award_batch' AS "table", 'batch ' || batch AS key, 'orders from ' || first_order AS says,
       'orders after ' || before || ', where the batch before ended' AS should
FROM declared WHERE first_order <= before
UNION ALL
SELECT 'ledger_settler', 'last_order', settler.last_order::text, coalesce(newest.last_order, 0)::text
FROM ledger_settler AS settler
LEFT JOIN LATERAL (SELECT last_order FROM ledger_award_batch ORDER BY batch DESC LIMIT 1) AS newest ON true
WHERE settler.last_order <> coalesce(newest.last_order, 0)
